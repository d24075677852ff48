from django.db import migrations

from governance.models.platforms import ensure_platforms


def add(apps, schema_editor):
    ensure_platforms(apps.get_model("governance", "Platform"))


class Migration(migrations.Migration):
    """A new portal knows the usual platforms; the body edits the list from there."""

    dependencies = [("governance", "0002_append_only")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
