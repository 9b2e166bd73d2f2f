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

ROOM = "SET LOCAL work_mem = '64MB'; SET LOCAL hash_mem_multiplier = 8"
"""Said before these statements: sums of a whole organization are hashed, neither sorted nor on
disk; sorting by their texts takes twice as long."""

# Paths are numbered first, and taken apart: arrays are dear to sort, to hash and to compare.
_PLACES = ("package_id", "project_id", "program_id", "portfolio_id", "root_id")
_PATHS = f"""
paths AS (
  SELECT path, row_number() OVER () AS number,
         {", ".join(f"path[{at}] AS {name}" for at, name in enumerate(_PLACES, start=1))}
    FROM (SELECT DISTINCT ancestor_ids AS path FROM rollup_leaf
           WHERE organization_id = %(organization)s) AS known
), leaves AS (
  SELECT l.node_id, p.number FROM rollup_leaf l JOIN paths p ON p.path = l.ancestor_ids
   WHERE l.organization_id = %(organization)s
)"""  # noqa: S608 -- names


def _sums(columns: Sequence[str]) -> str:
    return ", ".join(f"sum({column})::bigint AS {column}" for column in columns)


def _levels(table: str, keys: Sequence[str], columns: Sequence[str]) -> str:
    """Return the common table expressions of every level's sums, each from the level below."""
    figures, rest = ", ".join(columns), ", ".join(("", *keys[1:]))
    numbered = (
        f"numbered AS (SELECT number{rest}, {_sums(columns)} FROM {table} JOIN leaves"  # noqa: S608
        f" USING (node_id) WHERE organization_id = %(organization)s GROUP BY number{rest})"
    )
    packages = (
        f"{LEVELS[0]} AS (SELECT {', '.join(_PLACES)}{rest}, {figures}"  # noqa: S608 -- names
        " FROM numbered JOIN paths USING (number))"
    )
    steps = [_PATHS, numbered, packages]
    for depth, (below, level) in enumerate(pairwise(LEVELS), start=1):
        places = ", ".join(_PLACES[depth:])
        steps.append(
            f"{level} AS (SELECT {places}{rest}, {_sums(columns)} FROM {below}"  # noqa: S608
            f" GROUP BY {places}{rest})"
        )
    return ", ".join(steps)


# What overlaps take off stands at the nodes of their path, and is no part of the level below.
_TAKEN_OFF = (
    f" UNION ALL SELECT place AS node_id, group_id, bucket, series, fiscal_year,"  # noqa: S608
    f" {', '.join(PERIODS)} FROM rollup_deduction CROSS JOIN LATERAL unnest(path) AS place"
    " WHERE organization_id = %(organization)s"
)


def _differing(table: str, keys: Sequence[str], columns: Sequence[str], also: str = "") -> str:
    """Return a query of every node row that differs: its key, and recomputed less stored.

    One sum over what should be and, with a minus, what is: both are looked at once. `also` is what
    should be there besides the sums of the level below. The stored rows are found by their nodes,
    for there are ten times as many of measures.
    """
    rest, by = ", ".join(("", *keys[1:])), ", ".join(keys)
    should = " UNION ALL ".join(
        f"SELECT {place} AS node_id{rest}, {', '.join(columns)} FROM {level}"  # noqa: S608
        for place, level in zip(_PLACES, LEVELS, strict=True)
    )
    zeros = ", ".join("0" for _ in columns)
    return (
        f"WITH {_levels(table, keys, columns)}, nodes AS (SELECT n.id AS node_id"  # noqa: S608
        " FROM hierarchy_node n WHERE n.organization_id = %(organization)s"
        " AND NOT EXISTS (SELECT 1 FROM leaves WHERE leaves.node_id = n.id))"
        f" SELECT {by}, {_sums(columns)} FROM ({should}{also} UNION ALL"
        f" SELECT {by}, {', '.join(f'-{column}' for column in columns)} FROM nodes"
        f" JOIN {table} USING (node_id) WHERE organization_id = %(organization)s) AS both_sides"
        f" GROUP BY {by} HAVING ({', '.join(f'sum({column})' for column in columns)}) <> ({zeros})"
    )


def _repairing(
    differing: str, table: str, keys: Sequence[str], columns: Sequence[str], fresh: str = ""
) -> str:
    """Return the statement that adds what is missing where a row differs, and only there.

    `fresh` names the columns of a row that was missing, with what they begin as.
    """
    into = ", ".join((*keys, *columns))
    names, values = (part.strip() for part in fresh.split("=")) if fresh else ("", "")
    assigned = ", ".join(f"{c} = stored.{c} + excluded.{c}" for c in columns)
    bumped = "version = stored.version + 1, " if fresh else ""
    return (
        f"INSERT INTO {table} AS stored (organization_id, {into}{names and ', '}{names})"  # noqa: S608
        f" SELECT %(organization)s, {into}{values and ', '}{values} FROM ({differing}) AS differing"
        f" ORDER BY {', '.join(keys)}"
        f" ON CONFLICT (organization_id, {', '.join(keys)}) DO UPDATE SET {bumped}{assigned}"
    )


_NEW_COUNT = (
    "version, implementation, potential, implementation_reasons, potential_reasons,"
    " has_open_level_3 = 1, 'grey', 'grey', '[]', '[]', false"
)
DIFFERING_VALUES = _differing("rollup_value", KEY, PERIODS, _TAKEN_OFF)
DIFFERING_COUNTS = _differing("rollup_count", KEY[:1], NUMBERS)
REPAIR_VALUES = _repairing(DIFFERING_VALUES, "rollup_value", KEY, PERIODS)
REPAIR_COUNTS = _repairing(DIFFERING_COUNTS, "rollup_count", KEY[:1], NUMBERS, _NEW_COUNT)
