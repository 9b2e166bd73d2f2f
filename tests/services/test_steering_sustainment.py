"""T17: a value found not to last is escalated from its closed measure, and ends by a decision."""

from datetime import date

import pytest

from core import tenancy
from governance.services import reopening
from measures.rules.stage import Stage
from steering import errors
from steering.models import Escalation
from steering.rules.levels import Decision
from steering.services import clock, decisions
from steering.services.decisions import Choice
from tests.attacks.session import enter, refused
from tests.factories.closing import a_closed_measure, checks
from tests.services.test_governance_aftermath import confirm, fail


@pytest.fixture
def case(clock_at):
    """A measure closed in July whose January check found 27 k a year lost."""
    clock_at(2026, 7, 8, 9)
    made = a_closed_measure()
    clock_at(2027, 1, 8, 9)
    fail(made, 27000)
    return made


def looked(case):
    return clock.run(actor=tenancy.system(case.organization.id))


def escalations(case):
    with tenancy.reading(tenancy.system(case.organization.id)):
        rows = Escalation.objects.filter(measure_id=case.measure_id, rule="T17")
        return list(rows.order_by("pk"))


def decide(case, outcome, by="sponsor", until=date(2027, 3, 1)):
    (row,) = escalations(case)
    return decisions.decide(
        actor=case.actor(by),
        escalation_id=row.pk,
        version=row.version,
        choice=Choice(outcome, "The contract is tendered anew.", until=until),
    )


def test_a_failed_check_is_escalated_to_the_sponsor_of_the_closed_measure(case):
    looked(case)

    (row,) = escalations(case)
    assert (row.state, row.level, row.since) == ("open", 1, date(2027, 1, 8))
    assert row.facts["sentence"] == (
        "The check after the closing found lost a year: Energy 27,000.00 EUR."
    )
    assert case.measure().stage == Stage.CLOSED


def test_looking_again_changes_nothing(case):
    looked(case)

    assert looked(case) == 0
    assert len(escalations(case)) == 1


def test_a_value_that_lasts_is_not_escalated(clock_at):
    clock_at(2026, 7, 8, 9)
    lasting = a_closed_measure()
    clock_at(2027, 1, 8, 9)
    confirm(lasting)

    looked(lasting)

    assert escalations(lasting) == []


def test_silence_lets_it_climb(case, clock_at):
    looked(case)
    clock_at(2027, 1, 20, 9)

    looked(case)

    (row,) = escalations(case)
    assert row.level == 2


@pytest.mark.parametrize("outcome", [Decision.ADJUST, Decision.ACCEPT])
def test_it_ends_by_a_decision(case, outcome):
    looked(case)

    decide(case, outcome)

    (row,) = escalations(case)
    assert row.state == "decided"


@pytest.mark.parametrize("outcome", [Decision.HOLD, Decision.CANCEL, Decision.REALLOCATE])
def test_nothing_is_held_cancelled_or_reallocated_of_a_closed_measure(case, outcome):
    looked(case)

    with pytest.raises(errors.DecisionNotAllowed) as refusal:
        decide(case, outcome)

    assert refusal.value.details["allowed"] == "adjust, accept"


def test_what_a_later_check_finds_mended_is_back_in_band(case, clock_at):
    looked(case)
    decide(case, Decision.ACCEPT)
    clock_at(2027, 7, 8, 9)
    confirm(case, number=2)

    looked(case)

    assert [row.state for row in escalations(case)] == ["decided"]


def test_it_ends_when_the_closing_is_taken_back(case):
    looked(case)
    reopening.propose(
        actor=case.actor("controller"), measure_id=case.measure_id, reason="It was wrong."
    )
    reopening.confirm(actor=case.actor("sponsor"), measure_id=case.measure_id)

    looked(case)

    assert [row.state for row in escalations(case)] == ["ended"]


# --- by hand, as role app -------------------------------------------------------------------------

OPEN = (
    "INSERT INTO steering_escalation (organization_id, measure_id, node_id, rule, severity, level,"
    " since, facts, decider_role, level_since, due_on, state, repeats, currency, version)"
    " SELECT organization_id, id, node_id, 'T17', 'red', 1, '2027-01-08', '{}', 'sponsor',"
    " '2027-01-08', '2027-01-18', 'open', 0, '', 1 FROM measures_measure WHERE id = %s"
)


def test_no_loss_is_escalated_that_no_check_found(clock_at, app_connection):
    clock_at(2026, 7, 8, 9)
    lasting = a_closed_measure()
    assert checks(lasting)
    raw = enter(app_connection(), tenancy.system(lasting.organization.id))

    with refused(raw, "GV039", "no_failure_to_escalate"):
        raw.execute(OPEN, [lasting.measure_id])


def test_it_is_not_ended_by_hand_while_the_measure_stays_closed(case, app_connection):
    looked(case)
    raw = enter(app_connection(), tenancy.system(case.organization.id))

    with refused(raw, "GV031", "escalation_needs_a_decision"):
        raw.execute(
            "UPDATE steering_escalation SET state = 'ended', version = version + 1"
            " WHERE measure_id = %s",
            [case.measure_id],
        )
