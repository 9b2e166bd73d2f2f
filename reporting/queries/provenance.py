"""Provenance: the measures a figure of any node is made of, with source, age and approval."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import reduce
from operator import add
from typing import Any, overload
from uuid import UUID

from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Abs

from hierarchy.models import Node
from hierarchy.queries import tree
from hierarchy.rules.levels import Level
from measures.models import ActualClaim, SeriesVersion
from measures.models.line import PERIODS, ClaimState
from measures.queries.periods import Ground
from measures.rules.lines import GroupKey, Series
from measures.rules.stage import Lifecycle, Stage
from reporting.models import RollupValue
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


@dataclass(frozen=True, slots=True)
class Figure:
    """Which figure of a node is asked about."""

    group: GroupKey
    measured: Measured
    horizon: Horizon = Horizon.FISCAL_YEAR


@dataclass(frozen=True, slots=True)
class SourceRow:
    """What one measure puts into a figure, in units.

    `source` is the series it was last said in, `recorded_at` when; `approved` and `waiting` count
    the claims of the measure, `approved_at` is the last approval.
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


class Sources:
    """The measures behind a figure, largest first, read page by page; fit for a Paginator.

    The sum over all of them is the figure itself, digit by digit.
    """

    def __init__(self, node: Node, ground: Ground, figure: Figure) -> None:
        """Remember what to read; nothing is read yet."""
        self._figure = figure
        self._rows = _rows(node, ground.clock().fiscal_year, figure)

    def count(self) -> int:
        """Return how many measures put anything in; one query."""
        return int(self._rows.count())

    __len__ = count

    @overload
    def __getitem__(self, wanted: int, /) -> SourceRow: ...

    @overload
    def __getitem__(self, wanted: slice, /) -> list[SourceRow]: ...

    def __getitem__(self, wanted: int | slice, /) -> SourceRow | list[SourceRow]:
        """Return one page, or one row of it; two queries, whatever its length."""
        if isinstance(wanted, int):
            return self._page(wanted, wanted + 1)[0]
        return self._page(wanted.start or 0, wanted.stop)

    def _page(self, first: int, stop: int | None) -> list[SourceRow]:
        page = list(self._rows[first:stop])
        said = _said([row["node_id"] for row in page], _SOURCES[self._figure.measured])
        return [_row(row, said.get(row["node_id"], {}), self._figure) for row in page]

    def __iter__(self) -> Iterator[SourceRow]:
        return iter(self[0:])


def _rows(node: Node, fiscal_year: int, figure: Figure) -> "QuerySet[RollupValue, Any]":
    stored = stored_under(figure.measured, figure.horizon)
    if stored is None:
        return RollupValue.objects.none().values()
    group, (bucket, series) = figure.group, stored
    rows = RollupValue.objects.filter(
        tree.below(node, "node__"),
        node__level=Level.MEASURE,
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
        .annotate(amount=Sum(reduce(add, (F(period) for period in PERIODS))))
        .exclude(amount=0)
        .order_by(Abs("amount").desc(), tree.InOrder("node__name"), "node_id")
    )


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
    )
