from django.db import migrations


class Migration(migrations.Migration):
    """Put the first ready texts in. 0010 does so now, when a text has a tone."""

    dependencies = [("guidelines", "0003_triage_ready_texts")]
    operations = []
