"""What a measure's current figures take on disk, with their indexes."""

import psycopg

from config.bench.building import Built
from config.bench.measuring import Finding

LIMIT = 2.5  # kB
_KINDS = 4

_SIZE = """
SELECT pg_relation_size('measures_seriesversion'), pg_indexes_size('measures_seriesversion'),
       count(*) FROM measures_seriesversion
"""


def findings(superuser: psycopg.Connection, built: Built) -> list[Finding]:
    """Return the line about three years of four series, one version each."""
    row = superuser.execute(_SIZE).fetchone()
    assert row is not None  # noqa: S101 -- an aggregate gives one row
    table, indexes, rows = row
    del built
    kilobytes = [part / rows * 3 * _KINDS / 1000 for part in (table, indexes)]
    seen = sum(kilobytes)
    return [
        Finding(
            "storage of the current figures of a measure, 36 months x 4 series",
            f"<= {LIMIT} kB",
            f"{seen:.2f} kB ({kilobytes[0]:.2f} rows, {kilobytes[1]:.2f} indexes)",
            seen <= LIMIT,
        )
    ]
