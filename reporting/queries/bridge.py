"""The bridge of a node's outlook between two days as known: by cause, and down to measures."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from core import tenancy
from core.money import from_scaled
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import past
from measures.models.line import PERIODS
from measures.queries import measures, periods
from measures.rules.calendar import MonthState, months_of_year
from measures.rules.lines import Bucket, GroupKey
from measures.rules.stage import Lifecycle
from reporting.queries import deductions, stored
from reporting.rules import bridge as rules
from reporting.rules import figures
from reporting.rules.bridge import Cause, Known
from reporting.rules.contribution import RollupSeries
from reporting.rules.figures import Horizon, Measured, Rows

_SERIES = ("plan", "outlook", "actual", "unclaimed")
_MONTHS = ", ".join(
    "ARRAY[" + ", ".join(f"{series}.{period}" for period in PERIODS) + "]" for series in _SERIES
)
_JOINED = "".join(
    f"""
  LEFT JOIN rollup_value {series}
    ON {series}.organization_id = m.organization_id AND {series}.node_id = m.node_id
   AND {series}.group_id = g.id AND {series}.bucket = 'committed'
   AND {series}.series = '{series}' AND {series}.fiscal_year = %(year)s"""
    for series in _SERIES
)
_KNOWN = f"""
SELECT m.id, n.public_id, n.name, n.code, %(node)s = ANY (n.ancestor_ids), m.lifecycle, {_MONTHS}
  FROM measures_measure m
  JOIN hierarchy_node n ON n.organization_id = m.organization_id AND n.id = m.node_id
  LEFT JOIN rollup_group g
    ON g.organization_id = m.organization_id AND g.unit = %(unit)s AND g.decimals = %(decimals)s
   AND g.currency = %(currency)s AND g.effect_type = %(effect_type)s
   AND g.recurrence = %(recurrence)s AND g.nature = %(nature)s{_JOINED}
 WHERE m.organization_id = %(organization)s
   AND (%(node)s = ANY (n.ancestor_ids) OR m.id = ANY (%(also)s))
"""  # noqa: S608 -- only names of columns are put in


@dataclass(frozen=True, slots=True)
class MeasureStep:
    """What one measure moved between the two days, in units, and how it is called today."""

    address: UUID
    name: str
    code: str
    before: Decimal
    after: Decimal
    causes: Mapping[Cause, Decimal]

    @property
    def change(self) -> Decimal:
        """What all causes come to."""
        return sum(self.causes.values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Step:
    """One cause with what all measures moved by it, in units, and how many they are."""

    cause: Cause
    amount: Decimal
    count: int


@dataclass(frozen=True, slots=True)
class Bridge:
    """The outlook of a fiscal year as known on two days, and what lies between; it adds up.

    With `is_withheld` nothing is told: the difference of two totals would give away what
    confidential measures below moved. `group` is None where nothing counts on the later day.
    """

    since: date
    until: date
    fiscal_year: int
    group: GroupKey | None
    groups: tuple[GroupKey, ...] = ()
    opening: Decimal = Decimal(0)
    closing: Decimal = Decimal(0)
    steps: tuple[Step, ...] = ()
    measures: tuple[MeasureStep, ...] = ()
    is_withheld: bool = False


class _Measure(NamedTuple):
    """A measure as it was known on one of the days."""

    address: UUID
    name: str
    code: str
    known: Known


def between(actor: Actor, node: Node, since: date, until: date, group: str = "") -> Bridge:
    """Return what moved a node's outlook from one day to a later one; both have been judged.

    Measures that the actor does not see today are in the totals and in the rest alone.
    """
    hidden = [tenancy.current().sight.hidden_below(node.pk)]
    with past.known_on(until):
        year = periods.ground().clock().fiscal_year
        rows = stored.rows_of(node.pk)
        hidden.append(tenancy.current().sight.hidden_below(node.pk))
        known = figures.groups_in(rows, year)
        chosen = figures.group_at(group, known) or (known[0] if known else None)
        after = _known(node, chosen, year, ())
        off_after = _taken_off(node, chosen, year)
    with past.known_on(since):
        rows_before = stored.rows_of(node.pk)
        hidden.append(tenancy.current().sight.hidden_below(node.pk))
        before = _known(node, chosen, year, after)
        off_before = _taken_off(node, chosen, year)
    with past.known_on(until):
        after |= _known(node, chosen, year, before)
    if any(hidden):
        return Bridge(since, until, year, chosen, is_withheld=True)
    if chosen is None:
        return Bridge(since, until, year, None)
    totals = (_outlook(rows_before, chosen, year), _outlook(rows, chosen, year))
    seen = measures.visible(actor).filter(pk__in={*before, *after})
    found = _moved(before, after, set(seen.values_list("pk", flat=True)), chosen)
    opening, closing = (_units(each, chosen) for each in totals)
    return Bridge(
        since,
        until,
        year,
        chosen,
        groups=tuple(known),
        opening=opening,
        closing=closing,
        steps=_steps(found, closing - opening, off_after - off_before),
        measures=tuple(sorted(found, key=lambda each: (-abs(each.change), each.name, each.code))),
    )


def _known(
    node: Node, group: GroupKey | None, year: int, also: Collection[int]
) -> dict[int, _Measure]:
    """Return the measures below a node, and some others, as they are known inside a past."""
    if group is None:
        return {}
    arguments: dict[str, int | str | list[int]] = {
        "organization": tenancy.current_organization_id(),
        "node": node.pk,
        "year": year,
        "also": list(also),
        "unit": group.unit.code,
        "decimals": group.unit.decimals,
        "currency": group.currency,
        "effect_type": group.effect_type.value,
        "recurrence": group.recurrence.value,
        "nature": group.nature.value,
    }
    locked = _locked(year)
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, arguments)
        return {row[0]: _measure(row, locked) for row in cursor.fetchall()}


def _locked(year: int) -> list[bool]:
    clock = periods.ground().clock()
    return [clock.state(month) is MonthState.LOCKED for month in months_of_year(year)]


def _measure(row: tuple[Any, ...], locked: Iterable[bool]) -> _Measure:
    _, address, name, code, is_below, lifecycle, plan, outlook, actual, unclaimed = row
    known = Known(
        is_below,
        Lifecycle(lifecycle),
        _given(plan),
        _given(outlook),
        tuple(actual),
        tuple(each if is_locked else 0 for each, is_locked in
              zip(_given(unclaimed), locked, strict=True)),
    )  # fmt: skip
    return _Measure(address, name, code, known)


def _given(months: Iterable[int | None]) -> tuple[int, ...]:
    return tuple(each or 0 for each in months)


def _outlook(rows: Rows, group: GroupKey, year: int) -> int:
    return figures.figure(rows, group, Measured.OUTLOOK, Horizon.FISCAL_YEAR, year) or 0


def _units(scaled: int, group: GroupKey) -> Decimal:
    return from_scaled(scaled, group.unit.decimals) or Decimal(0)


def _moved(
    before: Mapping[int, _Measure],
    after: Mapping[int, _Measure],
    seen: Collection[int],
    group: GroupKey,
) -> list[MeasureStep]:
    """Return the measures that moved anything, of those that are seen."""
    found = []
    for measure in sorted({*before, *after} & set(seen)):
        was, now = before.get(measure), after.get(measure)
        causes = rules.steps(was and was.known, now and now.known)
        called = now or was
        if causes and called is not None:
            found.append(
                MeasureStep(
                    called.address,
                    called.name,
                    called.code,
                    _counted(was, group),
                    _counted(now, group),
                    {cause: _units(amount, group) for cause, amount in causes.items()},
                )
            )
    return found


def _counted(measure: _Measure | None, group: GroupKey) -> Decimal:
    is_below = measure is not None and measure.known.is_below
    return _units(sum(measure.known.outlook), group) if measure and is_below else Decimal(0)


def _taken_off(node: Node, group: GroupKey | None, year: int) -> Decimal:
    """Return what overlaps take off a node's outlook, as known inside a past; below 0."""
    if group is None:
        return Decimal(0)
    under = (Bucket.COMMITTED.value, RollupSeries.OUTLOOK.value)
    return deductions.whole(deductions.within(node, group, under, year))


def _steps(found: Collection[MeasureStep], whole: Decimal, taken_off: Decimal) -> tuple[Step, ...]:
    """Return each cause that moved anything; what is not told of a measure is the rest."""
    by_cause = []
    for cause in Cause:
        moved = [each.causes[cause] for each in found if cause in each.causes]
        if moved:
            by_cause.append(Step(cause, sum(moved, Decimal(0)), len(moved)))
    if taken_off:
        by_cause.append(Step(Cause.OVERLAP, taken_off, 0))
    rest = whole - sum((each.amount for each in by_cause), Decimal(0))
    return (*by_cause, *([Step(Cause.REST, rest, 0)] if rest else []))
