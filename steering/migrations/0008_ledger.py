"""The rule T13: what the ledger booked and what claims explain differ beyond the tolerance."""

from django.db import migrations, models

RULES = ("T1", "T2", "T4", "T9", "T10", "T13", "T17")


class Migration(migrations.Migration):
    dependencies = [("steering", "0007_value_lost")]
    operations = [
        migrations.AlterField(
            model_name="escalation",
            name="rule",
            field=models.CharField(choices=[(each, each) for each in RULES], max_length=4),
        ),
    ]
