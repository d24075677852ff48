from django.db import migrations

from governance.models.audit import append_only


class Migration(migrations.Migration):
    """What was decided about an application is never changed; a later change needs a new decision."""

    dependencies = [("accounts", "0001_initial")]
    operations = [append_only("accounts_decision")]
