"""Rates: what foreign figures come to, to the cent and no further, and what is refused by name."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.errors import DiscountRateMissing, RateMissing
from measures.rules.calendar import Month
from measures.rules.rate_file import RateEntry, entries_of, problem_with, repeated
from measures.rules.rates import RateKey, RateKind, Rates, converted, fx_effect, row_in_cents

UNHURRIED = settings(deadline=None, max_examples=60)
PLAN, ACTUAL = RateKind.PLAN, RateKind.ACTUAL
RATES = Rates(
    "EUR",
    {
        RateKey(PLAN, "USD", 2026): Decimal("1.08"),
        **{RateKey(ACTUAL, "USD", 2026, period): Decimal("1.17") for period in range(1, 6)},
    },
    {2026: Decimal("0.08")},
)
AMOUNTS = st.lists(st.integers(-(10**12), 10**12), min_size=12, max_size=12)
POSITIVE = st.decimals("0.0001", "9999", places=4)


def test_a_figure_is_divided_by_how_much_of_its_currency_is_worth_one_of_ours():
    assert converted(10800, RATES.plan("USD", 2026)) == 10000
    assert converted(10800, RATES.plan("EUR", 1999)) == 10800


def test_four_months_of_90_k_dollars_lose_25_6_k_euro_to_the_rate():
    approved = {Month(2026, period): 9_000_000 for period in range(2, 6)}

    effect = fx_effect(approved, "USD", RATES)

    assert effect == Fraction(36_000_000 * 100, 117) - Fraction(36_000_000 * 100, 108)
    assert round(effect) == -2_564_103


def test_a_missing_rate_is_refused_naming_currency_and_period():
    with pytest.raises(RateMissing, match="plan rate for USD in fiscal year 2027"):
        RATES.plan("USD", 2027)
    with pytest.raises(RateMissing, match="actual rate for USD in period 6 of fiscal year 2026"):
        fx_effect({Month(2026, 6): 1}, "USD", RATES)
    with pytest.raises(RateMissing, match="plan rate for PLN in fiscal year 2026"):
        RATES.plan("PLN", 2026)
    with pytest.raises(DiscountRateMissing, match="fiscal year 2027"):
        RATES.discount(2027)
    assert (RATES.knows_plan("USD", 2026), RATES.knows_plan("USD", 2027)) == (True, False)


def test_a_month_in_which_nothing_was_approved_needs_no_rate():
    assert fx_effect({Month(2026, 6): 0}, "USD", RATES) == 0


@given(AMOUNTS, POSITIVE)
@UNHURRIED
def test_the_months_of_a_converted_year_add_up_to_the_year_to_the_cent(row, rate):
    months = row_in_cents(row, Fraction(rate))

    assert sum(months) == round(Fraction(sum(row)) / Fraction(rate))
    assert all(
        abs(cents - Fraction(value) / Fraction(rate)) < 1
        for cents, value in zip(months, row, strict=True)
    )
    assert all(not cents for cents, value in zip(months, row, strict=True) if not value)


@given(AMOUNTS)
@UNHURRIED
def test_at_the_rate_of_one_nothing_changes_but_the_scale(row):
    assert row_in_cents(row, Fraction(1)) == tuple(row)
    assert sum(row_in_cents([value * 100 for value in row], Fraction(1), shift=2)) == sum(row)


def test_a_file_is_read_row_by_row():
    text = "kind,currency,fiscal_year,period,rate\nplan,usd,2026,,1.08\nactual,USD,2026,3,1.17\n"

    assert entries_of(text) == (
        [
            RateEntry("plan", "USD", 2026, 0, Decimal("1.08")),
            RateEntry("actual", "USD", 2026, 3, Decimal("1.17")),
        ],
        [],
    )
    assert entries_of("\ufeff" + text.replace(",", ";"))[0] == entries_of(text)[0]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("plan,USD,2026,,1,08", "Row 2: has 6 cells; 5 are needed."),
        ("plan,USD,2026,,NaN", "Row 2: “NaN” is no rate."),
        ("plan,USD,2026,,1e3", "Row 2: “1e3” is no rate."),
        ("plan,USD,2026,,1.123456789", "Row 2: “1.123456789” is no rate."),
        ("plan,USD,26,,1.08", "Row 2: “26” is no fiscal year."),
        ("plan,USD,2026,Q1,1.08", "Row 2: “Q1” is no period."),
    ],
)
def test_a_row_that_cannot_be_read_is_named(row, said):
    entries, (problem,) = entries_of(f"kind,currency,fiscal_year,period,rate\n{row}\n")

    assert entries == []
    assert problem.startswith(said)


def test_a_file_without_its_columns_is_refused_whole():
    assert entries_of("currency,rate\nUSD,1.08")[0] == []
    assert "kind, currency, fiscal_year" in entries_of("")[1][0]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (("guess", "USD", 2026, 0, "1"), "no kind of rate"),
        (("plan", "USD", 1066, 0, "1"), "no fiscal year"),
        (("plan", "US", 2026, 0, "1"), "no currency"),
        (("plan", "EUR", 2026, 0, "1"), "needs no rate"),
        (("plan", "USD", 2026, 3, "1"), "a whole fiscal year"),
        (("actual", "USD", 2026, 0, "1"), "one month"),
        (("actual", "USD", 2026, 13, "1"), "one month"),
        (("plan", "USD", 2026, 0, "0"), "above 0"),
        (("discount", "USD", 2026, 0, "0.08"), "neither currency nor period"),
        (("discount", "", 2026, 1, "0.08"), "neither currency nor period"),
        (("discount", "", 2026, 0, "8"), "0.08 for 8 %"),
    ],
)
def test_a_rate_that_cannot_stand_is_refused_in_words(entry, said):
    problem = problem_with(RateEntry(*entry[:4], Decimal(entry[4])), "EUR")

    assert said in problem


def test_a_rate_that_can_stand_has_no_problem():
    for given_ in (
        RateEntry("plan", "USD", 2026, 0, Decimal("1.08")),
        RateEntry("actual", "USD", 2026, 12, Decimal("1.08")),
        RateEntry("discount", "", 2026, 0, Decimal("0.08")),
    ):
        assert problem_with(given_, "EUR") is None


def test_the_same_rate_given_twice_is_named():
    entry = RateEntry("actual", "USD", 2026, 3, Decimal(1))

    assert repeated([entry, entry]) == ["actual USD 2026-03 is given twice."]
