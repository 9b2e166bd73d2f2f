"""What counts as one kind of sum: each series of a group, and a stage's value in the funnel.

Else the only hidden measure with an approved actual, or at a stage, would be what is left of the
pool when the others' sums are taken away.
"""

import importlib

from django.db import migrations

CONFIDENTIAL = importlib.import_module("measures.migrations.0012_confidential")
ZEROES = "(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)"
WAS = """SELECT DISTINCT v.group_id || v.bucket ||
                          CASE WHEN v.series IN ('actual', 'claimed', 'unclaimed') THEN 'real'
                               ELSE 'said' END
"""
# What is claimed or not yet claimed changes by the day: it pools together with what is approved.
NOW = """SELECT DISTINCT concat_ws('.', v.group_id, v.bucket, kind)
"""
STAGES = "".join(
    f"""
                    UNION ALL SELECT 'stage.{stage}' FROM rollup_count c
                    WHERE c.organization_id = organization AND c.node_id = m.node_id
                      AND c.stage_{stage}_value <> 0"""
    for stage in range(6)
)


def replaced(statement: str, was: str, now: str) -> str:
    """Return a statement with one of its parts changed."""
    if statement.count(was) != 1:
        raise ValueError(was)
    return statement.replace(was, now)


SIGHT = replaced(
    replaced(
        replaced(CONFIDENTIAL.SIGHT, "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"), WAS, NOW
    ).replace(
        "FROM rollup_value v\n",
        "FROM rollup_value v CROSS JOIN LATERAL unnest(CASE\n"
        "                          WHEN v.series = 'actual' THEN ARRAY['actual', 'real']\n"
        "                          WHEN v.series IN ('claimed', 'unclaimed') THEN ARRAY['real']\n"
        "                          ELSE ARRAY[v.series::text] END) kind\n",
    ),
    f"<> {ZEROES})",
    f"<> {ZEROES}{STAGES})",
)


class Migration(migrations.Migration):
    dependencies = [
        ("measures", "0012_confidential"),
        ("reporting", "0003_readers_only"),
    ]
    operations = [migrations.RunSQL(SIGHT)]
