"""Provisioning: the roles are as weak as they must be, and doing it twice changes nothing."""

import psycopg
import pytest

from config import provisioning
from config.environment import Purpose
from config.errors import StartRefused
from tests.plugin import SERVERS


def test_the_four_roles_can_do_exactly_what_they_need(superuser_connection):
    rows = superuser_connection.execute(
        "SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
        "  FROM pg_roles WHERE rolname LIKE 'assay\\_%' ORDER BY rolname"
    ).fetchall()

    assert rows == [
        ("assay_app", True, False, False, False, False),
        ("assay_audit_owner", False, False, False, False, False),
        ("assay_ops", True, False, True, False, False),
        ("assay_owner", True, False, False, False, False),
    ]


def test_no_role_is_a_member_of_another_once_the_schema_is_there(superuser_connection):
    rows = superuser_connection.execute(
        "SELECT member::regrole::text, roleid::regrole::text FROM pg_auth_members"
        " WHERE member::regrole::text LIKE 'assay\\_%'"
    ).fetchall()

    assert rows == []


def test_the_owner_may_not_become_audit_owner(owner_connection):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner_connection.execute("SET ROLE assay_audit_owner")


def test_the_public_may_do_nothing_by_default(superuser_connection):
    on_schema = superuser_connection.execute(
        "SELECT count(*) FROM pg_namespace, aclexplode(nspacl) AS a"
        " WHERE nspname = 'public' AND a.grantee = 0"
    ).fetchone()
    on_database = superuser_connection.execute(
        "SELECT count(*) FROM pg_database, aclexplode(datacl) AS a"
        " WHERE datname = current_database() AND a.grantee = 0"
    ).fetchone()
    by_default = superuser_connection.execute(
        "SELECT count(*) FROM pg_default_acl, aclexplode(defaclacl) AS a WHERE a.grantee = 0"
    ).fetchone()

    assert (on_schema, on_database, by_default) == ((0,), (0,), (0,))


def test_a_new_function_of_the_owner_may_not_be_called_by_the_public(owner_connection):
    owner_connection.execute("CREATE FUNCTION probe_rights() RETURNS int RETURN 1")

    row = owner_connection.execute(
        "SELECT has_function_privilege('assay_app', 'probe_rights()', 'EXECUTE')"
    ).fetchone()

    owner_connection.execute("DROP FUNCTION probe_rights()")
    assert row == (False,)


def test_role_app_may_not_make_tables(app_connection):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection().execute("CREATE TABLE mine (id int)")


def test_the_owner_of_the_tables_may_not_drop_what_others_own_in_the_schema(superuser_connection):
    row = superuser_connection.execute(
        "SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = 'public'"
    ).fetchone()

    assert row == ("postgres",)


def test_provisioning_again_runs_no_migration(django_db_setup):
    with provisioning.connected(
        provisioning.address(SERVERS.superuser_url, dbname=SERVERS.database)
    ) as inside:
        inside.execute(
            f"COMMENT ON DATABASE {SERVERS.database} IS '{provisioning.schema_digest()}'"
        )
    migrated: list[str] = []

    for _ in range(2):
        provisioning.provision(
            SERVERS.superuser_url, SERVERS.database, SERVERS.passwords, migrated.append
        )

    assert migrated == []


def test_a_role_that_is_no_superuser_cannot_provision(django_db_setup):
    with (
        psycopg.connect(SERVERS.addresses.owner) as connection,
        pytest.raises(StartRefused, match="assay_owner, who is no superuser"),
    ):
        provisioning.refuse_unfit(connection)


def test_a_server_that_is_away_is_one_sentence():
    with pytest.raises(StartRefused, match=r"^the database cannot be reached: "):
        provisioning.provision(
            "postgresql://x@/x?host=/nonexistent", "x", SERVERS.passwords, lambda _: None
        )


def test_a_database_without_a_shifted_clock_is_never_dropped_as_a_demo(django_db_setup):
    with pytest.raises(StartRefused, match="is no demo; it is left as it is"):
        provisioning.drop_demo(SERVERS.superuser_url, SERVERS.database)


def test_the_test_database_says_that_it_is_one(owner_connection):
    assert provisioning.purpose_of(owner_connection) == Purpose.TEST
