"""Reversal entries: counted in the month they are posted in, proven in the one they mend."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import Month, PeriodClock
from measures.rules.lines import Direction, LineFacts, Unit
from measures.rules.series import (
    as_corrected,
    as_effects,
    booked,
    estimate,
    outlook,
    rows_of,
    total,
    value_at,
)

YEAR = 2026
TODAY = PeriodClock(date(YEAR, 7, 8))
MONTHS = [Month(YEAR, period) for period in range(1, 13)]
APRIL, JULY = Month(YEAR, 4), Month(YEAR, 7)
UNHURRIED = settings(deadline=None, max_examples=60)


def a_line(difference=-3, **more):
    fields = {
        "plan": rows_of((month, 10) for month in MONTHS[3:]),
        "forecast": rows_of((month, 9) for month in MONTHS[6:]),
        "approved": rows_of((month, 9) for month in MONTHS[3:6]),
        "corrections": rows_of([(JULY, difference)]),
        "corrected": rows_of([(APRIL, difference)]),
    }
    return LineFacts(key="Freight", **(fields | more))


def test_a_correction_counts_in_the_month_it_is_posted_in_and_leaves_the_locked_one():
    line = a_line()

    july, april = estimate(line, JULY, TODAY), estimate(line, APRIL, TODAY)

    assert (april.counted, april.posted) == (9, 0)
    assert (july.counted, july.known, july.posted) == (6, 6, -3)
    assert (july.bare.counted, july.bare.known, july.bare.posted) == (9, 9, 0)


def test_what_is_booked_and_what_came_to_be_differ_by_the_month_alone():
    line = a_line()

    assert value_at(booked(line), JULY) == -3
    assert value_at(booked(line), APRIL) == 9
    assert value_at(as_corrected(line), APRIL) == 6
    assert total(booked(line), MONTHS) == total(as_corrected(line), MONTHS) == 24


@UNHURRIED
@given(st.integers(-50, 50))
def test_the_outlook_of_the_year_moves_by_exactly_what_was_corrected(difference):
    without = a_line(corrections={}, corrected={})

    moved = total(outlook(a_line(difference), TODAY), MONTHS)

    assert moved == total(outlook(without, TODAY), MONTHS) + difference


def test_a_correction_of_a_level_is_a_difference_of_effects():
    line = a_line(
        is_level=True,
        unit=Unit("%", 0),
        direction=Direction.LESS,
        baseline=rows_of((month, 12) for month in MONTHS),
    )

    effects = as_effects(line)

    assert value_at(effects.corrections, JULY) == 3
    assert value_at(effects.corrected, APRIL) == 3
