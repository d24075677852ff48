# What holds of the rows beside their columns stands at the end: append-only tables, first rows, indexes by expression.

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import governance.units.models
from django.conf import settings
from django.db import migrations, models

from governance.audit.append_only import append_only
from governance.platforms.models import ensure_platforms


def add_platforms(apps, schema_editor):
    """A new portal knows the usual platforms; the body edits the list from there."""
    ensure_platforms(apps.get_model("governance", "Platform"))


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
                ('event', models.CharField(choices=[('unit.created', 'Unit created'), ('unit.changed', 'Unit changed'), ('unit.closed', 'Unit closed'), ('unit.reopened', 'Unit opened again'), ('person.created', 'Person created'), ('person.changed', 'Person changed'), ('person.deactivated', 'Person deactivated'), ('person.reactivated', 'Person reactivated'), ('role.granted', 'Role granted'), ('role.ended', 'Role ended'), ('substitute.appointed', 'Substitute appointed'), ('substitute.ended', 'Substitute ended'), ('absence.registered', 'Absence registered'), ('absence.cancelled', 'Absence called off'), ('policy.changed', 'Policy changed'), ('policy.preset', 'Policy preset applied'), ('closing_day.added', 'Closing day added'), ('closing_day.removed', 'Closing day removed'), ('platform.created', 'Platform created'), ('platform.changed', 'Platform changed'), ('platform.assessed', 'Platform assessed'), ('token.created', 'API token created'), ('token.revoked', 'API token revoked'), ('application.started', 'Application started'), ('application.submitted', 'Application submitted'), ('application.registered', 'Application registered without a decision'), ('application.approved', 'Application approved'), ('application.returned', 'Application sent back'), ('application.rejected', 'Application rejected'), ('application.withdrawn', 'Application withdrawn'), ('application.expired', 'Draft expired'), ('application.revived', 'Draft taken up again'), ('application.commented', 'Application commented'), ('account.registered', 'Account registered'), ('account.changed', 'Account changed'), ('account.checked', 'Opening checklist changed'), ('account.opened', 'Account opened'), ('account.paused', 'Account paused'), ('account.resumed', 'Account resumed'), ('account.retiring', 'Retirement begun'), ('account.kept', 'Retirement called off'), ('account.retired', 'Account retired'), ('account.abandoned', 'Account given up before opening'), ('pause.planned', 'Pause planned'), ('pause.ended', 'Pause ended early'), ('assignment.delegated', 'Role on an account delegated'), ('assignment.accepted', 'Role on an account accepted'), ('assignment.declined', 'Role on an account declined'), ('assignment.ended', 'Role on an account ended'), ('post.registered', 'Post registered'), ('post.triaged', 'Post triaged'), ('post.closed', 'Post closed'), ('post.reopened', 'Post reopened'), ('post.deadline_moved', 'Deadline moved'), ('post.held', 'Holding reply sent'), ('post.claimed', 'Post taken on'), ('post.released', 'Post released'), ('post.handed_over', 'Post handed over'), ('post.to_section', 'Post given to the information section'), ('post.back', 'Post given back by the information section'), ('connection.made', 'Account connected to its platform'), ('connection.paused', 'Reading from the platform paused'), ('connection.resumed', 'Reading from the platform resumed'), ('connection.ended', 'Account disconnected from its platform'), ('hook.created', 'Webhook created'), ('hook.revoked', 'Webhook revoked'), ('shift.added', 'Shift added'), ('shift.removed', 'Shift removed'), ('duty.taken_over', 'Duty taken over'), ('duty.given_back', 'Duty given back'), ('crisis.opened', 'Crisis opened'), ('crisis.closed', 'Crisis closed'), ('ready_text.changed', 'Ready text changed'), ('calendar.address', 'Address of a calendar of duties changed'), ('notice.choices', 'Choice of notices changed'), ('flag.raised', 'Flag raised'), ('flag.answered', 'Flag answered'), ('flag.decided', 'Flag decided'), ('flag.closed', 'Flag closed'), ('aid.changed', 'Decision aid changed'), ('question.asked', 'Question asked'), ('question.answered', 'Question answered'), ('question.withdrawn', 'Question withdrawn'), ('note.published', 'Note published beside a rule'), ('note.removed', 'Note removed'), ('guideline.drafted', 'Guideline draft saved'), ('guideline.discarded', 'Guideline draft discarded'), ('guideline.published', 'Guideline published'), ('guideline.review_asked', 'Review of a guideline asked for'), ('guideline.approved', 'Guideline draft approved'), ('guideline.returned', 'Guideline draft sent back'), ('guideline.round_opened', 'Comment round on a guideline opened'), ('guideline.round_closed', 'Comment round on a guideline closed'), ('guideline.commented', 'Guideline draft commented'), ('guideline.planned', 'Publishing of a guideline planned'), ('guideline.plan_ended', 'Planned publishing called off'), ('guideline.review_date', 'Date to look at a guideline again set'), ('guideline.acknowledged', 'Guideline acknowledged'), ('work_use.declared', 'Network used for work declared'), ('work_use.ended', 'Network no longer used for work'), ('site.added', 'Site added to a unit’s overview'), ('site.shown', 'Who sees a site changed'), ('site.removed', 'Site removed from a unit’s overview'), ('notice.sent_again', 'Notice sent again'), ('imported', 'Rows imported')], max_length=40)),
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
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.unit', verbose_name='covers the accounts of')),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
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
                ('event', models.CharField(choices=[('application_waits', 'An application waits for you'), ('application_slow', 'An application still waits for you'), ('application_substitute', 'An application waits for you as substitute'), ('application_stuck', 'Nobody may decide an application'), ('application_notified', 'An account was registered by notification'), ('application_decided', 'Your application is decided'), ('application_commented', 'A comment on an application'), ('application_expiring', 'Your draft expires soon'), ('assignment_offered', 'You are asked to answer for an account'), ('assignment_answered', 'A role you delegated was answered'), ('assignment_ended', 'Your role on an account has ended'), ('editor_named', 'You are the editor of an account now'), ('account_opened', 'An account you answer for is open'), ('account_retiring', 'An account you answer for is to be retired'), ('account_kept', 'An account you answer for is kept after all'), ('account_retired', 'An account you answered for is retired'), ('digest', 'The day’s notices in one mail'), ('post_arrived', 'A post has come in'), ('post_reminder', 'A post must be answered soon'), ('post_handed_over', 'A post was handed over to you'), ('post_reopened', 'A post you answered is open again'), ('post_to_section', 'A reputation-critical post waits for the information section'), ('section_overdue', 'A post at the information section is past its time'), ('duty_taken_over', 'Somebody has taken over for you'), ('crisis_opened', 'A crisis was opened'), ('crisis_closed', 'A crisis is over'), ('post_overdue', 'A post is unanswered past its time'), ('post_escalated', 'An unanswered post has come to you'), ('account_inactive', 'An account has gone quiet'), ('flag_raised', 'A flag waits for you'), ('flag_decided', 'A flag was decided'), ('handover', "Somebody's roles need a new holder"), ('role_vacant', 'A role needs a new holder'), ('guideline_published', 'A guideline must be acknowledged'), ('work_use_declared', 'An employee declares a network used for work'), ('question_asked', 'Somebody asks the information section'), ('question_answered', 'Your question is answered'), ('guideline_reminder', 'A guideline still waits to be acknowledged'), ('guideline_review_asked', 'You are asked to review a guideline'), ('guideline_reviewed', 'A guideline draft was reviewed'), ('guideline_round', 'A guideline draft may be commented'), ('guideline_plan_stuck', 'A guideline could not be published as planned'), ('guideline_due', 'A guideline is to be looked at again'), ('guideline_link_dead', 'A link in a guideline leads nowhere')], max_length=40)),
                ('key', models.CharField(max_length=120)),
                ('params', models.JSONField(default=dict)),
                ('path', models.CharField(max_length=200)),
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
        migrations.RunPython(add_platforms, migrations.RunPython.noop),
    ]
