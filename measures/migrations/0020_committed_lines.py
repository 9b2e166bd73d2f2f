"""A line that was decided once stays what it is, also now that it knows its line of the chart."""

import importlib

from django.db import migrations

BUDGET = importlib.import_module("measures.migrations.0019_budget")
COMMITMENTS = importlib.import_module("measures.migrations.0011_commitments")
MAKES = "CREATE OR REPLACE FUNCTION assay_guard_line()"
CHANGES = "  IF TG_OP = 'UPDATE' THEN\n    IF (NEW.organization_id, NEW.measure_id, NEW.unit"


def guard() -> str:
    """Return the guard of a line as the chart made it, with what a commitment asks of it."""
    source: str = BUDGET.POINTING
    body = source[source.index(MAKES) :]
    body = body[: body.index("END $$;") + len("END $$;")]
    # What the commitments put before the judgement of a change.
    made: str = COMMITMENTS.LINE
    kept = made[made.index("  IF TG_OP = 'UPDATE' AND parent.stage < 3") : made.index(CHANGES)]
    assert body.count(CHANGES) == 1
    return body.replace(CHANGES, kept + CHANGES)


class Migration(migrations.Migration):
    dependencies = [("measures", "0019_budget")]
    operations = [migrations.RunSQL(guard())]
