"""The worked example of domain-rules §15, number by number."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

from measures.rules import series
from measures.rules.amounts import percent_text
from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.implementation import (
    ImplementationFacts,
    MilestoneFacts,
    implementation_light,
)
from measures.rules.lights import Colour
from measures.rules.lines import Direction, LineFacts, Nature, Recurrence
from measures.rules.potential import PotentialFacts, potential
from measures.rules.stage import Lifecycle, Stage
from measures.rules.windows import Window
from reporting.rules.rollup import confirmed_share

K = 1000_00  # one thousand in cents
N = None


def row(*thousands):
    return tuple(None if each is None else each * K for each in thousands)


PLAN = {2026: row(N, N, N, *[10] * 9), 2027: row(*[10] * 12)}
JUNE_AT_TEN = {2026: row(N, N, N, N, N, 10, *[N] * 6)}
JUNE_AT_NINE = {2026: row(N, N, N, N, N, 9, *[N] * 6)}
SAVING = LineFacts(
    "Freight",
    full_effect=Month(2026, 4),
    plan=PLAN,
    original=PLAN,
    forecast={2026: row(N, N, N, 10, 10, 10, *[9] * 6)},
    approved={2026: row(N, N, N, 9, 8, *[N] * 7)},
    pending=JUNE_AT_TEN,
    forecast_before_claim=JUNE_AT_TEN,
)
EIGHTH_OF_JULY = PeriodClock(date(2026, 7, 8))
TWENTIETH_OF_JULY = PeriodClock(date(2026, 7, 20))


def judge(line, clock):
    return potential(
        PotentialFacts(
            stage=Stage.DECIDED,
            lifecycle=Lifecycle.ACTIVE,
            clock=clock,
            lines=(line,),
            forecast=Freshness.FRESH,
            owner="Olga",
            controller="Carl",
        )
    )


def windows(found):
    return {each.window: (each.planned / K, each.outlook / K, each.ratio) for each in found.judged}


def sentences(light):
    return [reason.sentence for reason in light.reasons]


def test_the_plan_in_its_terms():
    assert series.in_year(PLAN, 2026) == 90 * K
    assert series.run_rate(PLAN, Month(2026, 4)) == 120 * K
    assert series.carry_over(PLAN, 2026) == 30 * K
    assert series.in_year_net(90 * K, one_time=25 * K) == 65 * K


def test_on_the_eighth_of_july_year_to_date_makes_it_amber():
    found = judge(SAVING, EIGHTH_OF_JULY)

    assert windows(found) == {
        Window.FISCAL_YEAR: (90, 81, Fraction(90, 100)),
        Window.RUN_RATE: (120, 108, Fraction(90, 100)),
        Window.YEAR_TO_DATE: (20, 17, Fraction(85, 100)),
    }
    assert {each.window: each.colour for each in found.judged} == {
        Window.FISCAL_YEAR: Colour.GREEN,
        Window.RUN_RATE: Colour.GREEN,
        Window.YEAR_TO_DATE: Colour.AMBER,
    }
    assert found.light.colour == Colour.AMBER
    assert sentences(found.light) == ["Year to date at 85 % of plan."]
    assert [mark.sentence for mark in found.light.marks] == [
        "Jun 2026 provisional: not yet confirmed, without effect on the colour."
    ]


def test_had_the_forecast_for_june_been_nine_the_year_would_be_amber():
    found = judge(replace(SAVING, forecast_before_claim=JUNE_AT_NINE), EIGHTH_OF_JULY)

    assert windows(found)[Window.FISCAL_YEAR] == (90, 80, Fraction(80, 90))
    assert found.light.colour == Colour.AMBER
    assert "This fiscal year at 88.8 % of plan." in sentences(found.light)


def test_seventeen_of_twenty_seven_are_confirmed():
    share = confirmed_share(approved=17 * K, pending=10 * K)

    assert share == Fraction(17, 27)
    assert percent_text(share) == "62.9 %"


def test_with_milestones_on_time_it_is_green_amber():
    light = implementation_light(
        ImplementationFacts(
            stage=Stage.DECIDED,
            lifecycle=Lifecycle.ACTIVE,
            today=date(2026, 7, 8),
            milestones=(MilestoneFacts("Award", date(2026, 7, 15)),),
            update=Freshness.FRESH,
            updated_on=date(2026, 7, 6),
            owner="Olga",
        )
    )

    assert light.colour == Colour.GREEN
    assert judge(SAVING, EIGHTH_OF_JULY).light.colour == Colour.AMBER


def test_on_the_twentieth_the_pending_claim_caps_and_names_the_controller():
    found = judge(SAVING, TWENTIETH_OF_JULY)

    assert windows(found)[Window.YEAR_TO_DATE] == (20, 17, Fraction(85, 100))
    assert found.light.colour == Colour.AMBER
    assert sentences(found.light) == [
        "Jun 2026 actuals not yet confirmed (controller: Carl).",
        "Year to date at 85 % of plan.",
    ]


def test_had_june_never_been_claimed_it_is_red_and_names_the_owner():
    found = judge(replace(SAVING, pending={}, forecast_before_claim={}), TWENTIETH_OF_JULY)

    assert windows(found)[Window.YEAR_TO_DATE] == (30, 17, Fraction(17, 30))
    assert found.light.colour == Colour.RED
    assert found.light.reason.sentence == (
        "Year to date at 56.6 % of plan: Jun 2026 never claimed (owner: Olga)."
    )


def test_a_bias_of_fifteen_percent_brings_the_year_to_81_percent():
    corrected = series.bias_corrected(27 * K, 54 * K, Fraction(85, 100))

    assert corrected == Fraction("72.9") * K
    assert percent_text(corrected / (90 * K)) == "81 %"


def test_cancelled_on_the_first_of_august_the_rest_of_the_plan_is_lost():
    loss = series.cancellation_loss(SAVING, Month(2026, 8))

    assert (loss.in_year, loss.run_rate, loss.carry_over) == (50 * K, 120 * K, 30 * K)


def test_a_one_time_cost_spent_as_planned_changes_nothing():
    spent = {2026: row(N, N, N, 25, *[N] * 8)}
    cost = LineFacts(
        "Tooling",
        nature=Nature.ONE_TIME,
        direction=Direction.LESS,
        recurrence=Recurrence.ONE_OFF,
        plan=spent,
        approved=spent,
    )

    with_cost = potential(
        PotentialFacts(
            stage=Stage.DECIDED,
            lifecycle=Lifecycle.ACTIVE,
            clock=EIGHTH_OF_JULY,
            lines=(SAVING, cost),
            forecast=Freshness.FRESH,
            owner="Olga",
            controller="Carl",
        )
    )

    assert with_cost.light.colour == Colour.AMBER
    assert sentences(with_cost.light) == ["Year to date at 85 % of plan."]
