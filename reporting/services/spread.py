"""Adding differences to the nodes above: each kind of row in one statement, whatever the batch."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from django.db import connection

from core import tenancy
from measures.models.line import PERIODS
from measures.rules.lines import GroupKey
from reporting.models import RollupGroup
from reporting.queries import stored
from reporting.queries.stored import COLUMNS
from reporting.rules.spread import Spread

Arguments: TypeAlias = dict[str, int | list[int] | list[str]]
"""What a statement is given: one value, or a column of them."""

_KEY = "node_id, group_id, bucket, series, fiscal_year"

# Rows are written in the order of their nodes, as everything that writes roll-ups does.
_ADD_VALUES = f"""
INSERT INTO rollup_value AS stored (organization_id, {_KEY}, {", ".join(PERIODS)})
SELECT %(organization)s, {_KEY}, {", ".join(f"sum({p})::bigint" for p in PERIODS)}
  FROM unnest(%(place_of)s::int[], %(place)s::bigint[]) AS place (ref, node_id)
  JOIN unnest(%(change_of)s::int[], %(group)s::bigint[], %(bucket)s::text[], %(series)s::text[],
              %(year)s::smallint[], {", ".join(f"%({p})s::bigint[]" for p in PERIODS)})
       AS change (ref, group_id, bucket, series, fiscal_year, {", ".join(PERIODS)}) USING (ref)
 GROUP BY {_KEY}
HAVING ({", ".join(f"sum({p})" for p in PERIODS)}) <> ({", ".join("0" for _ in PERIODS)})
 ORDER BY {_KEY}
    ON CONFLICT (organization_id, {_KEY}) DO UPDATE
   SET {", ".join(f"{p} = stored.{p} + excluded.{p}" for p in PERIODS)}
"""  # noqa: S608 -- only names of columns are put in

_NUMBERS = list(COLUMNS.values())
_ADD_COUNTS = f"""
INSERT INTO rollup_count AS stored
       (organization_id, node_id, version, implementation, potential, implementation_reasons,
        potential_reasons, has_open_level_3, {", ".join(_NUMBERS)})
SELECT %(organization)s, node_id, 1, 'grey', 'grey', '[]', '[]', false,
       {", ".join(f"sum({c})::bigint" for c in _NUMBERS)}
  FROM unnest(%(place_of)s::int[], %(place)s::bigint[]) AS place (ref, node_id)
  JOIN unnest(%(change_of)s::int[], {", ".join(f"%({c})s::bigint[]" for c in _NUMBERS)})
       AS change (ref, {", ".join(_NUMBERS)}) USING (ref)
 GROUP BY node_id ORDER BY node_id
    ON CONFLICT (organization_id, node_id) DO UPDATE
   SET version = stored.version + 1,
       {", ".join(f"{c} = stored.{c} + excluded.{c}" for c in _NUMBERS)}
"""  # noqa: S608 -- only names of columns are put in


def add(spreads: Sequence[Spread]) -> None:
    """Add every difference at each of its nodes; the organization's roll-up lock is held."""
    if not spreads:
        return
    groups = group_ids({key.group for spread in spreads for key in spread.rows})
    places: Arguments = {
        "organization": tenancy.current_organization_id(),
        "place_of": [ref for ref, spread in enumerate(spreads) for _ in spread.nodes],
        "place": [node for spread in spreads for node in spread.nodes],
    }
    with connection.cursor() as cursor:
        cursor.execute(_ADD_VALUES, {**places, **_changes(spreads, groups)})
        cursor.execute(_ADD_COUNTS, {**places, **_tallies(spreads)})


def group_ids(wanted: Iterable[GroupKey]) -> dict[GroupKey, int]:
    """Return the ids of groups, making those that are new."""
    known = {key: pk for pk, key in stored.groups().items()}
    missing = sorted(set(wanted) - known.keys())
    if missing:
        made = RollupGroup.objects.bulk_create(_row(key) for key in missing)
        known |= {key: row.pk for key, row in zip(missing, made, strict=True)}
    return known


def _row(key: GroupKey) -> RollupGroup:
    return RollupGroup(
        unit=key.unit.code,
        decimals=key.unit.decimals,
        currency=key.currency,
        effect_type=key.effect_type,
        recurrence=key.recurrence,
        nature=key.nature,
    )


def _changes(spreads: Sequence[Spread], groups: dict[GroupKey, int]) -> Arguments:
    rows = [
        (ref, key, row) for ref, spread in enumerate(spreads) for key, row in spread.rows.items()
    ]
    return {
        "change_of": [ref for ref, _, _ in rows],
        "group": [groups[key.group] for _, key, _ in rows],
        "bucket": [key.bucket.value for _, key, _ in rows],
        "series": [key.series for _, key, _ in rows],
        "year": [key.fiscal_year for _, key, _ in rows],
        **{period: [row[at] for _, _, row in rows] for at, period in enumerate(PERIODS)},
    }


def _tallies(spreads: Sequence[Spread]) -> Arguments:
    return {
        "change_of": list(range(len(spreads))),
        **{column: [spread.tally[name] for spread in spreads] for name, column in COLUMNS.items()},
    }
