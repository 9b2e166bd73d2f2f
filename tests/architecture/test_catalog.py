"""The database's own catalog: every tenant table is secured, and nothing else is trusted."""

import re

import psycopg
import pytest
from django.apps import apps
from django.db import models

from core.tables import IN_ORGANIZATION, TenantKey
from measures.models import Measure

GLOBAL_TABLES = {
    "accounts_user": "identity only, no organization's data",
    "accounts_organization": "address and time zone, for the way in and for sweeps",
    "account_emailaddress": "the login's own addresses",
    "account_emailconfirmation": "the login's own addresses",
    "django_session": "read before the organization is known",
    "django_content_type": "the framework's list of models",
    "django_migrations": "the framework's list of migrations",
    "auth_group": "of the framework, unused",
    "auth_group_permissions": "of the framework, unused",
    "auth_permission": "of the framework, unused",
    "accounts_numberlimit": "the limits of every tenant's numbers; role app may only read it",
    "accounts_numberorder": "which number stays below which; role app may only read it",
    "system_clock": "the clock of demo and test databases; role app may only read it",
}
SECOND_POLICIES = {
    ("accounts_member", "own_rows"): "a user finds the organizations they belong to",
    ("audit_event", "ledger_itself"): "the chain's trigger writes for any organization",
    ("audit_history", "ledger_itself"): "the capturing trigger writes for any organization",
    ("audit_kept", "ledger_itself"): "what is known is kept for any organization",
    ("audit_head", "ledger_itself"): "the chain's trigger keeps every head",
}
DEFINERS = {
    "assay_capture_history",
    "assay_chain_event",
    "assay_end_roll_backs",
    "assay_keep_commitment",
    "assay_note_ripples",
    "assay_plan_checks",
    "assay_attribute_history",
    "assay_found_scheme",
    "assay_project_actual",
    "assay_record_numbers",
    "assay_record_passage",
    "assay_settle_forced",
    "assay_keep",
    "assay_keep_one",
    "assay_past_sight",
    "assay_sight",
    "assay_settle_forced_answer",
    "assay_settle_forced_passage",
    "assay_settle_request",
    "assay_settle_roll_back",
    "assay_void_requests",
}
APP = "assay_app"


@pytest.fixture
def catalog(superuser_connection: psycopg.Connection):
    def ask(query: str) -> list[tuple]:
        return superuser_connection.execute(query).fetchall()

    return ask


def _tenant_tables(catalog) -> list[str]:
    rows = catalog(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in rows if name not in GLOBAL_TABLES]


def test_every_table_is_of_a_tenant_or_listed_with_a_reason(catalog):
    with_key = {
        name
        for (name,) in catalog(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'organization_id' AND is_nullable = 'NO'"
        )
    }

    assert set(_tenant_tables(catalog)) == with_key


def test_every_tenant_table_forces_row_level_security(catalog):
    unforced = catalog(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = 'public'::regnamespace"
        " AND NOT (relrowsecurity AND relforcerowsecurity)"
    )

    assert {name for (name,) in unforced} - set(GLOBAL_TABLES) == set()


def test_every_policy_is_the_one_that_is_generated(catalog):
    policies = catalog("SELECT tablename, policyname, qual, with_check, cmd FROM pg_policies")
    first = {
        (table, qual, check, command)
        for table, name, qual, check, command in policies
        if name == "organization_only"
    }
    others = {
        (table, name)
        for table, name, *_ in policies
        if name not in {"organization_only", "readers_only"}
    }

    assert first == {
        (table, IN_ORGANIZATION, IN_ORGANIZATION, "ALL") for table in _tenant_tables(catalog)
    }
    assert others == set(SECOND_POLICIES)


# A dependency is told to each side: that it is with a confidential measure, and no more.
TOLD_TO_EACH_SIDE = {"measures_dependency"}


def test_what_belongs_to_a_measure_is_cut_off_from_who_does_not_read_it(catalog):
    policies = catalog(
        "SELECT tablename, qual, roles::text, permissive, cmd FROM pg_policies"
        " WHERE policyname = 'readers_only'"
    )
    of_measures = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.name == "measure" and field.related_model is Measure
    }
    by_node = {
        "audit_kept",
        "hierarchy_node",
        "measures_measure",
        "rollup_count",
        "rollup_value",
    }

    assert {table for table, *_ in policies} == of_measures - TOLD_TO_EACH_SIDE | by_node, (
        "add core.tables.ReadersOnly(table) to the migration that makes a table of measures"
    )
    assert {tuple(each) for _, _, *each in policies} == {("{assay_app}", "RESTRICTIVE", "SELECT")}
    lists = {table: re.search(r"withheld_(\w+)", qual)[1] for table, qual, *_ in policies}
    assert {name: kind for name, kind in lists.items() if kind != "rows"} == {
        "hierarchy_node": "nodes",
        "audit_kept": "nodes",
        "rollup_count": "sums",
        "rollup_value": "sums",
    }


def test_every_tenant_table_refers_to_its_organization(catalog):
    tied = {
        name
        for (name,) in catalog(
            "SELECT conrelid::regclass::text FROM pg_constraint WHERE contype = 'f'"
            " AND confrelid = 'accounts_organization'::regclass"
        )
    }

    assert set(_tenant_tables(catalog)) - tied == set()


def test_every_key_between_tenant_tables_carries_the_organization(catalog):
    keys = catalog(
        """SELECT c.conname, c.conrelid::regclass::text, c.confrelid::regclass::text,
                  (SELECT attname FROM pg_attribute
                    WHERE attrelid = c.conrelid AND attnum = c.conkey[1]),
                  (SELECT attname FROM pg_attribute
                    WHERE attrelid = c.confrelid AND attnum = c.confkey[1])
             FROM pg_constraint c WHERE c.contype = 'f'"""
    )
    tenants = set(_tenant_tables(catalog))

    assert [
        name
        for name, table, target, here, there in keys
        if table in tenants
        and target in tenants
        and (here, there) != ("organization_id", "organization_id")
    ] == []


def test_every_unique_key_of_a_tenant_table_begins_with_the_organization(catalog):
    indexes = catalog(
        """SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text,
                  (SELECT attname FROM pg_attribute
                    WHERE attrelid = i.indrelid AND attnum = i.indkey[0])
             FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
            WHERE i.indisunique AND NOT i.indisprimary
              AND c.relnamespace = 'public'::regnamespace"""
    )
    tenants = set(_tenant_tables(catalog))

    assert [
        name for name, table, first in indexes if table in tenants and first != "organization_id"
    ] == []


def test_every_key_field_of_a_tenant_model_has_its_constraint(catalog):
    made = {name for (name,) in catalog("SELECT conname FROM pg_constraint WHERE contype = 'f'")}
    wanted = {
        f"{model._meta.db_table}_{field.name}_same_organization"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, TenantKey) and isinstance(field, models.ForeignKey)
    }

    assert {name[:63] for name in wanted} - made == set()


def test_role_app_owns_nothing_and_passes_no_policy(catalog):
    (flags,) = catalog(
        f"SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb"
        f" FROM pg_roles WHERE rolname = '{APP}'"
    )
    owned = catalog(f"SELECT count(*) FROM pg_class WHERE relowner = '{APP}'::regrole")
    member_of = catalog(f"SELECT count(*) FROM pg_auth_members WHERE member = '{APP}'::regrole")

    assert (flags, owned, member_of) == ((False, False, False, False), [(0,)], [(0,)])


def test_nobody_can_become_the_audit_owner_after_provisioning(catalog):
    usable = catalog(
        "SELECT member::regrole::text FROM pg_auth_members"
        " WHERE roleid = 'assay_audit_owner'::regrole"
        " AND (set_option OR inherit_option)"
    )

    assert [name for (name,) in usable if name != "postgres"] == []


def test_role_app_may_not_delete_or_truncate_but_what_is_listed(catalog):
    may = {
        (table, right)
        for table, right in catalog(
            f"SELECT table_name, privilege_type FROM information_schema.role_table_grants"
            f" WHERE grantee = '{APP}' AND privilege_type IN"
            f" ('DELETE', 'TRUNCATE', 'TRIGGER', 'REFERENCES')"
        )
    }

    assert {right for _, right in may} == {"DELETE"}
    assert {table for table, _ in may} == MAY_DELETE_FROM


MAY_DELETE_FROM = {
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_letter",
    "audit_idempotency_key",
    "django_session",
    "rollup_dirty",
}


def test_the_ledger_belongs_to_another_role_and_is_only_added_to(catalog):
    owners = catalog(
        "SELECT relname, relowner::regrole::text FROM pg_class"
        " WHERE relname IN ('audit_event', 'audit_history', 'audit_head')"
    )
    rights = catalog(
        f"SELECT table_name, privilege_type FROM information_schema.role_table_grants"
        f" WHERE grantee = '{APP}' AND table_name IN"
        f" ('audit_event', 'audit_history', 'audit_head') ORDER BY 1, 2"
    )

    assert {owner for _, owner in owners} == {"assay_audit_owner"}
    assert rights == [
        ("audit_event", "INSERT"),
        ("audit_event", "SELECT"),
        ("audit_head", "SELECT"),
        ("audit_history", "SELECT"),
    ]


def test_functions_pin_their_search_path_and_definers_are_listed(catalog):
    functions = catalog(
        """SELECT proname, prosecdef, coalesce(array_to_string(proconfig, ';'), ''),
                  array_to_string(proacl, ',')
             FROM pg_proc
            WHERE pronamespace = 'public'::regnamespace AND proname LIKE 'assay\\_%'"""
    )

    assert [
        name
        for name, _, settings, _ in functions
        if "search_path=pg_catalog, public, pg_temp" not in settings
    ] == []
    assert {name for name, is_definer, *_ in functions if is_definer} == DEFINERS
    assert [
        name for name, _, _, acl in functions if acl is None or acl.startswith("=") or ",=" in acl
    ] == []


def test_every_trigger_of_ours_fires_in_every_session(catalog):
    sleeping = catalog(
        "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
        " WHERE NOT tgisinternal AND tgenabled <> 'A'"
    )

    assert sleeping == []


def test_there_are_no_views_that_run_as_their_owner(catalog):
    views = catalog(
        "SELECT relname FROM pg_class WHERE relkind IN ('v', 'm')"
        " AND relnamespace = 'public'::regnamespace"
        " AND NOT coalesce(reloptions::text LIKE '%security_invoker=true%', false)"
    )

    assert views == []


def test_without_an_organization_role_app_sees_no_row_of_any_tenant_table(catalog, app_connection):
    raw = app_connection()

    seen = {
        table: raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in _tenant_tables(catalog)
    }

    assert {table for table, rows in seen.items() if rows} == set()


def test_the_past_of_a_table_is_shown_with_every_column_and_as_its_reader(catalog):
    views = dict(
        catalog(
            "SELECT relname, reloptions::text LIKE '%security_invoker=true%' FROM pg_class"
            " WHERE relkind = 'v' AND relnamespace = 'past'::regnamespace"
        )
    )
    columns = {
        schema: {
            (table, name)
            for table, name in catalog(
                "SELECT table_name, column_name FROM information_schema.columns"
                f" WHERE table_schema = '{schema}'"
            )
            if table in views
        }
        for schema in ("past", "public")
    }

    assert "rollup_value" in views
    assert set(views.values()) == {True}
    assert columns["public"] - columns["past"] == set(), (
        "run core.tables.Past(table, …) again in the migration that adds a column"
    )
