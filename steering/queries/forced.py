"""Reads measures into what the conditions of a forced decision look at, many at a time."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Exists, OuterRef

from governance.models import Decision, GateRequest
from governance.queries import premises
from governance.rules import forced as rules
from governance.rules.forced import ForcedFacts, Found
from governance.rules.votes import Outcome, RequestState
from measures.models import Measure
from measures.queries.facts import MeasureFigures
from measures.queries.periods import Ground
from measures.rules.calendar import Month
from measures.rules.remaining import (
    Remaining,
    last_closed,
    last_planned,
    life_ratio,
    promised,
    remaining,
    spend,
)
from measures.rules.stage import Lifecycle, Stage
from steering.models import Watch

NOTHING = Remaining(0, 0, 0, is_known=False)


@dataclass(frozen=True, slots=True)
class Forced:
    """What forces a decision about a measure, what is left of it, since when its life is low."""

    found: tuple[Found, ...] = ()
    left: Remaining = NOTHING
    low_since: Month | None = None


def of(
    figures: Mapping[int, MeasureFigures], watches: Mapping[int, Watch], ground: Ground
) -> dict[int, Forced]:
    """Return it for each measure; four queries however many. Below Decided nothing is found."""
    around = _around(figures, ground)
    return {pk: _of(each, watches.get(pk), around[pk], ground) for pk, each in figures.items()}


@dataclass(frozen=True, slots=True)
class Around:
    """What is known of a measure beside its figures, as `ForcedFacts` names it."""

    gate_due_on: date | None
    premise_void_on: date | None
    effect_until: date | None
    began_lost: bool


def _around(figures: Mapping[int, MeasureFigures], ground: Ground) -> dict[int, Around]:
    dues, voids = _gates_missed(figures), premises.void_since(figures)
    days = {
        pk: (ends_on, taken_on)
        for pk, ends_on, taken_on in Measure.objects.filter(pk__in=list(figures)).values_list(
            "pk", "ends_on", "taken_over_on"
        )
    }
    found = {}
    for pk, each in figures.items():
        ends_on, cut_over_on = days.get(pk, (None, None))
        found[pk] = Around(
            gate_due_on=dues.get(pk),
            premise_void_on=voids.get(pk),
            effect_until=_effect_until(each, ends_on, cut_over_on, ground),
            began_lost=_began_lost(each, cut_over_on, ground),
        )
    return found


def _of(figures: MeasureFigures, watch: Watch | None, around: Around, ground: Ground) -> Forced:
    is_committed = Stage.DECIDED <= figures.judged_stage < Stage.CLOSED
    if not is_committed or figures.lifecycle not in (Lifecycle.ACTIVE, Lifecycle.ON_HOLD):
        return Forced()
    lines, clock = figures.line_facts, figures.clock
    closed, ratio = last_closed(clock), life_ratio(lines, clock)
    before = None if watch is None or watch.low_since is None else Month.at(watch.low_since)
    left = remaining(lines, clock, ground.currency)
    low_since = rules.low_since(before, ratio, closed, ground.numbers)
    facts = ForcedFacts(
        stage=figures.judged_stage,
        lifecycle=figures.lifecycle,
        effect_type=figures.effect_type,
        today=ground.today,
        life_ratio=ratio,
        low_since=low_since,
        last_closed=closed,
        remaining=left,
        effect_until=around.effect_until,
        gate_due_on=around.gate_due_on,
        premise_void_on=around.premise_void_on,
        spend=spend(lines, clock, ground.currency),
        milestones_done=_done(figures),
        began_lost=around.began_lost,
    )
    return Forced(rules.find(facts, ground.numbers), left, low_since)


def _effect_until(
    figures: MeasureFigures, ends_on: date | None, cut_over_on: date | None, ground: Ground
) -> date | None:
    """Return the latest day for an effect: the measure's own end, else its last planned month.

    None where it had passed before the measure was taken over: what was before the cut-over
    forces nothing.
    """
    last = last_planned(figures.line_facts)
    planned = None if last is None else ground.calendar.last_day(last)
    until = planned if ends_on is None else ends_on
    is_past = until is not None and cut_over_on is not None and until < cut_over_on
    return None if is_past else until


def _began_lost(figures: MeasureFigures, cut_over_on: date | None, ground: Ground) -> bool:
    """Tell whether a measure taken over won nothing any more by the plan it came with.

    Such a plan names costs alone, or its value lies before the cut-over.
    """
    if cut_over_on is None:
        return False
    since = ground.calendar.month_of(cut_over_on)
    return promised(figures.line_facts, since, ground.currency) <= 0


def _done(figures: MeasureFigures) -> Fraction | None:
    """Return the share of milestones done by weight, those added after the freeze left out."""
    counted = [each for each in figures.milestone_facts if not each.added_after_freeze]
    weight = sum(each.weight for each in counted)
    if not weight:
        return None
    return Fraction(sum(each.weight for each in counted if each.actual_end is not None), weight)


def _gates_missed(measure_ids: Collection[int]) -> dict[int, date]:
    """Return the oldest due date of a gate still missed: of an open request, or of conditions.

    Conditions are missed while no later request has been submitted.
    """
    ids = list(measure_ids)
    open_ones = GateRequest.objects.filter(
        measure_id__in=ids, state=RequestState.OPEN, due_on__isnull=False
    ).values_list("measure_id", "due_on")
    later = GateRequest.objects.filter(
        measure=OuterRef("measure"), requested_at__gt=OuterRef("decided_at")
    )
    returned = (
        Decision.objects.filter(measure_id__in=ids, outcome=Outcome.RETURN, due_on__isnull=False)
        .exclude(Exists(later))
        .values_list("measure_id", "due_on")
    )
    found: dict[int, date] = {}
    for measure, due_on in [*open_ones, *returned]:
        if due_on is not None:
            found[measure] = min(found.get(measure, due_on), due_on)
    return found
