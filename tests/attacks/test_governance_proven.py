"""What a raw session of role app says of a closing that the approved figures do not say."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.rules.numbers import Numbers
from core import tenancy
from governance.queries import facts
from governance.rules import closure
from measures.models import ActualClaim, Milestone
from measures.rules.stage import Stage
from measures.services import corrections
from tests.attacks.session import certify, confirm, decide, enter, move, refused, state, vote
from tests.factories.closing import an_implemented_measure
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
    approve_row,
    claim_row,
    evidence,
)

ACHIEVED, SHORT, BELOW_HALF = 9_000_00, 7_300_00, 4_000_00  # of 10 k a month


@pytest.fixture(autouse=True)
def july(clock_at):
    """The eighth of July: April to June are the proof window."""
    clock_at(YEAR, 7, 8, 9)


@pytest.fixture
def raw(app_connection):
    return app_connection()


def said(raw, case, outcome):
    enter(raw, case.actor("controller"))
    return confirm(raw, case.measure_id, outcome)


def closed(raw, case, asked):
    vote(raw, asked, "controller")
    decide(raw, asked)
    move(raw, case.measure_id, 5, "closed")


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [
        (SHORT, "achieved"),
        (BELOW_HALF, "achieved"),
        (BELOW_HALF, "shortfall"),
        (ACHIEVED, "shortfall"),
        (ACHIEVED, "steering"),
        (SHORT, "steering"),
        (ACHIEVED - 1, "achieved"),
    ],
)
def test_no_other_outcome_is_confirmed_than_the_figures_prove(raw, amount, outcome):
    case = an_implemented_measure(amount)

    with refused(raw, "GV089", "closing_of_another_outcome"):
        said(raw, case, outcome)


@pytest.mark.parametrize(
    ("amount", "outcome"),
    [(ACHIEVED, "achieved"), (SHORT, "shortfall"), (BELOW_HALF, "steering")],
)
def test_what_the_figures_prove_is_confirmed(raw, amount, outcome):
    assert said(raw, an_implemented_measure(amount), outcome) > 0


@pytest.mark.parametrize("outcome", ["achieved", "shortfall", "steering"])
def test_two_of_three_months_prove_nothing(raw, outcome):
    case = an_implemented_measure(ACHIEVED, periods=(4, 5))

    with refused(raw, "GV089", "closing_unproven"):
        said(raw, case, outcome)


def test_a_measure_that_brought_nothing_is_not_closed(raw):
    case = an_implemented_measure(0)

    with refused(raw, "GV089", "closing_of_nothing"):
        said(raw, case, "steering")


def test_an_open_milestone_bars_the_closing(raw):
    case = an_implemented_measure(ACHIEVED)
    with case.acting("owner"):
        Milestone.objects.create(
            measure_id=case.measure_id,
            name="Handed over",
            owner_id=case.id_of("owner"),
            plan_end=date(YEAR, 9, 1),
        )

    with refused(raw, "GV089", "closing_milestone_open"):
        said(raw, case, "achieved")


@pytest.mark.parametrize("kind", ["none", "baseline"])
def test_a_month_without_a_file_that_proves_it_bars_the_closing(raw, kind):
    case = an_implemented_measure(ACHIEVED, periods=(4, 5))
    with case.acting("owner"):
        claim = ActualClaim.objects.create(
            line_id=case.line_id,
            measure_id=case.measure_id,
            fiscal_year=YEAR,
            period=6,
            amount=ACHIEVED,
            evidence=None if kind == "none" else evidence(case.measure_id, kind),
        ).pk
    with case.acting("controller"):
        approve_row(claim)

    with refused(raw, "GV089", "closing_without_evidence"):
        said(raw, case, "achieved")


def test_a_hard_line_whose_budget_nobody_spoke_of_bars_the_closing(raw):
    case = an_implemented_measure(ACHIEVED)
    with case.acting("owner"):
        proof = evidence(case.measure_id, "ledger_extract").pk
    enter(raw, case.actor("owner"))
    raw.execute(
        "INSERT INTO governance_linestatement (organization_id, measure_id, line_id, evidence_id,"
        " budget, budget_note, stated_by_id) VALUES (assay_organization(), %s, %s, %s, '', '', 1)",
        [case.measure_id, case.line_id, proof],
    )
    raw.commit()

    with refused(raw, "GV089", "closing_without_budget"):
        said(raw, case, "achieved")


def test_a_file_named_for_the_line_proves_all_its_months(raw):
    case = an_implemented_measure(ACHIEVED, periods=(4, 5))
    with case.acting("owner"):
        proof = evidence(case.measure_id, "budget_cut").pk
        bare = claim_row(case, 6, ACHIEVED).pk
    with case.acting("controller"):
        approve_row(bare)
    enter(raw, case.actor("owner"))
    state(raw, case.measure_id, case.line_id, proof)
    raw.commit()

    assert said(raw, case, "achieved") > 0


def test_nothing_is_closed_while_a_correction_waits_for_the_controller(raw):
    case = an_implemented_measure(ACHIEVED)
    with case.acting("owner"):
        april = ActualClaim.objects.get(measure_id=case.measure_id, period=4)
        proof = evidence(case.measure_id, "ledger_extract").pk
    waiting = corrections.correct(
        actor=case.actor("owner"),
        claim_id=april.pk,
        amount=Decimal(-100),
        evidence_id=proof,
        note="Counted twice.",
    )
    with tenancy.reading(case.actor("lead")):
        judged = closure.judge(facts.one(case.measure_id).lines, Numbers())

    with refused(raw, "GV089", "closing_unproven"):
        said(raw, case, "achieved")

    assert [each.missing[-1].split(": ")[1] for each in judged.proofs] == [
        "a correction awaits approval"
    ]
    with case.acting("controller"):
        approve_row(waiting.pk)
    assert said(raw, case, "shortfall") > 0  # what was counted twice is missing now


def test_a_month_that_ends_between_confirmation_and_closing_is_proven_too(raw, clock_at):
    case = an_implemented_measure(ACHIEVED)
    asked = a_request(case).pk
    said(raw, case, "achieved")
    raw.commit()
    clock_at(YEAR, 8, 5, 9)
    enter(raw, case.actor("controller"))

    with refused(raw, "GV089", "closing_unproven"):
        closed(raw, case, asked)


def test_a_closing_without_its_certificate_is_refused(raw):
    case = an_implemented_measure(ACHIEVED)
    asked = a_request(case).pk
    said(raw, case, "achieved")
    closed(raw, case, asked)

    with refused(raw, "GV089", "closing_without_certificate"):
        raw.commit()
    said(raw, case, "achieved")
    closed(raw, case, asked)
    certify(raw, case.measure_id)
    raw.commit()
    assert case.measure().stage == Stage.CLOSED


def test_a_measure_without_figures_is_not_closed_by_saying_so(raw):
    case = a_measure(Stage.IMPLEMENTED)

    with refused(raw, "GV089"):
        said(raw, case, "achieved")
