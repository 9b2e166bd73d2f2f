"""A shortfall through the services: confirmed, countersigned, decided above, and booked."""

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from governance import errors
from governance.errors import closing as closing_errors
from governance.rules.proofs import BudgetChange
from governance.services import shortfall, statements
from governance.services.statements import Statement
from measures.errors import MeasureEnded
from measures.models import Measure
from measures.rules.stage import Stage
from tests.factories.closing import (
    an_implemented_measure,
    approved,
    closed,
    confirmed,
    countersigned,
    leakages,
    proposed,
)
from tests.factories.governance import a_measure, approved_months, evidence, statement_row
from tests.factories.schemes import number_changed

SHORT, BELOW_HALF = 6_000_00, 4_000_00


@pytest.fixture
def july(clock_at):
    return clock_at(2026, 7, 8, 9)


@pytest.fixture
def short(july):
    """A measure with 60 % proven, whose closing is proposed."""
    return proposed(an_implemented_measure(SHORT))


@pytest.fixture
def below_half(july):
    """A measure with 40 % proven, whose closing is proposed."""
    return proposed(an_implemented_measure(BELOW_HALF))


def told(case):
    with tenancy.reading(case.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=case.measure_id)
        return list(rows.order_by("seq").values_list("act", flat=True))


def missing_of(refusal):
    return [each.code for each in refusal.value.details["missing"]]


def test_a_confirmed_shortfall_waits_for_its_sponsor(short):
    made = confirmed(short)

    assert (made.outcome, made.needs_steering) == ("shortfall", False)
    assert short.measure().stage == Stage.IMPLEMENTED
    assert told(short)[-1] == "shortfall_confirmed"


def test_a_shortfall_is_not_closed_before_the_sponsor_has_signed(short):
    confirmed(short)

    with pytest.raises(errors.GateBlocked) as refusal:
        closed(short)

    assert missing_of(refusal) == ["countersigned"]
    assert leakages(short) == []


def test_a_countersigned_shortfall_is_closed_and_booked_as_leakage(short):
    confirmed(short)
    countersigned(short)

    closed(short)

    (booked,) = leakages(short)
    assert (short.measure().stage, short.measure().lifecycle) == (Stage.CLOSED, "closed")
    # 60 % of 120 k a year; of 90 k in the year.
    assert (booked.cause, booked.run_rate, booked.in_year) == ("size", 48_000_00, 36_000_00)
    assert (booked.fiscal_year, booked.reason) == (2026, "Prices rose.")
    assert booked.booked_by_id == short.id_of("controller")
    assert told(short)[-7:] == [
        "shortfall_confirmed",
        "shortfall_countersigned",
        "leakage_booked",
        "vote_cast",
        "gate_decided",
        "closure_confirmed",
        "certificate_issued",
    ]


def test_what_is_closed_as_planned_books_no_leakage(july):
    case = proposed(an_implemented_measure())

    confirmed(case)

    assert case.measure().stage == Stage.CLOSED
    assert leakages(case) == []


def test_below_half_the_steering_committee_decides_too(below_half):
    made = confirmed(below_half)
    countersigned(below_half)

    with pytest.raises(errors.GateBlocked) as refusal:
        closed(below_half)
    approved(below_half)
    closed(below_half)

    assert made.needs_steering
    assert missing_of(refusal) == ["steering_decided"]
    assert below_half.measure().stage == Stage.CLOSED


def test_an_organization_can_ask_for_two_of_the_steering_committee(below_half):
    number_changed(below_half.organization, "steering_approvals", 2)
    confirmed(below_half)
    countersigned(below_half)
    approved(below_half)

    with pytest.raises(errors.GateBlocked) as refusal:
        closed(below_half)

    (unmet,) = refusal.value.details["missing"]
    assert unmet.sentence.endswith("the steering committee has given 1 of 2 approvals.")


def test_steering_has_nothing_to_decide_above_half(short):
    confirmed(short)

    with pytest.raises(closing_errors.NoShortfall):
        approved(short)


@pytest.mark.parametrize("by", ["owner", "controller", "lead", "administrator", "executive"])
def test_nobody_countersigns_in_the_sponsors_place(short, by):
    confirmed(short)

    with pytest.raises(NotAllowed):
        countersigned(short, by=by)


@pytest.mark.parametrize("by", ["owner", "controller", "sponsor", "lead", "executive"])
def test_nobody_decides_in_the_steering_committees_place(below_half, by):
    confirmed(below_half)

    with pytest.raises(NotAllowed):
        approved(below_half, by=by)


def test_a_sponsor_who_sits_in_the_steering_committee_does_not_decide_there(below_half):
    confirmed(below_half)
    below_half.organization.seat(below_half.actor("sponsor"), "steering")

    with pytest.raises(errors.DutiesMeet):
        approved(below_half, by="sponsor")


def test_nothing_is_signed_before_the_controller_has_confirmed_it(short):
    with pytest.raises(closing_errors.NoShortfall):
        countersigned(short)


def test_a_signature_is_given_once(short):
    confirmed(short)
    countersigned(short)

    with pytest.raises(closing_errors.AlreadySigned):
        countersigned(short)


def test_a_signature_says_on_what_it_stands(short):
    made = confirmed(short)

    with pytest.raises(Invalid):
        shortfall.countersign(
            actor=short.actor("sponsor"),
            measure_id=short.measure_id,
            digest=made.figures_digest,
            statement=" ",
        )


def test_figures_approved_since_make_the_shortfall_another_one(short):
    made = confirmed(short)
    approved_months(short, 7)

    with pytest.raises(closing_errors.StaleShortfall):
        countersigned(short)
    with pytest.raises(closing_errors.StaleShortfall):
        countersigned(short, digest=made.figures_digest)


def test_another_word_on_the_budget_makes_the_shortfall_another_one(short):
    made = confirmed(short)
    with short.acting("owner"):
        statement_row(short, budget="unchanged", budget_note="The budget is the plant's.")

    with pytest.raises(closing_errors.StaleShortfall):
        countersigned(short, digest=made.figures_digest)


def test_a_signature_under_an_earlier_confirmation_does_not_close(short):
    confirmed(short)
    countersigned(short)
    confirmed(short, shortfall_reason="Prices rose, and volume fell.")

    with pytest.raises(errors.GateBlocked) as refusal:
        closed(short)

    assert missing_of(refusal) == ["countersigned"]


def test_the_signature_of_a_former_sponsor_does_not_close(short):
    confirmed(short)
    countersigned(short)
    successor = short.organization.newcomer()
    with short.acting("lead"):
        Measure.objects.filter(pk=short.measure_id).update(
            sponsor_id=successor.member_id, version=short.measure().version + 1
        )
    proposed(short)

    with pytest.raises(errors.GateBlocked) as refusal:
        closed(short)

    assert missing_of(refusal) == ["countersigned"]


def test_a_closed_shortfall_is_signed_by_nobody_any_more(short):
    confirmed(short)
    countersigned(short)
    closed(short)

    with pytest.raises(MeasureEnded):
        countersigned(short)


# --- evidence and budget --------------------------------------------------------------------------


def state(case, by="owner", **said):
    return statements.state(actor=case.actor(by), line_id=case.line_id, statement=Statement(**said))


def file_of(case, kind):
    with case.acting("owner"):
        return evidence(case.measure_id, kind).pk


def test_a_closing_asks_for_evidence_and_for_a_word_on_the_budget(july):
    case = an_implemented_measure()
    with case.acting("owner"):
        statement_row(case, budget="", budget_note="", evidence=evidence(case.measure_id))

    with pytest.raises(errors.GateBlocked) as refusal:
        proposed(case)

    assert missing_of(refusal) == ["budget_stated"]


def test_a_line_whose_months_came_without_files_is_proven_by_one_for_all_of_them(july):
    case = a_measure(Stage.IMPLEMENTED)

    made = state(
        case,
        evidence_id=file_of(case, "ledger_extract"),
        budget=BudgetChange.UNCHANGED,
        budget_note="It is the plant's.",
    )

    assert (made.budget, made.stated_by_id) == ("unchanged", case.id_of("owner"))
    assert told(case)[-1] == "line_stated"


def test_a_file_of_another_kind_does_not_prove(july):
    case = a_measure(Stage.IMPLEMENTED)

    with pytest.raises(closing_errors.EvidenceDoesNotProve) as refusal:
        state(case, evidence_id=file_of(case, "completion"))

    assert "its method demands a ledger extract, an invoice set" in str(refusal.value)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({}, Invalid),
        ({"budget": "halved", "budget_note": "So."}, Invalid),
        ({"budget": "unchanged"}, closing_errors.BudgetUnexplained),
        ({"evidence_id": 0}, NotFound),
    ],
)
def test_a_statement_that_says_nothing_usable_is_refused(july, said, refusal):
    with pytest.raises(refusal):
        state(a_measure(Stage.IMPLEMENTED), **said)


@pytest.mark.parametrize("by", ["sponsor", "administrator", "executive", "steering"])
def test_only_owner_lead_and_controller_state(july, by):
    with pytest.raises(NotAllowed):
        state(a_measure(Stage.IMPLEMENTED), by=by, budget="reduced", budget_note="Voucher 1")
