"""Present value, rate of return and payback over Decimal, held against closed forms (§5)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rules.calendar import Month
from measures.rules.drivers import Drivers, Split, change_of_cost, split, together
from measures.rules.finance import CashFlow, Returns, irr, months_to, npv, payback

UNHURRIED = settings(deadline=None, max_examples=60)
FIRST = Month(2026, 3)
CENT = Decimal("0.01")


def cash(*amounts):
    return CashFlow(FIRST, tuple(Decimal(each) for each in amounts))


def test_a_year_later_at_eight_percent_108_are_worth_100():
    later = cash(*[0] * 12, 108)

    assert abs(npv(later, Decimal("0.08")) - 100) < Decimal("1e-40")
    assert npv(later, Decimal(0)) == 108


def test_the_present_value_is_the_sum_of_each_month_discounted_alone():
    flow = cash(-25000, *[10000] * 9)
    by_hand = sum(
        amount / Decimal("1.08") ** (Decimal(at) / 12) for at, amount in enumerate(flow.amounts)
    )

    assert abs(npv(flow, Decimal("0.08")) - by_hand) < Decimal("1e-18")


def test_the_rate_of_return_makes_the_present_value_nothing():
    flow = cash(-100, *[0] * 11, 110)
    found = irr(flow)

    assert found.found is Returns.ONE
    assert abs(found.rate - Decimal("0.10")) < Decimal("1e-20")
    assert abs(npv(flow, found.rate)) < Decimal("1e-18")


def test_a_loss_has_a_rate_of_return_below_zero():
    assert abs(irr(cash(-100, *[0] * 11, 80)).rate + Decimal("0.20")) < Decimal("1e-20")


@pytest.mark.parametrize("amounts", [(), (0, 0), (10, 20), (-10, -20)])
def test_cash_of_one_sign_has_no_rate_of_return(amounts):
    assert irr(cash(*amounts)).found is Returns.NONE


def test_cash_that_never_comes_to_nothing_has_none():
    assert irr(cash(100, -100, 100)).found is Returns.NONE


def test_cash_that_turns_twice_can_have_several():
    several = cash(-100, *[0] * 11, 230, *[0] * 11, -132)

    assert irr(several).found is Returns.SEVERAL
    assert irr(several).rate is None


@given(st.integers(1, 10**9), st.lists(st.integers(1, 10**9), min_size=1, max_size=36))
@UNHURRIED
def test_the_rate_found_is_the_one_at_which_nothing_is_left(spent, earned):
    flow = cash(-spent, *earned)
    found = irr(flow)

    if found.rate is not None:
        assert abs(npv(flow, found.rate)) < Decimal("1e-6") * (spent + sum(earned))


def test_payback_is_the_month_from_which_nothing_is_outstanding_again():
    assert payback(cash(-25, 10, 10, 10, 10)) == Month(2026, 6)
    assert payback(cash(-25, 30, -10, 10)) == Month(2026, 6)
    assert payback(cash(-25, 10)) is None
    assert payback(cash(10, 10)) == FIRST
    assert payback(cash()) is None
    assert months_to(cash(-25, 10, 10, 10), Month(2026, 6)) == 4


def test_cash_that_never_lies_below_zero_leaves_nothing_to_pay_back():
    assert cash(10, 10).is_never_below
    assert cash(10, -10, 5).is_never_below
    assert not cash(10, -11, 5).is_never_below


DRIVERS = st.builds(Drivers, *[st.decimals(0, 10**6, places=6)] * 4)


def test_price_and_volume_of_the_papers_own_formula():
    month = Drivers(Decimal(10), Decimal(9), Decimal(1000), Decimal(1200))

    assert split(month) == Split(price=Fraction(1200), volume=Fraction(-2000))
    assert change_of_cost(month) == -800


@given(DRIVERS, st.fractions(-(10**9), 10**9))
@UNHURRIED
def test_price_and_volume_add_up_to_the_change_of_cost_and_with_the_rest_to_the_plan(
    month, planned
):
    assert split(month).total == split(month).explained == change_of_cost(month)
    assert split(month, planned).total == planned


@given(st.lists(DRIVERS, max_size=12))
@UNHURRIED
def test_the_parts_of_a_year_add_up_like_its_months(months):
    whole = together(split(each) for each in months)

    assert whole.total == sum((change_of_cost(each) for each in months), Fraction(0))
