"""Provenance: the parts and measures a figure is made of, with source, age, approval and rate."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from functools import reduce
from operator import add
from typing import Any, overload
from uuid import UUID

from django.db.models import Case, Count, F, Max, Q, QuerySet, Sum, When
from django.db.models.functions import Abs

from hierarchy.models import Node
from hierarchy.queries import tree
from hierarchy.rules.levels import Level
from measures.models import ActualClaim, Line, Measure, MeasureStatus, SeriesVersion
from measures.models.line import PERIODS, ClaimState
from measures.queries import rates
from measures.queries.periods import Ground
from measures.rules.freshness import Freshness
from measures.rules.lines import GroupKey, Series
from measures.rules.rates import RateKind
from measures.rules.stage import Lifecycle, Stage
from reporting.models import RollupValue
from reporting.queries import deductions
from reporting.queries.deductions import TakenOff
from reporting.rules.figures import Horizon, Measured, stored_under

_SOURCES = {
    Measured.PLAN: Series.PLAN,
    Measured.ORIGINAL: Series.PLAN,
    Measured.PIPELINE: Series.PLAN,
    Measured.OUTLOOK: Series.FORECAST,
    Measured.UNCLAIMED: Series.FORECAST,
    Measured.CONFIRMED: Series.ACTUAL,
    Measured.CLAIMED: Series.ACTUAL,
}
_AMOUNT = Sum(reduce(add, (F(period) for period in PERIODS)))


@dataclass(frozen=True, slots=True)
class Figure:
    """Which figure of a node is asked about."""

    group: GroupKey
    measured: Measured
    horizon: Horizon = Horizon.FISCAL_YEAR


@dataclass(frozen=True, slots=True)
class Part:
    """What one node right below puts into a figure, in units."""

    address: UUID
    name: str
    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class UsedRate:
    """The plan rate that made lines of a foreign currency count here, and which version it is."""

    currency: str
    value: Decimal
    version: int


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one measure puts into a figure, in units.

    `source` is the series it was last said in, `recorded_at` when; `approved` and `waiting` count
    the claims of the measure, `approved_at` is the last approval. `freshness` is that of its
    forecast, None before the first judgement; `rates` are those its foreign lines count at.
    """

    address: UUID
    name: str
    code: str
    stage: Stage
    step: int
    lifecycle: Lifecycle
    amount: Decimal
    source: Series
    recorded_at: datetime | None
    approved: int
    waiting: int
    approved_at: datetime | None
    freshness: Freshness | None = None
    rates: tuple[UsedRate, ...] = ()


class Sources:
    """The measures behind a figure, largest first, read page by page; fit for a Paginator.

    The sum over all of them, less what overlaps take off, is the figure itself, digit by digit.
    """

    def __init__(
        self, node: Node, ground: Ground, figure: Figure, among: "QuerySet[Measure] | None" = None
    ) -> None:
        """Remember what to read; nothing is read yet.

        `among` are the measures that may be told at all, where a past day could name others.
        """
        self._figure = figure
        self._ground = ground
        self._rows = _rows(node, ground.clock().fiscal_year, figure)
        if among is not None:
            self._rows = self._rows.filter(node__measures__in=among)

    def count(self) -> int:
        """Return how many measures put anything in; one query."""
        return int(self._rows.count())

    __len__ = count

    @overload
    def __getitem__(self, wanted: int, /) -> SourceRow: ...

    @overload
    def __getitem__(self, wanted: slice, /) -> list[SourceRow]: ...

    def __getitem__(self, wanted: int | slice, /) -> SourceRow | list[SourceRow]:
        """Return one page, or one row of it; five queries at most, whatever its length."""
        if isinstance(wanted, int):
            return self._page(wanted, wanted + 1)[0]
        return self._page(wanted.start or 0, wanted.stop)

    def _page(self, first: int, stop: int | None) -> list[SourceRow]:
        page = list(self._rows[first:stop])
        said = _said([row["node_id"] for row in page], _SOURCES[self._figure.measured])
        used = _rates(list(said), self._figure.group, self._ground)
        return [
            replace(_row(row, said[row["node_id"]], self._figure), rates=used[row["node_id"]])
            for row in page
        ]

    def __iter__(self) -> Iterator[SourceRow]:
        return iter(self[0:])

    def fresh_share(self) -> Fraction | None:
        """Return how much of the figure comes from measures whose forecast is fresh; one query.

        Each amount weighs as it is large, whatever its sign; None where nothing weighs.
        """
        fresh = Q(node__measures__statuses__figures__forecast=Freshness.FRESH.value)
        weighed = self._rows.annotate(is_fresh=Case(When(fresh, then=1), default=0))
        found: dict[int, int] = defaultdict(int)
        for amount, is_fresh in weighed.values_list("amount", "is_fresh"):
            found[is_fresh] += abs(amount)
        whole = found[0] + found[1]
        return Fraction(found[1], whole) if whole else None


def parts(
    node: Node, ground: Ground, figure: Figure, among: Collection[int] | None = None
) -> list[Part]:
    """Return what each node right below puts into a figure, the largest first; one query.

    Measures are no parts, they are the sources themselves. `among` are the nodes that may be told
    at all, where a past day could name others.
    """
    rows = _stored(ground.clock().fiscal_year, figure).filter(node__parent_id=node.pk)
    if among is not None:
        rows = rows.filter(node_id__in=among)
    found = (
        rows.exclude(node__level=Level.MEASURE)
        .values("node__public_id", "node__name", "node__code")
        .annotate(amount=_AMOUNT)
        .exclude(amount=0)
        .order_by(Abs("amount").desc(), "node__name", "node_id")
    )
    decimals = figure.group.unit.decimals
    return [
        Part(
            row["node__public_id"],
            row["node__name"],
            row["node__code"],
            Decimal(row["amount"]).scaleb(-decimals),
        )
        for row in found
    ]


def taken_off(
    node: Node, ground: Ground, figure: Figure, told: "QuerySet[Measure] | None" = None
) -> list[TakenOff]:
    """Return the overlaps that are taken off a figure, here and below; one query.

    `told` are the measures of which a past day may tell.
    """
    under = stored_under(figure.measured, figure.horizon)
    if under is None:
        return []
    is_of_year = figure.horizon is Horizon.FISCAL_YEAR
    year = ground.clock().fiscal_year if is_of_year else None
    return deductions.within(node, figure.group, under, year, told)


def _rows(node: Node, fiscal_year: int, figure: Figure) -> "QuerySet[RollupValue, Any]":
    rows = _stored(fiscal_year, figure).filter(
        tree.below(node, "node__"), node__level=Level.MEASURE
    )
    return (
        rows.values(
            "node_id",
            "node__public_id",
            "node__name",
            "node__code",
            "node__measures__stage",
            "node__measures__step",
            "node__measures__lifecycle",
        )
        .annotate(amount=_AMOUNT)
        .exclude(amount=0)
        .order_by(Abs("amount").desc(), "node__name", "node_id")
    )


def _stored(fiscal_year: int, figure: Figure) -> "QuerySet[RollupValue, RollupValue]":
    """Return the stored rows of a figure, of every node."""
    stored = stored_under(figure.measured, figure.horizon)
    if stored is None:
        return RollupValue.objects.none()
    group, (bucket, series) = figure.group, stored
    rows = RollupValue.objects.filter(
        group__unit=group.unit.code,
        group__decimals=group.unit.decimals,
        group__currency=group.currency,
        group__effect_type=group.effect_type.value,
        group__recurrence=group.recurrence.value,
        group__nature=group.nature.value,
        bucket=bucket,
        series=series,
    )
    if figure.horizon is Horizon.FISCAL_YEAR:
        rows = rows.filter(fiscal_year=fiscal_year)
    return rows


def _said(nodes: Sequence[int], series: Series) -> dict[int, dict[str, Any]]:
    """Return when each measure's series was last recorded, and how its claims stand; by node."""
    found: dict[int, dict[str, Any]] = {node: {} for node in nodes}
    versions = (
        SeriesVersion.objects.filter(line__measure__node_id__in=nodes, series=series.value)
        .values("line__measure__node_id")
        .annotate(recorded_at=Max("recorded_at"))
    )
    for row in versions:
        found[row["line__measure__node_id"]]["recorded_at"] = row["recorded_at"]
    claims = (
        ActualClaim.objects.filter(measure__node_id__in=nodes)
        .values("measure__node_id")
        .annotate(
            approved=Count("pk", filter=Q(state=ClaimState.APPROVED)),
            waiting=Count("pk", filter=Q(state=ClaimState.SUBMITTED)),
            approved_at=Max("decided_at", filter=Q(state=ClaimState.APPROVED)),
        )
    )
    for counted in claims:
        found[counted["measure__node_id"]] |= counted
    judged = MeasureStatus.objects.filter(measure__node_id__in=nodes)
    for node, forecast in judged.values_list("measure__node_id", "figures__forecast"):
        found[node]["freshness"] = forecast
    return found


def _rates(
    nodes: Sequence[int], group: GroupKey, ground: Ground
) -> Mapping[int, tuple[UsedRate, ...]]:
    """Return the plan rates of this fiscal year at which foreign lines count; two queries at most.

    Only figures in the organization's own currency hold anything converted.
    """
    found: dict[int, tuple[UsedRate, ...]] = dict.fromkeys(nodes, ())
    if not group.unit.is_money or group.currency != ground.currency:
        return found
    lines = Line.objects.filter(
        measure__node_id__in=nodes,
        removed_on__isnull=True,
        unit=group.unit.code,
        effect_type=group.effect_type.value,
        recurrence=group.recurrence.value,
        nature=group.nature.value,
    ).exclude(currency=group.currency)
    foreign = set(lines.values_list("measure__node_id", "currency"))
    if not foreign:
        return found
    given = rates.in_force().filter(
        kind=RateKind.PLAN.value, fiscal_year=ground.clock().fiscal_year
    )
    by_currency = {each.currency: each for each in given}
    for node, currency in sorted(foreign):
        rate = by_currency.get(currency)
        if rate is not None:
            found[node] += (UsedRate(currency, rate.value, rate.version),)
    return found


def _row(row: Mapping[str, Any], said: Mapping[str, Any], figure: Figure) -> SourceRow:
    return SourceRow(
        address=row["node__public_id"],
        name=row["node__name"],
        code=row["node__code"],
        stage=Stage(row["node__measures__stage"]),
        step=row["node__measures__step"],
        lifecycle=Lifecycle(row["node__measures__lifecycle"]),
        amount=Decimal(row["amount"]).scaleb(-figure.group.unit.decimals),
        source=_SOURCES[figure.measured],
        recorded_at=said.get("recorded_at"),
        approved=said.get("approved", 0),
        waiting=said.get("waiting", 0),
        approved_at=said.get("approved_at"),
        freshness=Freshness(said["freshness"]) if said.get("freshness") else None,
    )
