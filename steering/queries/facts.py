"""Reads measures into the facts that triggers look at, many at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from measures.models import Measure
from measures.queries import facts as measure_facts
from measures.queries import lights, periods
from measures.queries.facts import MeasureFigures
from measures.queries.lights import StoredLights
from measures.queries.periods import Ground
from measures.rules import implementation
from measures.rules.freshness import Cadence, Freshness, cadence_of
from measures.rules.lights import Colour, Light
from measures.rules.stage import Lifecycle
from steering.models import Watch
from steering.queries import forced, holds, ledger_gaps, losses, overdue
from steering.queries.forced import Forced
from steering.rules.stake import value_at_stake
from steering.rules.triggers import LateMilestone, SteeringFacts

OFF_TRACK = {Colour.AMBER, Colour.RED}
UNSAID = {Freshness.STALE, Freshness.EXPIRED}


@dataclass(frozen=True, slots=True)
class Seen:
    """What an evaluation sees of a measure: the facts, the value behind them, the red light's day.

    `red_since` is remembered for the next look; None while the potential light is not red.
    `judged_at` is when the lights were judged that were seen; None before the first judgement.
    `forced` is what a forced decision looks at.
    """

    facts: SteeringFacts
    value_at_stake: int | None
    currency: str
    red_since: date | None
    judged_at: datetime | None
    forced: Forced


def of(measure_ids: Iterable[int], ground: Ground | None = None) -> dict[int, Seen]:
    """Return what is to be seen of measures today; a dozen queries however many measures."""
    ids = list(measure_ids)
    based = periods.ground() if ground is None else ground
    figures = measure_facts.of(ids, based.today, based)
    stored = lights.of(ids)
    watches = {each.measure_id: each for each in Watch.objects.filter(measure_id__in=ids)}
    cut_overs = _cut_overs(ids)
    seen = {
        pk: _seen(each, stored.get(pk), watches.get(pk), cut_overs.get(pk), based)
        for pk, each in figures.items()
    }
    on_hold = [pk for pk, each in figures.items() if each.lifecycle is Lifecycle.ON_HOLD]
    asked = holds.asking(on_hold, based.today, based.numbers, based.working)
    for pk, hold in asked.items():
        seen[pk] = replace(seen[pk], facts=replace(seen[pk].facts, hold=hold))
    for pk, gate in overdue.of(ids, based.today).items():
        if pk in seen:
            seen[pk] = replace(seen[pk], facts=replace(seen[pk].facts, overdue_gate=gate))
    closed = [pk for pk, each in figures.items() if each.lifecycle is Lifecycle.CLOSED]
    for pk, loss in losses.of(closed, based).items() if closed else ():
        seen[pk] = replace(seen[pk], facts=replace(seen[pk].facts, loss=loss))
    for pk, gaps in ledger_gaps.of(figures.keys(), based).items():
        seen[pk] = replace(seen[pk], facts=replace(seen[pk].facts, ledger_gaps=gaps))
    found = forced.of(figures, watches, based)
    return {pk: replace(each, forced=found[pk]) for pk, each in seen.items()}


def _cut_overs(measure_ids: list[int]) -> Mapping[int, date]:
    rows = Measure.objects.filter(pk__in=measure_ids).values_list("pk", "taken_over_on")
    return {pk: day for pk, day in rows if day is not None}


def _seen(
    figures: MeasureFigures,
    stored: StoredLights | None,
    watch: Watch | None,
    cut_over_on: date | None,
    ground: Ground,
) -> Seen:
    potential = None if stored is None else stored.potential
    red_since = _red_since(potential, watch, cut_over_on, ground.today)
    facts = SteeringFacts(
        measure_id=figures.measure_id,
        stage=figures.judged_stage,
        lifecycle=figures.lifecycle,
        update_due_on=_update_due_on(figures, stored, ground),
        late_milestones=_late(figures, ground),
        red_since=red_since,
        potential_reason="" if potential is None else potential.reason.sentence,
        cut_over_on=cut_over_on,
    )
    year = figures.clock.fiscal_year
    value = value_at_stake(figures.line_facts, year, ground.currency)
    return Seen(
        facts=facts,
        value_at_stake=value,
        currency="" if value is None else ground.currency,
        red_since=red_since,
        judged_at=None if stored is None else stored.computed_at,
        forced=Forced(),
    )


def _red_since(
    potential: Light | None, watch: Watch | None, cut_over_on: date | None, today: date
) -> date | None:
    if potential is None or potential.colour is not Colour.RED:
        return None
    if watch is not None and watch.judged_at is not None:
        return watch.red_since or today
    # Red at the very first look after a take-over: it had turned red before it came here.
    return today if cut_over_on is None else cut_over_on - timedelta(days=1)


def _update_due_on(
    figures: MeasureFigures, stored: StoredLights | None, ground: Ground
) -> date | None:
    """Return the day on which an update was due that is stale now; None while it is not."""
    cadence = _cadence(stored, ground)
    if figures.update_freshness(cadence, ground.cadence_numbers) not in UNSAID:
        return None
    given_on = figures.updated_on or figures.expected_from
    numbers = ground.cadence_numbers
    days = numbers.weekly_days if cadence is Cadence.WEEKLY else numbers.monthly_days
    return max(given_on, figures.expected_from) + timedelta(days=days)


def _cadence(stored: StoredLights | None, ground: Ground) -> Cadence:
    colours = (
        set()
        if stored is None
        else {
            stored.implementation.uncapped,
            stored.potential.uncapped,
        }
    )
    return cadence_of(
        is_off_track=bool(colours & OFF_TRACK),
        is_top_value=False,
        days_to_gate=None,
        numbers=ground.cadence_numbers,
    )


def _late(figures: MeasureFigures, ground: Ground) -> tuple[LateMilestone, ...]:
    numbers, today = ground.light_numbers, ground.today
    return tuple(
        LateMilestone(
            name=each.name,
            due_on=each.plan_end,
            days_late=implementation.lateness(each, today),
            is_critical=each.is_critical,
        )
        for each in figures.milestone_facts
        if each.actual_end is None
        and implementation.milestone_colour(each, today, numbers) is Colour.RED
    )
