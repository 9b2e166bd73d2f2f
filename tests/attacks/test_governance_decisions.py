"""What a raw session of role app tries on decisions, beside the lawful one."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import decide, enter, move, only, refused, request, vote
from tests.factories.governance import (
    a_measure,
    a_request,
    a_vote,
    pass_next_gate,
)

STATE = "SELECT state FROM governance_gaterequest WHERE id = %s"


def test_a_decision_before_the_last_vote_is_refused(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("sponsor"))
    vote(raw, asked.pk, "sponsor")

    with refused(raw, "GV021", "decided_by_votes"):
        decide(raw, asked.pk)


@pytest.mark.parametrize("role", ["owner", "lead", "sponsor"])
def test_a_decision_by_somebody_who_did_not_vote_last_is_refused(db, app_connection, role):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    a_vote(case, asked, "controller")
    raw = enter(app_connection(), case.actor(role))

    with refused(raw, "GV021", "decided_by_votes"):
        decide(raw, asked.pk)


def test_a_decision_after_the_act_of_the_last_vote_is_refused(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    a_vote(case, asked, "lead")
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV021", "decided_by_votes"):
        decide(raw, asked.pk)


def test_the_last_voter_makes_the_decision_and_it_says_what_it_decides(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    raw = enter(app_connection(), case.actor("controller"))
    vote(raw, asked.pk, "controller")

    made = decide(raw, asked.pk)

    assert only(
        raw,
        "SELECT measure_id, from_stage, to_stage, decided_by_id FROM governance_decision"
        " WHERE id = %s",
        made,
    ) == (case.measure_id, 2, 3, case.id_of("controller"))
    assert only(raw, STATE, asked.pk) == ("advanced",)


def test_a_returned_request_does_not_advance(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor", "return")
    raw = enter(app_connection(), case.actor("controller"))
    vote(raw, asked.pk, "controller")

    with refused(raw, "GV021", "decided_by_votes"):
        decide(raw, asked.pk)


def test_a_returned_request_is_returned_by_its_decision(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead", choice="return")

    decide(raw, asked.pk, "return")

    assert only(raw, STATE, asked.pk) == ("returned",)


@pytest.mark.parametrize("outcome", ["return", "hold", "cancel"])
def test_a_decision_says_what_the_votes_say(db, app_connection, outcome):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")

    with refused(raw, "GV021", "decided_by_votes"):
        decide(raw, asked.pk, outcome)


def test_a_passage_is_not_written_by_hand(db, app_connection):
    case = a_measure(Stage.IDENTIFIED)
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV026", "written_by_the_database"):
        raw.execute(
            "INSERT INTO governance_stagepassage (organization_id, measure_id, stage, entered_on,"
            " decision_id) SELECT organization_id, measure_id, 5, '2026-01-01', id"
            " FROM governance_decision WHERE measure_id = %s",
            [case.measure_id],
        )


def test_another_organization_has_no_such_request(db, app_connection):
    case, other = a_measure(), a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), other.actor("lead"))

    with refused(raw, "GV005", "not_found"):
        vote(raw, asked.pk, "lead", digest=asked.digest)
    enter(raw, other.actor("owner"))
    with refused(raw, "GV005", "not_found"):
        request(raw, case.measure_id, 1)


def test_the_lawful_last_step_is_accepted_by_the_same_session(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))
    asked = request(raw, case.measure_id, 1)
    raw.commit()
    enter(raw, case.actor("lead"))
    vote(raw, asked, "lead")
    decide(raw, asked)

    move(raw, case.measure_id, 1)
    raw.commit()

    assert case.measure().stage == 1
    pass_next_gate(case)
    assert case.measure().stage == 2
