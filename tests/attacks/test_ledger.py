"""What a raw session of role app, and the owner of the tables, try on the ledger and the guards."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.session import enter, only, refused
from tests.factories.governance import a_measure

LEDGER = ("audit_event", "audit_history", "audit_head")
GUARDED = (
    "measures_measure",
    "measures_actualclaim",
    "measures_seriesversion",
    "governance_gaterequest",
    "governance_vote",
    "governance_decision",
    "governance_closureconfirmation",
    "audit_event",
    "audit_history",
)


@pytest.mark.parametrize("table", LEDGER)
@pytest.mark.parametrize(
    "attack",
    ["DELETE FROM {}", "UPDATE {} SET organization_id = organization_id", "TRUNCATE {}"],
)
def test_role_app_changes_nothing_in_the_ledger(db, app_connection, table, attack):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(attack.format(table))


@pytest.mark.parametrize("table", ["audit_history", "audit_head"])
def test_role_app_writes_no_history_and_no_head(db, app_connection, table):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(f"INSERT INTO {table} (organization_id) VALUES (assay_organization())")


def test_an_act_written_by_hand_is_chained_in_the_actors_own_name(db, app_connection):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    made = only(
        raw,
        "INSERT INTO audit_event (organization_id, seq, act, subject_kind, reason, details,"
        " actor_id, database_user, transaction_id, history_digest, previous_hash, hash)"
        " VALUES (assay_organization(), 1, 'forged', 'measure', '', '{}', 1, 'postgres', 1, 'x',"
        " 'y', 'z') RETURNING actor_id, database_user, previous_hash = 'y', hash = 'z'",
    )
    follows = only(
        raw,
        "SELECT h.seq = e.seq AND h.hash = e.hash AND e.hash = assay_event_hash(e)"
        " FROM audit_event e JOIN audit_head h USING (organization_id) WHERE e.act = 'forged'",
    )

    assert (made, follows) == ((case.id_of("lead"), "assay_app", False, False), (True,))


@pytest.mark.parametrize("table", GUARDED)
@pytest.mark.parametrize(
    "attack",
    [
        "ALTER TABLE {} DISABLE TRIGGER ALL",
        "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
        "DROP POLICY organization_only ON {}",
        "TRUNCATE {}",
        "DROP TABLE {}",
    ],
)
def test_role_app_switches_no_guard_off(db, app_connection, table, attack):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(attack.format(table))


@pytest.mark.parametrize(
    "attack",
    [
        "SET session_replication_role = 'replica'",
        "SET ROLE assay_owner",
        "SET ROLE assay_audit_owner",
        "ALTER FUNCTION assay_digest(jsonb) OWNER TO assay_app",
        "CREATE FUNCTION mine() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$",
        "CREATE TEMP TABLE mine (id int)",
        "UPDATE system_clock SET shift = '1 year'",
        "INSERT INTO system_clock (only_row) VALUES (true)",
        "DELETE FROM system_clock",
        "TRUNCATE system_clock",
    ],
)
def test_role_app_puts_nothing_in_their_place(db, app_connection, attack):
    case = a_measure()
    raw = enter(app_connection(), case.actor("lead"))

    with refused(raw, "42501"):
        raw.execute(attack)


@pytest.mark.parametrize("table", ["audit_event", "audit_history"])
def test_the_owner_of_the_tables_does_not_own_the_ledger(db, owner_connection, table):
    for attack in ("DELETE FROM {}", "ALTER TABLE {} DISABLE TRIGGER ALL", "TRUNCATE {}"):
        with refused(owner_connection, "42501"):
            owner_connection.execute(attack.format(table))


@pytest.mark.parametrize("table", ["audit_event", "audit_history"])
@pytest.mark.parametrize(
    "attack", ["DELETE FROM {}", "UPDATE {} SET id = id", "TRUNCATE {} CASCADE"]
)
def test_not_even_a_superuser_changes_the_ledger_by_the_way(
    db, superuser_connection, table, attack
):
    a_measure(Stage.IDENTIFIED)

    with refused(superuser_connection, "GV001", "append_only"):
        superuser_connection.execute(attack.format(table))


@pytest.mark.parametrize("table", [*GUARDED, "audit_head"])
def test_without_an_organization_nothing_is_seen(db, app_connection, table):
    a_measure(Stage.IDENTIFIED)

    assert only(app_connection(), f"SELECT count(*) FROM {table}") == (0,)


@pytest.mark.parametrize("table", ["measures_measure", "governance_gaterequest", "audit_event"])
def test_another_organization_sees_nothing_of_it(db, app_connection, table):
    case, other = a_measure(Stage.IDENTIFIED), a_measure()
    raw = enter(app_connection(), other.actor("lead"))

    assert only(
        raw, f"SELECT count(*) FROM {table} WHERE organization_id = %s", case.organization.id
    ) == (0,)


def test_no_row_is_put_into_another_organization(db, app_connection):
    case, other = a_measure(Stage.IMPLEMENTED), a_measure()
    raw = enter(app_connection(), other.actor("owner"))

    with refused(raw, "42501"):
        raw.execute(
            "INSERT INTO audit_event (organization_id, seq, act, subject_kind, reason, details,"
            " database_user, transaction_id, history_digest, previous_hash, hash)"
            " VALUES (%s, 0, 'forged', 'measure', '', '{}', '', 0, '', '', '')",
            [case.organization.id],
        )
    enter(raw, other.actor("owner"))
    with refused(raw, "GV005", "not_found"):
        raw.execute(
            "INSERT INTO measures_actualclaim (organization_id, line_id, measure_id, fiscal_year,"
            " period, amount, is_final, note, state, decision_reason)"
            " VALUES (assay_organization(), %s, %s, 2026, 4, 1, false, '', 'submitted', '')",
            [case.line_id, case.measure_id],
        )
