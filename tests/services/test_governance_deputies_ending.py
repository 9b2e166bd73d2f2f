"""Extensions, restorations, signatures and answers by deputies: "A for B", never two duties."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core import tenancy
from governance import errors
from governance.errors import closing as closing_errors
from governance.models import ForcedAnswer, LifecycleDecision, Restoration, ShortfallApproval
from governance.queries import conflicts, forced, passage, shortfalls
from governance.rules.forced import Answer
from governance.rules.holds import Ending, Move
from governance.services import closure, forcing, lifecycle, restoring, shortfall
from governance.services.forcing import Reply
from hierarchy.errors import DutiesMerge, NoDeputy
from measures.rules.stage import Lifecycle, Stage
from tests.factories.closing import (
    an_implemented_measure,
    closed,
    confirmed,
    countersigned,
    digest_of,
    proposed,
)
from tests.factories.deputies import acting_for, named
from tests.factories.forced import a_forced_decision
from tests.factories.governance import a_measure, today


def deputy_of(organization, principal, deputy=None, **options):
    """Name somebody the deputy of who holds a role, and return them acting for that one."""
    deputy = deputy or organization.newcomer("Dora Deputy")
    named(organization, principal, deputy, **options)
    return acting_for(organization, deputy, principal)


def no_conflicts(organization):
    with tenancy.reading(organization.actor("lead")):
        return conflicts.found() == []


# --- holds ----------------------------------------------------------------------------------------


def held(case, actor):
    return lifecycle.hold(
        actor=actor,
        measure_id=case.measure_id,
        reason_code="budget",
        reason="No money before autumn.",
        until=today(case) + timedelta(days=30),
    )


def extended(case, actor):
    return lifecycle.extend(
        actor=actor,
        measure_id=case.measure_id,
        reason="Still none.",
        until=today(case) + timedelta(days=60),
    )


def test_a_deputy_extends_a_hold_at_the_level_of_whom_they_act_for(db):
    case = a_measure(Stage.DECIDED)
    held(case, case.actor("sponsor"))
    deputy = deputy_of(case.organization, "executive")
    with tenancy.reading(deputy):
        assert Move.EXTEND in passage.moves(deputy, case.measure())

    made = extended(case, deputy)

    with tenancy.reading(deputy):
        row = LifecycleDecision.objects.get(pk=made.pk)
    assert (row.decided_by_id, row.decided_for_id) == (
        deputy.member_id,
        case.id_of("executive"),
    )
    assert no_conflicts(case.organization)


def test_who_decided_a_hold_does_not_extend_it_through_a_deputyship_or_after_one(db):
    case = a_measure(Stage.DECIDED)
    executive = case.actor("executive")
    for_sponsor = deputy_of(case.organization, "sponsor", executive)
    held(case, for_sponsor)

    with pytest.raises(errors.NotHigher):
        extended(case, executive)

    lead = case.actor("lead")
    lifecycle.resume(actor=lead, measure_id=case.measure_id)
    held(case, lead)
    with pytest.raises(errors.NotHigher):
        extended(case, deputy_of(case.organization, "executive", lead))


# --- taking a cancellation back -------------------------------------------------------------------


@pytest.fixture
def cancelled(db):
    case = a_measure(Stage.DECIDED)
    lifecycle.cancel(
        actor=case.actor("sponsor"),
        measure_id=case.measure_id,
        reason_code="value",
        reason="Nothing is left.",
        ending=Ending(lessons="Ask for the money first."),
    )
    return case


def test_deputies_of_both_take_a_cancellation_back(cancelled):
    organization, measure_id = cancelled.organization, cancelled.measure_id
    for_sponsor = deputy_of(organization, "sponsor")
    for_lead = deputy_of(organization, "lead")

    made = restoring.propose(actor=for_sponsor, measure_id=measure_id, reason="A buyer came.")
    restoring.restore(actor=for_lead, measure_id=measure_id, reason="So it pays.")

    with tenancy.reading(cancelled.actor("lead")):
        row = Restoration.objects.get(pk=made.pk)
    assert (row.proposed_as, row.decided_for_id) == ("sponsor", cancelled.id_of("sponsor"))
    assert cancelled.measure().lifecycle == Lifecycle.ACTIVE
    assert no_conflicts(organization)


def test_one_hand_does_not_take_a_cancellation_back_in_two_roles(cancelled):
    organization, measure_id = cancelled.organization, cancelled.measure_id
    lead = cancelled.actor("lead")
    restoring.propose(actor=lead, measure_id=measure_id, reason="A buyer came.")

    with pytest.raises(errors.TwoToRestore):
        restoring.restore(
            actor=deputy_of(organization, "sponsor", lead), measure_id=measure_id, reason="Yes."
        )


def test_who_is_named_on_the_measure_takes_nothing_back_for_another(cancelled):
    controller = cancelled.actor("controller")
    deputy = deputy_of(cancelled.organization, "sponsor", controller)

    with pytest.raises(DutiesMerge):
        restoring.propose(actor=deputy, measure_id=cancelled.measure_id, reason="A buyer came.")


# --- signatures -----------------------------------------------------------------------------------


@pytest.fixture
def short(clock_at):
    clock_at(2026, 7, 8, 9)
    return proposed(an_implemented_measure(6_000_00))


def signed_by(case, actor):
    return shortfall.countersign(
        actor=actor,
        measure_id=case.measure_id,
        digest=digest_of(case),
        statement="Known and accepted.",
    )


def test_a_deputy_countersigns_for_the_sponsor_and_the_measure_is_closed_on_it(short):
    confirmed(short)
    deputy = deputy_of(short.organization, "sponsor")
    with tenancy.reading(deputy):
        (waiting,) = shortfalls.waiting(deputy)

    made = signed_by(short, deputy)
    with tenancy.reading(deputy):
        assert shortfalls.waiting(deputy) == []
        row = ShortfallApproval.objects.select_related("confirmation").get(pk=made.pk)
        (shown,) = shortfalls.signatures(row.confirmation)
    closed(short)

    assert (waiting.role, row.decided_for_id) == ("sponsor", short.id_of("sponsor"))
    assert shown.by == "Dora Deputy for Sponsor Person"
    assert short.measure().stage == Stage.CLOSED
    assert no_conflicts(short.organization)


def test_who_confirmed_the_value_for_the_controller_does_not_sign_the_shortfall(short):
    deputy = deputy_of(short.organization, "controller")
    closure.confirm(
        actor=deputy,
        measure_id=short.measure_id,
        digest=digest_of(short),
        statement="The ledger shows it.",
        shortfall_reason="Prices rose.",
    )
    named(short.organization, "sponsor", replace(deputy, acts_for_id=None))

    with pytest.raises(errors.DutiesMeet):
        signed_by(short, acting_for(short.organization, deputy, "sponsor"))


def test_one_hand_signs_a_shortfall_once(clock_at):
    clock_at(2026, 7, 8, 9)
    case = proposed(an_implemented_measure(4_000_00))
    confirmed(case)
    steering = case.actor("steering")
    signed_by(case, deputy_of(case.organization, "sponsor", steering))

    with pytest.raises(closing_errors.AlreadySigned):
        shortfall.approve(
            actor=steering, measure_id=case.measure_id, digest=digest_of(case), statement="Yes."
        )


def test_the_sponsors_own_signature_waits_no_more_for_their_deputy(short):
    confirmed(short)
    deputy = deputy_of(short.organization, "sponsor")
    countersigned(short)

    with tenancy.reading(deputy):
        assert shortfalls.waiting(deputy) == []
    with pytest.raises(closing_errors.AlreadySigned):
        signed_by(short, deputy)


# --- forced decisions -----------------------------------------------------------------------------


def test_a_deputy_answers_a_forced_decision_for_the_sponsor(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    deputy = deputy_of(subject.organization, "sponsor")
    reply = Reply(Answer.HOLD, "A buyer may come.", until=date(2026, 9, 1))
    with tenancy.reading(deputy):
        (waiting,) = forced.waiting(deputy, mine=True)

    made = forcing.answer(actor=deputy, forced_id=asked.pk, reply=reply)

    with tenancy.reading(deputy):
        row = ForcedAnswer.objects.get(pk=made.pk)
        shown = forced.answer_of(asked.pk)
        hold = LifecycleDecision.objects.latest("pk")
    assert waiting.is_mine
    assert (row.decided_by_id, row.decided_for_id) == (
        deputy.member_id,
        subject.id_of("sponsor"),
    )
    assert (hold.act, hold.decided_for_id) == ("hold", subject.id_of("sponsor"))
    assert shown.decided_by == "Dora Deputy for Sponsor Person"
    assert no_conflicts(subject.organization)


def test_only_a_deputy_in_the_role_that_is_asked_answers(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    reply = Reply(Answer.CANCEL, "It does not pay.", ending=Ending(lessons="Ask first."))

    for principal, role in (("controller", "controller"), ("lead", "lead")):
        deputy = deputy_of(subject.organization, principal, role=role)
        with pytest.raises((errors.NotItsForcedDecider, NoDeputy)):
            forcing.answer(actor=deputy, forced_id=asked.pk, reply=reply)
