"""What a dashboard reads from a node's sums: groups, columns, months, addresses."""

from decimal import Decimal

import pytest

from measures.rules.calendar import Month
from measures.rules.lines import Bucket, EffectType, GroupKey, Nature, Recurrence, Unit
from reporting.rules import figures
from reporting.rules.figures import Horizon, Measured, Targets
from reporting.rules.spread import NOTHING, ValueKey

HARD = GroupKey(Unit(), "EUR", EffectType.HARD, Recurrence.RECURRING, Nature.BENEFIT)
SOFT = GroupKey(Unit(), "EUR", EffectType.AVOIDANCE, Recurrence.RECURRING, Nature.BENEFIT)
COST = GroupKey(Unit(), "EUR", EffectType.HARD, Recurrence.ONE_OFF, Nature.ONE_TIME)
ENERGY = GroupKey(Unit("MWh", 0), "", EffectType.QUALITATIVE, Recurrence.RECURRING, Nature.BENEFIT)
YEAR = 2026


def rows(*given):
    found = {}
    for group, bucket, series, year, first, *rest in given:
        months = (first, *rest, *NOTHING)[:12]
        found[ValueKey(group, bucket, series, year)] = tuple(months)
    return found


SAVINGS = rows(
    (HARD, Bucket.COMMITTED, "plan", 2026, 5000, 5000),
    (HARD, Bucket.COMMITTED, "plan", 2027, 10000),
    (HARD, Bucket.COMMITTED, "outlook", 2026, 5000, 4000),
    (HARD, Bucket.COMMITTED, "actual", 2026, 4500),
    (HARD, Bucket.ORIGINAL, "plan", 2026, 6000, 6000),
    (HARD, Bucket.PIPELINE, "plan", 2026, 700),
    (HARD, Bucket.COMMITTED, "plan_rate", 0, 60000),
    (HARD, Bucket.COMMITTED, "outlook_rate", 0, 54000),
)


def test_the_fiscal_year_column_has_every_figure_in_units():
    column = figures.column(SAVINGS, HARD, Horizon.FISCAL_YEAR, YEAR, Targets(20000, (12000, 3000)))

    assert (column.target, column.plan, column.outlook) == (200, 100, 90)
    assert (column.confirmed, column.original, column.pipeline) == (45, 120, 7)
    assert (column.gap, column.coverage, column.reached) == (50, Decimal("0.5"), Decimal("0.9"))
    assert column.of_original == Decimal("0.75")


def test_life_spans_all_years_and_never_takes_a_rate_for_a_year():
    life = figures.column(SAVINGS, HARD, Horizon.LIFE, YEAR, Targets())
    rate = figures.column(SAVINGS, HARD, Horizon.RUN_RATE, YEAR, Targets())

    assert (life.plan, life.target, life.gap) == (200, None, None)
    assert (rate.plan, rate.outlook, rate.confirmed) == (600, 540, None)
    assert rate.reached == Decimal("0.9")


def test_what_was_never_put_in_is_not_given_and_not_zero():
    nothing = figures.column({}, HARD, Horizon.FISCAL_YEAR, YEAR, Targets())

    assert (nothing.plan, nothing.outlook, nothing.confirmed, nothing.coverage) == (None,) * 4
    assert figures.figure(SAVINGS, HARD, Measured.CLAIMED, Horizon.RUN_RATE, YEAR) is None


def test_a_node_without_figures_shows_its_target_and_what_of_it_is_given_below():
    column = figures.empty_column(Horizon.FISCAL_YEAR, Targets(500, (200,)), 2)

    assert (column.target, column.gap) == (5, 3)
    assert (column.plan, column.coverage, column.of_original) == (None, None, None)


def test_benefits_in_money_speak_first_and_the_largest_of_them_before_all():
    mixed = rows(
        (COST, Bucket.COMMITTED, "plan", 2026, 99999),
        (ENERGY, Bucket.COMMITTED, "plan", 2026, 99999),
        (SOFT, Bucket.COMMITTED, "plan", 2026, 100),
        (HARD, Bucket.PIPELINE, "plan", 2026, 50),
    )

    assert figures.groups_in(mixed, YEAR) == [SOFT, HARD, ENERGY, COST]


@pytest.mark.parametrize(
    ("group", "address"),
    [
        (HARD, "hard-recurring-benefit-EUR-2"),
        (ENERGY, "qualitative-recurring-benefit-MWh-0"),
    ],
)
def test_a_group_is_found_by_its_address(group, address):
    assert figures.address(group) == address
    assert figures.group_at(address, [HARD, ENERGY]) == group


def test_an_address_of_no_group_finds_none():
    assert figures.group_at("elsewhere", [HARD]) is None


def test_months_run_from_the_first_figure_of_a_series_to_its_last():
    months = figures.months_with(SAVINGS, HARD)

    plan = figures.by_month(SAVINGS, HARD, Measured.PLAN, months)
    claimed = figures.by_month(SAVINGS, HARD, Measured.CLAIMED, months)

    assert (months[0], months[-1]) == (Month(2026, 1), Month(2027, 12))
    assert plan == [5000, 5000, *[0] * 10, 10000, *[None] * 11]
    assert claimed == [None] * 24


@pytest.mark.parametrize(
    ("measured", "horizon", "expected"),
    [
        (Measured.PLAN, Horizon.LIFE, ("committed", "plan")),
        (Measured.ORIGINAL, Horizon.RUN_RATE, ("original", "plan_rate")),
        (Measured.CLAIMED, Horizon.RUN_RATE, None),
    ],
)
def test_a_figure_tells_under_which_rows_it_is_stored(measured, horizon, expected):
    assert figures.stored_under(measured, horizon) == expected
