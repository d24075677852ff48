from django.db import migrations

from guidelines.frozen import freeze_published


class Migration(migrations.Migration):
    """Published versions and their texts refuse every change from here on."""

    dependencies = [("guidelines", "0001_initial")]
    operations = [freeze_published()]
