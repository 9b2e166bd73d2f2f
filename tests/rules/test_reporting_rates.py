"""Run-rates travel beside the months: by group, by lifecycle, and never added to them."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest

from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import Bucket, Direction, LineFacts, Recurrence, Unit
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import ContributionFacts
from reporting.rules.rates import RateSeries, rates

N = None
GREEN = Light(Colour.GREEN, (Reason("milestones_on_time"),))
SAVING = LineFacts(
    "Saving",
    full_effect=Month(2026, 4),
    plan={2026: (N, N, N, *[10] * 9)},
    original={2026: (N, N, N, *[12] * 9)},
    forecast={2026: (N, N, N, 10, 10, 10, *[9] * 6)},
    approved={2026: (N, N, N, 9, 8, *[N] * 7)},
    pending={2026: (*[N] * 5, 10, *[N] * 6)},
)
PLAN, OUTLOOK, ACTUAL = RateSeries.PLAN, RateSeries.OUTLOOK, RateSeries.ACTUAL


def facts(*lines, **given):
    base = ContributionFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=PeriodClock(date(2026, 7, 8)),
        lines=lines or (SAVING,),
        implementation=GREEN,
        potential=GREEN,
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
    )
    return replace(base, **given)


def found(*lines, **given):
    return {(key.bucket, key.series): rate for key, rate in rates(facts(*lines, **given)).items()}


def test_the_worked_example_has_its_run_rates():
    assert found() == {
        (Bucket.ORIGINAL, PLAN): 144,
        (Bucket.COMMITTED, PLAN): 120,
        (Bucket.COMMITTED, OUTLOOK): 108,
        (Bucket.COMMITTED, ACTUAL): 102,
    }


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"stage": Stage.DEFINED}, {}),
        ({"stage": Stage.DETAILED}, {(Bucket.PIPELINE, PLAN): 120}),
        ({"stage": Stage.DETAILED, "lifecycle": Lifecycle.CANCELLED}, {}),
        ({"lifecycle": Lifecycle.CANCELLED}, {(Bucket.ORIGINAL, PLAN): 144}),
    ],
)
def test_what_is_not_decided_or_is_cancelled_has_no_committed_rate(given, expected):
    assert found(**given) == expected


def test_a_closed_measure_keeps_the_rate_that_was_proven():
    closed = found(
        replace(SAVING, proven=Fraction(85, 100)),
        stage=Stage.CLOSED,
        lifecycle=Lifecycle.CLOSED,
        closed_on=date(2026, 7, 1),
    )

    assert closed[Bucket.COMMITTED, OUTLOOK] == closed[Bucket.COMMITTED, ACTUAL] == 102


def test_a_closed_measure_of_which_nothing_is_proven_has_none():
    closed = found(stage=Stage.CLOSED, lifecycle=Lifecycle.CLOSED)

    assert set(closed) == {(Bucket.ORIGINAL, PLAN), (Bucket.COMMITTED, PLAN)}


def test_on_hold_only_what_already_flows_is_annualised():
    held = found(lifecycle=Lifecycle.ON_HOLD)
    rephased = found(lifecycle=Lifecycle.ON_HOLD, hold_is_rephased=True)

    # April and May approved at 9 and 8, June pending at 10, from July on the 8 that flow.
    assert held[Bucket.COMMITTED, OUTLOOK] == round(Fraction(12 * (9 + 8 + 10 + 6 * 8), 9))
    assert rephased[Bucket.COMMITTED, OUTLOOK] == 108


def test_on_hold_a_line_that_has_no_month_in_its_span_has_no_rate():
    unplanned = replace(SAVING, plan={}, original={}, forecast={}, approved={}, pending={})

    assert found(unplanned, lifecycle=Lifecycle.ON_HOLD) == {}
    assert found(unplanned) == {}


@pytest.mark.parametrize(
    "line",
    [
        replace(SAVING, recurrence=Recurrence.ONE_OFF),
        replace(SAVING, full_effect=None),
        replace(SAVING, is_level=True, unit=Unit("%", 1), currency=""),
    ],
)
def test_bounded_effects_and_levels_of_other_units_have_no_run_rate(line):
    assert found(line) == {}


def test_a_level_in_money_counts_as_the_effect_against_its_baseline():
    level = replace(
        SAVING,
        is_level=True,
        direction=Direction.LESS,
        baseline={2026: (100,) * 12},
        plan={2026: (90,) * 12},
        original={2026: (90,) * 12},
        forecast={2026: (95,) * 12},
        approved={},
        pending={},
        full_effect=Month(2026, 1),
    )
    january = PeriodClock(date(2026, 1, 8))

    shown = found(level, clock=january)

    assert (shown[Bucket.COMMITTED, PLAN], shown[Bucket.COMMITTED, OUTLOOK]) == (120, 60)


def test_lines_of_one_group_add_up_and_cancelling_rates_leave_nothing():
    loss = replace(
        SAVING,
        plan={2026: (N, N, N, *[-10] * 9)},
        original={},
        forecast={},
        approved={},
        pending={},
    )

    shown = found(replace(SAVING, original={}, forecast={}, approved={}, pending={}), loss)

    assert (Bucket.COMMITTED, PLAN) not in shown
