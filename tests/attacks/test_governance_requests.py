"""What a raw session of role app tries on gate requests, beside the lawful step."""

import pytest

from measures.models import SeriesVersion
from measures.rules.stage import Stage
from tests.attacks.session import enter, only, refused, request, vote
from tests.factories.governance import (
    YEAR,
    a_measure,
    a_request,
)

STATE = "SELECT state FROM governance_gaterequest WHERE id = %s"


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
