"""The potential light: windows, groups and missing months (domain-rules §8)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from measures.rules.calendar import FiscalCalendar, Month, PeriodClock
from measures.rules.lights import Light, LightNumbers, Reason
from measures.rules.lines import Direction, EffectType, Nature, Recurrence, Unit
from measures.rules.potential import (
    colour_of,
    judge_lines,
    potential,
    ratio_of,
)
from measures.rules.stage import Lifecycle, Stage
from measures.rules.windows import Window
from tests.rules.potential_lines import (
    GREY,
    JULY,
    NONE,
    A,
    G,
    N,
    R,
    facts,
    light,
    line,
    ratios,
    year,
)


@pytest.mark.parametrize(
    ("planned", "outlook", "direction", "ratio", "colour"),
    [
        (100, 90, Direction.MORE, Fraction(90, 100), G),
        (100, 89, Direction.MORE, Fraction(89, 100), A),
        (100, 69, Direction.MORE, Fraction(69, 100), R),
        (100, 130, Direction.MORE, Fraction(130, 100), G),
        (-100, -110, Direction.MORE, Fraction(90, 100), G),
        (-100, -140, Direction.MORE, Fraction(60, 100), R),
        (100, 110, Direction.LESS, Fraction(90, 100), G),
        (100, 140, Direction.LESS, Fraction(60, 100), R),
        (100, 50, Direction.LESS, Fraction(150, 100), G),
        (100, 85, Direction.EXACT, Fraction(85, 100), A),
        (100, 115, Direction.EXACT, Fraction(85, 100), A),
        (0, 0, Direction.MORE, N, G),
        (0, 1, Direction.MORE, N, G),
        (0, -1, Direction.MORE, N, R),
        (0, -1, Direction.LESS, N, G),
        (0, 1, Direction.LESS, N, R),
        (0, 0, Direction.EXACT, N, G),
        (0, 1, Direction.EXACT, N, R),
    ],
)
def test_outlook_is_held_against_plan_by_direction(planned, outlook, direction, ratio, colour):
    assert ratio_of(Fraction(planned), Fraction(outlook), direction) == ratio
    assert colour_of(Fraction(planned), Fraction(outlook), direction) == colour


def test_a_line_delivered_as_planned_is_green_in_every_window():
    found = potential(facts(line()))

    assert ratios(line()) == {
        (Window.FISCAL_YEAR, ""): 1,
        (Window.YEAR_TO_DATE, ""): 1,
        (Window.RUN_RATE, ""): 1,
    }
    assert found.light.colour == G
    assert found.light.reason.sentence == "The outlook reaches 100 % of plan at least."


def test_a_level_line_is_judged_by_its_effect_and_not_by_its_level():
    level = line(
        is_level=True,
        direction=Direction.LESS,
        baseline=year(*[1000] * 12),
        plan=year(*[950] * 12),
        forecast=year(*[990] * 12),
        approved={},
        pending={},
        full_effect=N,
    )

    found = ratios(level, clock=PeriodClock(date(2026, 1, 5)))

    assert found == {(Window.FISCAL_YEAR, ""): Fraction(20, 100)}


def test_a_bounded_effect_has_its_life_where_a_recurring_one_has_a_run_rate():
    assert set(ratios(line(recurrence=Recurrence.ONE_OFF))) == {
        (Window.FISCAL_YEAR, ""),
        (Window.YEAR_TO_DATE, ""),
        (Window.LIFE, ""),
    }


def test_a_seasonal_line_is_measured_on_its_own_months():
    quarters = [60] * 3 + [80] * 3 + [100] * 3 + [160] * 3
    seasonal = line(
        is_seasonal=True,
        plan=year(*quarters),
        forecast=year(*quarters),
        approved=year(60, 60, 60, 80, 70, *[N] * 7),
        pending={},
    )

    found = ratios(seasonal)

    assert found[Window.YEAR_TO_DATE, ""] == Fraction(330, 340)
    assert found[Window.RUN_RATE, ""] == Fraction(1190, 1200)


def test_a_seasonal_run_rate_without_all_twelve_months_is_not_judged():
    partly = line(is_seasonal=True, full_effect=Month(2026, 2))

    assert (Window.RUN_RATE, "") not in ratios(partly)


def test_a_seasonal_run_rate_does_not_gain_by_leaving_forecasts_out():
    silent = line(is_seasonal=True, forecast=year(*[100] * 9, N, N, N))

    assert ratios(silent)[Window.RUN_RATE, ""] == Fraction(900, 1200)


def test_a_run_rate_nobody_has_spoken_for_counts_as_missing():
    later = {2026: (N,) * 12, 2027: (100,) * 12}
    unspoken = line(plan=later, forecast={}, approved={}, pending={}, full_effect=Month(2027, 1))

    assert ratios(unspoken) == {(Window.RUN_RATE, ""): 0}


def test_a_month_without_a_forecast_counts_as_nothing_and_a_cost_as_planned():
    saving = line(forecast=year(*[100] * 9, N, N, N))
    cost = replace(saving, nature=Nature.RUNNING, direction=Direction.LESS)

    assert ratios(saving)[Window.FISCAL_YEAR, ""] == Fraction(900, 1200)
    assert ratios(cost)[Window.FISCAL_YEAR, ""] == 1


def test_a_disbenefit_nobody_claimed_counts_as_planned():
    concession = line(plan=year(*[-18] * 12), forecast={}, approved={}, pending={})

    found = ratios(concession)

    assert found[Window.FISCAL_YEAR, ""] == 1
    assert found[Window.YEAR_TO_DATE, ""] == 1


def test_a_missing_cost_month_does_not_dilute_an_overrun():
    overrun = line(
        nature=Nature.RUNNING,
        direction=Direction.LESS,
        approved=year(140, 140, 140, *[N] * 9),
        pending={},
    )

    assert ratios(overrun)[Window.YEAR_TO_DATE, ""] == Fraction(60, 100)


def test_no_line_hides_behind_another():
    good = line("Good", forecast=year(*[160] * 12), plan=year(*[100] * 12))
    bad = line("Bad", forecast=year(*[40] * 12), plan=year(*[100] * 12))

    found = potential(facts(good, bad))

    assert found.light.colour == R
    assert "Run-rate at 65 % of plan in line Bad." in [
        reason.sentence for reason in found.light.reasons
    ]


@pytest.mark.parametrize(("small", "is_alone"), [(25, True), (24, False)])
def test_a_line_is_judged_alone_from_a_fifth_of_its_group_on(small, is_alone):
    lines = (line("Big"), line("Small", plan=year(*[small] * 12), forecast=year(*[small] * 12)))

    judged = {each.line for each in judge_lines(lines, JULY)}

    assert ("Small" in judged) is is_alone
    assert "Big" in judged


def test_figures_of_two_kinds_are_judged_apart():
    hard = line("Hard", forecast=year(*[200] * 12))
    avoided = line("Soft", forecast=year(*[50] * 12), effect_type=EffectType.AVOIDANCE)

    found = judge_lines((hard, avoided), JULY)

    assert {(each.group.effect_type, each.line) for each in found} == {
        (EffectType.HARD, ""),
        (EffectType.AVOIDANCE, ""),
    }
    assert light(hard, avoided).colour == A


def test_opposite_directions_are_not_added():
    more = line("More", unit=Unit("pieces", 0))
    less = line("Less", unit=Unit("pieces", 0), direction=Direction.LESS)

    assert len(judge_lines((more, less), JULY)) == 6


@pytest.mark.parametrize(
    ("june", "windows"),
    [
        (11, {Window.LIFE}),
        (12, {Window.LIFE, Window.FISCAL_YEAR, Window.YEAR_TO_DATE}),
    ],
)
def test_a_window_below_one_percent_of_the_life_plan_is_skipped(june, windows):
    plan = {2026: (N,) * 4 + (june,) + (N,) * 7, 2027: (1200 - june,) + (N,) * 11}
    tiny = line(
        recurrence=Recurrence.ONE_OFF,
        plan=plan,
        forecast=plan,
        approved={2026: (N,) * 4 + (june,) + (N,) * 7},
        pending={},
    )

    assert {each.window for each in judge_lines((tiny,), JULY)} == windows


def test_a_large_outlook_is_judged_even_where_little_was_planned():
    plan = {2027: (1200,) + (N,) * 11}
    early = line(
        recurrence=Recurrence.ONE_OFF,
        plan=plan,
        forecast=plan,
        approved={2026: (N,) * 4 + (-300,) + (N,) * 7},
        pending={},
    )

    found = light(early)

    assert found.colour == R
    assert found.reason.sentence == "An unfavourable effect where none is planned."


def test_where_nothing_is_due_yet_the_light_is_grey():
    far = {2030: (100,) * 12}
    later = line(plan=far, forecast=far, approved={}, pending={}, full_effect=N)

    found = light(later)

    assert (found.colour, found.reason_code) == (GREY, "nothing_due")


def test_past_decided_a_measure_without_a_plan_is_grey():
    found = light(line(plan={}))

    assert (found.colour, found.reason.sentence) == (
        GREY,
        "There is no plan to judge against (owner: Olga).",
    )
    assert light().reason_code == "no_plan"


@pytest.mark.parametrize("stage", [Stage.DEFINED, Stage.IDENTIFIED, Stage.DETAILED])
def test_below_decided_the_light_is_grey(stage):
    found = light(line(), stage=stage)

    assert (found.colour, found.reason_code) == (GREY, "not_decided")


def test_a_new_plan_does_not_launder_what_was_first_committed():
    replanned = line(
        original=year(*[100] * 12),
        plan=year(*[50] * 12),
        forecast=year(*[50] * 12),
        approved=year(*[50] * 5, *[N] * 7),
        pending={},
    )

    found = potential(facts(replanned))

    assert {each.window: each.ratio for each in found.judged} == dict.fromkeys(
        (Window.FISCAL_YEAR, Window.YEAR_TO_DATE, Window.RUN_RATE), 1
    )
    assert {each.window: each.ratio for each in found.against_original} == dict.fromkeys(
        (Window.FISCAL_YEAR, Window.YEAR_TO_DATE, Window.RUN_RATE), Fraction(1, 2)
    )


def test_on_hold_keeps_the_last_colour_and_an_end_shows_none():
    last = Light(R, (Reason("short_run_rate", {"percent": "60 %"}),))

    on_hold = light(line(), lifecycle=Lifecycle.ON_HOLD, last=last)
    cancelled = light(line(), lifecycle=Lifecycle.CANCELLED, last=last)
    closed = light(line(), lifecycle=Lifecycle.CLOSED, last=last)

    assert (on_hold.colour, on_hold.is_held) == (R, True)
    assert (cancelled.colour, cancelled.before) == (NONE, R)
    assert (closed.colour, closed.before) == (NONE, NONE)


def test_the_thresholds_are_the_tenants_own():
    strict = LightNumbers(ratio_green=1, ratio_amber=1)
    weak = line(forecast=year(*[99] * 12), pending={})

    assert potential(facts(weak)).light.colour == G
    assert potential(facts(weak), strict).light.colour == R


def test_the_fiscal_year_need_not_be_the_calendars():
    clock = PeriodClock(date(2026, 7, 20), FiscalCalendar(7))
    rows = {2026: (100,) * 12, 2027: (100,) * 12}
    given = line(plan=rows, forecast=rows, approved={2026: (100,) * 12}, pending={})

    found = {each.window: each.planned for each in judge_lines((given,), clock)}

    assert found == {Window.FISCAL_YEAR: 1200, Window.RUN_RATE: 1200}
