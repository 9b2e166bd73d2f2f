"""Fiscal years of weeks: each day in one period, the 53rd week, and years cut anew."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import (
    Closing,
    FiscalCalendar,
    Month,
    MonthState,
    PeriodClock,
    PeriodStage,
    months_of_year,
)
from measures.rules.patterns import CalendarKind, Pattern, YearEnd
from measures.rules.working_days import MONDAY_TO_FRIDAY, WorkingDays

UNHURRIED = settings(deadline=None, max_examples=60)
WEEKS = [each for each in CalendarKind if each is not CalendarKind.MONTHS]
ONE_DAY = timedelta(days=1)

patterns = st.builds(
    Pattern,
    from_year=st.integers(2020, 2034),
    kind=st.sampled_from(list(CalendarKind)),
    last_weekday=st.integers(1, 7),
    year_end=st.sampled_from(list(YearEnd)),
)
calendars = st.builds(
    FiscalCalendar,
    start_month=st.integers(1, 12),
    patterns=st.lists(patterns, max_size=3).map(tuple),
)
days = st.dates(date(2018, 1, 1), date(2038, 12, 31))


@UNHURRIED
@given(calendars, days)
def test_each_day_lies_in_exactly_one_period_whatever_the_cut(calendar, day):
    month = calendar.month_of(day)

    holding = [
        each
        for each in (month.plus(-2), month.plus(-1), month, month.plus(1), month.plus(2))
        if calendar.first_day(each) <= day <= calendar.last_day(each)
    ]

    assert holding == [month]
    assert calendar.last_day(month) + ONE_DAY == calendar.first_day(month.plus(1))


@UNHURRIED
@given(
    st.sampled_from(WEEKS),
    st.integers(1, 7),
    st.sampled_from(list(YearEnd)),
    st.integers(1, 12),
    st.integers(2021, 2060),
)
def test_a_year_of_weeks_keeps_its_lengths_and_the_last_period_takes_the_53rd(
    kind, weekday, year_end, start, year
):
    calendar = FiscalCalendar(start, (Pattern(2000, kind, weekday, year_end),))

    months = months_of_year(year)
    lengths = [
        (calendar.last_day(each) - calendar.first_day(each) + ONE_DAY).days / 7 for each in months
    ]
    wanted = [int(each) for each in kind.split("-")] * 4

    assert lengths[:-1] == wanted[:-1]
    assert lengths[-1] - wanted[-1] in {0, 1}
    assert calendar.last_day(months[-1]).isoweekday() == weekday


@pytest.mark.parametrize(
    ("pattern", "year", "ends", "weeks"),
    [
        # Ends of January, the Saturday nearest: the calendar of the National Retail Federation.
        (Pattern(2000, CalendarKind.WEEKS_454, 6, YearEnd.NEAREST), 2024, date(2024, 2, 3), 53),
        (Pattern(2000, CalendarKind.WEEKS_454, 6, YearEnd.NEAREST), 2025, date(2025, 2, 1), 52),
        (Pattern(2000, CalendarKind.WEEKS_454, 6, YearEnd.NEAREST), 2026, date(2026, 1, 31), 52),
        (Pattern(2000, CalendarKind.WEEKS_454, 6, YearEnd.LAST), 2027, date(2027, 1, 30), 52),
    ],
)
def test_the_year_ends_on_the_weekday_that_was_chosen(pattern, year, ends, weeks):
    calendar = FiscalCalendar(2, (pattern,))

    begins = calendar.first_day(Month(year, 1))

    assert calendar.last_day(Month(year, 12)) == ends
    assert (ends - begins + ONE_DAY).days == weeks * 7


def test_a_change_from_months_to_weeks_begins_where_the_months_ended():
    calendar = FiscalCalendar(1, (Pattern(2027, CalendarKind.WEEKS_445, 7, YearEnd.LAST),))

    assert calendar.last_day(Month(2026, 12)) == date(2026, 12, 31)
    assert calendar.first_day(Month(2027, 1)) == date(2027, 1, 1)
    assert calendar.last_day(Month(2027, 1)) == date(2027, 1, 24)
    assert calendar.month_of(date(2027, 12, 27)) == Month(2028, 1)


def test_periods_of_weeks_are_named_by_number_and_those_of_months_by_month():
    calendar = FiscalCalendar(1, (Pattern(2027, CalendarKind.WEEKS_445),))

    assert calendar.label(Month(2026, 3)) == "Mar 2026"
    assert calendar.label(Month(2027, 3)) == "P03 2027"


def test_the_last_word_on_a_year_holds():
    calendar = FiscalCalendar(
        1, (Pattern(2027, CalendarKind.WEEKS_445), Pattern(2027, CalendarKind.MONTHS))
    )

    assert calendar.last_day(Month(2027, 1)) == date(2027, 1, 31)


@UNHURRIED
@given(days, st.integers(1, 60), st.frozensets(days, max_size=40))
def test_a_working_day_is_never_a_holiday_and_so_many_lie_between(day, count, holidays):
    working = WorkingDays(holidays)

    found = working.after(day, count)

    assert working.counts(found)
    assert working.between(day, found) == count
    assert found >= MONDAY_TO_FRIDAY.after(day, count)


def test_a_holiday_puts_the_lock_of_a_month_off():
    calendar = FiscalCalendar(working=WorkingDays(frozenset({date(2026, 7, 14)})))
    june = Month(2026, 6)

    assert calendar.claim_deadline(june, 5) == date(2026, 7, 7)
    assert calendar.approval_deadline(june, 10) == date(2026, 7, 15)
    assert PeriodClock(date(2026, 7, 15), calendar).state(june) is MonthState.PROVISIONAL
    assert PeriodClock(date(2026, 7, 15)).state(june) is MonthState.LOCKED


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        (date(2026, 6, 30), PeriodStage.OPEN),
        (date(2026, 7, 1), PeriodStage.CLAIMING),
        (date(2026, 7, 7), PeriodStage.CLAIMING),
        (date(2026, 7, 8), PeriodStage.APPROVING),
        (date(2026, 7, 14), PeriodStage.APPROVING),
        (date(2026, 7, 15), PeriodStage.LOCKED),
    ],
)
def test_a_period_goes_from_open_over_claiming_and_approving_to_its_lock(day, stage):
    assert PeriodClock(day).stage(Month(2026, 6)) is stage


def test_a_period_that_was_locked_early_takes_no_claim_though_its_days_are_not_over():
    clock = PeriodClock(date(2026, 7, 6), closings={Month(2026, 6): Closing(date(2026, 7, 6))})

    assert clock.state(Month(2026, 6)) is MonthState.LOCKED
    assert clock.claimable() == (Month(2026, 7),)


def test_a_period_that_was_opened_again_takes_claims_until_its_day_and_then_locks():
    closings = {Month(2026, 3): Closing(date(2026, 7, 20), open_until=date(2026, 7, 23))}

    during = PeriodClock(date(2026, 7, 23), closings=closings)
    after = PeriodClock(date(2026, 7, 24), closings=closings)

    assert during.stage(Month(2026, 3)) is PeriodStage.APPROVING
    assert during.claimable() == (Month(2026, 7), Month(2026, 3))
    assert after.state(Month(2026, 3)) is MonthState.LOCKED
    assert after.claimable() == (Month(2026, 7),)


def test_what_was_locked_stays_locked_when_the_deadline_is_put_off_later():
    closings = {Month(2026, 6): Closing(date(2026, 7, 15))}

    assert PeriodClock(date(2026, 7, 16), approval_days=15).state(Month(2026, 6)) is (
        MonthState.PROVISIONAL
    )
    assert PeriodClock(date(2026, 7, 16), approval_days=15, closings=closings).state(
        Month(2026, 6)
    ) is (MonthState.LOCKED)


def test_what_the_clock_records_late_was_locked_by_its_deadline():
    march, june = Month(2026, 3), Month(2026, 6)
    late, early = Closing(date(2026, 7, 8)), Closing(date(2026, 7, 6))
    clock = PeriodClock(date(2026, 7, 20), closings={march: late, june: early})

    assert (clock.locked_on(march), clock.locked_on(june)) == (date(2026, 4, 14), date(2026, 7, 6))
