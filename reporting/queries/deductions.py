"""What overlaps take off: as it is stored, as it should be, and as rows where measures meet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeAlias
from uuid import UUID

from django.db import models

from hierarchy.models import Node
from measures.models import Measure, Overlap
from measures.models.line import PERIODS
from measures.queries.facts import MeasureFigures
from measures.queries.periods import Ground
from measures.rules.lines import Bucket, GroupKey
from measures.rules.overlap import OverlapState
from reporting.models import RollupDeduction
from reporting.queries import stored
from reporting.queries.truth import Derived
from reporting.rules import deduction
from reporting.rules.contribution import ContributionFacts, RollupSeries
from reporting.rules.spread import Figures, Standing, ValueKey

Told: TypeAlias = "models.QuerySet[Measure] | None"
_SHOWN = (RollupSeries.PLAN, RollupSeries.OUTLOOK, RollupSeries.ACTUAL)


def standings(overlap_ids: Iterable[int]) -> dict[int, Standing]:
    """Return what overlaps have put in, by overlap; what came to zero is left out. 2 queries."""
    known = stored.groups()
    found: dict[int, dict[ValueKey, Figures]] = {each: {} for each in overlap_ids}
    paths: dict[int, tuple[int, ...]] = {}
    rows = RollupDeduction.objects.filter(overlap_id__in=found).values_list(
        "overlap_id", "path", "group_id", "bucket", "series", "fiscal_year", *PERIODS
    )
    for overlap, path, group, bucket, series, year, *figures in rows:
        if any(figures):
            key = ValueKey(known[group], Bucket(bucket), series, year)
            found[overlap][key] = tuple(figures)
            paths[overlap] = tuple(path)
    return {
        overlap: deduction.standing_of(paths.get(overlap, ()), held)
        for overlap, held in found.items()
    }


def partners(posted: Iterable[Overlap]) -> set[int]:
    """Return the measures of overlaps, on either side."""
    return {pk for each in posted for pk in (each.measure_id, each.other_id)}


def derive(
    posted: Sequence[Overlap],
    figures: Mapping[int, MeasureFigures],
    derived: Mapping[int, Derived],
) -> dict[int, Standing]:
    """Return what overlaps should have put in, from both their measures as derived for one day."""
    found = {}
    for each in posted:
        sides = [
            _alone(figures[measure], derived[measure], line)
            for measure, line in (
                (each.measure_id, each.line_id),
                (each.other_id, each.other_line_id),
            )
        ]
        one, other = sides
        rows: dict[ValueKey, Figures] = {}
        if each.state == OverlapState.AGREED and one is not None and other is not None:
            rows = deduction.deduct(each.rows, one, other)
        path = deduction.meeting(
            derived[each.measure_id].standing.path, derived[each.other_id].standing.path
        )
        found[each.pk] = deduction.standing_of(path, rows)
    return found


def _alone(figures: MeasureFigures, derived: Derived, line_id: int) -> ContributionFacts | None:
    """Return a measure's facts with one of its lines; None where that was removed."""
    for line, facts in zip(figures.lines, derived.known.lines, strict=True):
        if line.line_id == line_id:
            return replace(derived.known, lines=(facts,))
    return None


@dataclass(frozen=True, slots=True)
class TakenOff:
    """What one overlap takes off a figure, in units and below 0, with both its measures."""

    one: str
    one_address: UUID
    other: str
    other_address: UUID
    budget: str
    budget_address: UUID
    amounts: Mapping[str, Decimal]


def meeting_at(
    node: Node, ground: Ground, group: GroupKey | None, told: Told = None
) -> list[TakenOff]:
    """Return what is taken off right at a node this fiscal year, by series; one query.

    Its children hold none of it, for the two measures come together here. `told` are the measures
    of which a past day may tell.
    """
    if group is None:
        return []
    rows = _of_group(group).filter(
        path__0=node.pk,
        bucket=Bucket.COMMITTED.value,
        fiscal_year=ground.clock().fiscal_year,
        series__in=[each.value for each in _SHOWN],
    )
    return _taken(rows, group, told)


def within(
    node: Node,
    group: GroupKey,
    stored_under: tuple[str, str],
    fiscal_year: int | None,
    told: Told = None,
) -> list[TakenOff]:
    """Return what is taken off one figure of a node, here and below; one query.

    `stored_under` are bucket and series; without a fiscal year all of them count.
    """
    bucket, name = stored_under
    rows = _of_group(group).filter(path__contains=[node.pk], bucket=bucket, series=name)
    of_year = rows if fiscal_year is None else rows.filter(fiscal_year=fiscal_year)
    return _taken(of_year, group, told)


def whole(taken: Iterable[TakenOff]) -> Decimal:
    """Return the sum of all amounts."""
    return sum((amount for each in taken for amount in each.amounts.values()), Decimal(0))


def _of_group(group: GroupKey) -> "models.QuerySet[RollupDeduction]":
    return RollupDeduction.objects.filter(
        group__unit=group.unit.code,
        group__decimals=group.unit.decimals,
        group__currency=group.currency,
        group__effect_type=group.effect_type.value,
        group__recurrence=group.recurrence.value,
        group__nature=group.nature.value,
    )


def _taken(rows: "models.QuerySet[RollupDeduction]", group: GroupKey, told: Told) -> list[TakenOff]:
    if told is not None:
        rows = rows.filter(measure__in=told.values("pk"), other__in=told.values("pk"))
    found: dict[int, TakenOff] = {}
    sums: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    shown = rows.select_related("overlap__budget", "measure__node", "other__node")
    for row in shown.order_by("overlap_id"):
        sums[row.overlap_id][row.series] += Decimal(sum(row.periods)).scaleb(-group.unit.decimals)
        found[row.overlap_id] = TakenOff(
            one=row.measure.node.name,
            one_address=row.measure.node.public_id,
            other=row.other.node.name,
            other_address=row.other.node.public_id,
            budget=str(row.overlap.budget),
            budget_address=row.overlap.budget.public_id,
            amounts=sums[row.overlap_id],
        )
    return [each for each in found.values() if any(each.amounts.values())]
