"""A hand-over to the line can be proven by a file of its own kind."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("measures", "0022_overlaps")]
    operations = [
        migrations.AlterField(
            model_name="evidence",
            name="kind",
            field=models.CharField(choices=[('baseline', 'Baseline'), ('ledger_extract', 'Ledger Extract'), ('invoice_set', 'Invoice Set'), ('contract_volume', 'Contract Volume'), ('headcount_list', 'Headcount List'), ('budget_cut', 'Budget Cut'), ('completion', 'Completion'), ('hand_over', 'Hand Over'), ('other', 'Other')], max_length=20),
        ),
    ]
