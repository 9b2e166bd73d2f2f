"""The past of premises, and of the budget: chart, files, budgeted amounts and bookings."""

from django.db import migrations

from core.tables import Past


class Migration(migrations.Migration):

    dependencies = [
        ("governance", "0026_correcting"),
        ("measures", "0020_committed_lines"),
        ("reporting", "0006_places_kept"),
    ]
    operations = [
        Past("governance_premise", "history", ["measure_id"]),
        Past("governance_premisevoid", "history", ["measure_id", "premise_id"]),
        Past("measures_budgetline", "history", ["public_id", "code"]),
        Past("measures_budgetbatch", "recorded_at"),
        Past("measures_budgetamount", "history", ["budget_id", "fiscal_year", "period", "batch_id"]),
        Past("measures_booking", "history", ["budget_id", "fiscal_year", "period", "batch_id"]),
    ]
