"""Booked against explained: the formula of domain-rules §10.8, flexed budgets, tolerance."""

from decimal import Decimal
from fractions import Fraction

import pytest

from measures.rules.lines import Direction, EffectType, Nature
from measures.rules.reconciliation import (
    BudgetKind,
    Flex,
    LedgerMonth,
    effect_of,
    flexed,
    is_beyond,
    is_booked,
    unexplained,
)

# Budget 100,000; 12,000 saved of which 2,000 twice; 1,500 spent on it: 91,500 should be booked.
MONTH = {
    "baseline": 10_000_000, "effects": Fraction(1_200_000), "overlaps": Fraction(200_000),
    "costs": Fraction(150_000), "waiting": Fraction(900_000),
}  # fmt: skip


def test_what_is_booked_less_what_should_be_is_unexplained():
    explained = LedgerMonth(BudgetKind.COST, booked=9_150_000, **MONTH)
    over = LedgerMonth(BudgetKind.COST, booked=9_400_000, **MONTH)

    assert (unexplained(explained), unexplained(over)) == (0, 250_000)


def test_on_a_line_of_income_effects_add_and_costs_take_away():
    # The budget of 100,000, 10,000 earned once, and 1,500 spent on it: 108,500 in all.
    assert unexplained(LedgerMonth(BudgetKind.INCOME, booked=10_850_000, **MONTH)) == 0


def test_a_flexed_budget_follows_the_volume_by_its_variable_share():
    flex = Flex(Decimal("0.6"), Decimal(1000), Decimal(1100))
    month = LedgerMonth(BudgetKind.COST, booked=0, baseline=10_000_000, flex=flex)

    assert flexed(month) == 10_600_000
    assert unexplained(month) == -10_600_000


@pytest.mark.parametrize(
    "month",
    [
        LedgerMonth(BudgetKind.COST, booked=None, baseline=1),
        LedgerMonth(BudgetKind.COST, booked=1, baseline=None),
        LedgerMonth(BudgetKind.COST, 1, 1, Flex(Decimal(1), Decimal(5), None)),
        LedgerMonth(BudgetKind.COST, 1, 1, Flex(Decimal(1), None, Decimal(5))),
        LedgerMonth(BudgetKind.COST, 1, 1, Flex(Decimal(1), Decimal(0), Decimal(5))),
    ],
)
def test_what_is_missing_is_never_taken_for_nothing(month):
    assert (unexplained(month), is_beyond(month, Decimal(0))) == (None, False)


@pytest.mark.parametrize(
    ("booked", "said"), [(10_200_000, False), (10_200_001, True), (9_799_999, True)]
)
def test_a_difference_counts_when_it_exceeds_its_share_of_the_budget(booked, said):
    month = LedgerMonth(BudgetKind.COST, booked=booked, baseline=10_000_000)

    assert is_beyond(month, Decimal("0.02")) is said


def test_a_level_is_judged_by_its_distance_from_the_baseline():
    assert effect_of(9_500, 10_000, 0, Direction.LESS) == 50_000
    assert effect_of(10_500, 10_000, 0, Direction.MORE) == 50_000
    assert effect_of(9_500, None, 0, Direction.LESS) is None
    assert effect_of(12_345, None, 3, None) == Fraction("1234.5")


def test_hard_benefits_and_all_costs_are_booked_and_nothing_else():
    assert is_booked(Nature.BENEFIT, EffectType.HARD)
    assert is_booked(Nature.ONE_TIME, EffectType.MANDATORY)
    assert is_booked(Nature.RUNNING, EffectType.AVOIDANCE)
    assert not is_booked(Nature.BENEFIT, EffectType.AVOIDANCE)
    assert not is_booked(Nature.BENEFIT, EffectType.CASH)
