"""Closed measures whose latest check found that their confirmed value does not last."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from governance.models import FindingOutcome, Leakage, LeakageCause, SustainmentFinding
from measures.models import Line, Measure
from measures.queries.periods import Ground
from measures.rules.amounts import NumberFormat, amount_text
from measures.rules.lines import Unit
from measures.rules.stage import Lifecycle
from steering.rules.triggers import LossFacts


def failing() -> QuerySet[SustainmentFinding]:
    """Return the failures that nobody has found mended since, on closings that still stand."""
    later = SustainmentFinding.objects.filter(measure=OuterRef("measure"), pk__gt=OuterRef("pk"))
    rows: QuerySet[SustainmentFinding] = SustainmentFinding.objects.filter(
        ~Exists(later), outcome=FindingOutcome.FAILED, measure__lifecycle=Lifecycle.CLOSED
    )
    # A closing that was taken back and made anew has checks of its own.
    newer = Measure.objects.filter(
        pk=OuterRef("measure"), closure_confirmations__pk__gt=OuterRef("check_made__confirmation")
    )
    return rows.exclude(Exists(newer))


def of(measure_ids: Collection[int], ground: Ground) -> dict[int, LossFacts]:
    """Return what was found lost, by measure; three queries however many."""
    found = list(failing().filter(measure_id__in=measure_ids))
    lost = Leakage.objects.filter(finding__in=found, cause=LeakageCause.SUSTAINMENT)
    lines: dict[int, list[str]] = {}
    for each in lost.select_related("line").order_by("pk"):
        lines.setdefault(each.finding_id or 0, []).append(_loss(each, each.line))
    return {
        each.measure_id: LossFacts(
            found_on=ground.day_of(each.found_at),
            lost="; ".join(lines.get(each.pk, ())),
            finding_id=each.pk,
        )
        for each in found
    }


def _loss(booked: Leakage, line: Line) -> str:
    written = amount_text(booked.run_rate, Unit(line.unit, line.decimals), NumberFormat())
    return f"{line.name} {written} {line.currency or line.unit}"
