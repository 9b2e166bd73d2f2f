"""Ways around the tables: storage, locks and statements that belong to no organization."""

import pytest

from tests.attacks.session import enter, only, refused
from tests.factories.governance import a_measure
from tests.factories.organizations import an_organization

REFUSED = [
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_open(1, 131072)",
    "SELECT pg_advisory_lock(1)",
    "SELECT pg_try_advisory_lock(1, 1)",
    "SELECT pg_try_advisory_lock_shared(1)",
    "SELECT setval('governance_vote_id_seq', 1)",
    "SELECT nextval('governance_vote_id_seq')",
    "CREATE TABLE mine () INHERITS (governance_vote)",
    "CREATE SCHEMA mine",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE EVENT TRIGGER mine ON ddl_command_start EXECUTE FUNCTION assay_actor()",
    "LOCK TABLE governance_vote IN ACCESS EXCLUSIVE MODE",
    "MERGE INTO governance_vote USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM governance_vote RETURNING 1) SELECT * FROM gone",
    "SELECT pg_read_file('/etc/passwd')",
    "SET ROLE assay_owner",
]


@pytest.mark.parametrize("attack", REFUSED)
def test_what_belongs_to_no_organization_is_not_role_apps_to_use(db, app_connection, attack):
    raw = enter(app_connection(), a_measure().actor("lead"))

    with refused(raw, "42501"):
        raw.execute(attack)


def test_two_phases_hold_no_lock_for_ever(db, app_connection):
    raw = enter(app_connection(), a_measure().actor("lead"))

    with refused(raw, "55000"):
        raw.execute("PREPARE TRANSACTION 'for ever'")


@pytest.mark.guards("trigger:accounts_organization.guard")
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE accounts_organization SET time_zone = 'Pacific/Kiritimati' WHERE slug = %s",
        """INSERT INTO accounts_organization (slug, time_zone) VALUES (%s, 'UTC')
        ON CONFLICT (slug) DO UPDATE SET time_zone = 'Pacific/Kiritimati'""",
    ],
)
def test_no_session_moves_the_day_of_another_organization(db, app_connection, attack):
    other = an_organization()
    raw = enter(app_connection(), an_organization().actor("administrator"))

    with refused(raw, "GV097", "organization_stays"):
        raw.execute(attack, [other.slug])


def test_an_organization_moves_its_own_day_and_keeps_its_address(db, app_connection):
    organization = an_organization()
    raw = enter(app_connection(), organization.actor("administrator"))
    own = "WHERE id = assay_organization() RETURNING time_zone"

    assert only(raw, f"UPDATE accounts_organization SET time_zone = 'Asia/Tokyo' {own}") == (
        "Asia/Tokyo",
    )
    with refused(raw, "GV097", "organization_stays"):
        raw.execute(f"UPDATE accounts_organization SET slug = 'other' {own}")
