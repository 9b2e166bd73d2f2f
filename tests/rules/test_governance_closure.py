"""Closing: the proof window, the share achieved on unrounded values, and the outcome."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.rules.numbers import Numbers
from governance.rules import closure
from governance.rules.closure import Outcome
from measures.rules.calendar import Month
from measures.rules.lines import Direction, Nature, Recurrence
from tests.rules.governance_facts import line, month, one_off

NUMBERS = Numbers()


def outcome_of(*lines):
    return closure.judge(lines, NUMBERS).outcome


def test_compressors_gdynia_close_as_achieved_with_the_full_run_rate():
    judged = closure.judge([line(approved=("25", "23", "24")), one_off()], NUMBERS)

    assert judged.outcome is Outcome.ACHIEVED
    assert judged.missing == ()
    assert [proof.confirmed_size for proof in judged.proofs] == [Decimal(288), Decimal(310)]


def test_the_travel_booking_tool_closes_with_a_shortfall_of_144():
    proof = closure.prove(line(plan="45", approved=("33", "34", "32")), NUMBERS)

    assert proof.achieved == Decimal(99) / Decimal(135)
    assert (proof.confirmed_size, proof.leakage) == (Decimal(396), Decimal(144))
    assert outcome_of(proof.line) is Outcome.SHORTFALL


@pytest.mark.parametrize(
    ("approved", "outcome"),
    [
        ("90", Outcome.ACHIEVED),
        ("89.999", Outcome.SHORTFALL),
        ("50", Outcome.SHORTFALL),
        ("49.999", Outcome.STEERING_DECIDES),
        ("0.001", Outcome.STEERING_DECIDES),
        ("0", Outcome.CANCEL_ONLY),
        ("-5", Outcome.CANCEL_ONLY),
    ],
)
def test_the_outcome_turns_at_ninety_and_fifty_percent_on_unrounded_values(approved, outcome):
    assert outcome_of(line(plan="100", approved=(approved,) * 3)) is outcome


def test_one_benefit_without_effect_beside_another_is_for_the_steering_committee():
    lines = (line(), line(name="Gas", approved=("0", "0", "0")))

    assert outcome_of(*lines) is Outcome.STEERING_DECIDES


def test_a_cost_that_ran_over_is_a_shortfall_and_one_that_ran_under_is_none():
    over, under = one_off(approved="930"), one_off(approved="100")

    assert outcome_of(line(), over) is Outcome.SHORTFALL
    assert closure.prove(over, NUMBERS).leakage == Decimal(620)
    assert outcome_of(line(), under) is Outcome.ACHIEVED
    assert closure.prove(under, NUMBERS).leakage == Decimal(0)


def test_an_enabler_of_costs_alone_closes_as_achieved():
    assert outcome_of(one_off(plan="640", approved="640")) is Outcome.ACHIEVED


def test_a_disbenefit_worse_than_planned_is_a_shortfall():
    concession = line(plan="-18", approved=("-27", "-18", "-18"))

    proof = closure.prove(concession, NUMBERS)

    assert proof.achieved == Decimal(63) / Decimal(54)
    assert proof.leakage == Decimal(36)
    assert outcome_of(line(), concession) is Outcome.SHORTFALL


def test_a_level_line_is_compared_as_effect_against_its_baseline():
    level = line(
        direction=Direction.LESS,
        is_level=True,
        plan_size=Decimal(-600),
        months=tuple(month(4 + at, "950", "990", baseline=Decimal(1000)) for at in range(3)),
    )

    proof = closure.prove(level, NUMBERS)

    assert (proof.achieved, proof.score) == (Decimal("0.2"), Decimal("0.2"))
    assert (proof.confirmed_size, proof.leakage) == (Decimal(-120), Decimal(480))


def test_a_level_line_without_its_baseline_proves_nothing():
    level = line(is_level=True, months=tuple(month(4 + at, "9", "9") for at in range(3)))
    lacking = replace(level, months=(replace(level.months[0], baseline=None), *level.months[1:]))

    assert closure.prove(level, NUMBERS).missing == ()
    assert closure.prove(lacking, NUMBERS).missing == (
        "Energy: Apr 2026 has no baseline to compare with",
    )


@pytest.mark.parametrize(
    ("approved", "score", "leakage"),
    [("100", "1", "0"), ("80", "0.8", "240"), ("120", "0.8", "240")],
)
def test_an_exact_line_loses_on_both_sides(approved, score, leakage):
    exact = line(plan="100", approved=(approved,) * 3, direction=Direction.EXACT)

    proof = closure.prove(exact, NUMBERS)

    assert (proof.score, proof.leakage) == (Decimal(score), Decimal(leakage))


@pytest.mark.parametrize(
    ("direction", "approved", "score"),
    [
        (Direction.MORE, "5", 1),
        (Direction.MORE, "-5", 0),
        (Direction.LESS, "0", 1),
        (Direction.LESS, "5", 0),
        (Direction.EXACT, "0", 1),
        (Direction.EXACT, "5", 0),
    ],
)
def test_where_nothing_is_planned_only_the_sign_is_judged(direction, approved, score):
    proof = closure.prove(line(plan="0", approved=(approved,) * 3, direction=direction), NUMBERS)

    assert (proof.score, proof.achieved, proof.confirmed_size, proof.leakage) == (
        Decimal(score),
        None,
        None,
        None,
    )


def test_the_window_is_the_latest_closed_months_at_full_effect():
    ramp = tuple(month(period, "24", "24", is_closed=period < 8) for period in range(1, 10))

    window = closure.proof_window(line(months=ramp), NUMBERS)

    assert [each.month.period for each in window] == [5, 6, 7]


def test_months_before_full_effect_prove_nothing():
    early = line(months=tuple(month(period, "24", "24") for period in (2, 3, 4)))

    proof = closure.prove(early, NUMBERS)

    assert [each.month for each in proof.window] == [Month(2026, 4)]
    assert proof.missing == ("Energy: 1 of 3 closed months at full effect",)


def test_a_line_without_full_effect_month_has_no_window():
    assert closure.prove(line(full_effect_month=None), NUMBERS).missing == (
        "Energy: 0 of 3 closed months at full effect",
    )


def test_a_seasonal_line_needs_six_months_and_a_tenant_may_ask_for_more():
    stricter = Numbers.from_overrides({"proof_months": Decimal(4)})

    assert closure.prove(line(is_seasonal=True), NUMBERS).missing == (
        "Energy: 3 of 6 closed months at full effect",
    )
    assert closure.prove(line(), stricter).missing == (
        "Energy: 3 of 4 closed months at full effect",
    )


def test_every_month_that_is_not_approved_is_named():
    waiting = line(
        months=(
            month(4, "24", None, is_pending=True),
            month(5, "24", None),
            month(6, "24", "24"),
        )
    )

    judged = closure.judge([waiting], NUMBERS)

    assert judged.outcome is None
    assert judged.missing == (
        "Energy: Apr 2026 awaits approval",
        "Energy: May 2026 has no approved actual",
    )


def test_a_one_off_is_proven_by_its_final_amount_over_all_its_months():
    cash = one_off(
        nature=Nature.BENEFIT,
        direction=Direction.MORE,
        plan_size=Decimal(100),
        months=(
            month(1, "60", "70"),
            month(2, "40", None),
            month(3, None, "25"),
            month(4, None, None),
        ),
    )

    proof = closure.prove(cash, NUMBERS)

    assert [each.month.period for each in proof.window] == [1, 2, 3]
    assert (proof.achieved, proof.confirmed_size) == (Decimal("0.95"), Decimal(95))


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"is_declared_final": False}, ("Capex: not declared final",)),
        ({"months": (month(3, "310", None),)}, ("Capex: no approved amount",)),
        (
            {"months": (month(3, "310", "100"), month(4, None, None, is_pending=True))},
            ("Capex: Apr 2026 awaits approval",),
        ),
    ],
)
def test_a_one_off_says_what_its_proof_lacks(changes, missing):
    assert closure.prove(one_off(**changes), NUMBERS).missing == missing


def test_without_a_size_the_share_is_known_and_the_confirmed_amount_is_not():
    proof = closure.prove(line(plan_size=None), NUMBERS)

    assert (proof.achieved, proof.confirmed_size, proof.leakage) == (Decimal(1), None, None)


def test_a_temporary_line_that_ended_is_proven_by_its_last_planned_months():
    ended = line(
        recurrence=Recurrence.TEMPORARY,
        months=(*(month(period, "24", "24") for period in range(4, 8)), month(8, None, None)),
    )

    window = closure.proof_window(ended, NUMBERS)

    assert [each.month.period for each in window] == [5, 6, 7]
