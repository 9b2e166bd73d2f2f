"""Holding, resuming, cancelling and rejecting through the services."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from governance import errors
from governance.models import GateRequest, LifecycleDecision
from governance.rules.holds import Ending
from governance.services import gates, lifecycle
from measures.errors import MeasureEnded
from measures.rules.stage import Stage
from tests.factories.governance import a_measure, today


def held(case, by="sponsor", days=30, **more):
    fields = {"reason_code": "budget", "reason": "Funds were moved."} | more
    until = today(case) + timedelta(days=days)
    return lifecycle.hold(actor=case.actor(by), measure_id=case.measure_id, until=until, **fields)


def cancelled(case, by="sponsor", **more):
    said = {"reason_code": "value", "reason": "The effect is gone."}
    fields = said | {"ending": Ending(lessons="Ask the customer first.")} | more
    return lifecycle.cancel(actor=case.actor(by), measure_id=case.measure_id, **fields)


@pytest.mark.parametrize("by", ["sponsor", "controller", "lead", "steering", "executive"])
def test_a_measure_is_held_by_those_the_table_names(db, by):
    case = a_measure(Stage.DETAILED)

    decision = held(case, by=by)

    assert (case.measure().lifecycle, case.measure().stage) == ("on_hold", Stage.DETAILED)
    assert (decision.act, decision.decided_by_id) == ("hold", case.id_of(by))


@pytest.mark.parametrize("by", ["owner", "administrator"])
def test_a_measure_is_held_by_nobody_else(db, by):
    case = a_measure()

    with pytest.raises(NotAllowed):
        held(case, by=by)


def test_an_owner_with_a_leads_seat_does_not_hold_their_own_measure(db):
    case = a_measure()
    case.organization.seat(case.actor("owner"), "lead")

    with pytest.raises(errors.DutiesMeet):
        held(case, by="owner")


@pytest.mark.parametrize("days", [0, 91])
def test_a_hold_ends_after_today_and_within_its_limit(db, days):
    case = a_measure()

    with pytest.raises(errors.HoldTooLong):
        held(case, days=days)
    assert held(case, days=90).expires_on == today(case) + timedelta(days=90)


def test_a_hold_needs_a_reason_and_its_code(db):
    case = a_measure()

    with pytest.raises(errors.ReasonMissing):
        held(case, reason=" ")
    with pytest.raises(Invalid):
        held(case, reason_code="because")


def test_a_hold_voids_the_open_request(db):
    case = a_measure()
    request = gates.request(actor=case.actor("owner"), measure_id=case.measure_id)

    held(case)

    with tenancy.reading(case.actor("lead")):
        assert GateRequest.objects.get(pk=request.pk).state == "void"


def test_a_held_measure_is_resumed_where_it_stood(db):
    case = a_measure(Stage.IDENTIFIED)
    held(case)

    lifecycle.resume(actor=case.actor("sponsor"), measure_id=case.measure_id)

    assert (case.measure().lifecycle, case.measure().stage) == ("active", Stage.IDENTIFIED)


def test_a_measure_that_runs_is_not_resumed_and_one_on_hold_not_held_again(db):
    case = a_measure()

    with pytest.raises(errors.NotNow):
        lifecycle.resume(actor=case.actor("sponsor"), measure_id=case.measure_id)
    held(case)
    with pytest.raises(errors.NotNow):
        held(case)


def test_a_controller_does_not_resume(db):
    case = a_measure()
    held(case)

    with pytest.raises(NotAllowed):
        lifecycle.resume(actor=case.actor("controller"), measure_id=case.measure_id)


def test_a_cancelled_measure_says_what_it_cost_and_ends(db):
    case = a_measure(Stage.DECIDED)

    decision = cancelled(case, sunk_cost=Decimal("1200.50"))

    assert (decision.sunk_cost, case.measure().lifecycle) == (120050, "cancelled")
    with pytest.raises(MeasureEnded):
        cancelled(case)


@pytest.mark.parametrize("amount", ["1.001", "NaN"])
def test_a_sunk_cost_is_an_amount_of_money(db, amount):
    case = a_measure()

    with pytest.raises(Invalid):
        cancelled(case, sunk_cost=Decimal(amount))


@pytest.mark.parametrize("by", ["owner", "lead", "controller", "administrator"])
def test_a_measure_is_cancelled_by_sponsor_steering_or_executive_alone(db, by):
    case = a_measure()

    with pytest.raises(NotAllowed):
        cancelled(case, by=by)


def test_a_measure_on_hold_can_be_cancelled(db):
    case = a_measure()
    held(case)

    cancelled(case, by="steering")

    assert case.measure().lifecycle == "cancelled"


def test_a_proposal_is_rejected_by_its_lead_before_it_is_sized(db):
    proposal, sized = a_measure(), a_measure(Stage.IDENTIFIED)

    lifecycle.reject(actor=proposal.actor("lead"), measure_id=proposal.measure_id, reason="Twice.")

    assert proposal.measure().lifecycle == "cancelled"
    with pytest.raises(errors.NotNow):
        lifecycle.reject(actor=sized.actor("lead"), measure_id=sized.measure_id, reason="Twice.")


def test_each_decision_stands_in_the_ledger_with_its_reason(db):
    case = a_measure()
    held(case)
    lifecycle.resume(actor=case.actor("lead"), measure_id=case.measure_id, reason="Funds are back.")
    cancelled(case)

    with tenancy.reading(case.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=case.measure_id)
        told = list(
            rows.exclude(act="unattributed_change").order_by("seq").values_list("act", "reason")
        )
        decisions = LifecycleDecision.objects.filter(measure_id=case.measure_id).count()

    assert told == [
        ("measure_held", "Funds were moved."),
        ("measure_resumed", "Funds are back."),
        ("measure_cancelled", "The effect is gone."),
    ]
    assert decisions == 3
