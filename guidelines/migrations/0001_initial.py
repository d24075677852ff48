# What holds of the rows beside their columns stands at the end: append-only tables, first rows, indexes by expression.

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from guidelines.ready_texts.models import ensure_ready_texts
from guidelines.texts.frozen import freeze_published

# The very expression that `guidelines.reading.search` asks for, or PostgreSQL does not use the index.
CONFIGS = ["norwegian", "danish", "english"]
INDEX = (
    "CREATE INDEX guidelines_passage_{config} ON guidelines_indexedpassage "
    "USING gin (to_tsvector('{config}'::regconfig, COALESCE(words, '')))"
)


def index_on_postgresql(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for config in CONFIGS:
            schema_editor.execute(INDEX.format(config=config), params=None)


def add_ready_texts(apps, schema_editor):
    ensure_ready_texts(apps.get_model("guidelines", "ReadyText"))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Guideline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=80, unique=True, verbose_name='address')),
                ('audience', models.CharField(choices=[('official', 'Official accounts'), ('employees', 'Employees'), ('politicians', 'Politicians'), ('teachers', 'Teachers and school leaders'), ('moderators', 'Moderators'), ('crisis', 'In a crisis')], max_length=20, verbose_name='for')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('review_on', models.DateField(blank=True, null=True, verbose_name='look at it again by')),
            ],
            options={
                'ordering': ['audience', 'slug'],
            },
        ),
        migrations.CreateModel(
            name='OutsideLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('url', models.CharField(max_length=2000, unique=True)),
                ('next_look_at', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                ('looked_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, choices=[('', 'None'), ('gone', 'The page is gone'), ('unreachable', 'Nothing has answered for days'), ('no_address', 'This is no web address'), ('private', 'Within the body’s own network: not looked at'), ('no_rule', 'There is no such rule or guideline'), ('no_page', 'The portal has no page of this name')], max_length=20)),
                ('misses', models.PositiveSmallIntegerField(default=0)),
                ('dead_since', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': [models.OrderBy(models.F('dead_since'), descending=True, nulls_last=True), 'url'],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('key', models.CharField(max_length=40)),
                ('text', models.TextField(max_length=4000, verbose_name='question')),
                ('path', models.CharField(blank=True, max_length=300, verbose_name='asked from')),
                ('anchor', models.CharField(blank=True, max_length=60)),
                ('answer', models.TextField(blank=True, max_length=4000, verbose_name='answer')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to=settings.AUTH_USER_MODEL)),
                ('guideline', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='questions', to='guidelines.guideline')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('anchor', models.CharField(blank=True, max_length=60)),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5, verbose_name='language')),
                ('question', models.CharField(max_length=300, verbose_name='question')),
                ('answer', models.TextField(max_length=4000, verbose_name='answer')),
                ('published_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('removed_at', models.DateTimeField(blank=True, null=True)),
                ('guideline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='guidelines.guideline')),
                ('published_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('removed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('came_from', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='note', to='guidelines.question')),
            ],
            options={
                'ordering': ['published_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReadyText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('thanks', 'Thanks'), ('negative', 'Answer to a negative comment'), ('correction', 'Correction of an error'), ('holding', 'Holding reply'), ('official', 'Points to the official information'), ('formal', 'Asks for a formal inquiry'), ('political', 'Refers to the political level'), ('section', 'Passed on to the information section'), ('confidential', 'Not to be dealt with here'), ('removed', 'Removed because of the rules'), ('bullying', 'Help against bullying'), ('child', 'Concern for a child'), ('hearing', 'Thanks for input to a hearing'), ('decline', 'Declines a pupil’s contact request'), ('disclaimer', 'Says that you speak for yourself'), ('picture', 'Asks for consent to a picture'), ('profile', 'What the account says about itself'), ('house_rules', 'House rules'), ('safe', 'How to reach us safely'), ('paused', 'Closed for a time'), ('back', 'Back again'), ('crisis_first', 'Crisis: the first message'), ('crisis_refer', 'Crisis: refers to the official information'), ('crisis_rumour', 'Crisis: corrects a rumour'), ('crisis_over', 'Crisis: it is over')], max_length=20, verbose_name='kind')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5, verbose_name='language')),
                ('tone', models.CharField(choices=[('friendly', 'Friendly'), ('formal', 'Formal')], default='friendly', max_length=10, verbose_name='tone')),
                ('number', models.PositiveIntegerField(default=1)),
                ('body', models.TextField(verbose_name='text')),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='EarlierText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('body', models.TextField()),
                ('changed_at', models.DateTimeField(null=True)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('text', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier', to='guidelines.readytext')),
            ],
            options={
                'ordering': ['text', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('change_note', models.TextField(blank=True, verbose_name='what has changed')),
                ('must_acknowledge', models.BooleanField(default=True, verbose_name='must be acknowledged')),
                ('acknowledge_why', models.CharField(blank=True, max_length=300, verbose_name='why it must be acknowledged again')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('guideline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='guidelines.guideline')),
                ('published_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['guideline', '-number'],
            },
        ),
        migrations.CreateModel(
            name='Text',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5, verbose_name='language')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('body', models.TextField(verbose_name='text')),
                ('revision', models.PositiveIntegerField(default=1)),
                ('changed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='guidelines.version')),
            ],
            options={
                'ordering': ['version', 'language'],
            },
        ),
        migrations.CreateModel(
            name='Review',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('answered_at', models.DateTimeField(null=True)),
                ('outcome', models.CharField(blank=True, choices=[('approved', 'Approved'), ('returned', 'Sent back')], max_length=10)),
                ('comment', models.TextField(blank=True)),
                ('fingerprint', models.CharField(blank=True, max_length=64)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guideline_reviews', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reviews', to='guidelines.version')),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('publish_at', models.DateTimeField(db_index=True)),
                ('must_acknowledge', models.BooleanField()),
                ('acknowledge_why', models.CharField(blank=True, max_length=300)),
                ('change_note', models.TextField(blank=True)),
                ('planned_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('planned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='plan', to='guidelines.version')),
            ],
            options={
                'ordering': ['publish_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='IndexedPassage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5)),
                ('position', models.PositiveIntegerField()),
                ('anchor', models.CharField(blank=True, max_length=60)),
                ('is_rule', models.BooleanField()),
                ('trail', models.JSONField(default=list)),
                ('text', models.TextField(blank=True)),
                ('words', models.TextField()),
                ('stems', models.TextField()),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='guidelines.version')),
            ],
            options={
                'ordering': ['version', 'language', 'position'],
            },
        ),
        migrations.CreateModel(
            name='CommentRound',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField()),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('opened_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rounds', to='guidelines.version')),
            ],
            options={
                'ordering': ['-opened_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Comment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5)),
                ('anchor', models.CharField(blank=True, max_length=60)),
                ('text', models.TextField(max_length=4000, verbose_name='comment')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='guidelines.version')),
            ],
            options={
                'ordering': ['at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='guidelines.version')),
            ],
            options={
                'ordering': ['-at'],
            },
        ),
        migrations.CreateModel(
            name='AidVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(choices=[('may-i-post', 'May I post this?'), ('who-do-i-speak-for', 'Do I speak for the body?'), ('journal', 'Shall this be journalled?'), ('pupil-contact', 'A pupil wants to connect with me'), ('picture', 'Is this picture all right?')], max_length=40, verbose_name='decision aid')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5, verbose_name='language')),
                ('number', models.PositiveIntegerField()),
                ('body', models.TextField(verbose_name='questions and answers')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['slug', 'language', '-number'],
                'constraints': [models.UniqueConstraint(fields=('slug', 'language', 'number'), name='aid_version_once')],
            },
        ),
        migrations.CreateModel(
            name='PendingImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(choices=[('nb', 'Norwegian bokmål'), ('nn', 'Norwegian nynorsk'), ('da', 'Danish'), ('en-gb', 'English')], max_length=5)),
                ('at', models.DateTimeField()),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(max_length=64)),
                ('revision', models.PositiveIntegerField()),
                ('lines', models.JSONField()),
                ('guideline', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pending_imports', to='guidelines.guideline')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('guideline', 'language', 'person'), name='pending_import_one_a_person')],
            },
        ),
        migrations.AddIndex(
            model_name='question',
            index=models.Index(condition=models.Q(('answered_at', None)), fields=['asked_at'], name='question_open'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.UniqueConstraint(fields=('asked_by', 'key'), name='question_once'),
        ),
        migrations.AddConstraint(
            model_name='question',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='question_answered_whole'),
        ),
        migrations.AddConstraint(
            model_name='readytext',
            constraint=models.UniqueConstraint(fields=('kind', 'language', 'tone'), name='ready_text_once'),
        ),
        migrations.AddConstraint(
            model_name='earliertext',
            constraint=models.UniqueConstraint(fields=('text', 'number'), name='earlier_text_once'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('guideline', 'number'), name='version_number_once'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at', None)), fields=('guideline',), name='version_one_draft'),
        ),
        migrations.AddConstraint(
            model_name='text',
            constraint=models.UniqueConstraint(fields=('version', 'language'), name='text_language_once'),
        ),
        migrations.AddConstraint(
            model_name='review',
            constraint=models.UniqueConstraint(condition=models.Q(('answered_at', None)), fields=('version', 'reviewer'), name='review_asked_once'),
        ),
        migrations.AddConstraint(
            model_name='indexedpassage',
            constraint=models.UniqueConstraint(fields=('version', 'language', 'position'), name='indexed_passage_once'),
        ),
        migrations.AddConstraint(
            model_name='commentround',
            constraint=models.UniqueConstraint(condition=models.Q(('closed_at', None)), fields=('version',), name='round_one_unclosed'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.UniqueConstraint(fields=('version', 'person'), name='acknowledged_once'),
        ),
        freeze_published(),
        migrations.RunPython(add_ready_texts, migrations.RunPython.noop),
        migrations.RunPython(index_on_postgresql, migrations.RunPython.noop),
    ]
