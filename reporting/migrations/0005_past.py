"""What was known on a day: derived rows are kept as each day ends, and views show all as of then.

Lights, roll-ups and places in the tree are kept by the day; governed rows are read from the
ledger's history; rows that never change by when they were recorded (docs/adr/0029).
"""

import importlib

from django.db import migrations

from core.tables import Past

SIGHT = importlib.import_module("reporting.migrations.0004_kinds_of_sums").SIGHT
OWNERS = {
    "rollup_value": "node_id",
    "rollup_count": "node_id",
    "measures_measurestatus": "measure_id",
    "hierarchy_node": "id",
}
KEEP = "".join(
    f"""
CREATE TRIGGER keep_{event.lower()} AFTER {event} ON {table}
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION assay_keep('{owner}');
ALTER TABLE {table} ENABLE ALWAYS TRIGGER keep_{event.lower()};
"""
    for table, owner in OWNERS.items()
    for event in ("INSERT", "UPDATE")
)
LET_GO = "".join(
    f"DROP TRIGGER keep_{event} ON {table};" for table in OWNERS for event in ("insert", "update")
)


def replaced(statement: str, was: str, now: str) -> str:
    """Return a statement with all places of one of its parts changed."""
    if was not in statement:
        raise ValueError(was)
    return statement.replace(was, now)


def known(table: str) -> str:
    """Return what stands for a table of roll-ups in a query: its rows as they were known."""
    return f"""(SELECT r.* FROM {table} t
                      CROSS JOIN LATERAL (SELECT k.content FROM audit_kept k
                        WHERE k.organization_id = t.organization_id AND k.table_name = '{table}'
                          AND k.row_id = t.id AND k.day <= known_by ORDER BY k.day DESC LIMIT 1) p
                      CROSS JOIN LATERAL jsonb_populate_record(t, p.content) r
                      WHERE t.organization_id = organization AND t.node_id = m.node_id)"""


# The hidden measures of today at the places and with the kinds of sums they had then.
PAST_SIGHT = SIGHT
for was, now in (
    (
        "CREATE OR REPLACE FUNCTION assay_sight(person bigint, principal bigint, pool integer)",
        "CREATE FUNCTION assay_past_sight(person bigint, principal bigint, pool integer, known_by date)",
    ),
    ("FROM rollup_value v", f"FROM {known('rollup_value')} v"),
    ("FROM rollup_count c", f"FROM {known('rollup_count')} c"),
    (
        "JOIN hierarchy_node n ON n.organization_id = organization AND n.id = m.node_id",
        """CROSS JOIN LATERAL (SELECT ARRAY(
                     SELECT each::bigint FROM jsonb_array_elements_text(k.content -> 'ancestor_ids')
                       WITH ORDINALITY AS ancestor (each, place) ORDER BY place) AS ancestor_ids
                     FROM audit_kept k
                    WHERE k.organization_id = organization AND k.table_name = 'hierarchy_node'
                      AND k.row_id = m.node_id AND k.day <= known_by ORDER BY k.day DESC LIMIT 1) n""",
    ),
):
    PAST_SIGHT = replaced(PAST_SIGHT, was, now)
PAST_SIGHT += """;
ALTER FUNCTION assay_past_sight(bigint, bigint, integer, date) OWNER TO assay_audit_owner;
GRANT EXECUTE ON FUNCTION assay_past_sight(bigint, bigint, integer, date)
  TO assay_app, assay_owner, assay_audit_owner;
"""

# What stands today is the first that is known of rows made before anything was kept.
SEED = """
DO $$
DECLARE
  each bigint;
  source record;
BEGIN
  FOR each IN SELECT id FROM accounts_organization LOOP
    PERFORM set_config('app.organization', each::text, true);
    FOR source IN VALUES {rows} LOOP
      EXECUTE format(
        'INSERT INTO audit_kept (organization_id, table_name, row_id, owner_id, day, content)'
        ' SELECT organization_id, %L, id, %I, assay_today(organization_id), to_jsonb(t)'
        '   FROM %I t WHERE organization_id = %s',
        source.column1, source.column2, source.column1, each);
    END LOOP;
  END LOOP;
  PERFORM set_config('app.organization', '', true);
END $$
""".format(rows=", ".join(f"('{table}', '{owner}')" for table, owner in OWNERS.items()))


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0005_kept"),
        ("governance", "0025_held_over"),
        ("hierarchy", "0004_names_in_order"),
        ("measures", "0019_budget"),
        ("reporting", "0004_kinds_of_sums"),
        ("steering", "0008_ledger"),
    ]
    operations = [
        migrations.RunSQL(PAST_SIGHT, "DROP FUNCTION assay_past_sight(bigint, bigint, integer, date)"),
        Past("hierarchy_node", "kept", ["lft", "rght", "tree_id", "public_id"]),
        Past(
            "rollup_value",
            "kept",
            ["node_id", "group_id", "bucket", "series", "fiscal_year"],
        ),
        Past("rollup_count", "kept", ["node_id"]),
        Past("measures_measurestatus", "kept", ["measure_id"]),
        Past("measures_measure", "history", ["node_id"]),
        Past("measures_line", "history", ["measure_id"]),
        Past("measures_milestone", "history", ["measure_id"]),
        Past(
            "measures_actualclaim", "history", ["line_id", "measure_id", "fiscal_year", "period"]
        ),
        Past("measures_seriesversion", "recorded_at", ["line_id", "series", "fiscal_year"]),
        Past("measures_nodetarget", "recorded_at", ["node_id", "fiscal_year"]),
        Past("measures_rate", "recorded_at"),
        Past("measures_periodclose", "recorded_at"),
        *(
            Past(table, "history", [key])
            for table, key in (
                ("governance_gaterequest", "measure_id"),
                ("governance_vote", "request_id"),
                ("governance_decision", "request_id"),
                ("governance_lifecycledecision", "measure_id"),
                ("governance_closureconfirmation", "measure_id"),
                ("governance_rollback", "measure_id"),
                ("governance_rollbackconfirmation", "id"),
                ("governance_takeover", "measure_id"),
                ("governance_takeoverconfirmation", "id"),
            )
        ),
        migrations.RunSQL(SEED, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, LET_GO),
    ]
