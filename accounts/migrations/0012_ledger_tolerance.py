"""The limits of the number that says how far the ledger may differ from what claims explain."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_own_organization")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO accounts_numberlimit"
            " VALUES ('ledger_tolerance', 0.02, 0, 0.2, false, 'ratio')"
        )
    ]
