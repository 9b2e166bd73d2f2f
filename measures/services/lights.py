"""Judges both lights of many measures from the truth and stores them, inside the roll-up drain.

Not an act of a person: the drain's transaction calls it, and repeating it changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from accounts.queries import numbers
from core import tenancy
from measures.models import Dependency, MeasureStatus, RollupDirty
from measures.queries import confidential, facts, periods
from measures.queries import lights as stored_lights
from measures.queries.facts import MeasureFigures
from measures.queries.lights import StoredLights
from measures.queries.periods import Ground
from measures.rules.freshness import Freshness, cadence_of
from measures.rules.implementation import ImplementationFacts, implementation_light
from measures.rules.lights import Colour, Light, Reason
from measures.rules.potential import Judged, Potential, PotentialFacts, potential
from measures.rules.stage import Lifecycle

OFF_TRACK = {Colour.AMBER, Colour.RED}
HALTED = {Lifecycle.ON_HOLD, Lifecycle.CANCELLED}
KEPT = (
    "computed_for",
    "computed_at",
    "input_version",
    "implementation",
    "implementation_uncapped",
    "implementation_reasons",
    "potential",
    "potential_uncapped",
    "potential_reasons",
    "figures",
)


@dataclass(frozen=True, slots=True)
class _Judgement:
    """Both lights of one measure, and how fresh what they stand on is."""

    implementation: Light
    potential: Potential
    forecast: Freshness
    update: Freshness


def recompute(
    measure_ids: Collection[int],
    today: date,
    *,
    ground: Ground | None = None,
    figures: Mapping[int, MeasureFigures] | None = None,
) -> None:
    """Derive and store both lights as of a day, in a fixed number of statements.

    The drain gives `ground` and `figures`, which it needs itself, so that they are read once.

    A measure that waits for another reads the other's uncapped light, so the order does not
    matter; where that light turned red or ceased to be, those that wait are marked for the drain.
    """
    ground = periods.ground(today) if ground is None else ground
    figures = facts.of(measure_ids, today, ground) if figures is None else figures
    last = stored_lights.of(measure_ids)
    needs = _needs(figures)
    first = {pk: _uncapped(each, last.get(pk), ground) for pk, each in figures.items()}
    blocking = _colours(needs, first)
    judged = {
        pk: _judge(each, last.get(pk), _red(needs.get(pk, ()), blocking), ground)
        for pk, each in figures.items()
    }
    _store(judged, today)
    _mark_waiting(judged, last)


def _uncapped(figures: MeasureFigures, last: StoredLights | None, ground: Ground) -> Colour:
    """Return the implementation colour before caps, which needs no other measure."""
    before = None if last is None else last.implementation
    light = implementation_light(
        _schedule(figures, before, Freshness.FRESH, ()), ground.light_numbers
    )
    return light.uncapped


def _judge(
    figures: MeasureFigures,
    last: StoredLights | None,
    blockers: tuple[str, ...],
    ground: Ground,
) -> _Judgement:
    schedule_before, value_before = _before(figures, last, ground)
    thresholds, cadences = ground.light_numbers, ground.cadence_numbers
    fresh = Freshness.FRESH
    schedule = implementation_light(_schedule(figures, schedule_before, fresh, ()), thresholds)
    value = potential(_value(figures, value_before, fresh), thresholds)
    is_off_track = bool({schedule.uncapped, value.light.uncapped} & OFF_TRACK)
    # By value and by gate date a measure is not watched yet: both need what lies above measures.
    cadence = cadence_of(
        is_off_track=is_off_track, is_top_value=False, days_to_gate=None, numbers=cadences
    )
    update = figures.update_freshness(cadence, cadences)
    forecast = figures.forecast_freshness(cadence, cadences)
    if update is not fresh or blockers:
        schedule = implementation_light(
            _schedule(figures, schedule_before, update, blockers), thresholds
        )
    if forecast is not fresh:
        value = potential(_value(figures, value_before, forecast), thresholds)
    return _Judgement(schedule, value, forecast, update)


def _before(
    figures: MeasureFigures, last: StoredLights | None, ground: Ground
) -> tuple[Light | None, Light | None]:
    """Return the lights that a hold or a cancellation keeps.

    One that was halted before it was ever judged keeps what it would show if it ran.
    """
    if last is not None:
        return last.implementation, last.potential
    if figures.lifecycle not in HALTED:
        return None, None
    running = replace(figures, lifecycle=Lifecycle.ACTIVE)
    schedule = _schedule(running, None, Freshness.FRESH, ())
    value = _value(running, None, Freshness.FRESH)
    numbers_of_lights = ground.light_numbers
    return (
        implementation_light(schedule, numbers_of_lights),
        potential(value, numbers_of_lights).light,
    )


def _schedule(
    figures: MeasureFigures, last: Light | None, update: Freshness, blockers: tuple[str, ...]
) -> ImplementationFacts:
    return ImplementationFacts(
        stage=figures.judged_stage,
        lifecycle=figures.lifecycle,
        today=figures.clock.today,
        milestones=figures.milestone_facts,
        update=update,
        updated_on=figures.updated_on or figures.expected_from,
        owner=figures.owner,
        red_blockers=blockers,
        last=last,
    )


def _value(figures: MeasureFigures, last: Light | None, forecast: Freshness) -> PotentialFacts:
    return PotentialFacts(
        stage=figures.judged_stage,
        lifecycle=figures.lifecycle,
        clock=figures.clock,
        lines=figures.line_facts,
        forecast=forecast,
        owner=figures.owner,
        controller=figures.controller,
        last=last,
    )


def _needs(figures: Mapping[int, MeasureFigures]) -> dict[int, list[tuple[int, str]]]:
    """Return for each measure what it waits for, accepted or not: silence betters no colour."""
    rows = Dependency.objects.filter(
        measure_id__in=list(figures), is_blocking=True, removed_at__isnull=True
    ).order_by("pk")
    pairs = list(rows.values_list("measure_id", "needs_id"))
    names = confidential.names_of(needed for _, needed in pairs) if pairs else {}
    needs: dict[int, list[tuple[int, str]]] = {}
    for waits, needed in pairs:
        needs.setdefault(waits, []).append((needed, names[needed]))
    return needs


def _colours(
    needs: Mapping[int, Sequence[tuple[int, str]]], judged: Mapping[int, Colour]
) -> dict[int, Colour]:
    """Return the uncapped colours of all that is waited for, judged now or stored before."""
    wanted = {needed for each in needs.values() for needed, _ in each} - set(judged)
    rows = MeasureStatus.objects.filter(measure_id__in=wanted)
    stored = rows.values_list("measure_id", "implementation_uncapped")
    return {**judged, **{pk: Colour(colour) for pk, colour in stored}}


def _red(needs: Iterable[tuple[int, str]], colours: Mapping[int, Colour]) -> tuple[str, ...]:
    return tuple(name for needed, name in needs if colours.get(needed) is Colour.RED)


def _store(judged: Mapping[int, _Judgement], today: date) -> None:
    now, version = tenancy.current().now, numbers.version()
    MeasureStatus.objects.bulk_create(
        (
            MeasureStatus(
                measure_id=pk,
                computed_for=today,
                computed_at=now,
                input_version=version,
                implementation=each.implementation.colour,
                implementation_uncapped=each.implementation.uncapped,
                implementation_reasons=_reasons(each.implementation.reasons),
                potential=each.potential.light.colour,
                potential_uncapped=each.potential.light.uncapped,
                potential_reasons=_reasons(each.potential.light.reasons),
                figures=_figures(each),
            )
            for pk, each in sorted(judged.items())
        ),
        update_conflicts=True,
        unique_fields=["organization", "measure"],
        update_fields=list(KEPT),
    )


def _mark_waiting(judged: Mapping[int, _Judgement], last: Mapping[int, StoredLights]) -> None:
    """Mark those that wait for a measure whose uncapped light became red, or no longer is."""
    turned = [
        pk
        for pk, each in judged.items()
        if (each.implementation.uncapped is Colour.RED) is not _was_red(last.get(pk))
    ]
    rows = Dependency.objects.filter(needs_id__in=turned, removed_at__isnull=True)
    waiting = set(rows.values_list("measure_id", flat=True)) if turned else set()
    RollupDirty.objects.bulk_create(
        RollupDirty(measure_id=pk) for pk in sorted(waiting - set(judged))
    )


def _was_red(last: StoredLights | None) -> bool:
    return last is not None and last.implementation.uncapped is Colour.RED


def _reasons(reasons: Iterable[Reason]) -> list[dict[str, object]]:
    return [{"code": each.code, "params": dict(each.params)} for each in reasons]


def _figures(judgement: _Judgement) -> dict[str, object]:
    return {
        "implementation": _rest(judgement.implementation),
        "potential": _rest(judgement.potential.light),
        "forecast": judgement.forecast.value,
        "update": judgement.update.value,
        "judged": [_judged(each) for each in judgement.potential.judged],
        "against_original": [_judged(each) for each in judgement.potential.against_original],
    }


def _rest(light: Light) -> dict[str, object]:
    return {
        "marks": _reasons(light.marks),
        "before": light.before.value,
        "is_held": light.is_held,
    }


def _judged(each: Judged) -> dict[str, object]:
    """Return one window as JSON; fractions as text, for a float would round them."""
    return {
        "window": each.window.value,
        "line": each.line,
        "unit": each.group.unit.code,
        "currency": each.group.currency,
        "decimals": each.group.unit.decimals,
        "effect_type": each.group.effect_type.value,
        "recurrence": each.group.recurrence.value,
        "nature": each.group.nature.value,
        "planned": str(each.planned),
        "outlook": str(each.outlook),
        "ratio": "" if each.ratio is None else str(each.ratio),
        "colour": each.colour.value,
        "missing": [[month.fiscal_year, month.period] for month in each.missing],
    }
