"""Closing through the services: what is proven, who confirms it, and exactly which figures."""

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from governance import errors
from governance.models import ClosureConfirmation
from governance.queries import facts
from governance.services import closure, gates
from measures.errors import MeasureEnded
from measures.models import Measure, Milestone
from measures.rules.stage import Stage
from tests.factories.governance import a_measure, approve_row, approved_months, claim_row, today


@pytest.fixture
def july(clock_at):
    return clock_at(2026, 7, 8, 9)


@pytest.fixture
def case(july):
    """A measure at Implemented with its milestone done and April to June approved at 9 of 10 k."""
    made = a_measure(Stage.IMPLEMENTED)
    with made.acting("owner"):
        for milestone in Milestone.objects.filter(measure_id=made.measure_id):
            milestone.actual_end = today(made)
            milestone.version += 1
            milestone.save()
    approved_months(made, 4, 5, 6)
    return made


def proposed(case):
    return closure.propose(actor=case.actor("owner"), measure_id=case.measure_id)


def digest_of(case):
    with tenancy.reading(case.actor("controller")):
        return facts.one(case.measure_id).figures_digest


def confirmed(case, by="controller", digest=None, **more):
    return closure.confirm(
        actor=case.actor(by),
        measure_id=case.measure_id,
        digest=digest or digest_of(case),
        statement=more.pop("statement", "The ledger shows it."),
        **more,
    )


def test_a_measure_is_closed_by_its_controllers_confirmation(case):
    proposed(case)

    made = confirmed(case)

    assert (case.measure().stage, case.measure().lifecycle) == (Stage.CLOSED, "closed")
    assert made.outcome == "achieved"
    assert made.figures == [
        {
            "line": case.line_id,
            "months": ["Apr 2026", "May 2026", "Jun 2026"],
            "plan": "30000.00",
            "approved": "27000.00",
            "achieved": "0.9",
            "confirmed_size": "108000.00",
            "leakage": "12000.00",
        }
    ]


def test_the_confirmation_holds_exactly_the_figures_approved(case):
    proposed(case)

    made = confirmed(case)

    assert [(row["period"], row["amount"]) for row in made.approved] == [
        (4, 900000),
        (5, 900000),
        (6, 900000),
    ]


def test_the_ledger_tells_vote_decision_and_confirmation(case):
    proposed(case)
    confirmed(case)

    with tenancy.reading(case.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=case.measure_id)
        told = list(rows.order_by("-seq").values_list("act", flat=True)[:5])

    assert told == [
        "certificate_issued",
        "closure_confirmed",
        "gate_decided",
        "vote_cast",
        "gate_requested",
    ]


def test_nothing_is_confirmed_that_nobody_proposed(case):
    with pytest.raises(errors.GateNotNow):
        confirmed(case)


def test_a_closure_is_proposed_from_implemented_alone(july):
    decided = a_measure(Stage.DECIDED)

    with pytest.raises(errors.GateNotNow):
        proposed(decided)


def test_a_proposal_names_every_month_that_is_not_proven(july):
    bare = a_measure(Stage.IMPLEMENTED)
    approved_months(bare, 4)

    with pytest.raises(errors.GateBlocked) as refusal:
        proposed(bare)

    assert [str(each) for each in refusal.value.details["missing"]] == [
        "Mandatory milestones still open: Compressor installed. (owner)",
        (
            "Not proven yet: Energy: May 2026 has no approved actual; "
            "Energy: Jun 2026 has no approved actual. (controller)"
        ),
    ]


def test_figures_approved_since_they_were_shown_are_not_confirmed(case):
    proposed(case)
    shown = digest_of(case)
    approved_months(case, 7)

    with pytest.raises(errors.StaleRequest):
        confirmed(case, digest=shown)


def test_figures_approved_since_the_proposal_need_another_proposal(case):
    proposed(case)
    approved_months(case, 7)

    with pytest.raises(errors.StaleRequest):
        confirmed(case)
    proposed(case)
    confirmed(case)

    assert case.measure().stage == Stage.CLOSED


def open_at(level):
    return lambda measure_ids: dict.fromkeys(measure_ids, level)


at_level_one, at_level_two = open_at(1), open_at(2)


def test_an_open_escalation_of_level_two_bars_the_closing(case, settings):
    settings.OPEN_ESCALATIONS = f"{__name__}.at_level_two"

    with pytest.raises(errors.GateBlocked) as refusal:
        proposed(case)

    assert [each.code for each in refusal.value.details["missing"]] == ["no_open_escalation"]


def test_an_open_escalation_of_level_one_does_not(case, settings):
    settings.OPEN_ESCALATIONS = f"{__name__}.at_level_one"

    assert proposed(case).state == "open"


@pytest.mark.parametrize("by", ["owner", "sponsor", "lead", "administrator", "executive"])
def test_nobody_confirms_in_the_controllers_place(case, by):
    proposed(case)

    with pytest.raises(NotAllowed):
        confirmed(case, by=by)


def test_a_controller_who_leads_does_not_confirm(case):
    proposed(case)
    case.organization.seat(case.actor("controller"), "lead")

    with pytest.raises(errors.DutiesMeet):
        confirmed(case)


def test_a_controller_who_entered_a_figure_does_not_confirm(case):
    with case.acting("lead"):
        claim = claim_row(case, 7).pk
    with case.acting("controller"):
        approve_row(claim)
    with case.acting("lead"):
        Measure.objects.filter(pk=case.measure_id).update(
            controller_id=case.id_of("lead"), version=case.measure().version + 1
        )
    proposed(case)

    with pytest.raises((errors.EnteredTheFigures, errors.DutiesMeet)):
        confirmed(case, by="lead")


def test_a_confirmation_says_on_what_it_stands(case):
    proposed(case)

    with pytest.raises(Invalid):
        confirmed(case, statement=" ")


def test_a_vote_alone_does_not_close(case):
    request = proposed(case)

    with pytest.raises(errors.GateBlocked) as refusal:
        gates.vote(
            actor=case.actor("controller"),
            request_id=request.pk,
            choice="approve",
            digest=request.digest,
        )

    assert [each.code for each in refusal.value.details["missing"]] == ["figures_confirmed"]


def test_a_shortfall_is_closed_with_its_reason_and_not_without(july):
    short = a_measure(Stage.IMPLEMENTED)
    with short.acting("owner"):
        Milestone.objects.filter(measure_id=short.measure_id).update(
            actual_end=today(short), version=2
        )
        claims = [claim_row(short, period, 6_000_00).pk for period in (4, 5, 6)]
    with short.acting("controller"):
        for claim in claims:
            approve_row(claim)
    proposed(short)

    with pytest.raises(errors.GateBlocked) as refusal:
        confirmed(short)
    made = confirmed(short, shortfall_reason="Prices rose.")

    assert [each.code for each in refusal.value.details["missing"]] == ["shortfall_explained"]
    assert (made.outcome, made.shortfall_reason) == ("shortfall", "Prices rose.")


def test_a_closed_measure_is_not_closed_again(case):
    proposed(case)
    confirmed(case)

    with pytest.raises(MeasureEnded):
        confirmed(case)
    with tenancy.reading(case.actor("lead")):
        assert ClosureConfirmation.objects.filter(measure_id=case.measure_id).count() == 1
