"""What proves a line, month by month or as a whole, and what a shortfall lacks in the year."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.rules.numbers import Numbers
from governance.rules import closure, proofs
from governance.rules.proofs import Proof
from measures.models.evidence import EvidenceKind
from measures.rules.calendar import Month
from measures.rules.lines import Direction, EffectType, Nature
from tests.rules.governance_facts import line, month, one_off

NUMBERS = Numbers()


def with_files(*kinds, **more):
    """A line whose last months came with files of these kinds and of which nothing is stated."""
    found = line(stated_proof=None, **more)
    months = tuple(
        replace(each, proof=kind) for each, kind in zip(found.months, kinds, strict=True)
    )
    return replace(found, months=months)


def test_every_kind_of_proof_is_a_kind_of_evidence():
    assert set(Proof) <= set(EvidenceKind.values)


def test_every_kind_of_effect_says_what_proves_it():
    assert set(proofs.FOR_EFFECTS) == set(EffectType)


@pytest.mark.parametrize(
    ("effect", "proof", "fits"),
    [
        (EffectType.HARD, Proof.BUDGET_CUT, True),
        (EffectType.HARD, Proof.CONTRACT_VOLUME, True),
        (EffectType.AVOIDANCE, Proof.BUDGET_CUT, False),
        (EffectType.AVOIDANCE, Proof.CONTRACT_VOLUME, True),
        (EffectType.CASH, Proof.CONTRACT_VOLUME, False),
        (EffectType.CASH, Proof.LEDGER_EXTRACT, True),
    ],
)
def test_a_file_proves_a_benefit_when_the_method_of_its_effect_demands_it(effect, proof, fits):
    stated = line(effect_type=effect, stated_proof=proof)

    assert (closure.evidence_missing(stated, NUMBERS) is None) == fits


@pytest.mark.parametrize("effect", EffectType)
def test_a_cost_is_proven_by_what_was_booked_or_billed_whatever_the_effect(effect):
    assert proofs.fitting(Nature.RUNNING, effect) == {Proof.LEDGER_EXTRACT, Proof.INVOICE_SET}


def test_a_file_with_every_month_of_the_window_proves_a_line():
    each = with_files(Proof.LEDGER_EXTRACT, Proof.INVOICE_SET, Proof.LEDGER_EXTRACT)

    assert closure.evidence_missing(each, NUMBERS) is None


def test_one_month_of_the_window_without_its_file_leaves_the_line_unproven():
    bare = with_files(Proof.LEDGER_EXTRACT, None, Proof.LEDGER_EXTRACT)

    assert closure.evidence_missing(bare, NUMBERS) == (
        "Energy needs a ledger extract, an invoice set, a contract with its volume, "
        "a headcount list or a budget-cut voucher"
    )


def test_a_month_before_the_window_needs_no_file():
    older = with_files(None, *(Proof.LEDGER_EXTRACT,) * 3, approved=("25", "25", "23", "24"))

    assert closure.evidence_missing(older, NUMBERS) is None


def test_travel_lacks_120_of_450_in_the_year_and_144_a_year():
    months = tuple(
        month(3 + at, "45", amount) for at, amount in enumerate(["33", "34", "32"] + [None] * 7)
    )
    travel = line(
        plan_size=Decimal(540),
        full_effect_month=Month(2026, 3),
        months=tuple(replace(each, is_closed=each.approved is not None) for each in months),
    )

    proof = closure.prove(travel, NUMBERS)

    assert closure.in_year_leakage(proof, 2026).quantize(Decimal("0.01")) == Decimal(120)
    assert closure.in_year_leakage(proof, 2027) == 0


def test_a_cost_that_ran_over_lacks_the_excess_and_one_that_ran_under_nothing():
    over = closure.prove(one_off(approved="930"), NUMBERS)
    under = closure.prove(one_off(approved="100"), NUMBERS)

    assert closure.in_year_leakage(over, 2026) == Decimal(620)
    assert closure.in_year_leakage(under, 2026) == 0


def test_a_level_line_lacks_effect_and_not_level():
    level = line(
        direction=Direction.LESS,
        is_level=True,
        plan_size=Decimal(-600),
        months=tuple(month(4 + at, "50", "90") for at in range(3)),
    )

    proof = closure.prove(level, NUMBERS)

    assert proof.leakage == Decimal(480)
    assert closure.in_year_leakage(proof, 2026) == Decimal(120)


def test_what_is_not_proven_has_no_leakage_yet():
    assert closure.in_year_leakage(closure.prove(line(approved=("1",)), NUMBERS), 2026) is None
