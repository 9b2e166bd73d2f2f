"""What a raw session of role app tries on gates, beside the lawful step from the same ground."""

import psycopg
import pytest

from core import tenancy
from measures.models import Measure, SeriesVersion
from measures.rules.stage import Stage
from tests.attacks.session import decide, enter, move, only, refused, request, vote
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
    a_vote,
    decision_row,
    pass_next_gate,
    vote_row,
)

STATE = "SELECT state FROM governance_gaterequest WHERE id = %s"


def test_a_measure_passes_every_gate_lawfully(db):
    case = a_measure(Stage.CLOSED)

    assert (case.measure().stage, case.measure().lifecycle) == (5, "closed")


def test_the_passages_say_by_which_decision_each_stage_was_entered(db, app_connection):
    case = a_measure(Stage.DECIDED)

    raw = enter(app_connection(), case.actor("lead"))

    rows = raw.execute(
        "SELECT p.stage, d.to_stage FROM governance_stagepassage p"
        " JOIN governance_decision d ON d.id = p.decision_id WHERE p.measure_id = %s ORDER BY 1",
        [case.measure_id],
    ).fetchall()
    assert rows == [(1, 1), (2, 2), (3, 3)]


@pytest.mark.parametrize(("stage", "lifecycle"), [(2, "active"), (3, "active"), (5, "closed")])
def test_stages_are_not_skipped(db, app_connection, stage, lifecycle):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, stage, lifecycle)


def test_the_next_stage_is_not_entered_without_a_decision(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 1)


def test_no_stage_is_entered_backwards(db, app_connection):
    case = a_measure(Stage.DETAILED)
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 1)


def test_all_measures_at_once_do_not_move(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        raw.execute("UPDATE measures_measure SET stage = stage + 1, version = version + 1")


def test_no_measure_begins_at_a_later_stage(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "GV006", "measure_begins_at_defined"):
        raw.execute(
            "INSERT INTO measures_measure (organization_id, node_id, description, effect_type,"
            " size_unit, stage, lifecycle, version) SELECT organization_id, node_id, '', 'hard',"
            " '', 4, 'active', 1 FROM measures_measure WHERE id = %s",
            [case.measure_id],
        )


def test_a_second_decision_on_a_request_is_refused(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)

    with refused(raw, "GV020", "request_not_open"):
        decide(raw, asked.pk)


def test_a_stage_and_its_people_do_not_change_in_one_statement(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)

    with refused(raw, "GV011", "stage_moves_alone"):
        raw.execute(
            "UPDATE measures_measure SET stage = 1, owner_id = %s, version = version + 1"
            " WHERE id = %s",
            [case.id_of("steering"), case.measure_id],
        )


def test_a_stage_and_lifecycle_move_together_only_into_closed(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))
    vote(raw, asked.pk, "lead")
    decide(raw, asked.pk)

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 1, "on_hold")


def test_a_plan_changed_between_decision_and_move_bars_the_move(db, app_connection):
    case = a_measure(Stage.DETAILED)
    asked = a_request(case)
    a_vote(case, asked, "sponsor")
    with case.acting("controller"):
        vote_row(case, asked, "controller")
        decision_row(case, asked)
    with case.acting("owner"):
        SeriesVersion.objects.create(
            line_id=case.line_id, series="plan", fiscal_year=YEAR, version=2, p04=1
        )
    raw = enter(app_connection(), case.actor("controller"))

    with refused(raw, "GV010", "stage_needs_a_decision"):
        move(raw, case.measure_id, 3)


def test_a_snapshot_older_than_the_lock_is_refused(db, app_connection):
    case = a_measure()
    raw = app_connection()
    raw.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    enter(raw, case.actor("lead"))

    with refused(raw, "GV029", "isolation"):
        move(raw, case.measure_id, 1)


def test_nobody_moves_a_stage_without_saying_who(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), tenancy.system(case.organization.id))

    with refused(raw, "GV028", "a_person_acts"):
        move(raw, case.measure_id, 1)


# --- Requests --------------------------------------------------------------------------------------


def test_a_request_says_who_submitted_it_and_what_was_shown_whatever_is_claimed(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))

    made = request(raw, case.measure_id, 1)

    assert only(
        raw,
        "SELECT requested_by_id, owner_at_request_id, sponsor_at_request_id, state, scheme_version,"
        " digest = assay_digest(snapshot), snapshot ->> 'size' FROM governance_gaterequest"
        " WHERE id = %s",
        made,
    ) == (
        case.id_of("owner"),
        case.id_of("owner"),
        case.id_of("sponsor"),
        "open",
        1,
        True,
        "120000.00",
    )


@pytest.mark.parametrize("role", ["sponsor", "controller", "administrator", "executive"])
def test_a_gate_is_submitted_by_owner_or_lead_alone(db, app_connection, role):
    case = a_measure()
    raw = enter(app_connection(), case.actor(role))

    with refused(raw, "GV015", "not_a_submitter"):
        request(raw, case.measure_id, 1)


def test_a_lead_submits_a_gate(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    made = request(raw, case.measure_id, 1)

    assert only(raw, STATE, made) == ("open",)


@pytest.mark.parametrize("gate", [2, 5])
def test_only_the_next_gate_is_submitted(db, app_connection, gate):
    case = a_measure()
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV014", "gate_not_now"):
        request(raw, case.measure_id, gate)


def test_a_second_open_request_is_refused(db, app_connection):
    case = a_measure()
    a_request(case)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "23505"):
        request(raw, case.measure_id, 1)


@pytest.mark.parametrize("state", ["advanced", "returned", "void"])
def test_a_request_is_not_settled_by_hand(db, app_connection, state):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "GV016", "request_is_fixed"):
        raw.execute("UPDATE governance_gaterequest SET state = %s WHERE id = %s", [state, asked.pk])


@pytest.mark.parametrize("column", ["digest", "requested_by_id", "gate", "note"])
def test_nothing_else_of_a_request_can_be_rewritten(db, app_connection, column):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "42501"):
        raw.execute(
            f"UPDATE governance_gaterequest SET {column} = {column} WHERE id = %s", [asked.pk]
        )


def test_a_request_is_not_deleted(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("owner"))

    with refused(raw, "42501"):
        raw.execute("DELETE FROM governance_gaterequest WHERE id = %s", [asked.pk])


def test_a_request_is_withdrawn_by_its_owner_and_by_no_voter(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    withdraw = "UPDATE governance_gaterequest SET state = 'withdrawn' WHERE id = %s"
    raw = enter(app_connection(), case.actor("sponsor"))

    with refused(raw, "GV015", "not_a_submitter"):
        raw.execute(withdraw, [asked.pk])

    enter(raw, case.actor("owner")).execute(withdraw, [asked.pk])
    assert only(raw, STATE, asked.pk) == ("withdrawn",)
    with refused(raw, "GV020", "request_not_open"):
        raw.execute("UPDATE governance_gaterequest SET state = 'open' WHERE id = %s", [asked.pk])


def test_a_request_that_went_stale_can_be_made_void(db, app_connection):
    case = a_measure(Stage.IDENTIFIED)
    asked = a_request(case)
    with case.acting("owner"):
        SeriesVersion.objects.create(
            line_id=case.line_id, series="plan", fiscal_year=YEAR, version=2, p04=1
        )
    raw = enter(app_connection(), case.actor("owner"))

    raw.execute("UPDATE governance_gaterequest SET state = 'void' WHERE id = %s", [asked.pk])

    assert only(raw, STATE, asked.pk) == ("void",)


@pytest.mark.parametrize("column", ["owner_id", "sponsor_id", "controller_id"])
def test_other_people_void_an_open_request(db, app_connection, column):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("lead"))

    raw.execute(
        f"UPDATE measures_measure SET {column} = %s, version = version + 1 WHERE id = %s",
        [case.id_of("steering"), case.measure_id],
    )

    assert only(raw, STATE, asked.pk) == ("void",)


def test_a_corrected_text_voids_nothing(db, app_connection):
    case = a_measure()
    asked = a_request(case)
    raw = enter(app_connection(), case.actor("owner"))
    raw.execute(
        "UPDATE measures_measure SET description = 'Better said.', version = version + 1"
        " WHERE id = %s",
        [case.measure_id],
    )
    raw.commit()
    enter(raw, case.actor("lead"))

    vote(raw, asked.pk, "lead")

    assert only(raw, STATE, asked.pk) == ("open",)


# --- Votes -----------------------------------------------------------------------------------------


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


# --- Decisions -------------------------------------------------------------------------------------


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
