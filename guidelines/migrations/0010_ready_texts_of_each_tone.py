from django.db import migrations

from guidelines.ready_texts import ensure_ready_texts


def add(apps, schema_editor):
    ensure_ready_texts(apps.get_model("guidelines", "ReadyText"))


class Migration(migrations.Migration):
    """A new portal has texts to start from; the information section edits them from there."""

    dependencies = [("guidelines", "0009_ready_text_tones")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
