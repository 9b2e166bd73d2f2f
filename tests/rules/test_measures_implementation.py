"""The implementation light, milestone by milestone (domain-rules §7)."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.freshness import Freshness
from measures.rules.implementation import (
    ImplementationFacts,
    MilestoneFacts,
    implementation_light,
    is_in_view,
    lateness,
    milestone_colour,
    milestone_score,
)
from measures.rules.lights import SEVERITY, Colour, Light, LightNumbers, MilestoneScale, Reason
from measures.rules.stage import Lifecycle, Stage

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

TODAY = date(2026, 7, 8)
G, A, R, GREY, NONE = Colour.GREEN, Colour.AMBER, Colour.RED, Colour.GREY, Colour.NONE


def day(offset):
    return TODAY + timedelta(days=offset)


def milestone(plan=0, *, name="Tender", done=None, forecast=None, **given):
    return MilestoneFacts(
        name,
        plan_end=day(plan),
        actual_end=None if done is None else day(done),
        forecast_end=None if forecast is None else day(forecast),
        **given,
    )


def facts(*milestones, **given):
    base = ImplementationFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        today=TODAY,
        milestones=milestones,
        update=Freshness.FRESH,
        updated_on=day(-3),
        owner="Olga",
    )
    return replace(base, **given)


@pytest.mark.parametrize(
    ("given", "late"),
    [
        (milestone(-10, done=-7), 3),
        (milestone(-10, done=-12), -2),
        (milestone(-5), 5),
        (milestone(-5, forecast=-4), 5),
        (milestone(-5, forecast=2), 7),
        (milestone(5), 0),
        (milestone(5, forecast=9), 4),
        (milestone(0), 0),
    ],
)
def test_lateness_runs_from_plan_to_actual_forecast_or_today(given, late):
    assert lateness(given, TODAY) == late


@pytest.mark.parametrize(("late", "colour"), [(3, G), (4, A), (7, A), (8, R), (-9, G)])
def test_a_milestone_is_coloured_by_its_days(late, colour):
    assert milestone_colour(milestone(-20, done=late - 20), TODAY) == colour


@pytest.mark.parametrize(("start", "colour"), [(-140, G), (-70, A), (-40, R), (None, A)])
def test_a_milestone_may_be_coloured_by_percent_of_its_duration(start, colour):
    numbers = LightNumbers(milestone_scale=MilestoneScale.PERCENT)
    given = milestone(-20, done=-16, plan_start=None if start is None else day(start - 20))

    assert milestone_colour(given, TODAY, numbers) == colour


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (milestone(14), True),
        (milestone(15), False),
        (milestone(-100), True),
        (milestone(100, forecast=101), True),
        (milestone(100, forecast=99), False),
        (milestone(-40, done=-30), True),
        (milestone(-40, done=-31), False),
    ],
)
def test_only_what_is_due_slipping_or_just_done_is_in_view(given, expected):
    assert is_in_view(given, TODAY) is expected


def test_the_score_weighs_points_and_old_greens_do_not_count():
    old = [milestone(-100, done=-100) for _ in range(20)]
    slip = milestone(-10, weight=1)
    fine = milestone(5, weight=3)

    assert milestone_score([*old, slip, fine], TODAY) == Fraction(3, 4)
    assert milestone_score(old, TODAY) is None


@pytest.mark.parametrize(
    ("fine", "late", "colour"), [(9, 1, G), (8, 2, A), (7, 3, A), (6, 4, R), (1, 0, G)]
)
def test_the_light_follows_the_score(fine, late, colour):
    given = [milestone(5)] * fine + [milestone(-10, name="Roll-out")] * late

    light = implementation_light(facts(*given))

    assert light.colour == colour


def test_a_late_measure_names_the_milestone_furthest_behind():
    light = implementation_light(facts(milestone(5), milestone(-1), milestone(-10, name="Go")))

    assert light.reason.sentence == (
        "Milestones in view reach 66.6 % of their points; furthest behind is Go, 10 days late, "
        "planned for 28 Jun 2026."
    )


def test_one_day_is_one_day_and_percent_is_percent():
    numbers = LightNumbers(milestone_scale=MilestoneScale.PERCENT)
    one = facts(milestone(-1, is_critical=True, plan_start=day(-11)))

    light = implementation_light(one, numbers)
    in_days = implementation_light(one, LightNumbers(milestone_green=0))

    assert "10 % of its duration late" in light.reason.sentence
    assert "1 day late" in in_days.reason.sentence


def test_a_late_critical_milestone_outweighs_the_score():
    given = [milestone(5)] * 30 + [milestone(100, name="Go-live", forecast=110, is_critical=True)]

    light = implementation_light(facts(*given))

    assert light.colour == R
    assert light.reason == Reason(
        "critical_milestone", {"milestone": "Go-live", "late": "10 days", "planned": "16 Oct 2026"}
    )


def test_a_critical_milestone_that_is_done_or_on_time_does_not():
    given = [milestone(5)] * 30
    done = milestone(-10, done=0, is_critical=True)
    on_time = milestone(5, is_critical=True)

    light = implementation_light(facts(*given, done, on_time))

    assert (light.colour, light.reason_code) == (G, "milestones_on_time")


def test_nothing_in_view_is_green():
    light = implementation_light(facts(milestone(100)))

    assert (light.colour, light.reason.sentence) == (G, "No milestone is due within 14 days.")


def test_past_decided_a_measure_without_milestones_is_red():
    light = implementation_light(facts())

    assert (light.colour, light.reason.sentence) == (
        R,
        "There is no milestone plan (owner: Olga).",
    )


@pytest.mark.parametrize("stage", [Stage.DEFINED, Stage.IDENTIFIED, Stage.DETAILED])
def test_below_decided_it_is_grey(stage):
    light = implementation_light(facts(milestone(-10), stage=stage))

    assert (light.colour, light.reason_code) == (GREY, "not_decided")


@pytest.mark.parametrize(
    ("given", "colour", "code"),
    [
        ({"update": Freshness.DUE}, G, "milestones_on_time"),
        ({"update": Freshness.STALE}, A, "update_stale"),
        ({"update": Freshness.EXPIRED}, R, "update_expired"),
        ({"red_blockers": ("Tender", "Permit")}, A, "dependency_red"),
    ],
)
def test_silence_and_a_red_dependency_cap_the_colour(given, colour, code):
    light = implementation_light(facts(milestone(5), **given))

    assert (light.colour, light.uncapped, light.reason_code) == (colour, G, code)


def test_a_cap_names_who_was_silent_since_when_and_who_blocks():
    stale = implementation_light(facts(milestone(5), update=Freshness.STALE))
    blocked = implementation_light(facts(milestone(5), red_blockers=("Tender", "Permit")))

    assert stale.reason.sentence == "No status update since 5 Jul 2026 (owner: Olga)."
    assert blocked.reason.sentence == "Waits for Tender, Permit, which is red."


def test_on_hold_keeps_the_last_colour_hatched():
    last = Light(A, (Reason("milestones_on_time"),))

    light = implementation_light(facts(milestone(-90), lifecycle=Lifecycle.ON_HOLD, last=last))

    assert (light.colour, light.is_held) == (A, True)


@pytest.mark.parametrize(
    ("lifecycle", "before"), [(Lifecycle.CANCELLED, A), (Lifecycle.CLOSED, NONE)]
)
def test_cancelled_and_closed_show_no_light(lifecycle, before):
    last = Light(A, (Reason("milestones_on_time"),))

    light = implementation_light(facts(milestone(-90), lifecycle=lifecycle, last=last))

    assert (light.colour, light.before, light.reason_code) == (NONE, before, lifecycle.value)


milestones = st.builds(
    milestone,
    st.integers(-60, 60),
    done=st.none() | st.integers(-60, 0),
    forecast=st.none() | st.integers(-60, 90),
    weight=st.integers(1, 5),
    is_critical=st.booleans(),
)


@UNHURRIED
@given(st.lists(milestones, min_size=1, max_size=5), st.lists(milestones, max_size=5))
def test_adding_tasks_after_the_freeze_never_raises_the_score(frozen, later):
    added = [replace(each, added_after_freeze=True) for each in later]

    alone, together = milestone_score(frozen, TODAY), milestone_score([*frozen, *added], TODAY)

    assert alone is None or together <= alone


@UNHURRIED
@given(st.lists(milestones, max_size=5), st.sampled_from(list(Freshness)))
def test_an_older_update_never_betters_the_colour(given, update):
    order = list(Freshness)
    fresher = [
        implementation_light(facts(*given, update=each)).colour
        for each in order[: order.index(update) + 1]
    ]

    severities = [SEVERITY[colour] for colour in fresher]
    assert severities == sorted(severities)
