"""A second example, reckoned in a spreadsheet: each figure is the product's own, cell by cell.

tests/data/second-example.xlsx: dollars at a plan rate, running and one-time cost, FX, worth over
time, price and volume. Its formulas can be followed in any spreadsheet program.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import pytest

from measures.rules.calendar import Month, PeriodClock
from measures.rules.drivers import Drivers, change_of_cost, split
from measures.rules.finance import irr, months_to, npv, payback
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import LineFacts, Nature, Recurrence
from measures.rules.rates import RateKey, RateKind, Rates, row_in_cents
from measures.rules.stage import Lifecycle, Stage
from measures.rules.sums import Span, Worth
from reporting.rules.contribution import ContributionFacts, contribute
from reporting.rules.management import fx_of
from reporting.rules.money import Asked, Basis, cash, terms
from reporting.rules.rates import rates
from reporting.rules.spread import standing_of
from tests import spreadsheet

N = None
SHEET = spreadsheet.cells(Path(__file__).parents[1] / "data" / "second-example.xlsx")
TABLE = 61  # the row of the first month, February 2026


def typed(name):
    """Return an input of the sheet."""
    assert SHEET[name].formula == ""
    return SHEET[name].value


def reckoned(name):
    """Return what a formula of the sheet came to."""
    assert SHEET[name].formula
    return SHEET[name].value


def scaled(name):
    return int(typed(name) * 100)


RATES = Rates(
    "EUR",
    {
        **{RateKey(RateKind.PLAN, "USD", year): typed("B2") for year in (2026, 2027)},
        **{RateKey(RateKind.ACTUAL, "USD", 2026, period): typed("B3") for period in (3, 4, 5)},
    },
    {2026: typed("B8")},
)


def monthly(name):
    amount = scaled(name)
    return {2026: (N, N, *[amount] * 10), 2027: (amount,) * 12}


GROSS = LineFacts(
    "Gross",
    currency="USD",
    full_effect=Month(2026, 3),
    plan=monthly("B4"),
    forecast=monthly("B4"),
    approved={2026: (N, N, scaled("B9"), scaled("B10"), scaled("B11"), *[N] * 7)},
)
RUNNING = LineFacts(
    "Running", nature=Nature.RUNNING, full_effect=Month(2026, 3), plan=monthly("B5")
)
ONCE = LineFacts(
    "Once",
    nature=Nature.ONE_TIME,
    recurrence=Recurrence.ONE_OFF,
    plan={2026: (N, scaled("B6"), scaled("B7"), *[N] * 9)},
)


@pytest.fixture(scope="module")
def asked():
    facts = ContributionFacts(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        clock=PeriodClock(date(2026, 6, 22)),
        lines=(GROSS, RUNNING, ONCE),
        implementation=Light(Colour.GREEN, (Reason("milestones_on_time"),)),
        potential=Light(Colour.GREEN, (Reason("nothing_due"),)),
        forecast=Freshness.FRESH,
        reporting_currency="EUR",
        rates=RATES,
    )
    return Asked(standing_of((1,), contribute(facts), rates(facts)).rows, "EUR", 2026)


@pytest.mark.parametrize(
    ("name", "worth", "span"),
    [
        ("B20", Worth.GROSS, Span.IN_YEAR),
        ("B21", Worth.GROSS, Span.LIFE),
        ("B22", Worth.GROSS, Span.CARRY_OVER),
        ("B23", Worth.GROSS, Span.RUN_RATE),
        ("B24", Worth.GROSS, Span.EXIT_RATE),
        ("B25", Worth.RUNNING, Span.IN_YEAR),
        ("B26", Worth.NET, Span.IN_YEAR),
        ("B27", Worth.ONE_TIME, Span.IN_YEAR),
        ("B28", Worth.NET_OF_ALL, Span.IN_YEAR),
        ("B29", Worth.NET, Span.RUN_RATE),
    ],
)
def test_each_term_is_the_sheets(asked, name, worth, span):
    by_worth = {each.worth: each for each in terms(asked)}

    assert by_worth[worth].at(Basis.PLAN, span) == reckoned(name) * 100


def test_the_fx_effect_is_the_sheets(asked):
    effect = fx_of(asked.rows, replace(GROSS, currency="EUR").group, RATES, 2026)

    assert round(effect.amount) == reckoned("B30") * 100


def test_each_month_of_the_table_is_the_sheets(asked):
    flow = cash(asked, Basis.PLAN)
    together = list(accumulate(flow.amounts))
    rows = range(TABLE, TABLE + len(flow.amounts))
    euro = [
        cents
        for year in (2026, 2027)
        for cents in row_in_cents([each or 0 for each in GROSS.plan[year]], RATES.plan("USD", year))
    ][1:]

    assert flow.first == Month(2026, 2)
    assert [SHEET[f"D{row}"].value * 100 for row in rows] == euro
    assert [reckoned(f"G{row}") for row in rows] == list(flow.amounts)
    assert [reckoned(f"I{row}") for row in rows] == together
    for at, row in enumerate(rows):
        alone = flow.amounts[at] / (1 + typed("B8")) ** (Decimal(at) / 12)
        assert abs(reckoned(f"H{row}") - alone) < Decimal("0.00001")


def test_worth_over_time_is_the_sheets(asked):
    flow = cash(asked, Basis.PLAN)

    assert round(npv(flow, typed("B8")), 2) == reckoned("B31")
    assert round(irr(flow).rate, 6) == reckoned("B32")
    assert months_to(flow, payback(flow)) == reckoned("B33")


def test_price_and_volume_are_the_sheets():
    month = Drivers(typed("B12"), typed("B13"), typed("B14"), typed("B15"))

    assert split(month).price == Fraction(reckoned("B34"))
    assert split(month).volume == Fraction(reckoned("B35"))
    assert change_of_cost(month) == Fraction(reckoned("B36"))
    assert SHEET["A36"].value == "Change of cost, EUR"
