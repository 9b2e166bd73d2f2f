"""The statements that fill an organization with measures and copy what was derived of a few."""

from django.db.models import Model

from measures.models import MeasureStatus
from measures.models.line import PERIODS
from reporting.models import RollupCount, RollupLeaf, RollupValue

PATTERNS = 20
"""How many kinds of measures there are by their figures; a measure's number says which is its."""

TABLES = (
    "hierarchy_node",
    "measures_measure",
    "measures_line",
    "measures_seriesversion",
    "measures_milestone",
    "audit_history",
    "audit_event",
)
DERIVED_TABLES = ("measures_measurestatus", "rollup_leaf", "rollup_value", "rollup_count")

_PERIODS = ", ".join(PERIODS)

# Told by month: 4,000 to 23,000 in minor units of money a month for each of twenty patterns.
_FIGURES = ", ".join(
    f"CASE WHEN w.series = 'actual' AND make_date(w.fiscal_year, {month}, 1) >= w.this_month"
    f" THEN NULL ELSE 100 * (4000 + 1000 * f.pattern + 10 * {month}) END"
    for month in range(1, 13)
)

_FRESH = """
CREATE TEMPORARY TABLE fresh ON COMMIT DROP AS
SELECT nextval(pg_get_serial_sequence('hierarchy_node', 'id')) AS node_id,
       nextval(pg_get_serial_sequence('measures_measure', 'id')) AS measure_id,
       nextval(pg_get_serial_sequence('measures_line', 'id')) AS line_id,
       number, number %% %(patterns)s AS pattern, p.id AS package_id, p.ancestor_ids, p.tree_id,
       date_trunc('year', assay_now())::date AS this_year
  FROM generate_series(0, %(measures)s - 1) AS number
  JOIN unnest(%(packages)s::bigint[]) WITH ORDINALITY AS chosen (id, place)
    ON chosen.place = number %% cardinality(%(packages)s::bigint[]) + 1
  JOIN hierarchy_node p ON p.id = chosen.id
 ORDER BY number
"""

# Numbered last among its siblings until the whole tree is numbered anew.
_NODES = """
INSERT INTO hierarchy_node
       (id, organization_id, parent_id, name, code, ancestor_ids, version, lft, rght, tree_id,
        level)
SELECT node_id, %(organization)s, package_id, 'Measure ' || number + 1, '',
       package_id || ancestor_ids, 1, 2147483646, 2147483647, tree_id, 5
  FROM fresh ORDER BY number
"""

_MEASURES = """
INSERT INTO measures_measure
       (id, organization_id, node_id, description, effect_type, size, size_unit, proposer_id,
        owner_id, sponsor_id, controller_id, stage, lifecycle, starts_on, ends_on, decided_on,
        created_at, created_in, version)
SELECT measure_id, %(organization)s, node_id, 'Freight lanes are tendered anew.', 'hard',
       120000 + 12000 * pattern, '', %(owner)s, %(owner)s, %(sponsor)s, %(controller)s, 3, 'active',
       this_year - interval '1 year', this_year + interval '2 years' - interval '1 day',
       this_year - interval '1 year', this_year - interval '1 year', 0, 4
  FROM fresh ORDER BY number
"""

_LINES = """
INSERT INTO measures_line
       (id, organization_id, measure_id, name, nature, effect_type, recurrence, direction, unit,
        currency, decimals, full_effect_on, is_seasonal, is_level, budget_line, version)
SELECT line_id, %(organization)s, measure_id, 'Freight', 'benefit', 'hard', 'recurring', 'more',
       'money', 'EUR', 2, this_year - interval '1 year', false, false, '', 1
  FROM fresh ORDER BY number
"""

_SERIES = f"""
INSERT INTO measures_seriesversion
       (organization_id, line_id, split, series, fiscal_year, version, {_PERIODS}, is_seeded,
        recorded_at, recorded_by_id)
SELECT %(organization)s, f.line_id, '', w.series, w.fiscal_year, 1, {_FIGURES}, false,
       assay_now(), %(owner)s
  FROM fresh f
 CROSS JOIN (SELECT series, extract(year FROM assay_now())::int + offset_of AS fiscal_year,
                    date_trunc('month', assay_now())::date AS this_month
               FROM unnest(ARRAY['baseline', 'plan', 'forecast', 'actual']) AS series
              CROSS JOIN generate_series(-1, 1) AS offset_of) AS w
 ORDER BY f.number
"""  # noqa: S608 -- only names of columns and months are put in

_MILESTONES = """
INSERT INTO measures_milestone
       (organization_id, measure_id, name, owner_id, plan_end, is_mandatory, is_critical, weight,
        is_imported, added_after_freeze, updated_at, version)
SELECT %(organization)s, measure_id, 'Carriers chosen', %(owner)s,
       this_year + interval '1 year', true, false, 1, false, false, assay_now(), 1
  FROM fresh ORDER BY number
"""

# A ledger of the length that such an organization has, one act a measure; its content is not what
# is measured.
_HISTORY = """
INSERT INTO audit_history
       (organization_id, table_name, row_id, operation, after, actor_id, recorded_at,
        transaction_id)
SELECT s.organization_id, 'measures_seriesversion', s.id, 'INSERT', to_jsonb(s), %(owner)s,
       assay_now(), -f.measure_id
  FROM fresh f JOIN measures_seriesversion s
    ON s.organization_id = %(organization)s AND s.line_id = f.line_id AND s.series = 'forecast'
 ORDER BY f.number
"""
_EVENTS = """
INSERT INTO audit_event
       (organization_id, seq, act, subject_kind, subject_id, actor_id, reason, details, recorded_at,
        database_user, transaction_id, history_digest, previous_hash, hash)
SELECT h.organization_id, h.seq + f.number + 1, 'figures_saved', 'measure', f.measure_id, %(owner)s,
       '', jsonb_build_object('rows', '[]'::jsonb), assay_now(), 'assay_app', -f.measure_id,
       h.hash, h.hash, h.hash
  FROM fresh f JOIN audit_head h ON h.organization_id = %(organization)s
 ORDER BY f.number
"""
_HEAD = """
UPDATE audit_head SET seq = seq + %(measures)s WHERE organization_id = %(organization)s
"""

MEASURES = (
    _FRESH,
    _NODES,
    _MEASURES,
    _LINES,
    _SERIES,
    _MILESTONES,
    _HISTORY,
    _EVENTS,
    _HEAD,
)

# The first measures added are one of each pattern.
FIRST_OF_PATTERN = """
SELECT id FROM measures_measure WHERE organization_id = %(organization)s
 ORDER BY id LIMIT %(patterns)s
"""

_LIKE = """
CREATE TEMPORARY TABLE alike ON COMMIT DROP AS
WITH numbered AS (
  SELECT m.id, m.node_id, n.ancestor_ids, row_number() OVER (ORDER BY m.id) - 1 AS number
    FROM measures_measure m JOIN hierarchy_node n ON n.id = m.node_id
   WHERE m.organization_id = %(organization)s
)
SELECT own.id AS measure_id, own.node_id, own.ancestor_ids, own.number,
       model.id AS model_measure_id, model.node_id AS model_node_id
  FROM numbered own JOIN numbered model ON model.number = own.number %% %(patterns)s
 WHERE own.number >= %(patterns)s
"""


def _copied(model: type[Model], by: str, **own: str) -> str:
    """Return the statement that copies the rows of a model measure to each measure like it.

    `own` says by column what is not the model's: what belongs to the measure itself.
    """
    table = model._meta.db_table
    columns = [str(each.column) for each in model._meta.local_fields if not each.primary_key]
    values = ", ".join(own.get(column, f"m.{column}") for column in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values}"  # noqa: S608 -- names only
        f" FROM alike a JOIN {table} m ON m.{by} = a.model_{by}"
        " WHERE m.organization_id = %(organization)s ORDER BY a.number"
    )


DERIVED = (
    _LIKE,
    _copied(MeasureStatus, "measure_id", measure_id="a.measure_id"),
    _copied(
        RollupLeaf,
        "measure_id",
        measure_id="a.measure_id",
        node_id="a.node_id",
        ancestor_ids="a.ancestor_ids",
    ),
    _copied(RollupValue, "node_id", node_id="a.node_id"),
    _copied(RollupCount, "node_id", node_id="a.node_id"),
)
