"""Type-safe sums: like is added to like; every unlike pair is refused, naming both (§4, §5)."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.errors import NothingToSum, UnlikeSum
from measures.rules.lines import EffectType, GroupKey, Nature, Recurrence, Unit
from measures.rules.sums import Kind, Quantity, Span, Valued, Worth, in_year_net, net, total

UNHURRIED = settings(deadline=None, max_examples=60)
GROUP = GroupKey(Unit(), "EUR", EffectType.HARD, Recurrence.RECURRING, Nature.BENEFIT)
KIND = Kind.of(GROUP, Span.IN_YEAR, 2026)
GROSS = Quantity(KIND, Fraction(9_000_000))
RUNNING = Quantity(replace(KIND, worth=Worth.RUNNING), Fraction(1_000_000))
ONE_TIME = Quantity(
    replace(KIND, worth=Worth.ONE_TIME, recurrence=Recurrence.ONE_OFF), Fraction(2_500_000)
)
UNLIKE = [
    ({"recurrence": Recurrence.ONE_OFF}, "recurrence (recurring and one-off)"),
    ({"span": Span.RUN_RATE, "fiscal_year": None}, "span (in-year 2026 and run-rate)"),
    ({"fiscal_year": 2027}, "span (in-year 2026 and in-year 2027)"),
    ({"effect_type": EffectType.AVOIDANCE}, "effect (hard and avoidance)"),
    ({"worth": Worth.NET}, "worth (gross effect and net effect)"),
    ({"unit": Unit("hours", 0), "currency": ""}, "unit (EUR and hours at 0 decimals)"),
    ({"currency": "USD"}, "unit (EUR and USD)"),
    ({"unit": Unit("money", 4)}, "unit (EUR and EUR at 4 decimals)"),
    ({"valued": Valued.ACTUAL_RATES}, "rates (plan rates and actual rates)"),
]


@pytest.mark.parametrize(("change", "why"), UNLIKE)
def test_unlike_figures_are_neither_added_nor_taken_off(change, why):
    other = Quantity(replace(KIND, **change), Fraction(1))

    for join in (Quantity.__add__, Quantity.__sub__, lambda one, two: total([one, two])):
        with pytest.raises(UnlikeSum) as refused:
            join(GROSS, other)
        assert why in str(refused.value)
        assert KIND.words in str(refused.value)
        assert other.kind.words in str(refused.value)


@given(st.lists(st.fractions(), min_size=1, max_size=8))
@UNHURRIED
def test_like_figures_add_up_exactly(amounts):
    whole = total(Quantity(KIND, each) for each in amounts)

    assert whole == Quantity(KIND, sum(amounts, Fraction(0)))


def test_a_sum_of_nothing_has_no_unit():
    with pytest.raises(NothingToSum, match="at least one group"):
        total([])


def test_net_is_gross_less_running_and_says_so():
    assert net(GROSS, RUNNING) == Quantity(replace(KIND, worth=Worth.NET), Fraction(8_000_000))
    assert net(GROSS).amount == GROSS.amount


def test_in_year_net_is_the_explicit_group_with_one_time_cost():
    found = in_year_net(net(GROSS), ONE_TIME)

    assert found == Quantity(replace(KIND, worth=Worth.NET_OF_ALL), Fraction(6_500_000))


@pytest.mark.parametrize(
    "made",
    [
        lambda: net(RUNNING, RUNNING),
        lambda: net(GROSS, ONE_TIME),
        lambda: net(GROSS, replace(RUNNING, kind=replace(RUNNING.kind, currency="USD"))),
        lambda: in_year_net(GROSS, ONE_TIME),
        lambda: in_year_net(net(GROSS), RUNNING),
        lambda: in_year_net(
            net(Quantity(replace(KIND, span=Span.RUN_RATE, fiscal_year=None), Fraction(1)))
        ),
    ],
)
def test_what_is_no_net_is_refused(made):
    with pytest.raises(UnlikeSum):
        made()
