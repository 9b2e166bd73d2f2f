"""What a plan is worth at its gate: cash at plan rates, present value, payback, what is missing."""

from dataclasses import replace
from decimal import Decimal

import pytest

from governance.rules.catalogue import CATALOGUE
from governance.rules.facts import MeasureFacts
from measures.rules.calendar import Month
from measures.rules.finance import CashFlow, npv
from measures.rules.lines import EffectType, LineFacts, Nature, Recurrence, Unit
from measures.rules.rates import RateKey, RateKind, Rates
from measures.rules.stage import Lifecycle, Stage
from measures.rules.worth import PlannedWorth, planned, planned_cash

N = None
RATES = Rates(
    "EUR",
    {RateKey(RateKind.PLAN, "USD", 2026): Decimal("1.08")},
    {2026: Decimal("0.08")},
)
DOLLARS = LineFacts("Harness", currency="USD", plan={2026: (N, *[10_800_00] * 11)})
ONCE = LineFacts(
    "Line",
    nature=Nature.ONE_TIME,
    recurrence=Recurrence.ONE_OFF,
    plan={2026: (25_000_00, *[N] * 11)},
)


def test_dollars_less_cost_are_cash_in_euro_by_month():
    flow = planned_cash([DOLLARS, ONCE], RATES)

    assert flow == CashFlow(Month(2026, 1), (Decimal(-25_000), *[Decimal(10_000)] * 11))
    assert planned([DOLLARS, ONCE], RATES) == PlannedWorth(npv(flow, Decimal("0.08")), 4)


def test_what_is_no_cash_is_left_out():
    avoided = replace(DOLLARS, effect_type=EffectType.AVOIDANCE)
    hours = LineFacts("Hours", unit=Unit("h", 0), plan={2026: (1,) * 12})

    assert planned_cash([avoided, hours], RATES) is None
    assert planned([avoided, hours], RATES).why == "no cash is planned."


def test_a_missing_rate_is_named_and_payback_is_known_without_a_discount():
    foreign = planned([replace(DOLLARS, currency="PLN")], RATES)
    undiscounted = planned([DOLLARS, ONCE], replace(RATES, discounts={}))

    assert (foreign.npv, "plan rate for PLN" in foreign.why) == (None, True)
    assert (undiscounted.npv, undiscounted.payback_months) == (None, 4)
    assert "discount rate" in undiscounted.why


def judged(worth, **given):
    facts = MeasureFacts(1, Stage.DETAILED, Lifecycle.ACTIVE, worth=worth)
    return tuple(CATALOGUE["worth"].with_values(given).lacking(facts))


@pytest.mark.parametrize(
    ("worth", "lacking"),
    [
        (PlannedWorth(Decimal(10_000), N), ()),
        (PlannedWorth(Decimal(-1), 24), ()),
        (PlannedWorth(N, 24, "no discount rate."), ()),
        (
            PlannedWorth(Decimal(9_999), 25),
            ("net present value 9999.00, paid back after 25 months",),
        ),
        (PlannedWorth(Decimal(-5), N), ("net present value -5.00, paid back never",)),
        (PlannedWorth(N, N, "There is no plan rate."), ("There is no plan rate",)),
        (PlannedWorth(), ("nothing is known of its cash",)),
    ],
)
def test_a_gate_asks_for_a_present_value_or_a_payback(worth, lacking):
    assert judged(worth, hurdle="10000", months="24") == lacking
