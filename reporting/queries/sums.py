"""The SQL of the full recompute: every node summed anew from the measures, level by level.

A node's place is taken from the path under which each measure was added, so that a move that
still waits for the drain is no difference.
"""

from collections.abc import Sequence
from itertools import pairwise

from measures.models.line import PERIODS
from reporting.queries.stored import COLUMNS

KEY = ("node_id", "group_id", "bucket", "series", "fiscal_year")
NUMBERS = tuple(COLUMNS.values())
LEVELS = ("packages", "projects", "programs", "portfolios", "organizations")

_LEAF_VALUES = f"""
SELECT l.ancestor_ids AS path, v.group_id, v.bucket, v.series, v.fiscal_year, {{sums}}
  FROM rollup_leaf l
  JOIN rollup_value v ON v.organization_id = l.organization_id AND v.node_id = l.node_id
 WHERE l.organization_id = %(organization)s
 GROUP BY 1, {", ".join(KEY[1:])}
"""  # noqa: S608 -- only names of columns are put in

_LEAF_COUNTS = """
SELECT l.ancestor_ids AS path, {sums}
  FROM rollup_leaf l
  JOIN rollup_count c ON c.organization_id = l.organization_id AND c.node_id = l.node_id
 WHERE l.organization_id = %(organization)s
 GROUP BY 1
"""

_STORED = """
SELECT {columns} FROM {table} s
 WHERE s.organization_id = %(organization)s
   AND NOT EXISTS (SELECT 1 FROM rollup_leaf l
                    WHERE l.organization_id = s.organization_id AND l.node_id = s.node_id)
"""


def _sums(columns: Sequence[str], table: str = "") -> str:
    prefix = f"{table}." if table else ""
    return ", ".join(f"sum({prefix}{column})::bigint AS {column}" for column in columns)


def _recomputed(leaves: str, keys: Sequence[str], columns: Sequence[str]) -> str:
    """Return the common table expressions that end in `recomputed`: the sums of every node."""
    by = ", ".join(("path", *keys[1:]))
    steps = [f"{LEVELS[0]} AS ({leaves})"]
    for below, level in pairwise(LEVELS):
        above = ", ".join(("path[2:] AS path", *keys[1:]))
        steps.append(
            f"{level} AS (SELECT {above}, {_sums(columns)} FROM {below}"  # noqa: S608 -- names
            f" GROUP BY {', '.join(str(at) for at in range(1, len(keys) + 1))})"
        )
    everything = " UNION ALL ".join(
        f"SELECT {by}, {', '.join(columns)} FROM {level}"  # noqa: S608 -- names
        for level in LEVELS
    )
    node = ", ".join(("path[1] AS node_id", *keys[1:]))
    steps.append(
        f"recomputed AS (SELECT {node}, {_sums(columns)} FROM ({everything}) AS levels"  # noqa: S608
        f" GROUP BY {', '.join(str(at) for at in range(1, len(keys) + 1))})"
    )
    return ", ".join(steps)


def _differing(leaves: str, table: str, keys: Sequence[str], columns: Sequence[str]) -> str:
    """Return a query of every node row that differs: keys, stored columns, recomputed columns."""
    stored = _STORED.format(columns=", ".join((*keys, *columns)), table=table)
    by_both = ", ".join(keys)
    was = ", ".join(f"coalesce(stored.{c}, 0) AS stored_{c}" for c in columns)
    should = ", ".join(f"coalesce(recomputed.{c}, 0) AS {c}" for c in columns)
    old = ", ".join(f"coalesce(stored.{c}, 0)" for c in columns)
    new = ", ".join(f"coalesce(recomputed.{c}, 0)" for c in columns)
    return (
        f"WITH {_recomputed(leaves, keys, columns)}, stored AS ({stored})"  # noqa: S608 -- names
        f" SELECT {by_both}, {was}, {should} FROM stored FULL JOIN recomputed"
        f" USING ({by_both}) WHERE ({old}) <> ({new}) ORDER BY {by_both}"
    )


def _repairing(
    differing: str, table: str, keys: Sequence[str], columns: Sequence[str], fresh: str = ""
) -> str:
    """Return the statement that writes the recomputed sums where they differ, and only there.

    `fresh` names the columns of a row that was missing, with what they begin as.
    """
    into = ", ".join((*keys, *columns))
    names, values = (part.strip() for part in fresh.split("=")) if fresh else ("", "")
    assigned = ", ".join(f"{c} = excluded.{c}" for c in columns)
    bumped = f"version = {table}.version + 1, " if fresh else ""
    return (
        f"INSERT INTO {table} (organization_id, {into}{names and ', '}{names})"  # noqa: S608
        f" SELECT %(organization)s, {into}{values and ', '}{values} FROM ({differing}) AS differing"
        f" ON CONFLICT (organization_id, {', '.join(keys)}) DO UPDATE SET {bumped}{assigned}"
    )


_NEW_COUNT = (
    "version, implementation, potential, implementation_reasons, potential_reasons,"
    " has_open_level_3 = 1, 'grey', 'grey', '[]', '[]', false"
)
DIFFERING_VALUES = _differing(
    _LEAF_VALUES.format(sums=_sums(PERIODS, "v")), "rollup_value", KEY, PERIODS
)
DIFFERING_COUNTS = _differing(
    _LEAF_COUNTS.format(sums=_sums(NUMBERS, "c")), "rollup_count", KEY[:1], NUMBERS
)
REPAIR_VALUES = _repairing(DIFFERING_VALUES, "rollup_value", KEY, PERIODS)
REPAIR_COUNTS = _repairing(DIFFERING_COUNTS, "rollup_count", KEY[:1], NUMBERS, _NEW_COUNT)
