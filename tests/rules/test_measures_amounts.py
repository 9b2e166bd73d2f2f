"""Cells as people type them: what is read, what is refused, and how figures are shown."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.money import LARGEST_SCALED
from measures.rules.amounts import (
    CellReader,
    CellRefusal,
    NumberFormat,
    Scale,
    allocate,
    amount_text,
    largest,
    percent_text,
    read_cells,
    scale_for,
)
from measures.rules.lines import Unit

# A shared machine may pause any example, so none has a deadline.
UNHURRIED = settings(deadline=None, max_examples=60)

MONEY = Unit()
ENGLISH = NumberFormat(".", ",")
GERMAN = NumberFormat(",", ".")
FRENCH = NumberFormat(",", " ")
SWISS = NumberFormat(".", "'")
BARE = NumberFormat(".", "")
FORMATS = st.sampled_from([ENGLISH, GERMAN, FRENCH, SWISS, BARE])
SCALED = st.integers(-LARGEST_SCALED + 1, LARGEST_SCALED - 1)


def read(text, number_format=ENGLISH, unit=MONEY, currency="EUR"):
    return CellReader(unit, currency, number_format).read(text, "Savings, Jul 2026")


@pytest.mark.parametrize(
    ("text", "number_format", "scaled"),
    [
        ("", ENGLISH, None),
        ("   ", ENGLISH, None),
        ("\u2013", ENGLISH, None),
        ("0", ENGLISH, 0),
        ("-0", ENGLISH, 0),
        ("1234.5", ENGLISH, 123450),
        ("1,234.50", ENGLISH, 123450),
        ("1,234,567", ENGLISH, 123456700),
        ("1.234,50", GERMAN, 123450),
        ("1.234", GERMAN, 123400),
        ("1 234,5", FRENCH, 123450),
        ("1\u202f234,5", FRENCH, 123450),
        ("1\u00a0234,5", FRENCH, 123450),
        ("1'234.5", SWISS, 123450),
        ("+12", ENGLISH, 1200),
        ("-12", ENGLISH, -1200),
        ("\u221212", ENGLISH, -1200),
        (".5", ENGLISH, 50),
        ("12.500", ENGLISH, 1250),
        ("007", ENGLISH, 700),
        ("EUR 12", ENGLISH, 1200),
        ("12 \u20ac", ENGLISH, 1200),
        ("99999999999.99", ENGLISH, 9999999999999),
    ],
)
def test_a_clear_cell_is_read_under_the_declared_format(text, number_format, scaled):
    assert read(text, number_format) == scaled


@pytest.mark.parametrize(
    ("text", "number_format", "code"),
    [
        ("NaN", ENGLISH, "cell_not_a_number"),
        ("-nan", ENGLISH, "cell_not_a_number"),
        ("sNaN", ENGLISH, "cell_not_a_number"),
        ("n/a", ENGLISH, "cell_not_a_number"),
        ("#REF!", ENGLISH, "cell_not_a_number"),
        ("Infinity", ENGLISH, "cell_infinite"),
        ("-inf", ENGLISH, "cell_infinite"),
        ("\u221e", ENGLISH, "cell_infinite"),
        ("1e5", ENGLISH, "cell_exponent"),
        ("1.5E-3", ENGLISH, "cell_exponent"),
        ("12 %", ENGLISH, "cell_percent"),
        ("12%", ENGLISH, "cell_percent"),
        ("\u0661\u0662", ENGLISH, "cell_foreign_digits"),
        ("\uff11\uff12", ENGLISH, "cell_foreign_digits"),
        ("1\u00b2", ENGLISH, "cell_foreign_digits"),
        ("$12", ENGLISH, "cell_foreign_currency"),
        ("12 \u00a3", ENGLISH, "cell_foreign_currency"),
        ("USD 12", ENGLISH, "cell_foreign_currency"),
        ("12.50 CHF", ENGLISH, "cell_foreign_currency"),
        ("z\u0142 12", ENGLISH, "cell_foreign_currency"),
        ("1'234", ENGLISH, "cell_separator"),
        ("1 234", ENGLISH, "cell_separator"),
        ("1,234.5", BARE, "cell_separator"),
        ("1.234.5", ENGLISH, "cell_separator"),
        ("12.", ENGLISH, "cell_separator"),
        ("1,5", ENGLISH, "cell_grouping"),
        ("12,34.5", ENGLISH, "cell_grouping"),
        ("1234,567", ENGLISH, "cell_grouping"),
        (",123", ENGLISH, "cell_grouping"),
        ("0,123", ENGLISH, "cell_grouping"),
        ("1,,234", ENGLISH, "cell_grouping"),
        ("1.5", GERMAN, "cell_grouping"),
        ("1.234", ENGLISH, "cell_decimals"),
        ("0.001", ENGLISH, "cell_decimals"),
        ("9" * 19, ENGLISH, "cell_too_large"),
        ("-100000000000", ENGLISH, "cell_too_large"),
        ("1" * 100, ENGLISH, "cell_too_large"),
        ("12 pieces", ENGLISH, "cell_stray_text"),
        ("(12)", ENGLISH, "cell_stray_text"),
        ("12-", ENGLISH, "cell_stray_text"),
        ("--12", ENGLISH, "cell_stray_text"),
        ("=A1", ENGLISH, "cell_stray_text"),
        ("-", ENGLISH, "cell_stray_text"),
        ("1_000", ENGLISH, "cell_stray_text"),
        ("0x10", ENGLISH, "cell_stray_text"),
        ("1\n2", ENGLISH, "cell_stray_text"),
        ("EUR", ENGLISH, "cell_stray_text"),
    ],
)
def test_an_unclear_cell_is_refused_by_name_and_never_guessed(text, number_format, code):
    refusal = read(text, number_format)

    assert isinstance(refusal, CellRefusal)
    assert refusal.code == code
    assert refusal.sentence.startswith("Savings, Jul 2026: \u201c")
    assert "{" not in refusal.sentence


def test_a_refusal_says_what_is_wrong_and_what_to_do():
    assert read("$12").sentence == (
        "Savings, Jul 2026: \u201c$12\u201d names a currency; the line is kept in EUR. "
        "Enter the number in EUR."
    )
    assert read("1.234").sentence == (
        "Savings, Jul 2026: \u201c1.234\u201d has more than the 2 decimals that EUR is kept in."
    )
    assert read("9" * 19).sentence == (
        "Savings, Jul 2026: \u201c9999999999999999999\u201d is too large; at most 11 digits fit."
    )


def test_a_cell_of_any_length_is_quoted_short():
    assert len(read("9" * 10_000).sentence) < 150


def test_a_line_in_another_unit_takes_its_own_decimals_and_no_currency():
    tonnes = Unit("t", 3)

    assert read("1.234", unit=tonnes, currency="") == 1234
    assert read("1.2345", unit=tonnes, currency="").code == "cell_decimals"
    assert read("12 EUR", unit=tonnes, currency="").code == "cell_foreign_currency"


def test_a_dollar_sign_is_not_taken_for_another_dollar():
    assert read("$12", currency="USD") == 1200
    assert read("$12", currency="CAD").code == "cell_foreign_currency"


def test_all_refusals_of_a_form_are_returned_beside_what_was_clear():
    found = read_cells(CellReader(Unit()), {"Jan": "1", "Feb": "x", "Mar": "", "Apr": "1e9"})

    assert found.values == {"Jan": 100, "Mar": None}
    assert [(each.cell, each.code) for each in found.refusals] == [
        ("Feb", "cell_stray_text"),
        ("Apr", "cell_exponent"),
    ]


@pytest.mark.parametrize(
    ("decimal", "group"), [(".", "."), (",", ","), (";", ","), (".", "x"), ("", ",")]
)
def test_a_number_format_that_clashes_is_refused(decimal, group):
    with pytest.raises(ValueError, match="separator"):
        NumberFormat(decimal, group)


@UNHURRIED
@given(st.none() | SCALED, FORMATS, st.integers(0, 6))
def test_what_is_shown_can_be_typed_back(scaled, number_format, decimals):
    unit = Unit("money", decimals)

    shown = amount_text(scaled, unit, number_format)

    assert read(shown, number_format, unit) == scaled


@UNHURRIED
@given(st.text(max_size=30), FORMATS)
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(text, number_format):
    said = read(text, number_format)

    assert said is None or isinstance(said, int) or said.sentence


@pytest.mark.parametrize(
    ("value", "scale", "text"),
    [
        (None, Scale.MILLIONS, "\u2013"),
        (4_123_456_700, Scale.ONES, "41,234,567.00"),
        (4_123_456_700, Scale.THOUSANDS, "41,234.6"),
        (4_123_456_700, Scale.MILLIONS, "41.2"),
        (-4_123_456_700, Scale.MILLIONS, "\u221241.2"),
        (-1, Scale.MILLIONS, "0.0"),
        (0, Scale.THOUSANDS, "0.0"),
    ],
)
def test_figures_are_shown_in_the_scale_of_the_page(value, scale, text):
    assert amount_text(value, Unit(), ENGLISH, scale=scale) == text


def test_a_unit_without_decimals_shows_none():
    assert amount_text(-1234, Unit("pieces", 0), GERMAN) == "\u22121.234"


@pytest.mark.parametrize(
    ("whole", "scale"),
    [
        (0, Scale.ONES),
        (99_999, Scale.ONES),
        (100_000, Scale.THOUSANDS),
        (-9_999_999, Scale.THOUSANDS),
        (10_000_000, Scale.MILLIONS),
    ],
)
def test_the_largest_figure_sets_the_scale(whole, scale):
    assert scale_for(whole * 100, 2) == scale


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (None, "\u2013"),
        (Decimal("0.8996"), "89.9 %"),
        (Decimal("0.89999999"), "89.9 %"),
        (Decimal("0.6296"), "62.9 %"),
        (Fraction(17, 30), "56.6 %"),
        (Fraction(17, 20), "85 %"),
        (Fraction(1), "100 %"),
        (Fraction(-1, 3), "\u221233.3 %"),
        (Fraction(-1, 10_000), "0 %"),
        (0, "0 %"),
    ],
)
def test_a_ratio_is_cut_and_never_rounded_up(ratio, text):
    assert percent_text(ratio) == text


def test_a_ratio_follows_the_declared_decimal_sign():
    assert percent_text(Decimal("0.8996"), GERMAN) == "89,9 %"


@UNHURRIED
@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**9), min_size=1, max_size=12))
def test_shares_add_up_to_the_total_and_none_is_off_by_one_or_more(total, weights):
    parts = allocate(total, weights)

    whole = sum(weights)
    assert sum(parts) == total
    assert not whole or all(
        abs(part - Fraction(total * weight, whole)) < 1
        for part, weight in zip(parts, weights, strict=True)
    )


def test_the_remainder_goes_to_the_largest_and_ties_to_the_earlier():
    assert allocate(100, [1, 1, 1]) == (34, 33, 33)
    assert allocate(10, [3, 4, 4]) == (3, 4, 3)
    assert allocate(7, [0, 0]) == (4, 3)


def test_sharing_among_nobody_is_refused():
    with pytest.raises(ValueError, match="nothing to share"):
        allocate(1, [])


def test_the_largest_figure_ignores_signs_and_what_is_not_given():
    assert largest([None, -5, 3]) == 5
    assert largest([]) == 0
