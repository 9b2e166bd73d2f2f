"""Numbers: defaults, overrides, and the values that are refused with a sentence."""

from decimal import Decimal

import pytest

from accounts.rules import numbers
from accounts.rules.numbers import NUMBERS, Numbers
from core.errors import Invalid


def test_without_overrides_every_number_is_its_default():
    in_force = Numbers()

    assert {key: getattr(in_force, key) for key in NUMBERS} == {
        key: row.default for key, row in NUMBERS.items()
    }


def test_the_defaults_of_closing_and_holding_are_those_of_the_paper():
    in_force = Numbers()

    assert in_force.proof_months == 3
    assert in_force.seasonal_proof_months == 6
    assert in_force.closing_achieved == Decimal("0.90")
    assert in_force.hold_days == 90


def test_an_override_keeps_the_type_of_its_number():
    in_force = Numbers.from_overrides(
        {"proof_months": Decimal("4.000000"), "materiality": Decimal("0.02")}
    )

    assert repr((in_force.proof_months, in_force.materiality)) == "(4, Decimal('0.02'))"


def test_read_from_the_class_a_number_is_its_row():
    assert Numbers.hold_days is NUMBERS["hold_days"]


@pytest.mark.parametrize("row", NUMBERS.values(), ids=lambda row: row.key)
def test_each_row_is_complete_and_its_default_and_limits_pass(row):
    assert row.lower <= row.default <= row.upper
    assert [row.problem_with(Decimal(edge)) for edge in (row.lower, row.upper)] == [None, None]
    assert all((row.key, row.meaning, row.source.startswith("§")))


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("proof_months", "0", "must lie between 1 and 12 (months)."),
        ("proof_months", "13", "must lie between 1 and 12 (months)."),
        ("proof_months", "2.5", "must be a whole number of months."),
        ("hold_days", "NaN", "must be an ordinary number."),
        ("hold_days", "Infinity", "must be an ordinary number."),
        ("closing_achieved", "0.49", "must lie between 0.50 and 1 (ratio)."),
        ("coffee", "1", "is not a number of these rules."),
        ("node_amber", "0.85", "node_amber must stay below node_green."),
        ("node_green", "0.60", "node_amber must stay below node_green."),
    ],
)
def test_a_number_out_of_place_is_refused_with_a_sentence(key, value, problem):
    with pytest.raises(Invalid) as refused:
        Numbers.from_overrides({key: Decimal(value)})

    assert refused.value.details == {"field": key, "problem": problem}


def test_all_problems_are_named_at_once_and_a_broken_pair_only_where_both_can_stand():
    found = numbers.problems({"proof_months": Decimal(0), "node_amber": Decimal(7)})

    assert found == {
        "proof_months": "must lie between 1 and 12 (months).",
        "node_amber": "must lie between 0 and 1 (ratio).",
    }
