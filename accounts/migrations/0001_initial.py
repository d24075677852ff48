# What holds of the rows beside their columns stands at the end: append-only tables, first rows, indexes by expression.

import accounts.register.models
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import governance.secrets
import uuid
from django.conf import settings
from django.db import migrations, models

from governance.audit.append_only import append_only


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('governance', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Waiting for a decision'), ('returned', 'Sent back'), ('approved', 'Approved'), ('registered', 'Registered without a decision'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('expired', 'Expired')], default='draft', max_length=10, verbose_name='status')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('changed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('submitted_at', models.DateTimeField(blank=True, null=True)),
                ('submission', models.PositiveSmallIntegerField(default=0)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('steps_done', models.JSONField(default=list)),
                ('establishment', models.CharField(blank=True, choices=[('application', 'Application, decided before the account is opened'), ('agreement', 'Agreement with the head of the unit'), ('notification', 'Notification only: registered at once for one’s own unit, its head and the section are told'), ('open', 'Open: registered at once for one’s own unit')], default='', max_length=20)),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('kind', models.CharField(choices=[('ordinary', 'Ordinary account'), ('project', 'Project or campaign, with an end date'), ('trial', 'Trial, with an end date and labelled as a trial'), ('personal_office', 'A leader’s account, tied to the office')], default='ordinary', max_length=20, verbose_name='what sort of account')),
                ('name', models.CharField(blank=True, max_length=200, verbose_name='name of the account')),
                ('goal', models.TextField(blank=True, max_length=5000, verbose_name='why should the account exist?')),
                ('expected_effect', models.TextField(blank=True, max_length=5000, verbose_name='what can be achieved with it?')),
                ('purposes', models.JSONField(blank=True, default=list, verbose_name='what is it for?')),
                ('audience', models.TextField(blank=True, max_length=5000, verbose_name='whom shall it reach?')),
                ('message', models.TextField(blank=True, max_length=5000, verbose_name='what is the message?')),
                ('communication', models.CharField(blank=True, choices=[('information', 'Information'), ('dialogue', 'Dialogue'), ('both', 'Both')], max_length=20, verbose_name='information, dialogue or both')),
                ('platform_reason', models.TextField(blank=True, max_length=5000, verbose_name='why that platform?')),
                ('handle_wanted', models.CharField(blank=True, max_length=100, verbose_name='wanted handle')),
                ('another_reason', models.TextField(blank=True, max_length=5000, verbose_name='why one more account?')),
                ('language', models.CharField(blank=True, choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5, verbose_name='language')),
                ('organisation', models.TextField(blank=True, max_length=5000, verbose_name='how is the work organised?')),
                ('hours_per_week', models.DecimalField(blank=True, decimal_places=1, max_digits=4, null=True, validators=[django.core.validators.MinValueValidator(0.5), django.core.validators.MaxValueValidator(200)], verbose_name='hours a week')),
                ('absence_plan', models.TextField(blank=True, max_length=5000, verbose_name='what happens when they are away?')),
                ('answer_mandate', models.TextField(blank=True, max_length=5000, verbose_name='who may answer what?')),
                ('topics_not_commented', models.TextField(blank=True, max_length=5000, verbose_name='topics that are not commented')),
                ('moderation_mode', models.CharField(blank=True, choices=[('monitor', 'Monitor: everything stands, we watch'), ('along', 'Moderate along the way'), ('approve_first', 'Approve first: nothing stands before we have seen it')], max_length=20, verbose_name='moderation')),
                ('visibility', models.CharField(blank=True, choices=[('open', 'Open to all'), ('closed', 'Closed to outsiders')], max_length=10, verbose_name='open or closed')),
                ('visibility_reason', models.TextField(blank=True, max_length=5000, verbose_name='why open or closed?')),
                ('pupil_contact', models.BooleanField(blank=True, null=True, verbose_name='contact with pupils')),
                ('alias_profile', models.BooleanField(blank=True, null=True, verbose_name='through a work profile under an alias')),
                ('crisis_use', models.BooleanField(blank=True, null=True, verbose_name='used in a crisis')),
                ('crisis_how', models.TextField(blank=True, max_length=5000, verbose_name='how is it used in a crisis?')),
                ('hearing', models.BooleanField(blank=True, null=True, verbose_name='used for a hearing')),
                ('web_page_url', models.URLField(blank=True, max_length=300, verbose_name='web page with the same information')),
                ('legal_basis', models.TextField(blank=True, max_length=5000, verbose_name='legal basis for the personal data')),
                ('joint_controller', models.TextField(blank=True, max_length=5000, verbose_name='arrangement with the platform as joint controller')),
                ('assessment_reference', models.CharField(blank=True, max_length=200, verbose_name='privacy assessment, reference')),
                ('assessed_on', models.DateField(blank=True, null=True, verbose_name='assessed on')),
                ('archive_routine', models.TextField(blank=True, max_length=5000, verbose_name='archive routine')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('applicant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to=settings.AUTH_USER_MODEL)),
                ('platform', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.platform', verbose_name='platform')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='applications', to='governance.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ['-changed_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=5000, verbose_name='comment')),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='accounts.application')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['created_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CrisisPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200, verbose_name='what has happened')),
                ('response_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='hours to answer within')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('started_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.unit', verbose_name='holds for')),
            ],
            options={
                'ordering': ['-started_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='HookSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', governance.secrets.SealedField(blank=True, default='', editable=False)),
                ('token', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='hook_source', to='governance.apitoken')),
            ],
        ),
        migrations.CreateModel(
            name='OfficialAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(blank=True, max_length=200, verbose_name='handle')),
                ('external_id', models.CharField(blank=True, max_length=200, verbose_name='the platform’s own id')),
                ('url', models.URLField(blank=True, max_length=300, verbose_name='address')),
                ('handle_key', accounts.register.models.CanonicalKey(blank=True, default='', editable=False, max_length=200)),
                ('address_key', accounts.register.models.CanonicalKey(blank=True, default='', editable=False, max_length=400)),
                ('address_server', models.CharField(blank=True, editable=False, max_length=255, null=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('ordinary', 'Ordinary account'), ('project', 'Project or campaign, with an end date'), ('trial', 'Trial, with an end date and labelled as a trial'), ('personal_office', 'A leader’s account, tied to the office')], default='ordinary', max_length=20, verbose_name='kind')),
                ('purpose', models.TextField(blank=True, verbose_name='purpose')),
                ('audience', models.TextField(blank=True, verbose_name='audience')),
                ('communication', models.CharField(choices=[('information', 'Information'), ('dialogue', 'Dialogue'), ('both', 'Both')], default='both', max_length=20, verbose_name='information or dialogue')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], default='nb', max_length=5, verbose_name='language')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='e-mail the account is opened with')),
                ('web_page_url', models.URLField(blank=True, max_length=300, verbose_name='web page with the same information')),
                ('moderation_mode', models.CharField(choices=[('monitor', 'Monitor: everything stands, we watch'), ('along', 'Moderate along the way'), ('approve_first', 'Approve first: nothing stands before we have seen it')], default='along', max_length=20, verbose_name='moderation')),
                ('visibility', models.CharField(choices=[('open', 'Open to all'), ('closed', 'Closed to outsiders')], default='open', max_length=10, verbose_name='open or closed')),
                ('pupil_contact', models.BooleanField(default=False, verbose_name='contact with pupils')),
                ('crisis_use', models.BooleanField(default=False, verbose_name='used in a crisis')),
                ('hearing', models.BooleanField(default=False, verbose_name='used for a hearing')),
                ('can_remove', models.BooleanField(default=True, verbose_name='we can remove what others write there')),
                ('topics_not_commented', models.TextField(blank=True, verbose_name='topics that are not commented')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='ends on')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('active', 'Active'), ('paused', 'Paused'), ('retiring', 'Retiring'), ('retired', 'Retired')], default='planned', max_length=10, verbose_name='state')),
                ('registered_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('opened_at', models.DateTimeField(blank=True, null=True)),
                ('retired_at', models.DateTimeField(blank=True, null=True)),
                ('unconfirmed_since', models.DateTimeField(blank=True, null=True)),
                ('last_activity_at', models.DateTimeField(blank=True, null=True, verbose_name='last activity')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('editor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='edits', to=settings.AUTH_USER_MODEL, verbose_name='editor')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='governance.platform', verbose_name='platform')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='governance.unit', verbose_name='unit')),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='FormerHandle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('handle', models.CharField(max_length=200)),
                ('handle_key', models.CharField(max_length=200)),
                ('until', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='former_handles', to='accounts.officialaccount')),
                ('platform', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='governance.platform')),
            ],
            options={
                'ordering': ['-until', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('platform', 'handle_key'), name='former_handle_once')],
            },
        ),
        migrations.CreateModel(
            name='Connection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('settings', models.JSONField(default=dict)),
                ('secrets', governance.secrets.SealedField(blank=True, default='', editable=False)),
                ('external_id', models.CharField(max_length=200)),
                ('token_key', models.CharField(max_length=64)),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('connected_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('paused_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('next_fetch_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('leased_until', models.DateTimeField(blank=True, null=True)),
                ('last_fetch_at', models.DateTimeField(blank=True, null=True)),
                ('complete_until', models.DateTimeField(blank=True, null=True)),
                ('reread_at', models.DateTimeField(blank=True, null=True)),
                ('incomplete_since', models.DateTimeField(blank=True, null=True)),
                ('activity_until', models.DateTimeField(blank=True, null=True)),
                ('shared_at', models.DateTimeField(blank=True, null=True)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, choices=[('limited', 'The platform asks us to wait before the next call.'), ('unreachable', 'The platform does not answer, or answers that something is broken there.'), ('bad_answer', 'The platform’s answer could not be understood.'), ('undated', 'What is published there has no date that can be read, so nobody knows when it was.'), ('too_large', 'The platform’s answer is larger than we take.'), ('ceiling', 'The ceiling for paid calls this month is reached.'), ('credentials', 'The access has expired or was withdrawn. Connect the account anew.'), ('rights', 'The access lacks a right that is needed. Connect the account anew with all rights.'), ('gone', 'The account is not found on the platform.'), ('unseen', 'The platform shows nothing there: the account is gone, or the access lacks a right. See on the platform whether the account is there; if it is, connect it anew with all rights.'), ('suspended', 'The platform has suspended the account.'), ('refused_address', 'The address leads to a private network, or is no web address.'), ('unsupported', 'The platform no longer takes calls of this kind. The portal needs an update.')], max_length=20)),
                ('last_error_detail', models.CharField(blank=True, max_length=300)),
                ('last_error_at', models.DateTimeField(blank=True, null=True)),
                ('remote_state', models.CharField(choices=[('active', 'Active'), ('gone', 'Not found any more'), ('unseen', 'Not found: it is gone, or the access may no longer see it'), ('suspended', 'Suspended by the platform')], default='active', max_length=10)),
                ('remote_handle', models.CharField(blank=True, max_length=200)),
                ('remote_key', models.CharField(blank=True, db_index=True, max_length=200)),
                ('resumed_at', models.DateTimeField(blank=True, null=True)),
                ('backfill_since', models.DateTimeField()),
                ('backfill_posts', models.PositiveIntegerField(default=0)),
                ('backfilled_at', models.DateTimeField(blank=True, null=True)),
                ('connected_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('paused_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='connection', to='accounts.officialaccount')),
            ],
        ),
        migrations.CreateModel(
            name='Check',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item', models.CharField(choices=[('own_password', 'The account has a strong password of its own'), ('two_step', 'Two-step sign-in is on'), ('shared_email', 'It is opened with a shared e-mail address that the body owns'), ('recovery', 'It is written down who holds the recovery codes, not the codes themselves'), ('statement', 'The profile statement is published on the account'), ('records_exported', 'What must be kept is exported'), ('notice_posted', 'A last notice on the account says that it closes and where to turn'), ('handle_held', 'The handle is held: the profile stays, emptied, or the platform keeps it from others'), ('sign_in', 'The sign-in is handed over to the information section')], max_length=20)),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('done_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='checks', to='accounts.officialaccount')),
            ],
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('lead', 'Moderator'), ('deputy', 'Deputy')], max_length=10, verbose_name='role')),
                ('rank', models.PositiveSmallIntegerField(default=1, verbose_name='order')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('delegated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('decline_reason', models.CharField(blank=True, max_length=300)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('end_reason', models.CharField(blank=True, max_length=300)),
                ('delegated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL, verbose_name='person')),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='assignments', to='accounts.officialaccount')),
            ],
            options={
                'ordering': ['account', '-part', 'rank', 'starts_on', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='application',
            name='account',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='application', to='accounts.officialaccount'),
        ),
        migrations.CreateModel(
            name='Pause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('reason', models.CharField(max_length=300, verbose_name='reason, as the public will read it')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pauses', to='accounts.officialaccount')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ended_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['starts_at'],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=200)),
                ('kind', models.CharField(choices=[('comment', 'Comment'), ('mention', 'Mention'), ('message', 'Message'), ('review', 'Review'), ('reply', 'Reply')], default='comment', max_length=10, verbose_name='kind')),
                ('source', models.CharField(choices=[('hand', 'by hand'), ('import', 'from a file'), ('api', 'through the API'), ('platform', 'read from the platform')], max_length=10)),
                ('author', models.CharField(blank=True, max_length=200, verbose_name='author')),
                ('text', models.TextField(blank=True, verbose_name='text')),
                ('url', models.URLField(blank=True, max_length=500, verbose_name='address')),
                ('address_key', models.CharField(blank=True, db_default='', default='', max_length=220)),
                ('thread_id', models.CharField(blank=True, max_length=200)),
                ('parent_id', models.CharField(blank=True, max_length=200)),
                ('author_id', models.CharField(blank=True, max_length=200)),
                ('matter', models.CharField(blank=True, db_default='', default='', max_length=64)),
                ('language', models.CharField(blank=True, max_length=10, verbose_name='language')),
                ('private', models.BooleanField(default=False)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('measurable', models.BooleanField(default=True)),
                ('content_removed_at', models.DateTimeField(blank=True, null=True)),
                ('posted_at', models.DateTimeField(verbose_name='posted')),
                ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answer_due_at', models.DateTimeField(blank=True, null=True, verbose_name='answer due')),
                ('deadline_moved_at', models.DateTimeField(blank=True, null=True)),
                ('flagged_at', models.DateTimeField(blank=True, null=True)),
                ('ladder_step', models.PositiveSmallIntegerField(default=0)),
                ('next_step_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('look_told_at', models.DateTimeField(blank=True, null=True)),
                ('held_at', models.DateTimeField(blank=True, null=True)),
                ('section_since', models.DateTimeField(blank=True, null=True)),
                ('section_due_at', models.DateTimeField(blank=True, null=True)),
                ('claimed_at', models.DateTimeField(blank=True, null=True)),
                ('tone', models.CharField(blank=True, choices=[('question', 'Question'), ('positive', 'Positive'), ('neutral', 'Neutral'), ('negative', 'Negative'), ('factual_error', 'Factual error')], max_length=20, verbose_name='what it is')),
                ('concerns', models.JSONField(blank=True, default=list, verbose_name='what it touches')),
                ('triaged_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('answered', 'Answered'), ('no_answer_needed', 'No answer needed'), ('referred_formal', 'Referred: asked to send a formal inquiry'), ('referred_political', 'Referred to the political level'), ('referred_section', 'Referred to the information section'), ('removed', 'Removed'), ('journalled', 'Journalled'), ('withdrawn', 'Deleted by its author')], max_length=20, verbose_name='outcome')),
                ('outcome_note', models.TextField(blank=True, verbose_name='note')),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('reopened_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='posts', to='accounts.officialaccount', verbose_name='account')),
                ('claimed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('held_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('triaged_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-posted_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Looking',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lookers', to='accounts.post')),
            ],
        ),
        migrations.CreateModel(
            name='Flag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('unanswered', 'Unanswered post'), ('inactive', 'No activity'), ('campaign_over', 'Past its end date'), ('evaluation_due', 'Evaluation due'), ('coverage_gap', 'Nobody on duty'), ('handover', 'Needs a new holder'), ('connection', 'The platform cannot be read'), ('platform', 'Changed on the platform'), ('section', 'Waits for the information section'), ('no_address', 'Cannot be reached by mail')], max_length=20, verbose_name='what')),
                ('found', models.JSONField(default=dict)),
                ('raised_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='raised')),
                ('answer_by', models.DateTimeField(blank=True, null=True, verbose_name='answer by')),
                ('answer', models.CharField(blank=True, choices=[('keep', 'We keep it'), ('retire', 'We retire it')], max_length=10, verbose_name='answer')),
                ('answer_text', models.TextField(blank=True, verbose_name='because')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('reminded_at', models.DateTimeField(blank=True, null=True)),
                ('decision', models.CharField(blank=True, choices=[('keep', 'We keep it'), ('retire', 'We retire it')], max_length=10, verbose_name='decision')),
                ('decision_text', models.TextField(blank=True, verbose_name='grounds')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('close_reason', models.CharField(blank=True, max_length=300)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='accounts.officialaccount', verbose_name='account')),
                ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='accounts.post')),
            ],
            options={
                'ordering': ['-raised_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Removal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('comment', 'Comment'), ('mention', 'Mention'), ('message', 'Message'), ('review', 'Review'), ('reply', 'Reply')], max_length=10)),
                ('posted_at', models.DateTimeField()),
                ('reason', models.CharField(choices=[('offensive', 'Insults, threats or hatred'), ('unlawful', 'Otherwise unlawful'), ('personal_data', 'Personal information'), ('confidential', 'Confidential information'), ('malicious_link', 'Suspected harmful link'), ('bullying', 'Bullying'), ('advertising', 'Advertising or spam'), ('off_topic', 'Against the rules of the account')], max_length=20, verbose_name='why')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='in your own words')),
                ('removed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='removals', to='accounts.officialaccount')),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='removal', to='accounts.post')),
                ('removed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-removed_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Reply',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('remote_id', models.CharField(max_length=200)),
                ('thread_id', models.CharField(blank=True, max_length=200)),
                ('parent_id', models.CharField(blank=True, max_length=200)),
                ('text', models.TextField(blank=True)),
                ('url', models.URLField(blank=True, max_length=500)),
                ('posted_at', models.DateTimeField()),
                ('first_seen_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='replies', to='accounts.officialaccount')),
            ],
            options={
                'ordering': ['posted_at', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='post',
            name='answer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='answers', to='accounts.reply'),
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('query', models.CharField(max_length=500)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Shift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], verbose_name='day')),
                ('starts', models.TimeField(verbose_name='from')),
                ('ends', models.TimeField(verbose_name='until')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shifts', to='accounts.officialaccount')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'ordering': ['weekday', 'starts', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Site',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('url', models.URLField(max_length=500, verbose_name='address')),
                ('made_by', models.CharField(choices=[('staff', 'Staff'), ('pupils', 'Pupils'), ('both', 'Staff and pupils')], max_length=10, verbose_name='made by')),
                ('purpose', models.CharField(max_length=300, verbose_name='what for')),
                ('is_public', models.BooleanField(default=False, verbose_name='shown to everybody, also without log-in')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sites', to='governance.unit')),
            ],
            options={
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='TakeOver',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ends_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='takeovers', to='accounts.officialaccount')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-starts_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='TokenLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(max_length=30)),
                ('token_key', models.CharField(max_length=64)),
                ('blocked_until', models.DateTimeField(blank=True, null=True)),
                ('month', models.DateField(blank=True, null=True)),
                ('units_used', models.PositiveIntegerField(default=0)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('platform', 'token_key'), name='token_limit_once')],
            },
        ),
        migrations.CreateModel(
            name='WorkUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(max_length=80, verbose_name='network')),
                ('profile', models.CharField(choices=[('own', 'My own profile'), ('work', 'A profile I have for work'), ('official', 'An official account')], max_length=10, verbose_name='through')),
                ('purpose', models.CharField(max_length=300, verbose_name='what for')),
                ('declared_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='work_uses', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['person__name', 'network', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ApplicationPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('lead', 'Moderator'), ('deputy', 'Deputy')], max_length=10, verbose_name='role')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='people', to='accounts.application')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='person')),
            ],
            options={
                'ordering': ['-part', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('application', 'person'), name='application_person_once')],
            },
        ),
        migrations.CreateModel(
            name='Cursor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stream', models.CharField(max_length=30)),
                ('value', models.TextField(blank=True)),
                ('walking_since', models.DateTimeField(blank=True, null=True)),
                ('whole', models.BooleanField(default=True)),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cursors', to='accounts.connection')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('connection', 'stream'), name='cursor_once')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('approved', 'Approved'), ('conditions', 'Approved with conditions'), ('returned', 'Sent back'), ('rejected', 'Rejected')], max_length=10)),
                ('text', models.TextField(blank=True)),
                ('decided_at', models.DateTimeField()),
                ('snapshot', models.JSONField()),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='accounts.application')),
                ('decided_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-decided_at', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('outcome', 'approved'), models.Q(('text', ''), _negated=True), _connector='OR'), name='decision_says_why')],
            },
        ),
        migrations.CreateModel(
            name='HookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('platform', models.CharField(max_length=30)),
                ('delivery_id', models.CharField(max_length=100)),
                ('body', models.TextField(blank=True)),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('result', models.CharField(blank=True, max_length=300)),
                ('source', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='accounts.hooksource')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('done_at', None)), fields=['received_at'], name='hook_to_work_off')],
                'constraints': [models.UniqueConstraint(fields=('platform', 'delivery_id'), name='hook_delivery_once')],
            },
        ),
        migrations.AddIndex(
            model_name='officialaccount',
            index=models.Index(condition=models.Q(('unconfirmed_since__isnull', False)), fields=['unconfirmed_since'], name='account_unconfirmed'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.CheckConstraint(condition=models.Q(('unconfirmed_since', None), ('confirmed_by', None), _connector='OR'), name='account_confirmed_or_not'),
        ),
        migrations.AddIndex(
            model_name='officialaccount',
            index=models.Index(fields=['name', 'id'], name='account_by_name'),
        ),
        migrations.AddIndex(
            model_name='officialaccount',
            index=models.Index(condition=models.Q(('address_key', ''), _negated=True), fields=['address_key'], name='account_by_address'),
        ),
        migrations.AddIndex(
            model_name='officialaccount',
            index=models.Index(condition=models.Q(('handle_key', ''), _negated=True), fields=['handle_key'], name='account_by_handle'),
        ),
        migrations.AddIndex(
            model_name='officialaccount',
            index=models.Index(fields=['unit', 'state'], name='account_by_unit'),
        ),
        migrations.AddIndex(
            model_name='officialaccount',
            index=models.Index(condition=models.Q(('state__in', ['active', 'paused'])), fields=['last_activity_at'], name='account_activity'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('handle_key', ''), _negated=True), fields=('platform', 'handle_key'), name='account_handle_once'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('address_key', ''), _negated=True), fields=('platform', 'address_key'), name='account_address_once'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('platform', 'external_id'), name='account_external_id_once'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'retired'), _negated=True), ('retired_at__isnull', False), _connector='OR'), name='account_retired_since'),
        ),
        migrations.AddConstraint(
            model_name='officialaccount',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['planned', 'retired']), ('opened_at__isnull', False), _connector='OR'), name='account_opened_since'),
        ),
        migrations.AddIndex(
            model_name='connection',
            index=models.Index(condition=models.Q(('paused_at', None), ('stopped_at', None)), fields=['next_fetch_at'], name='connection_to_fetch'),
        ),
        migrations.AddConstraint(
            model_name='check',
            constraint=models.UniqueConstraint(fields=('account', 'item'), name='check_once'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('declined_at', None), ('ended_at', None)), fields=['person'], name='assignment_of_person'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('declined_at', None), ('ended_at', None)), fields=['ends_on'], name='assignment_to_end'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('declined_at', None), ('ended_at', None)), fields=('account', 'person'), name='assignment_open_once'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='assignment_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(('accepted_at', None), ('declined_at', None), _connector='OR'), name='assignment_accepted_or_declined'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', 'submitted')), fields=['submitted_at'], name='application_waiting'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', 'draft')), fields=['changed_at'], name='application_drafts'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'expired', 'withdrawn']), ('submitted_at__isnull', False), _connector='OR'), name='application_submitted_since'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['approved', 'rejected']), _negated=True), ('decided_at__isnull', False), _connector='OR'), name='application_decided_since'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('account__isnull', False), ('status__in', ['approved', 'registered'])), models.Q(models.Q(('status__in', ['approved', 'registered']), _negated=True), ('account', None)), _connector='OR'), name='application_has_account'),
        ),
        migrations.AddConstraint(
            model_name='pause',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='pause_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='looking',
            constraint=models.UniqueConstraint(fields=('post', 'person'), name='looking_once'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['reason', '-raised_at'], name='flag_open'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['account'], name='flag_open_of_account'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('post__isnull', False)), fields=('post', 'reason'), name='flag_post_once'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('person', None), ('post', None)), fields=('account', 'reason'), name='flag_account_open_once'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None), ('person__isnull', False)), fields=('account', 'reason', 'person'), name='flag_person_open_once'),
        ),
        migrations.AddIndex(
            model_name='removal',
            index=models.Index(fields=['account', '-removed_at'], name='removal_of_account'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['account', 'parent_id'], name='reply_by_parent'),
        ),
        migrations.AddIndex(
            model_name='reply',
            index=models.Index(fields=['account', 'thread_id'], name='reply_by_thread'),
        ),
        migrations.AddConstraint(
            model_name='reply',
            constraint=models.UniqueConstraint(fields=('account', 'remote_id'), name='reply_once'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['answer_due_at', 'id'], name='post_open_by_due'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at', None), ('flagged_at', None), ('measurable', True)), fields=['answer_due_at', 'id'], name='post_to_flag'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at', None), ('flagged_at', None), ('measurable', True), ('reminded_at', None)), fields=['answer_due_at', 'id'], name='post_to_remind'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at', None), ('section_due_at__isnull', False)), fields=['section_due_at'], name='post_at_section'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['account', 'thread_id'], name='post_by_thread'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['next_step_at'], name='post_to_escalate'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['account', 'answer_due_at'], name='post_open_of_account'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['account', '-posted_at'], name='post_of_account'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(fields=['-posted_at', '-id'], name='post_newest'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['-closed_at', '-id'], name='post_closed_newest'),
        ),
        migrations.AddField(
            model_name='post',
            name='first',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='following', to='accounts.post'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('parent_id', ''), _negated=True), fields=['account', 'parent_id'], name='post_by_parent'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('matter', ''), _negated=True), fields=['account', 'matter'], name='post_by_matter'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(fields=('account', 'remote_id'), name='post_once'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.UniqueConstraint(condition=models.Q(('address_key', ''), _negated=True), fields=('account', 'address_key'), name='post_once_by_address'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('claimed_at', None), ('claimed_by', None)), models.Q(('claimed_at__isnull', False), ('claimed_by__isnull', False)), _connector='OR'), name='post_claimed_by_and_at'),
        ),
        migrations.AddConstraint(
            model_name='post',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('outcome', '')), models.Q(models.Q(('outcome', ''), _negated=True), ('closed_at__isnull', False)), _connector='OR'), name='post_outcome_when_closed'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('person', 'name'), name='saved_view_once'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.CheckConstraint(condition=models.Q(('ends__gt', models.F('starts'))), name='shift_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='shift',
            constraint=models.UniqueConstraint(fields=('account', 'person', 'weekday', 'starts'), name='shift_once'),
        ),
        migrations.AddConstraint(
            model_name='site',
            constraint=models.UniqueConstraint(condition=models.Q(('removed_at', None)), fields=('unit', 'url'), name='site_once'),
        ),
        migrations.AddIndex(
            model_name='takeover',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['account', 'ends_at'], name='takeover_standing'),
        ),
        migrations.AddConstraint(
            model_name='takeover',
            constraint=models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='takeover_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='workuse',
            constraint=models.UniqueConstraint(models.F('person'), django.db.models.functions.text.Lower('network'), models.F('profile'), condition=models.Q(('ended_at', None)), name='work_use_once'),
        ),
        append_only("accounts_decision"),
    ]
