"""Taking a cancellation back: two persons, within its days, with what the stage asks."""

from decimal import Decimal

import pytest

from core import tenancy
from core.errors import NotAllowed
from governance import errors
from governance.models import LifecycleDecision
from governance.queries import passage
from governance.rules.holds import Ending
from governance.services import lifecycle, restoring
from measures.rules.stage import Stage
from tests.factories.governance import a_measure
from tests.factories.measures import a_decided_measure
from tests.services.test_governance_holding import MAY, cancelled, lose_the_milestones, told


def proposed(case, by):
    return restoring.propose(
        actor=case.actor(by), measure_id=case.measure_id, reason="A buyer came."
    )


def restored(case, by):
    return restoring.restore(
        actor=case.actor(by), measure_id=case.measure_id, reason="The case stands."
    )


@pytest.mark.parametrize(("one", "other"), [("sponsor", "lead"), ("lead", "sponsor")])
def test_sponsor_and_lead_take_a_cancellation_back_at_its_former_stage(db, one, other):
    case = a_measure(Stage.DECIDED)
    cancelled(case)
    made = proposed(case, one)

    decision = restored(case, other)

    assert (case.measure().lifecycle, case.measure().stage) == ("active", Stage.DECIDED)
    with tenancy.reading(case.actor("lead")):
        row = LifecycleDecision.objects.get(pk=decision.pk)
        assert (row.restoration_id, row.decided_by_id) == (made.pk, case.id_of(other))
    assert [each.act for each in told(case)][-3:] == [
        "measure_cancelled",
        "restoration_proposed",
        "measure_restored",
    ]


@pytest.mark.parametrize("by", ["sponsor", "lead"])
def test_nobody_takes_a_cancellation_back_alone(db, by):
    case = a_measure(Stage.DECIDED)
    cancelled(case)
    proposed(case, by)

    with pytest.raises(errors.TwoToRestore):
        restored(case, by)


def test_a_sponsor_with_a_leads_seat_is_still_one_person(db):
    case = a_measure(Stage.DECIDED)
    case.organization.seat(case.actor("sponsor"), "lead")
    cancelled(case)
    proposed(case, "sponsor")

    with pytest.raises(errors.TwoToRestore):
        restored(case, "sponsor")


@pytest.mark.parametrize("by", ["owner", "controller", "steering", "executive", "administrator"])
def test_nobody_else_takes_a_cancellation_back(db, by):
    case = a_measure(Stage.DECIDED)
    cancelled(case)

    with pytest.raises(NotAllowed):
        proposed(case, by)


def test_after_thirty_days_a_cancellation_stands(db, clock_at):
    clock_at(*MAY)
    case = a_measure(Stage.DECIDED)
    cancelled(case)
    clock_at(2026, 6, 15, 9)

    with pytest.raises(errors.RestoredTooLate):
        proposed(case, "sponsor")


def test_what_runs_or_was_rejected_is_not_restored(db):
    running, rejected = a_measure(Stage.DECIDED), a_measure()
    lifecycle.reject(actor=rejected.actor("lead"), measure_id=rejected.measure_id, reason="Twice.")

    with pytest.raises(errors.NotToRestore):
        proposed(running, "sponsor")
    with pytest.raises(errors.NotToRestore):
        proposed(rejected, "lead")


def test_a_restoration_is_proposed_first_and_once(db):
    case = a_measure(Stage.DECIDED)
    cancelled(case)

    with pytest.raises(errors.NotToRestore):
        restored(case, "lead")
    proposed(case, "sponsor")
    with pytest.raises(errors.NotToRestore):
        proposed(case, "lead")


def test_a_measure_comes_back_only_with_what_its_stage_asks(db):
    case = a_measure(Stage.DETAILED)
    lose_the_milestones(case)
    cancelled(case)
    proposed(case, "sponsor")

    with pytest.raises(errors.CriteriaLapsed):
        restored(case, "lead")

    assert case.measure().lifecycle == "cancelled"


def test_a_cancellation_says_what_it_cost_and_what_leaves_the_plan(db, clock_at):
    """The figures of domain-rules §15: 50 k of the year, 120 k run-rate."""
    clock_at(2026, 1, 12, 9)
    subject = a_decided_measure(plan=dict.fromkeys(range(4, 13), 10_000))
    clock_at(2026, 8, 1, 9)
    lifecycle.cancel(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="Gone.",
        ending=Ending(lessons="Ask twice."),
        sunk_cost=Decimal("25000.50"),
    )

    with tenancy.reading(subject.actor("owner")):
        (found, *_) = passage.lifecycle(subject.measure_id)

    assert (found.ended.sunk_cost, found.ended.lessons) == (Decimal("25000.50"), "Ask twice.")
    (lost,) = found.ended.lost
    assert (lost.in_year, lost.run_rate, lost.carry_over) == (50_000, 120_000, None)
