"""A node's money in the field's terms: gross, running, net and one-time over each span (§5).

Every figure is a quantity that knows its kind, so that nothing unlike is added on the way.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from measures.rules.calendar import PERIODS, Month, months_of_year
from measures.rules.finance import CashFlow
from measures.rules.lines import Bucket, EffectType, GroupKey, Nature, Recurrence, Unit
from measures.rules.sums import WORTHS, Kind, Quantity, Span, Worth, in_year_net, net
from reporting.rules.contribution import RollupSeries
from reporting.rules.rates import NO_YEAR, RateSeries
from reporting.rules.spread import Figures, ValueKey

Rows: TypeAlias = Mapping[ValueKey, Figures]
Spans: TypeAlias = Mapping[Span, Quantity]


class Basis(StrEnum):
    """Which series is counted."""

    PLAN = "plan"
    OUTLOOK = "outlook"


_MONTHS = {Basis.PLAN: RollupSeries.PLAN, Basis.OUTLOOK: RollupSeries.OUTLOOK}
_RATES = {Basis.PLAN: RateSeries.PLAN, Basis.OUTLOOK: RateSeries.OUTLOOK}
_SEASONS = {Basis.PLAN: RateSeries.PLAN_SEASON, Basis.OUTLOOK: RateSeries.OUTLOOK_SEASON}
CASHABLE = frozenset({EffectType.HARD, EffectType.CASH})


@dataclass(frozen=True, slots=True)
class Term:
    """One row: gross, running, net or one-time of one kind of effect, by basis and span.

    A span that does not exist for it (a run-rate of something bounded) is left out, never 0.
    """

    effect_type: EffectType
    recurrence: Recurrence
    worth: Worth
    by_basis: Mapping[Basis, Spans] = field(default_factory=dict)

    def at(self, basis: Basis, span: Span) -> Fraction | None:
        """Return a figure, scaled; None where there is none."""
        found = self.by_basis.get(basis, {}).get(span)
        return None if found is None else found.amount


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose money is asked for: its rows, the currency, the year, and pipeline or committed."""

    rows: Rows
    currency: str
    fiscal_year: int
    bucket: Bucket = Bucket.COMMITTED


def terms(asked: Asked) -> list[Term]:
    """Return every row, effect by effect: gross, running, net; one-time; net of all in the year."""
    found: list[Term] = []
    for effect_type in EffectType:
        groups = [
            key for key in _groups(asked) if key.effect_type is effect_type
        ]  # money of the currency
        found += _terms_of(asked, effect_type, groups)
    return found


def _groups(asked: Asked) -> list[GroupKey]:
    return sorted(
        {
            key.group
            for key in asked.rows
            if key.group.currency == asked.currency
            and key.group.unit == Unit()
            and key.bucket is asked.bucket
        }
    )


def _terms_of(asked: Asked, effect_type: EffectType, groups: Iterable[GroupKey]) -> Iterator[Term]:
    by_nature: dict[Nature, dict[Recurrence, Term]] = {nature: {} for nature in Nature}
    for group in groups:
        by_nature[group.nature][group.recurrence] = _term(asked, group)
    nets = []
    for recurrence in Recurrence:
        gross = by_nature[Nature.BENEFIT].get(recurrence)
        running = by_nature[Nature.RUNNING].get(recurrence)
        yield from filter(None, (gross, running))
        if gross is not None:
            nets.append(_net(gross, running))
            yield from nets[-1:] if running is not None else ()
    once = list(by_nature[Nature.ONE_TIME].values())
    yield from once
    if nets and once:
        yield _net_of_all(_leading(nets), once[0])


def _term(asked: Asked, group: GroupKey) -> Term:
    spans = {basis: _spans(asked, group, basis) for basis in Basis}
    return Term(group.effect_type, group.recurrence, WORTHS[group.nature], spans)


def _spans(asked: Asked, group: GroupKey, basis: Basis) -> dict[Span, Quantity]:
    year = asked.fiscal_year
    this, following = (_year(asked, group, basis, each) for each in (year, year + 1))
    found: dict[Span, Fraction | int | None] = {
        Span.IN_YEAR: None if this is None else sum(this),
        Span.CARRY_OVER: None if this is None or following is None else sum(following) - sum(this),
        Span.LIFE: _life(asked, group, basis),
    }
    if group.recurrence is Recurrence.RECURRING:
        found[Span.RUN_RATE] = _single(asked, group, _RATES[basis], NO_YEAR)
        found[Span.EXIT_RATE] = _exit_rate(asked, group, basis, this)
    of_a_year = {Span.IN_YEAR, Span.CARRY_OVER, Span.EXIT_RATE}
    return {
        span: Quantity(Kind.of(group, span, year if span in of_a_year else None), Fraction(value))
        for span, value in found.items()
        if value is not None
    }


def _year(asked: Asked, group: GroupKey, basis: Basis, fiscal_year: int) -> Figures | None:
    return asked.rows.get(ValueKey(group, asked.bucket, _MONTHS[basis].value, fiscal_year))


def _single(asked: Asked, group: GroupKey, series: RateSeries, fiscal_year: int) -> int | None:
    row = asked.rows.get(ValueKey(group, asked.bucket, series.value, fiscal_year))
    return None if row is None else row[0]


def _life(asked: Asked, group: GroupKey, basis: Basis) -> int | None:
    wanted = (group, asked.bucket, _MONTHS[basis].value)
    years = [
        sum(row) for key, row in asked.rows.items() if (key.group, key.bucket, key.series) == wanted
    ]
    return sum(years) if years else None


def _exit_rate(asked: Asked, group: GroupKey, basis: Basis, this: Figures | None) -> int | None:
    """Return 12 x the last month of the year, of what is not seasonal (§5)."""
    if this is None:
        return None
    seasonal = _single(asked, group, _SEASONS[basis], asked.fiscal_year) or 0
    steady = this[-1] - seasonal
    return None if seasonal and not steady else PERIODS * steady


def _net(gross: Term, running: Term | None) -> Term:
    spans = {
        basis: {
            span: net(quantity, running.by_basis[basis].get(span) if running else None)
            for span, quantity in gross.by_basis[basis].items()
        }
        for basis in Basis
    }
    return Term(gross.effect_type, gross.recurrence, Worth.NET, spans)


def _net_of_all(effect: Term, once: Term) -> Term:
    spans: dict[Basis, Spans] = {}
    for basis in Basis:
        of_year = effect.by_basis[basis].get(Span.IN_YEAR)
        cost = once.by_basis[basis].get(Span.IN_YEAR)
        spans[basis] = {} if of_year is None else {Span.IN_YEAR: in_year_net(of_year, cost)}
    return Term(effect.effect_type, effect.recurrence, Worth.NET_OF_ALL, spans)


def _leading(nets: list[Term]) -> Term:
    """Return the net that one-time cost is held against: the largest of the year's plan."""

    def size(each: Term) -> Fraction:
        return abs(each.at(Basis.PLAN, Span.IN_YEAR) or Fraction(0))

    return max(nets, key=size)


def cash(asked: Asked, basis: Basis) -> CashFlow | None:
    """Return net cash by month: hard and cash effects less every cost, in units; None if empty.

    What is avoided or qualitative is no cash; a cost is, whatever it is for.
    """
    sums: dict[Month, int] = {}
    for key, row in asked.rows.items():
        sign = _sign(asked, key, basis)
        for month, value in zip(months_of_year(key.fiscal_year), row, strict=True) if sign else ():
            sums[month] = sums.get(month, 0) + sign * value
    given = sorted(month for month, value in sums.items() if value)
    if not given:
        return None
    first, last = given[0], given[-1]
    months = (Month.at(index) for index in range(first.index, last.index + 1))
    scale = -Unit().decimals
    return CashFlow(first, tuple(Decimal(sums.get(each, 0)).scaleb(scale) for each in months))


def _sign(asked: Asked, key: ValueKey, basis: Basis) -> int:
    """Return how a row counts as cash: 1, -1 for a cost, 0 if not at all."""
    group = key.group
    if (group.currency, group.unit) != (asked.currency, Unit()):
        return 0
    if (key.bucket, key.series) != (asked.bucket, _MONTHS[basis].value):
        return 0
    if group.nature is not Nature.BENEFIT:
        return -1
    return 1 if group.effect_type in CASHABLE else 0
