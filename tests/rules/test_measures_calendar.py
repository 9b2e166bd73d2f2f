"""Fiscal months, working days, and the month's clock."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import (
    FiscalCalendar,
    Month,
    MonthState,
    PeriodClock,
    day_text,
    months_of_year,
)
from measures.rules.working_days import MONDAY_TO_FRIDAY

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

days = st.dates(date(2000, 1, 1), date(2099, 12, 31))
starts = st.integers(1, 12)


@pytest.mark.parametrize(
    ("start", "day", "month"),
    [
        (1, date(2026, 1, 1), Month(2026, 1)),
        (1, date(2026, 12, 31), Month(2026, 12)),
        (7, date(2026, 6, 30), Month(2026, 12)),
        (7, date(2026, 7, 1), Month(2027, 1)),
        (7, date(2027, 6, 30), Month(2027, 12)),
        (10, date(2026, 9, 30), Month(2026, 12)),
        (10, date(2026, 10, 1), Month(2027, 1)),
    ],
)
def test_a_fiscal_year_bears_the_calendar_year_in_which_it_ends(start, day, month):
    assert FiscalCalendar(start).month_of(day) == month


@UNHURRIED
@given(starts, days)
def test_every_day_lies_between_the_first_and_last_day_of_its_month(start, day):
    calendar = FiscalCalendar(start)

    month = calendar.month_of(day)

    assert calendar.first_day(month) <= day <= calendar.last_day(month)
    assert calendar.last_day(month) + timedelta(days=1) == calendar.first_day(month.plus(1))
    assert calendar.first_day(month).month == day.month


@UNHURRIED
@given(starts, days, st.integers(-60, 60))
def test_months_added_are_the_months_between(start, day, count):
    calendar = FiscalCalendar(start)
    month = calendar.month_of(day)

    later = calendar.add(month, count)

    assert calendar.months_between(month, later) == count
    assert (later > month) == (count > 0)


def test_months_are_named_as_people_name_them():
    calendar = FiscalCalendar(7)

    assert calendar.label(Month(2027, 1)) == "Jul 2026"
    assert calendar.labels((Month(2027, 1), Month(2027, 7))) == "Jul 2026, Jan 2027"
    assert day_text(date(2026, 7, 14)) == "14 Jul 2026"


def test_a_year_has_twelve_months_in_order():
    assert [month.period for month in months_of_year(2026)] == list(range(1, 13))


@pytest.mark.parametrize("period", [0, 13, -1])
def test_a_period_outside_the_year_is_refused(period):
    with pytest.raises(ValueError, match=r"not in 1\.\.12"):
        Month(2026, period)


@pytest.mark.parametrize("start", [0, 13])
def test_a_start_month_outside_the_year_is_refused(start):
    with pytest.raises(ValueError, match=r"not in 1\.\.12"):
        FiscalCalendar(start)


@UNHURRIED
@given(days, st.integers(1, 60))
def test_the_nth_working_day_has_n_working_days_up_to_it(day, count):
    found = MONDAY_TO_FRIDAY.after(day, count)

    between = (day + timedelta(days=each) for each in range(1, (found - day).days + 1))
    assert sum(each.weekday() < 5 for each in between) == count
    assert found.weekday() < 5


def test_a_working_day_after_no_days_is_refused():
    with pytest.raises(ValueError, match="0 is not a number of working days"):
        MONDAY_TO_FRIDAY.after(date(2026, 7, 1), 0)


def test_june_is_claimed_by_the_fifth_and_approved_by_the_tenth_working_day():
    calendar, june = FiscalCalendar(), Month(2026, 6)

    assert calendar.claim_deadline(june, 5) == date(2026, 7, 7)
    assert calendar.approval_deadline(june, 10) == date(2026, 7, 14)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (date(2026, 5, 31), MonthState.OPEN),
        (date(2026, 6, 30), MonthState.OPEN),
        (date(2026, 7, 1), MonthState.PROVISIONAL),
        (date(2026, 7, 14), MonthState.PROVISIONAL),
        (date(2026, 7, 15), MonthState.LOCKED),
        (date(2027, 7, 15), MonthState.LOCKED),
    ],
)
def test_a_month_is_open_then_provisional_then_locked(today, state):
    assert PeriodClock(today).state(Month(2026, 6)) == state


def test_with_a_long_approval_window_several_months_are_provisional():
    clock = PeriodClock(date(2026, 7, 8), approval_days=30)

    states = [clock.state(Month(2026, period)) for period in range(4, 8)]

    assert states == [
        MonthState.LOCKED,
        MonthState.PROVISIONAL,
        MonthState.PROVISIONAL,
        MonthState.OPEN,
    ]


def test_a_claim_is_late_after_its_working_day_and_not_on_it():
    june = Month(2026, 6)

    assert not PeriodClock(date(2026, 7, 7)).is_claim_late(june)
    assert PeriodClock(date(2026, 7, 8)).is_claim_late(june)


def test_claims_are_owed_from_the_month_of_take_over_on():
    clock = PeriodClock(date(2026, 7, 8), claims_from=Month(2026, 5))

    assert not clock.owes_claims(Month(2026, 4))
    assert clock.owes_claims(Month(2026, 5))
    assert PeriodClock(date(2026, 7, 8)).owes_claims(Month(2020, 1))


def test_the_clock_knows_its_month_and_fiscal_year():
    clock = PeriodClock(date(2026, 7, 8), FiscalCalendar(7))

    assert clock.month == Month(2027, 1)
    assert clock.fiscal_year == 2027
