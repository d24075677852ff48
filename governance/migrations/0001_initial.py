# What holds of the rows beside their columns stands at the end: append-only tables, first rows, indexes by expression.

import uuid

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import governance.units.models
from django.conf import settings
from django.db import migrations, models

from governance.audit.append_only import append_only

class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=150, verbose_name='name')),
                ('language', models.CharField(blank=True, choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], default='', max_length=5, verbose_name='language')),
                ('is_active', models.BooleanField(default=True, verbose_name='may log in')),
                ('deactivated_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('calendar_key', models.CharField(blank=True, default='', max_length=43)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('error', models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name='Platform',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30, unique=True, verbose_name='code')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('hosts', models.JSONField(blank=True, default=list, help_text='The hosts of its addresses, such as facebook.com.', verbose_name='hosts')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='address of a profile')),
                ('retired_on', models.DateField(blank=True, null=True, verbose_name='no longer used since')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('event', models.CharField(max_length=40)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(blank=True, max_length=150)),
                ('subject_type', models.CharField(max_length=40)),
                ('subject_id', models.CharField(max_length=40)),
                ('subject_name', models.CharField(max_length=300)),
                ('unit_id', models.BigIntegerField(null=True)),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(fields=['unit_id', '-at'], name='audit_by_unit'), models.Index(fields=['subject_type', 'subject_id', '-at'], name='audit_by_subject'), models.Index(fields=['actor_id', '-at'], name='audit_by_actor'), models.Index(fields=['event', '-at'], name='audit_by_event')],
            },
        ),
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Short and lasting; it stands in addresses and import files.', max_length=50, unique=True, validators=[django.core.validators.RegexValidator('^(?!new$)[a-z0-9][a-z0-9-]*$', 'Use lower-case letters a–z, digits and hyphens, such as “nordvik-vgs”.')], verbose_name='code')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('central', 'Central administration'), ('department', 'Department'), ('school', 'School'), ('unit', 'Unit'), ('club', 'Club')], max_length=20, verbose_name='kind')),
                ('orgno', models.CharField(blank=True, max_length=9, validators=[governance.units.models.check_organisation_number], verbose_name='organisation number')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], default='nb', max_length=5, verbose_name='language')),
                ('closed_on', models.DateField(blank=True, null=True, verbose_name='closed on')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='governance.unit', verbose_name='belongs to')),
            ],
            options={
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=100, verbose_name='name')),
                ('scopes', models.JSONField(default=list, verbose_name='what it may do')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('last_used_at', models.DateTimeField(blank=True, null=True)),
                ('approved_at', models.DateTimeField(null=True)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.unit', verbose_name='covers the accounts of')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('approved_at', None), ('owner', None)), models.Q(('approved_at__isnull', False), ('owner__isnull', False)), _connector='OR'), name='token_approved_by_owner'), models.CheckConstraint(condition=models.Q(('person', None), ('owner', None), ('owner', models.F('person')), _connector='OR'), name='token_of_the_person')],
            },
        ),
        migrations.AddField(
            model_name='person',
            name='unit',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='people', to='governance.unit', verbose_name='unit'),
        ),
        migrations.CreateModel(
            name='Absence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('cancelled_at', models.DateTimeField(blank=True, null=True)),
                ('cancelled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='absences', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('registered_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('replacement', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who takes over')),
            ],
            options={
                'ordering': ['starts_at'],
                'indexes': [models.Index(condition=models.Q(('cancelled_at', None)), fields=['person', 'ends_at'], name='absence_standing')],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='absence_ends_after_start'), models.CheckConstraint(condition=models.Q(('replacement', None), models.Q(('replacement', models.F('person')), _negated=True), _connector='OR'), name='absence_replacement_is_another')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=120)),
                ('params', models.JSONField(default=dict)),
                ('path', models.CharField(max_length=200)),
                ('address', models.EmailField(blank=True, default='', max_length=254)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('read_at', models.DateTimeField(null=True)),
                ('channel', models.CharField(choices=[('mail', 'By mail, as it happens'), ('digest', 'In one mail a day'), ('portal', 'Only here in the portal')], default='mail', max_length=10)),
                ('deliver_after', models.DateTimeField(default=django.utils.timezone.now)),
                ('handed_over_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('given_up_at', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=500)),
                ('in_digest', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='digested', to='governance.notice')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('channel', 'mail'), ('given_up_at', None), ('handed_over_at', None), ('sent_at', None)), fields=['deliver_after'], name='notice_outbox'), models.Index(condition=models.Q(('channel', 'digest'), ('in_digest', None), ('read_at', None)), fields=['person', 'created_at'], name='notice_for_digest'), models.Index(fields=['person', '-created_at'], name='notice_of_person'), models.Index(condition=models.Q(('read_at', None)), fields=['person'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('person', 'key'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('group', models.CharField(choices=[('posts', 'Posts that come in, reminders and hand-overs'), ('applications', 'Applications'), ('duty', 'Roles on accounts, and who takes over'), ('flags', 'Flags and accounts that have gone quiet'), ('guidelines', 'Guidelines')], max_length=20)),
                ('channel', models.CharField(choices=[('mail', 'By mail, as it happens'), ('digest', 'In one mail a day'), ('portal', 'Only here in the portal')], max_length=10)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_choices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('person', 'group'), name='notice_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='Substitute',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('appointed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutes', to=settings.AUTH_USER_MODEL, verbose_name='stands in for')),
                ('substitute', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='substitutes_for', to=settings.AUTH_USER_MODEL, verbose_name='substitute')),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('person', models.F('substitute')), _negated=True), name='substitute_is_another'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='substitute_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='RoleGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(choices=[('unit_leader', 'Unit leader'), ('principal', 'Principal'), ('information_chief', 'Information chief'), ('information_section', 'Information section'), ('archivist', 'Archivist'), ('administrator', 'Administrator')], max_length=30, verbose_name='role')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='governance.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ['unit__name', 'role', 'person__name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='grant_ends_after_start'), models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('person', 'role', 'unit'), name='grant_open_once')],
            },
        ),
        migrations.CreateModel(
            name='PolicyValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('value', models.JSONField()),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('set_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policy_values', to='governance.unit')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('unit', 'key'), name='policy_value_once')],
            },
        ),
        migrations.CreateModel(
            name='PlatformAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stance', models.CharField(choices=[('allowed', 'Allowed'), ('conditions', 'Allowed with conditions'), ('not_allowed', 'Not allowed')], default='conditions', max_length=20, verbose_name='decision')),
                ('conditions', models.TextField(blank=True, verbose_name='conditions')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='assessment reference')),
                ('assessed_on', models.DateField(blank=True, null=True, verbose_name='assessed on')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='governance.platform', verbose_name='platform')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
                'indexes': [models.Index(fields=['unit', 'platform', '-created_at'], name='assessment_of_unit')],
            },
        ),
        migrations.CreateModel(
            name='ClosingDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='day')),
                ('name', models.CharField(max_length=100, verbose_name='occasion')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='closing_days', to='governance.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('unit', 'day'), name='closing_day_once')],
            },
        ),
        migrations.CreateModel(
            name='RememberedHeadings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('digest', models.CharField(max_length=64)),
                ('mapping', models.JSONField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('kind', 'digest'), name='headings_once')],
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20)),
                ('name', models.CharField(max_length=200)),
                ('sealed', models.BinaryField()),
                ('rows', models.PositiveIntegerField(default=0)),
                ('sheet', models.CharField(blank=True, max_length=100)),
                ('sheets', models.JSONField(default=list)),
                ('columns', models.JSONField(default=list)),
                ('mapping', models.JSONField(default=dict)),
                ('matches', models.JSONField(default=dict)),
                ('options', models.JSONField(default=dict)),
                ('keep_going', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('choosing', 'Choosing'), ('to_try', 'To Try'), ('tried', 'Tried'), ('to_write', 'To Write'), ('written', 'Written')], default='choosing', max_length=10)),
                ('at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('report', models.JSONField(null=True)),
                ('error', models.TextField(blank=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['state', 'at'], name='import_files_waiting')],
                'constraints': [models.UniqueConstraint(fields=('person', 'kind'), name='import_file_one_a_person')],
            },
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='person_email_once'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.UniqueConstraint(condition=models.Q(('calendar_key', ''), _negated=True), fields=('calendar_key',), name='person_calendar_key_once'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('deactivated_at', None), ('is_active', True)), models.Q(('deactivated_at__isnull', False), ('is_active', False)), _connector='OR'), name='person_inactive_since'),
        ),
        append_only("governance_auditevent"),
    ]
