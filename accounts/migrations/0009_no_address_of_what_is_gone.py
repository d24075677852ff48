from django.db import migrations
from django.db.models import Q


def empty(apps, schema_editor):
    """Platforms write the author's name into a post's address; it goes with the text since, and here afterwards."""
    posts = apps.get_model("accounts", "Post").objects.using(schema_editor.connection.alias)
    gone = Q(content_removed_at__isnull=False) | Q(removed_at__isnull=False)
    posts.filter(gone).exclude(url="", author_id="").update(url="", author_id="")


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0008_work_use"),
    ]

    operations = [
        migrations.RunPython(empty, migrations.RunPython.noop),
    ]
