"""Rows of another organization, and the ways round the guards, as a raw session of role app."""

import psycopg
import pytest

from core import tenancy
from tests.attacks.session import enter, only, refused
from tests.factories.governance import a_measure


def outcome(raw, attack, *parameters):
    """Return how many rows an attack reached, or the SQLSTATE of its refusal."""
    try:
        return raw.execute(attack, list(parameters)).rowcount
    except psycopg.Error as error:
        return error.sqlstate


def tables(raw):
    rows = raw.execute(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        "   AND a.attname = 'organization_id' ORDER BY 1"
    ).fetchall()
    return [row[0] for row in rows]


def test_no_table_shows_or_gives_up_a_row_of_another_organization(db, app_connection):
    theirs, ours = a_measure(), a_measure()
    raw = app_connection()
    for table in tables(raw):
        enter(raw, ours.actor("administrator"))
        assert only(
            raw,
            f"SELECT count(*) FROM {table} WHERE organization_id <> %s",
            ours.organization.id,
        ) == (0,), table
        for attack in (
            f"UPDATE {table} SET organization_id = organization_id WHERE organization_id = %s",
            f"DELETE FROM {table} WHERE organization_id = %s",
        ):
            enter(raw, ours.actor("administrator"))
            assert outcome(raw, attack, theirs.organization.id) in {0, "42501"}, table
    raw.rollback()


def test_no_row_is_moved_into_another_organization(db, app_connection):
    theirs, ours = a_measure(), a_measure()
    raw = enter(app_connection(), ours.actor("administrator"))

    for table in ("measures_measure", "hierarchy_node", "measures_line", "hierarchy_seat"):
        enter(raw, ours.actor("administrator"))
        moved = outcome(raw, f"UPDATE {table} SET organization_id = %s", theirs.organization.id)
        assert moved == "42501" or str(moved).startswith("GV"), table


@pytest.mark.parametrize(
    "attack",
    [
        "ALTER POLICY organization_only ON measures_measure USING (true)",
        "CREATE POLICY mine ON measures_measure USING (true)",
        "SET SESSION AUTHORIZATION assay_owner",
        "SET ROLE postgres",
        "CREATE TEMP TABLE measures_measure (id bigint)",
        "CREATE TEMP VIEW governance_decision AS SELECT 1",
        "CREATE SCHEMA mine",
        "CREATE TABLE public.mine (id int)",
        "CREATE OPERATOR public.= (LEFTARG = text, RIGHTARG = bigint, FUNCTION = texteq)",
        "ALTER ROLE assay_app BYPASSRLS",
        "ALTER TABLE measures_measure NO FORCE ROW LEVEL SECURITY",
        "DROP TRIGGER guard ON steering_escalation",
        "COPY audit_history FROM PROGRAM 'true'",
        "COPY (SELECT 1) TO '/tmp/assay-attack'",
        "CREATE EXTENSION IF NOT EXISTS dblink",
        "LOCK TABLE audit_event IN ACCESS EXCLUSIVE MODE",
    ],
)
def test_role_app_changes_none_of_the_ground(db, app_connection, attack):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(attack)


def test_row_security_switched_off_shows_nothing(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))
    raw.execute("SET LOCAL row_security = off")

    with refused(raw, "42501"):
        raw.execute("SELECT * FROM measures_measure")


@pytest.mark.parametrize("given", ["", "0", "-1", "1 OR true", "NULL", "9" * 30, "\u0661"])
def test_an_organization_that_is_none_opens_nothing(db, app_connection, given):
    a_measure()
    raw = app_connection()
    raw.execute("SELECT set_config('app.organization', %s, true)", [given])

    assert outcome(raw, "SELECT FROM measures_measure") in {0, "22P02", "22003"}


def test_rows_copied_in_pass_the_same_guards(db, app_connection):
    theirs, ours = a_measure(), a_measure()
    raw = enter(app_connection(), ours.actor("owner"))

    with (
        pytest.raises(Exception) as caught,  # noqa: PT011 -- the state is asked below
        raw.cursor().copy(
            "COPY measures_comment (organization_id, measure_id, author_id, text, created_at)"
            " FROM STDIN"
        ) as copy,
    ):
        copy.write_row(
            [theirs.organization.id, theirs.measure_id, theirs.id_of("owner"), "x", "2026-01-01"]
        )

    assert getattr(caught.value, "sqlstate", "") in {"42501", "0A000", "42703", "GV005"}
    with tenancy.reading(theirs.actor("lead")):
        assert theirs.measure().organization_id == theirs.organization.id
