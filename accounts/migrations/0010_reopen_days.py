"""The limits of the number that says how long a locked period may be open again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_numbers_within_limits")]
    operations = [
        migrations.RunSQL(
            "INSERT INTO accounts_numberlimit VALUES ('reopen_days', 5, 1, 10, true, 'working days')"
        )
    ]
