"""What a raw session of role app tries on votes, beside the lawful one."""

import pytest

from measures.models import Measure
from measures.rules.stage import Stage
from tests.attacks.session import enter, only, refused, vote
from tests.factories.governance import (
    a_measure,
    a_request,
    a_vote,
)


def test_a_vote_is_the_actors_whoever_is_named(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("sponsor"))

    made = vote(raw, asked.pk, "sponsor", voter=case.id_of("controller"))

    assert only(
        raw,
        "SELECT voter_id, requested_by_id, owner_at_request_id FROM governance_vote WHERE id = %s",
        made,
    ) == (case.id_of("sponsor"), case.id_of("owner"), case.id_of("owner"))


def test_nobody_votes_on_their_own_request(db, app_connection):
    case = a_measure()
    asked = a_request(case, by="lead")
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV017", "own_request"):
        vote(raw, asked.pk, "lead")


def test_the_owner_does_not_vote_even_with_a_seat_that_would(db, app_connection):
    case = a_measure()
    case.organization.seat(case.actor("owner"), "lead")
    asked = a_request(case, by="lead")
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV017", "own_measure"):
        vote(raw, asked.pk, "lead")


@pytest.mark.parametrize(("person", "role"), [("sponsor", "controller"), ("lead", "sponsor")])
def test_nobody_votes_in_a_role_of_somebody_else(db, app_connection, person, role):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    raw = enter(app_connection(), case.actor(person))

    with refused(raw, "GV018", "not_a_decider"):
        vote(raw, asked.pk, role)


def test_a_lead_elsewhere_in_the_tree_does_not_vote(db, app_connection):
    case = a_measure()
    elsewhere = case.organization.branch("Elsewhere").package
    other = case.organization.newcomer()
    case.organization.seat(other, "lead", elsewhere)
    asked = a_request(case)
    raw = enter(app_connection(), other)

    with refused(raw, "GV018", "not_a_decider"):
        vote(raw, asked.pk, "lead")


def test_a_role_the_gate_does_not_ask_has_no_vote(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "GV018", "not_a_decider"):
        vote(raw, asked.pk, "sponsor")


def test_no_vote_is_cast_through_a_deputy_nobody_recorded(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "GV018", "no_deputy"):
        vote(raw, asked.pk, "sponsor", decided_for=case.id_of("controller"))


def test_an_administrator_approves_nothing(db, app_connection):
    case = a_measure()
    case.organization.seat(case.organization.newcomer(), "administrator")
    both = case.organization.newcomer()
    for role in ("lead", "administrator"):
        case.organization.seat(both, role)
    asked = a_request(case)
    raw = enter(app_connection(), both)

    with refused(raw, "GV027", "duties_meet"):
        vote(raw, asked.pk, "lead")


def test_a_vote_on_another_state_than_was_shown_is_refused(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV019", "stale_request"):
        vote(raw, asked.pk, "lead", digest="0" * 64)


def test_a_vote_on_values_changed_since_is_refused(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    with case.acting("owner"):
        Measure.objects.filter(pk=case.measure_id).update(
            size="1", version=case.measure().version + 1
        )
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV019", "stale_request"):
        vote(raw, asked.pk, "lead")


def test_a_role_votes_once(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "23505"):
        vote(raw, asked.pk, "sponsor")


def test_one_person_gives_one_vote(db, app_connection):
    case = a_measure(Stage.IDENTIFIED)
    case.organization.seat(case.actor("controller"), "lead")
    asked = a_request(case)
    a_vote(case, asked, "controller")
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "23505"):
        vote(raw, asked.pk, "lead")


@pytest.mark.parametrize(
    "table", ["vote", "decision", "stagepassage", "takeover", "closureconfirmation"]
)
def test_what_was_decided_is_neither_edited_nor_deleted(db, app_connection, table):
    case = a_measure(Stage.IDENTIFIED)
    raw = enter(app_connection(), case.actor("lead"))

    for attack in ("DELETE FROM governance_{}", "UPDATE governance_{} SET organization_id = 1"):
        with refused(raw, "42501"):
            raw.execute(attack.format(table))


def test_not_even_the_owner_of_the_tables_edits_a_vote(db, owner_connection):
    case = a_measure(Stage.IDENTIFIED)

    owner_connection.autocommit = False
    for attack in ("DELETE FROM governance_vote", "UPDATE governance_vote SET reason = ''"):
        enter(owner_connection, case.actor("lead"))
        with refused(owner_connection, "GV001", "append_only"):
            owner_connection.execute(attack)
