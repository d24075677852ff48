from django.db import migrations

from governance.models.audit import append_only


class Migration(migrations.Migration):
    """The audit trail refuses UPDATE, DELETE and TRUNCATE from here on."""

    dependencies = [("governance", "0001_initial")]
    operations = [append_only("governance_auditevent")]
