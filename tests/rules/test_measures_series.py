"""Rows, terms, the outlook of a month, and the one-click acts of the grid."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules import grid, series
from measures.rules.calendar import Month, MonthState, PeriodClock, months_of_year
from measures.rules.lines import Direction, LineFacts, Nature, Unit
from measures.rules.series import Standing, estimate

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

N = None
CLOCK = PeriodClock(date(2026, 7, 20))
JUNE, AUGUST = Month(2026, 6), Month(2026, 8)
ROWS = {2026: (N, N, N, 10, 10, 10, 10, 10, 10, 10, 10, 10), 2027: (10,) * 12}
figures = st.integers(0, 10**9)
years = st.lists(st.none() | figures, min_size=12, max_size=12).map(tuple)


def test_a_month_of_a_year_without_a_row_is_not_given():
    assert series.value_at(ROWS, Month(2026, 4)) == 10
    assert series.value_at(ROWS, Month(2026, 1)) is None
    assert series.value_at(ROWS, Month(2028, 1)) is None


def test_nothing_given_has_no_sum():
    assert series.total(ROWS, months_of_year(2028)) is None
    assert series.total(ROWS, [Month(2026, 1)]) is None
    assert series.life({}) is None


def test_terms_follow_the_fiscal_year():
    assert series.in_year(ROWS, 2026) == 90
    assert series.carry_over(ROWS, 2026) == 30
    assert series.carry_over(ROWS, 2027) is None
    assert series.exit_rate(ROWS, 2026) == 120
    assert series.exit_rate(ROWS, 2026, is_seasonal=True) is None
    assert series.exit_rate(ROWS, 2028) is None
    assert series.life(ROWS) == 210


def test_the_run_rate_is_annualised_from_the_full_effect_month():
    known = {2026: (N,) * 3 + (9, 8, 10) + (N,) * 6}

    assert series.run_rate(ROWS, Month(2026, 4)) == 120
    assert series.run_rate(known, Month(2026, 4)) == 108
    assert series.run_rate(known, Month(2027, 1)) is None
    assert series.run_rate(known, None) is None


def test_a_seasonal_run_rate_needs_all_twelve_months():
    quarters = {2026: (15, 15, 15, 20, 20, 20, 25, 25, 25, 40, 40, 40)}

    assert series.run_rate(quarters, Month(2026, 1), is_seasonal=True) == 300
    assert series.run_rate(quarters, Month(2026, 2), is_seasonal=True) is None


def test_net_leaves_one_time_cost_apart_and_in_year_net_does_not():
    assert series.net(90, 5) == 85
    assert series.in_year_net(90, 5, 25) == 60


@pytest.mark.parametrize(
    ("direction", "values", "worse"),
    [
        (Direction.MORE, (8, 12), 8),
        (Direction.LESS, (8, 12), 12),
        (Direction.EXACT, (9, 12), 12),
        (Direction.EXACT, (7, 12), 7),
    ],
)
def test_the_less_favourable_follows_the_direction(direction, values, worse):
    assert series.less_favourable(direction, 10, *values) == worse


@pytest.mark.parametrize(
    ("nature", "direction", "plan", "forecast", "counted"),
    [
        (Nature.BENEFIT, Direction.MORE, 10, N, 0),
        (Nature.BENEFIT, Direction.MORE, 10, 8, 0),
        (Nature.BENEFIT, Direction.MORE, 10, -3, -3),
        (Nature.BENEFIT, Direction.MORE, -10, N, -10),
        (Nature.BENEFIT, Direction.MORE, -10, -12, -12),
        (Nature.BENEFIT, Direction.LESS, 10, N, 10),
        (Nature.BENEFIT, Direction.EXACT, 10, N, 0),
        (Nature.BENEFIT, Direction.MORE, N, N, 0),
        (Nature.RUNNING, Direction.LESS, 10, N, 10),
        (Nature.RUNNING, Direction.LESS, 10, 15, 15),
        (Nature.ONE_TIME, Direction.LESS, 10, 5, 10),
        (Nature.RUNNING, Direction.EXACT, 10, N, 10),
    ],
)
def test_a_missing_month_counts_at_its_least_favourable(nature, direction, plan, forecast, counted):
    line = LineFacts("A", nature=nature, direction=direction)

    assert series.counted_if_missing(line, plan, forecast) == counted


def june(**given):
    rows = {name: {2026: (N,) * 5 + (value,) + (N,) * 6} for name, value in given.items()}
    return LineFacts("A", **rows)


@pytest.mark.parametrize(
    ("line", "today", "standing", "known", "counted"),
    [
        (june(plan=10, forecast=9, approved=7), 8, Standing.APPROVED, 7, 7),
        (june(plan=10, forecast=9, approved=7, pending=3), 8, Standing.APPROVED, 7, 7),
        (june(plan=10, forecast=9, pending=11), 8, Standing.PENDING, 9, 9),
        (june(plan=10, forecast=9, pending=8), 8, Standing.PENDING, 8, 8),
        (
            june(plan=10, forecast=12, pending=11, forecast_before_claim=10),
            8,
            Standing.PENDING,
            10,
            10,
        ),
        (june(plan=10, pending=11), 8, Standing.PENDING, 11, 11),
        (june(plan=10, forecast=9), 8, Standing.FORECAST, 9, 9),
        (june(plan=10), 8, Standing.FORECAST, N, 0),
        (june(plan=10, forecast=9), 20, Standing.MISSING, 0, 0),
        (june(plan=0, forecast=9), 20, Standing.MISSING, 0, 0),
        (june(plan=0, forecast=0), 20, Standing.FORECAST, 0, 0),
        (june(), 20, Standing.FORECAST, N, 0),
    ],
)
def test_the_outlook_of_a_month_rests_on_what_was_said_of_it(line, today, standing, known, counted):
    found = estimate(line, JUNE, PeriodClock(date(2026, 7, today)))

    assert (found.standing, found.known, found.counted) == (standing, known, counted)


def test_an_open_month_counts_its_forecast():
    found = estimate(june(plan=10, forecast=9), JUNE, PeriodClock(date(2026, 6, 1)))

    assert (found.state, found.standing, found.counted) == (MonthState.OPEN, Standing.FORECAST, 9)


def test_a_month_before_the_take_over_is_owed_no_claim():
    clock = PeriodClock(date(2026, 7, 20), claims_from=Month(2026, 7))

    found = estimate(june(plan=10, forecast=9), JUNE, clock)
    silent = estimate(june(plan=10), JUNE, clock)

    assert (found.standing, found.counted) == (Standing.NOT_OWED, 9)
    assert (silent.standing, silent.counted) == (Standing.NOT_OWED, 0)


def test_the_outlook_is_approved_actuals_and_forecasts_together():
    line = LineFacts("A", plan=ROWS, forecast=ROWS, approved={2026: (N, N, N, 9, 8, 7) + (N,) * 6})

    assert series.outlook(line, CLOCK) == {
        2026: (0, 0, 0, 9, 8, 7, 10, 10, 10, 10, 10, 10),
        2027: (10,) * 12,
    }


@pytest.mark.parametrize(
    ("direction", "effect"), [(Direction.LESS, 50), (Direction.MORE, -50), (Direction.EXACT, -50)]
)
def test_a_level_line_is_compared_as_an_effect_against_its_baseline(direction, effect):
    level = LineFacts(
        "Cost",
        direction=direction,
        is_level=True,
        baseline={2026: (1000,) * 12},
        plan={2026: (950,) * 11 + (N,)},
    )

    found = series.as_effects(level)

    assert found.plan == {2026: (effect,) * 11 + (N,)}
    assert found.is_level is False
    assert found.direction == (Direction.EXACT if direction is Direction.EXACT else Direction.MORE)


def test_a_line_of_effects_stays_as_it_is():
    line = LineFacts("A", plan=ROWS)

    assert series.as_effects(line) is line


def test_a_level_without_a_baseline_has_no_effect_at_all():
    level = LineFacts("Cost", is_level=True, plan={2026: (950,) * 12})

    assert series.as_effects(level).plan == {}


def test_rows_are_cut_off_at_a_month():
    assert series.before(ROWS, AUGUST) == {2026: (N, N, N, 10, 10, 10, 10) + (N,) * 5}
    assert series.before(ROWS, Month(2026, 1)) == {}


def test_a_past_bias_corrects_only_what_remains():
    assert series.bias_corrected(27, 54, Fraction(85, 100)) == Fraction("72.9")


def test_no_change_says_the_same_again():
    assert grid.no_change(ROWS) == ROWS


def test_a_delay_moves_the_open_months_and_opens_a_further_year():
    found = grid.shift({2026: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)}, 2, AUGUST)

    assert found == {
        2026: (1, 2, 3, 4, 5, 6, 7, 0, 0, 8, 9, 10),
        2027: (11, 12) + (N,) * 10,
    }


def test_pulling_forward_within_the_open_months_is_possible():
    found = grid.shift({2026: (1,) * 7 + (0, 0, 10, 11, 12)}, -2, AUGUST)

    assert found == {2026: (1,) * 7 + (10, 11, 12, 0, 0)}


def test_pulling_forward_into_a_closed_month_is_refused():
    with pytest.raises(grid.ClosedMonthError):
        grid.shift(ROWS, -1, AUGUST)


@UNHURRIED
@given(years, years, st.integers(0, 30), st.integers(1, 12))
def test_a_delay_keeps_the_sum_and_the_closed_months(first, second, months, period):
    forecast, open_from = {2026: first, 2027: second}, Month(2026, period)

    found = grid.shift(forecast, months, open_from)

    assert (series.life(found) or 0) == (series.life(forecast) or 0)
    assert all(
        series.value_at(found, month) == series.value_at(forecast, month)
        for month in months_of_year(2026)
        if month < open_from
    )


@UNHURRIED
@given(years, st.integers(-(10**10), 10**10), st.integers(1, 12))
def test_scaling_the_rest_gives_exactly_the_rest_and_keeps_what_is_closed(row, rest, period):
    forecast, open_from = {2026: row, 2027: row}, Month(2026, period)

    found = grid.scale_rest(forecast, rest, 2026, open_from)

    open_months = [month for month in months_of_year(2026) if month >= open_from]
    closed = [month for month in months_of_year(2026) if month < open_from]
    assert series.total(found, open_months) == rest
    assert series.total(found, closed) == series.total(forecast, closed)
    assert series.in_year(found, 2027) == series.in_year(forecast, 2027)


def test_the_rest_is_scaled_in_proportion_and_spread_evenly_if_empty():
    assert grid.scale_rest({2026: (5,) * 9 + (10, 20, 30)}, 90, 2026, Month(2026, 10)) == {
        2026: (5,) * 9 + (15, 30, 45)
    }
    assert grid.scale_rest({}, 100, 2026, Month(2026, 10)) == {2026: (N,) * 9 + (34, 33, 33)}


def test_a_year_without_an_open_month_cannot_be_scaled():
    with pytest.raises(ValueError, match="nothing to share"):
        grid.scale_rest(ROWS, 100, 2025, AUGUST)


def test_a_line_knows_its_group():
    cost = LineFacts("A", nature=Nature.RUNNING)
    hours = LineFacts("B", unit=Unit("h", 0))

    assert (cost.group.currency, cost.is_cost) == ("EUR", True)
    assert (hours.group.currency, hours.is_cost) == ("", False)
    assert cost.group != hours.group


def test_more_than_six_decimals_are_refused():
    with pytest.raises(ValueError, match=r"not in 0\.\.6"):
        Unit("t", 7)
