"""The children of a node with their figures: the table by pages, and the bubbles of the quadrant.

Each is one query, the same for one child and for three thousand.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias, overload
from uuid import UUID

from django.db import connection

from core import tenancy
from core.money import from_scaled
from hierarchy.models import Node
from hierarchy.rules.levels import Level
from measures.models.line import PERIODS
from measures.queries.periods import Ground
from measures.rules.lights import Colour
from measures.rules.lines import GroupKey
from measures.rules.stage import Lifecycle, Stage
from reporting.queries.dashboard import NodeLight, reasons_from
from reporting.queries.stored import COLUMNS, tally_from
from reporting.rules import figures, rollup
from reporting.rules.rollup import Tally

Arguments: TypeAlias = dict[str, int | str | list[int] | None]

MOST_BUBBLES = 200
CENTS = 2
_COUNTED = 25  # the column of _ROWS that counts all children, whatever the page

_TOTAL = {
    series: "(" + " + ".join(f"coalesce({series}.{period}, 0)" for period in PERIODS) + ")"
    for series in ("plan", "outlook", "actual", "claimed", "unclaimed")
}
_SEVERITY = "CASE {} WHEN 'red' THEN 3 WHEN 'amber' THEN 2 WHEN 'green' THEN 1 ELSE 0 END"
_CONFIRMED = (
    f"abs({_TOTAL['actual']})::numeric"
    f" / nullif(abs({_TOTAL['actual']}) + abs({_TOTAL['claimed']}), 0)"
)

SORTS: Mapping[str, str] = {
    "name": "assay_in_order(n.name)",
    "implementation": _SEVERITY.format("coalesce(s.implementation, c.implementation)"),
    "potential": _SEVERITY.format("coalesce(s.potential, c.potential)"),
    "reds": "coalesce(c.implementation_red, 0) + coalesce(c.potential_red, 0)",
    "plan": _TOTAL["plan"],
    "outlook": _TOTAL["outlook"],
    "delta": f"{_TOTAL['outlook']} - {_TOTAL['plan']}",
    "confirmed": _CONFIRMED,
    "fresh": "c.fresh_value::numeric / nullif(c.value, 0)",
}
"""What the table can be sorted by; a minus before the name turns the order round."""

_JOINED = "".join(
    f"""
  LEFT JOIN rollup_value {series}
    ON {series}.organization_id = n.organization_id AND {series}.node_id = n.id
   AND {series}.group_id = g.id AND {series}.bucket = 'committed'
   AND {series}.series = '{series}' AND {series}.fiscal_year = %(year)s"""
    for series in _TOTAL
)

_ROWS = f"""
SELECT n.public_id, n.name, n.code, n.level, n.archived_on, m.stage, m.step, m.lifecycle,
       s.implementation, s.potential, s.implementation_reasons, s.potential_reasons,
       c.implementation, c.potential, c.implementation_reasons, c.potential_reasons,
       {", ".join(f"{total} AS total_{series}" for series, total in _TOTAL.items())},
       plan.node_id IS NULL, outlook.node_id IS NULL,
       ARRAY[{", ".join(f"plan.{period}" for period in PERIODS)}],
       ARRAY[{", ".join(f"outlook.{period}" for period in PERIODS)}],
       count(*) OVER (), n.id,
       {", ".join(f"coalesce(c.{column}, 0)" for column in COLUMNS.values())}
  FROM hierarchy_node n
  LEFT JOIN rollup_group g
    ON g.organization_id = n.organization_id AND g.unit = %(unit)s AND g.decimals = %(decimals)s
   AND g.currency = %(currency)s AND g.effect_type = %(effect_type)s
   AND g.recurrence = %(recurrence)s AND g.nature = %(nature)s
  LEFT JOIN rollup_count c ON c.organization_id = n.organization_id AND c.node_id = n.id
  LEFT JOIN measures_measure m ON m.organization_id = n.organization_id AND m.node_id = n.id
  LEFT JOIN measures_measurestatus s
    ON s.organization_id = m.organization_id AND s.measure_id = m.id{_JOINED}
 WHERE {{where}}
 ORDER BY {{order}}
 LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 -- only names of columns are put in

_WHERE = """n.organization_id = %(organization)s AND n.parent_id = %(parent)s
   AND (n.archived_on IS NULL OR c.measures > 0)
   AND (%(among)s::bigint[] IS NULL OR n.id = ANY (%(among)s))
   AND (%(search)s = '' OR n.name ILIKE %(pattern)s OR n.code ILIKE %(pattern)s)
   AND (%(implementation)s = '' OR coalesce(s.implementation, c.implementation, 'grey')
        = %(implementation)s)
   AND (%(potential)s = '' OR coalesce(s.potential, c.potential, 'grey') = %(potential)s)"""

_COUNT = f"""
SELECT count(*) FROM hierarchy_node n
  LEFT JOIN rollup_count c ON c.organization_id = n.organization_id AND c.node_id = n.id
  LEFT JOIN measures_measure m ON m.organization_id = n.organization_id AND m.node_id = n.id
  LEFT JOIN measures_measurestatus s
    ON s.organization_id = m.organization_id AND s.measure_id = m.id
 WHERE {_WHERE}
"""  # noqa: S608 -- only names of columns are put in


@dataclass(frozen=True, slots=True)
class Filter:
    """What of the children is wanted; it stands in the page's address. Empty: all.

    `among` are the nodes that may be children at all, where that is known: of a past day the tree
    is not found by its index.
    """

    search: str = ""
    implementation: str = ""
    potential: str = ""
    sort: str = "name"
    among: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ChildRow:
    """One child: amounts of this fiscal year in units, shares exact, months for its sparkline.

    `confidential` measures below it are hidden from the reader; with `is_withheld` its figures
    are, too, for they would give these away.
    """

    address: UUID
    name: str
    code: str
    level: Level
    is_archived: bool
    stage: Stage | None
    step: int
    lifecycle: Lifecycle | None
    implementation: NodeLight
    potential: NodeLight
    measures: int
    plan: Decimal | None
    outlook: Decimal | None
    confirmed: Decimal
    unclaimed: Decimal
    confirmed_share: Decimal | None
    fresh_share: Decimal | None
    plan_months: tuple[Decimal | None, ...]
    outlook_months: tuple[Decimal | None, ...]
    implementation_score: Decimal | None
    potential_ratio: Decimal | None
    is_withheld: bool = False
    confidential: int = 0

    @property
    def delta(self) -> Decimal | None:
        """Outlook less plan; None where either is not given."""
        return None if self.plan is None or self.outlook is None else self.outlook - self.plan

    @property
    def is_measure(self) -> bool:
        """Whether the child is a measure, which has a page of another kind."""
        return self.level is Level.MEASURE


class Children:
    """The children of a node as a sequence that is read page by page; fit for a Paginator."""

    def __init__(
        self,
        node: Node,
        ground: Ground,
        group: GroupKey | None,
        wanted: Filter | None = None,
        *,
        expected: slice | None = None,
    ) -> None:
        """Remember what to read.

        `expected` is the page that will be wanted: it is read at once, and the count with it.
        """
        self._wanted = wanted or Filter()
        self._group = group
        self._arguments = _arguments(node, ground, group, self._wanted)
        self._known: dict[int, list[ChildRow]] = {}
        self._count: int | None = None
        if expected is not None:
            self._page(expected.start or 0, expected.stop)

    def count(self) -> int:
        """Return how many children there are; one query, none after a page was read."""
        if self._count is None:
            with connection.cursor() as cursor:
                cursor.execute(_COUNT, self._arguments)
                row = cursor.fetchone()
            self._count = 0 if row is None else int(row[0])
        return self._count

    __len__ = count

    @overload
    def __getitem__(self, wanted: int, /) -> ChildRow: ...

    @overload
    def __getitem__(self, wanted: slice, /) -> list[ChildRow]: ...

    def __getitem__(self, wanted: int | slice, /) -> ChildRow | list[ChildRow]:
        """Return one page, or one row of it; one query."""
        if isinstance(wanted, int):
            return self._page(wanted, wanted + 1)[0]
        return self._page(wanted.start or 0, wanted.stop)

    def _page(self, first: int, stop: int | None) -> list[ChildRow]:
        known = self._known.get(first)
        if known is None or first + len(known) < min(stop or len(self), len(self)):
            known = self._known[first] = self._rows(first, stop)
        return known if stop is None else known[: stop - first]

    def _rows(self, first: int, stop: int | None) -> list[ChildRow]:
        page = {"offset": first, "limit": None if stop is None else stop - first}
        statement = _ROWS.format(where=_WHERE, order=_order(self._wanted.sort))
        rows = _read(statement, {**self._arguments, **page})
        if rows:
            self._count = rows[0][_COUNTED]
        return [_row(row, self._group) for row in rows]

    def __iter__(self) -> Iterator[ChildRow]:
        return iter(self[0:])


def largest(
    node: Node, ground: Ground, group: GroupKey | None, among: tuple[int, ...] | None = None
) -> list[ChildRow]:
    """Return the children with the largest plans, for the quadrant; one query."""
    statement = _ROWS.format(where=_WHERE, order=f"abs({_TOTAL['plan']}) DESC, n.name, n.id")
    arguments = _arguments(node, ground, group, Filter(among=among))
    rows = _read(statement, {**arguments, "offset": 0, "limit": MOST_BUBBLES})
    return [_row(row, group) for row in rows]


def _order(sort: str) -> str:
    descending = sort.startswith("-")
    expression = SORTS.get(sort.removeprefix("-"), SORTS["name"])
    return (
        f"{expression} {'DESC' if descending else 'ASC'} NULLS LAST, assay_in_order(n.name), n.id"
    )


def _arguments(node: Node, ground: Ground, group: GroupKey | None, wanted: Filter) -> Arguments:
    escaped = wanted.search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return {
        "organization": tenancy.current_organization_id(),
        "parent": node.pk,
        "year": ground.clock().fiscal_year,
        "unit": "" if group is None else group.unit.code,
        "decimals": 0 if group is None else group.unit.decimals,
        "currency": "" if group is None else group.currency,
        "effect_type": "" if group is None else group.effect_type.value,
        "recurrence": "" if group is None else group.recurrence.value,
        "nature": "" if group is None else group.nature.value,
        "search": wanted.search,
        "pattern": f"%{escaped}%",
        "implementation": wanted.implementation,
        "potential": wanted.potential,
        "among": None if wanted.among is None else list(wanted.among),
    }


def _read(statement: str, arguments: Arguments) -> list[tuple[Any, ...]]:
    # The joins stand in their best order; looking for a better one took ten times the reading.
    as_written = "SET LOCAL join_collapse_limit = 1;"
    as_ever = "; SET LOCAL join_collapse_limit = 8"
    with connection.cursor() as cursor:
        cursor.execute(as_written + statement + as_ever, arguments)
        cursor.nextset()
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _row(row: tuple[Any, ...], group: GroupKey | None) -> ChildRow:
    decimals = CENTS if group is None else group.unit.decimals
    public_id, name, code, level, archived_on, stage, step, lifecycle = row[:8]
    own, of_node = row[8:12], row[12:16]
    plan, outlook, actual, claimed, unclaimed, no_plan, no_outlook = row[16:23]
    plan_months, outlook_months = row[23:25]
    tally = tally_from(row[_COUNTED + 2 :])
    sight, node_id = tenancy.current().sight, row[_COUNTED + 1]
    at = _At(node_id, is_held=lifecycle == Lifecycle.ON_HOLD)

    def units(value: int) -> Decimal:
        return Decimal(value).scaleb(-decimals)

    def months(values: list[int | None]) -> tuple[Decimal | None, ...]:
        return tuple(from_scaled(value, decimals) for value in values)

    return ChildRow(
        address=public_id,
        name=name,
        code=code,
        level=Level(level),
        is_archived=archived_on is not None,
        stage=None if stage is None else Stage(stage),
        step=step or 0,
        lifecycle=None if lifecycle is None else Lifecycle(lifecycle),
        implementation=_light(own[0::2], of_node[0::2], tally, "implementation", at),
        potential=_light(own[1::2], of_node[1::2], tally, "potential", at),
        measures=tally["measures"],
        plan=None if no_plan else units(plan),
        outlook=None if no_outlook else units(outlook),
        confirmed=units(actual),
        unclaimed=units(unclaimed),
        confirmed_share=figures.ratio(rollup.confirmed_share(actual, claimed)),
        fresh_share=figures.ratio(rollup.fresh_share(tally)),
        plan_months=months(plan_months),
        outlook_months=months(outlook_months),
        implementation_score=_score(tally),
        potential_ratio=figures.ratio(
            rollup.coverage(tally["judged_outlook"], tally["judged_plan"])
        ),
        is_withheld=node_id in sight.sums,
        confidential=sight.hidden_below(node_id),
    )


@dataclass(frozen=True, slots=True)
class _At:
    """Which node a light is of, and whether it is of a measure on hold."""

    node_id: int
    is_held: bool


def _light(
    own: tuple[Any, ...], of_node: tuple[Any, ...], tally: Tally, light: str, at: _At
) -> NodeLight:
    """Return a measure's own light where it has one, else the one of its node."""
    colour, reasons = own if own[0] is not None else of_node
    found = reasons_from(json.loads(reasons) if reasons else (), at.node_id)
    return NodeLight(colour or "grey", found, tally.red_leaves(light), at.is_held)


def _score(tally: Tally) -> Decimal | None:
    is_weighed = not rollup.is_weighed_by_count(tally)
    weights = {
        colour: tally.with_colour("implementation", colour, kept=False, weighed=is_weighed)
        for colour in (Colour.GREEN, Colour.AMBER, Colour.RED)
    }
    return figures.ratio(rollup.weighted_score(weights))
