"""Deciding escalations: by whom the ladder names, with a reason, and with its effect."""

from datetime import date

import pytest

from core import tenancy
from core.errors import DomainError, NotAllowed, NotFound, StaleVersion
from governance.errors import HoldTooLong
from governance.services import lifecycle
from measures.services import milestones
from steering.errors import (
    DecisionIncomplete,
    DecisionNotAllowed,
    EscalationDecided,
    ExpiryNeeded,
    HoldNeedsItsEnd,
    NotItsDecider,
)
from steering.queries import escalations as reading
from steering.rules.levels import Decision
from steering.services.decisions import Choice, decide
from tests.factories.steering import (
    a_measure_left_alone,
    decisions,
    escalations,
    looked_at,
    time_passed,
)

UNTIL = date(2027, 1, 20)
ADJUST = Choice(Decision.ADJUST, "The plan moves to spring.", UNTIL)


@pytest.fixture
def alone(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)
    return subject


def decided(subject, rule, by, choice=ADJUST, version=None):
    row = escalations(subject)[rule]
    return decide(
        actor=subject.actor(by),
        escalation_id=row.pk,
        version=row.version if version is None else version,
        choice=choice,
    )


def test_the_owner_decides_at_level_zero_how_the_plan_is_met_again(alone):
    decided(alone, "T1", "owner")

    late, (decision,) = escalations(alone)["T1"], decisions(alone)
    assert late.state == "decided"
    assert (decision.outcome, decision.text, decision.expires_on, decision.level) == (
        "adjust",
        "The plan moves to spring.",
        UNTIL,
        0,
    )
    assert decision.decided_by_id == alone.id_of("owner")


@pytest.mark.parametrize(
    ("by", "outcome"),
    [
        ("sponsor", Decision.ACCEPT),
        ("lead", Decision.REALLOCATE),
        ("controller", Decision.ACCEPT),
        ("steering", Decision.ADJUST),
        ("executive", Decision.REALLOCATE),
    ],
)
def test_who_stands_at_the_level_or_above_it_decides(alone, by, outcome):
    decided(alone, "T2", by, Choice(outcome, "Agreed in the review.", UNTIL))

    assert escalations(alone)["T2"].state == "decided"


@pytest.mark.parametrize(
    ("rule", "by", "choice", "refusal"),
    [
        ("T2", "owner", ADJUST, NotItsDecider),
        ("T1", "owner", Choice(Decision.ACCEPT, "It is so.", UNTIL), DecisionNotAllowed),
        ("T2", "controller", Choice(Decision.CANCEL, "Stop it."), DecisionNotAllowed),
        ("T2", "lead", Choice(Decision.CANCEL, "Stop it."), DecisionNotAllowed),
        ("T2", "sponsor", Choice(Decision.ADJUST, "  ", UNTIL), DecisionIncomplete),
        ("T2", "sponsor", Choice(Decision.ACCEPT, "It is so."), ExpiryNeeded),
        ("T2", "sponsor", Choice(Decision.ACCEPT, "It is so.", date(2026, 12, 21)), ExpiryNeeded),
        ("T2", "sponsor", Choice(Decision.ACCEPT, "It is so.", date(2027, 9, 1)), ExpiryNeeded),
        ("T2", "sponsor", Choice(Decision.HOLD, "Wait."), HoldNeedsItsEnd),
        ("T2", "sponsor", Choice(Decision.HOLD, "Wait.", date(2028, 1, 1)), HoldTooLong),
        ("T2", "administrator", ADJUST, NotAllowed),
    ],
)
def test_a_refused_decision_leaves_the_escalation_open(alone, rule, by, choice, refusal):
    with pytest.raises(refusal):
        decided(alone, rule, by, choice)

    assert (escalations(alone)[rule].state, decisions(alone)) == ("open", [])
    assert alone.measure().lifecycle == "active"


def test_who_does_not_see_the_measure_finds_no_escalation(alone):
    row = escalations(alone)["T2"]

    with pytest.raises(NotFound):
        decide(
            actor=alone.organization.newcomer(),
            escalation_id=row.pk,
            version=row.version,
            choice=ADJUST,
        )


def test_a_decision_from_a_stale_page_is_refused(alone):
    with pytest.raises(StaleVersion):
        decided(alone, "T1", "owner", version=0)


def test_an_escalation_is_decided_once(alone):
    row = escalations(alone)["T2"]
    decided(alone, "T2", "sponsor")

    with pytest.raises(EscalationDecided):
        decided(alone, "T2", "executive", version=row.version)


def test_a_hold_holds_the_measure_in_the_same_act(alone):
    decided(alone, "T2", "sponsor", Choice(Decision.HOLD, "Wait for the tender.", UNTIL))

    assert (alone.measure().lifecycle, escalations(alone)["T2"].state) == ("on_hold", "decided")
    assert decisions(alone)[0].effects == {"hold_until": "2027-01-20", "reason_code": "value"}


def test_a_cancellation_cancels_the_measure_and_ends_what_else_was_open(alone):
    decided(alone, "T2", "steering", Choice(Decision.CANCEL, "The market is gone."))
    time_passed(alone.organization)

    found = {rule: each.state for rule, each in escalations(alone).items()}
    assert alone.measure().lifecycle == "cancelled"
    assert found == {"T1": "ended", "T2": "decided", "T4": "ended"}


def test_a_decision_covers_what_it_was_taken_for_until_it_expires(alone, clock_at):
    decided(alone, "T1", "owner")
    assert looked_at(alone) == 0

    clock_at(2027, 1, 21, 9)
    looked_at(alone)

    again = escalations(alone)["T1"]
    assert (again.state, again.level, again.decider_role) == ("open", 1, "sponsor")
    assert again.reopened_from_id is not None


def test_what_is_back_in_band_and_relapses_comes_back_one_level_higher(alone, clock_at):
    decided(alone, "T4", "owner")
    milestones.confirm_status(actor=alone.actor("owner"), measure_id=alone.measure_id)
    looked_at(alone)
    quiet = escalations(alone)["T4"]
    clock_at(2027, 1, 31, 9)

    looked_at(alone)

    again = escalations(alone)["T4"]
    assert quiet.back_in_band_on == date(2026, 12, 21)
    assert (again.pk != quiet.pk, again.level, again.reopened_from_id) == (True, 1, quiet.pk)


def test_after_a_hold_has_ended_the_case_begins_anew(alone):
    decided(alone, "T2", "sponsor", Choice(Decision.HOLD, "Wait for the tender.", UNTIL))
    lifecycle.resume(actor=alone.actor("sponsor"), measure_id=alone.measure_id)

    looked_at(alone)

    again = escalations(alone)["T2"]
    assert (again.state, again.level, again.reopened_from_id) == ("open", 1, None)


def test_one_escalation_shows_its_decision_and_what_the_reader_may_decide(alone):
    decided(alone, "T1", "owner")
    done, open_one = escalations(alone)["T1"], escalations(alone)["T2"]

    with tenancy.reading(alone.actor("controller")):
        first = reading.detail(alone.actor("controller"), done.public_id)
        second = reading.detail(alone.actor("controller"), open_one.public_id)

    assert (first.decision.text, first.allowed) == ("The plan moves to spring.", ())
    assert (second.decision, second.allowed) == (
        None,
        (Decision.ADJUST, Decision.HOLD, Decision.ACCEPT),
    )


def test_a_refusal_names_who_can_decide(alone):
    with pytest.raises(DomainError) as caught:
        decided(alone, "T2", "owner")

    assert str(caught.value) == (
        "This escalation stands at level 1: lead of the package or project or the measure's "
        "sponsor can decide it."
    )
