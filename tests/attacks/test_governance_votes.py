"""What a raw session of role app tries on votes, beside the lawful one."""

import pytest

from measures.models import Measure
from measures.rules.stage import Stage
from tests.attacks.session import enter, only, refused, request, vote
from tests.factories.deputies import acting_for, named
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
    stranger = case.organization.newcomer()
    raw = enter(app_connection(), acting_for(case.organization, stranger, "sponsor"))

    with refused(raw, "GV075", "no_deputy"):
        vote(raw, asked.pk, "sponsor", decided_for=case.id_of("sponsor"))


def test_for_whom_a_vote_is_cast_is_written_by_the_database(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("sponsor"))

    cast = vote(raw, asked.pk, "sponsor", decided_for=case.id_of("controller"))

    assert only(raw, "SELECT decided_for_id FROM governance_vote WHERE id = %s", cast) == (None,)


@pytest.mark.parametrize("role", ["owner", "controller", "lead", "administrator"])
def test_no_deputy_merges_two_duties_in_a_vote(db, app_connection, role):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    principal = "sponsor" if role == "controller" else "controller"
    named(case.organization, principal, case.actor(role))
    raw = enter(app_connection(), acting_for(case.organization, case.actor(role), principal))

    with refused(raw, "GV076", "duties_merge"):
        vote(raw, asked.pk, principal)


def test_no_hand_votes_twice_in_two_names(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked, deputy = a_request(case), case.organization.newcomer()
    for role in ("sponsor", "controller"):
        named(case.organization, role, deputy)
    raw = enter(app_connection(), acting_for(case.organization, deputy, "sponsor"))
    vote(raw, asked.pk, "sponsor")
    raw.commit()
    enter(raw, acting_for(case.organization, deputy, "controller"))

    with refused(raw, "GV018", "already_voted"):
        vote(raw, asked.pk, "controller")


def test_who_submitted_has_no_vote_through_a_deputy(db, app_connection):
    case = a_measure(Stage.DETAILED)
    organization, deputy = case.organization, case.organization.newcomer()
    organization.seat(organization.actor("sponsor"), "lead")
    asked = a_request(case, "sponsor")
    named(organization, "sponsor", deputy)
    raw = enter(app_connection(), acting_for(organization, deputy, "sponsor"))

    with refused(raw, "GV017", "own_request"):
        vote(raw, asked.pk, "sponsor")


def test_a_deputy_submits_no_gate_by_hand(db, app_connection):
    case = a_measure()
    organization, deputy = case.organization, case.organization.newcomer()
    named(organization, "lead", deputy)
    raw = enter(app_connection(), acting_for(organization, deputy, "lead"))

    with refused(raw, "GV077", "not_for_deputies"):
        request(raw, case.measure_id, 1)


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
