"""The limits of the number that says how far back a bridge begins where no day is named."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_ledger_tolerance")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO accounts_numberlimit VALUES ('bridge_days', 30, 1, 183, true, 'days')"
        )
    ]
