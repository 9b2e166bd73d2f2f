"""The implementation light: is the work on schedule, judged from milestones (domain-rules §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from measures.rules.amounts import percent_text
from measures.rules.calendar import day_text
from measures.rules.freshness import Freshness
from measures.rules.lights import (
    DEFAULTS,
    Colour,
    Finding,
    Light,
    LightNumbers,
    MilestoneScale,
    Reason,
    banded,
    ended,
    held,
    light_of,
    unjudged,
    worst,
)
from measures.rules.stage import Lifecycle, Stage

POINTS = {Colour.GREEN: 3, Colour.AMBER: 1, Colour.RED: 0}
FULL_POINTS = 3


@dataclass(frozen=True, slots=True)
class MilestoneFacts:
    """One milestone; `weight` is the one frozen at Decided, `actual_end` the day it was recorded.

    One with `added_after_freeze` can worsen the light, never better it.
    """

    name: str
    plan_end: date
    plan_start: date | None = None
    forecast_end: date | None = None
    actual_end: date | None = None
    weight: int = 1
    is_critical: bool = False
    added_after_freeze: bool = False


@dataclass(frozen=True, slots=True)
class ImplementationFacts:
    """What the implementation light is judged from.

    `red_blockers` names the measures this one waits for whose own *uncapped* light is red, so that
    two that wait for each other cannot hold each other red (decisions §4).
    """

    stage: Stage
    lifecycle: Lifecycle
    today: date
    milestones: tuple[MilestoneFacts, ...]
    update: Freshness
    updated_on: date
    owner: str
    red_blockers: tuple[str, ...] = ()
    last: Light | None = None


def implementation_light(facts: ImplementationFacts, numbers: LightNumbers = DEFAULTS) -> Light:
    """Return the implementation light with its reasons."""
    if facts.lifecycle in {Lifecycle.CANCELLED, Lifecycle.CLOSED}:
        is_cancelled = facts.lifecycle is Lifecycle.CANCELLED
        return ended(facts.lifecycle.value, facts.last if is_cancelled else None)
    if facts.lifecycle is Lifecycle.ON_HOLD:
        return held(facts.last)
    if facts.stage < Stage.DECIDED:
        return unjudged(Colour.GREY, "not_decided")
    return light_of(_findings(facts, numbers), _caps(facts))


def lateness(milestone: MilestoneFacts, today: date) -> int:
    """Return by how many days a milestone runs behind its plan; negative if ahead (§7)."""
    if milestone.actual_end is not None:
        return (milestone.actual_end - milestone.plan_end).days
    expected = milestone.forecast_end or milestone.plan_end
    is_overdue = milestone.plan_end < today
    return ((max(expected, today) if is_overdue else expected) - milestone.plan_end).days


def milestone_colour(
    milestone: MilestoneFacts, today: date, numbers: LightNumbers = DEFAULTS
) -> Colour:
    """Return the colour of one milestone, in days or in percent of its planned duration.

    One without a planned start is judged in days whatever the scale.
    """
    late = Fraction(lateness(milestone, today))
    if _is_in_percent(milestone, numbers):
        late = 100 * late / _duration(milestone)
    if late <= numbers.milestone_green:
        return Colour.GREEN
    return Colour.AMBER if late <= numbers.milestone_amber else Colour.RED


def is_in_view(milestone: MilestoneFacts, today: date, numbers: LightNumbers = DEFAULTS) -> bool:
    """Return whether a milestone counts now: due soon, slipping, or just completed (§7).

    Older completed ones do not, for twenty old greens must not hide one slip.
    """
    if milestone.actual_end is not None:
        return (today - milestone.actual_end).days <= numbers.look_back_days
    is_due = (milestone.plan_end - today).days <= numbers.look_ahead_days
    is_slipping = (milestone.forecast_end or milestone.plan_end) > milestone.plan_end
    return is_due or is_slipping


def milestone_score(
    milestones: Sequence[MilestoneFacts], today: date, numbers: LightNumbers = DEFAULTS
) -> Fraction | None:
    """Return sum(w p) / sum(w 3) over the milestones in view, None if none is.

    The lower of the score with and without those added after the freeze.
    """
    in_view = [each for each in milestones if is_in_view(each, today, numbers)]
    frozen = [each for each in in_view if not each.added_after_freeze]
    scores = [
        Fraction(
            sum(each.weight * POINTS[milestone_colour(each, today, numbers)] for each in some),
            sum(each.weight * FULL_POINTS for each in some),
        )
        for some in (in_view, frozen)
        if sum(each.weight for each in some)
    ]
    return min(scores, default=None)


def _findings(facts: ImplementationFacts, numbers: LightNumbers) -> tuple[Finding, ...]:
    if not facts.milestones:
        return (Finding(Colour.RED, Reason("no_milestones", {"owner": facts.owner})),)
    score = milestone_score(facts.milestones, facts.today, numbers)
    if score is None:
        reason = Reason("no_milestone_in_view", {"days": str(numbers.look_ahead_days)})
        by_score = Finding(Colour.GREEN, reason)
    else:
        colour = banded(score, numbers.score_green, numbers.score_amber)
        by_score = Finding(colour, _score_reason(colour, score, facts, numbers))
    return (by_score, *_critical(facts, numbers))


def _score_reason(
    colour: Colour, score: Fraction, facts: ImplementationFacts, numbers: LightNumbers
) -> Reason:
    if colour is Colour.GREEN:
        return Reason("milestones_on_time")
    in_view = [each for each in facts.milestones if is_in_view(each, facts.today, numbers)]
    furthest = max(in_view, key=lambda each: lateness(each, facts.today))
    params = _lateness_params(furthest, facts.today, numbers)
    return Reason("milestones_score", {"percent": percent_text(score), **params})


def _critical(facts: ImplementationFacts, numbers: LightNumbers) -> tuple[Finding, ...]:
    """Return the worst open critical milestone as a finding, if it is late."""
    judged = [
        (milestone_colour(each, facts.today, numbers), each)
        for each in facts.milestones
        if each.is_critical and each.actual_end is None
    ]
    colour = worst(each for each, _ in judged)
    if colour not in {Colour.AMBER, Colour.RED}:
        return ()
    behind = [each for its_colour, each in judged if its_colour is colour]
    furthest = max(behind, key=lambda each: lateness(each, facts.today))
    params = _lateness_params(furthest, facts.today, numbers)
    return (Finding(colour, Reason("critical_milestone", params)),)


def _caps(facts: ImplementationFacts) -> tuple[Finding, ...]:
    params = {"since": day_text(facts.updated_on), "owner": facts.owner}
    found = []
    if facts.update is Freshness.STALE:
        found.append(Finding(Colour.AMBER, Reason("update_stale", params)))
    if facts.update is Freshness.EXPIRED:
        found.append(Finding(Colour.RED, Reason("update_expired", params)))
    if facts.red_blockers:
        reason = Reason("dependency_red", {"blockers": ", ".join(facts.red_blockers)})
        found.append(Finding(Colour.AMBER, reason))
    return tuple(found)


def _lateness_params(
    milestone: MilestoneFacts, today: date, numbers: LightNumbers
) -> dict[str, str]:
    late = lateness(milestone, today)
    words = f"{late} day" if late == 1 else f"{late} days"
    if _is_in_percent(milestone, numbers):
        words = f"{percent_text(Fraction(late, _duration(milestone)))} of its duration"
    planned = day_text(milestone.plan_end)
    return {"milestone": milestone.name, "late": words, "planned": planned}


def _is_in_percent(milestone: MilestoneFacts, numbers: LightNumbers) -> bool:
    is_percent = numbers.milestone_scale is MilestoneScale.PERCENT
    return is_percent and milestone.plan_start is not None


def _duration(milestone: MilestoneFacts) -> int:
    start = milestone.plan_start or milestone.plan_end
    return max(1, (milestone.plan_end - start).days)
