"""A correction is judged while the periods stand still: none is opened again meanwhile.

The actual that it names needs no lock of its own: it is approved, and then never changes.
"""

import importlib

from django.db import migrations

CORRECTION: str = importlib.import_module("measures.migrations.0017_correction_guards").CORRECTION
MAKES = "CREATE FUNCTION assay_guard_correction()"
LOOKS = "  SELECT * INTO origin FROM measures_actualclaim"
ROW = "id = NEW.corrects_id FOR SHARE;"


def locking() -> str:
    """Return the guard of a correction, with the lock of the periods before it looks."""
    guard = CORRECTION[: CORRECTION.index("END $$;") + len("END $$;")]
    for was, now in (
        (MAKES, MAKES.replace("CREATE", "CREATE OR REPLACE")),
        (ROW, ROW.replace(" FOR SHARE", "")),
        (
            LOOKS,
            "  PERFORM pg_advisory_xact_lock_shared("
            f"hashtextextended('assay:period', NEW.organization_id));\n{LOOKS}",
        ),
    ):
        assert guard.count(was) == 1, was
        guard = guard.replace(was, now)
    return guard


class Migration(migrations.Migration):
    dependencies = [("measures", "0017_correction_guards")]
    operations = [migrations.RunSQL(locking())]
