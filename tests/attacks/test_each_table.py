"""Every table alone: its policies, keys, history and permanence, with nothing else to help."""

import re

import pytest
from django.db import models
from django.db.migrations.loader import MigrationLoader

from core.tables import ReadersOnly, TenantKey, TenantTable
from tests.attacks.bare import (
    OURS,
    THEIRS,
    bare,
    become,
    put,
    refused_by,
    sample,
    secured,
    tenant_models,
)

MODELS = tenant_models()
TABLES = [each._meta.db_table for each in MODELS]
SECURED = secured()
LEDGER = ["audit_event", "audit_history"]
PERMANENT = [
    *LEDGER,
    *(name for name, step in SECURED.items() if isinstance(step, TenantTable) and step.append_only),
]
NEVER_DELETED = ["steering_escalation"]
CAPTURED = [
    name for name, step in SECURED.items() if isinstance(step, TenantTable) and step.history
]
READERS_ONLY = {
    step.table: step
    for migration in MigrationLoader(None).disk_migrations.values()
    for step in migration.operations
    if isinstance(step, ReadersOnly)
}
KEYS = [
    (model._meta.db_table, field)
    for model in MODELS
    for field in model._meta.local_fields
    if isinstance(field, models.ForeignKey)
]
TARGETS = {"node_id_and_level", "gate_request_and_requester"}
"""Unique by the id in them: they are there for another key to refer to."""
UNIQUE = [
    (model._meta.db_table, each)
    for model in MODELS
    for each in model._meta.constraints
    if isinstance(each, models.UniqueConstraint) and each.name not in TARGETS
]


def each(tables, *guards):
    """Give a test every table, each with the guards of that table that it proves."""
    return pytest.mark.parametrize(
        "table",
        [
            pytest.param(table, marks=pytest.mark.guards(*(one.format(table) for one in guards)))
            for table in tables
        ],
    )


@each(TABLES, "policy:{}.organization_only.reads")
def test_a_table_shows_rows_of_the_active_organization_only(superuser_connection, table):
    with bare(superuser_connection, [table]) as raw:
        ours, theirs = (put(raw, table, organization_id=each) for each in (OURS, THEIRS))
        become(raw, "assay_app", OURS)

        seen = raw.execute(f"SELECT id FROM {table} WHERE id IN (%s, %s)", [ours, theirs])

        assert seen.fetchall() == [(ours,)]


@each(READERS_ONLY, "policy:{}.readers_only.reads")
def test_a_table_hides_rows_of_what_a_reader_does_not_read(superuser_connection, table):
    column, withheld = READERS_ONLY[table].column, READERS_ONLY[table].withheld
    with bare(superuser_connection, [table]) as raw:
        rows = [put(raw, table, organization_id=OURS) for _ in range(2)]
        named = rows
        if column != "id":
            named = [4711, 4712]
            for row, value in zip(rows, named, strict=True):
                raw.execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", [value, row])
        become(raw, "assay_app", OURS)
        question = f"SELECT id FROM {table} WHERE id IN (%s, %s) ORDER BY id"

        before = raw.execute(question, rows).fetchall()
        raw.execute(
            "SELECT set_config(%s, %s, true)", [f"app.withheld_{withheld}", f"{{{named[0]}}}"]
        )
        after = raw.execute(question, rows).fetchall()

        assert (before, after) == ([(each,) for each in rows], [(rows[1],)])


@each(TABLES, "policy:{}.organization_only.writes")
def test_a_table_takes_rows_of_the_active_organization_only(superuser_connection, table):
    with bare(superuser_connection, [table]) as raw:
        become(raw, "assay_app", OURS)
        ours = put(raw, table, organization_id=OURS)

        # Nothing is returned: what is returned must be visible, and another policy would refuse.
        with refused_by(raw, "42501"):
            raw.execute(f"INSERT INTO {table} (organization_id) VALUES ({THEIRS})")
        with refused_by(raw, "42501"):
            raw.execute(f"UPDATE {table} SET organization_id = %s WHERE id = %s", [THEIRS, ours])


@each([name for name in TABLES if name not in {*LEDGER, "audit_head"}], "policy:{}.forced")
def test_not_even_its_owner_sees_a_table_without_an_organization(superuser_connection, table):
    with bare(superuser_connection, [table]) as raw:
        put(raw, table, organization_id=THEIRS)
        become(raw, "assay_owner", None)

        assert raw.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize(("table", "field"), KEYS, ids=lambda each: getattr(each, "name", each))
def test_a_key_refers_to_a_row_that_is_there_in_the_same_organization(
    superuser_connection, table, field
):
    is_composite = isinstance(field, TenantKey)
    target = field.related_model._meta.db_table
    name = _name_of_key(superuser_connection, table, field)
    with bare(
        superuser_connection, [table, target], keep=[name, f"{target}_in_organization"]
    ) as raw:
        # The organization itself, and a user, belong to none.
        there = put(raw, target, **({"organization_id": THEIRS} if is_composite else {}))

        with refused_by(raw, "23503", name):
            other = there if is_composite else there + 1
            put(raw, table, **{"organization_id": OURS, field.column: other})
        put(raw, table, **{"organization_id": THEIRS, field.column: there})
        raw.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _name_of_key(raw, table, field):
    if isinstance(field, TenantKey):
        return f"{table}_{field.name}_same_organization"[:63]
    return raw.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"
        " AND conkey = ARRAY[(SELECT attnum FROM pg_attribute WHERE attrelid = conrelid"
        " AND attname = %s)]",
        [table, field.column],
    ).fetchall()[0][0]


@pytest.mark.parametrize(("table", "key"), UNIQUE, ids=lambda each: getattr(each, "name", ""))
def test_what_is_once_is_not_there_twice(superuser_connection, table, key):
    with bare(superuser_connection, [table], keep=[key.name]) as raw:
        row = {field: sample(raw, table, field) for field in _columns_of(table, key)}
        row |= _counting(key.condition)
        if row.get("organization_id"):
            row["organization_id"] = OURS
        put(raw, table, **row)

        with refused_by(raw, "23505", key.name):
            put(raw, table, **row)


def _counting(condition):
    """Return what makes a row count, where a key is for some rows only."""
    if condition is None or condition.negated:
        return {}
    wanted = {}
    for path, value in (each for each in condition.children if isinstance(each, tuple)):
        name, _, lookup = path.partition("__")
        if lookup != "isnull":
            wanted[name] = str(value[0] if lookup == "in" else value)
    return wanted


def _columns_of(table, key):
    model = next(each for each in MODELS if each._meta.db_table == table)
    # A key over expressions names its columns inside them.
    named = key.fields or [
        each.name
        for given in key.expressions
        for each in ([given] if isinstance(given, models.F) else given.get_source_expressions())
    ]
    return [model._meta.get_field(name).column for name in named]


@each(PERMANENT, "trigger:{}.append_only", "trigger:{}.never_emptied")
def test_what_is_permanent_is_changed_by_nobody(superuser_connection, table):
    with bare(superuser_connection, [table], keep=["append_only", "never_emptied"]) as raw:
        made = put(raw, table, organization_id=OURS)

        for attack in (
            f"UPDATE {table} SET organization_id = {THEIRS} WHERE id = {made}",
            f"DELETE FROM {table} WHERE id = {made}",
            f"TRUNCATE {table}",
        ):
            with refused_by(raw, "GV001"):
                raw.execute(attack)


@each(NEVER_DELETED, "trigger:{}.never_deleted", "trigger:{}.never_emptied")
def test_what_changes_by_its_rules_alone_is_not_deleted(superuser_connection, table):
    with bare(superuser_connection, [table], keep=["never_deleted", "never_emptied"]) as raw:
        made = put(raw, table, organization_id=OURS)

        for attack in (f"DELETE FROM {table} WHERE id = {made}", f"TRUNCATE {table}"):
            with refused_by(raw, "GV001"):
                raw.execute(attack)


@each(CAPTURED, "trigger:{}.history", "trigger:{}.history_of_change")
def test_every_change_of_a_row_is_captured(superuser_connection, table):
    model = next(each for each in MODELS if each._meta.db_table == table)
    counted = {field.column for field in model._meta.local_fields} & {"version"}
    changed = counted.pop() if counted else "organization_id"
    with bare(superuser_connection, [table], keep=["history", "history_of_change"]) as raw:
        made = put(raw, table, organization_id=OURS)
        raw.execute(f"UPDATE {table} SET {changed} = %s WHERE id = %s", [THEIRS, made])
        raw.execute(f"DELETE FROM {table} WHERE id = %s", [made])

        captured = raw.execute(
            "SELECT operation FROM audit_history WHERE table_name = %s AND row_id = %s ORDER BY id",
            [table, made],
        ).fetchall()

        assert captured == [("INSERT",), ("UPDATE",), ("DELETE",)]


MARKING = {
    "measures_measure": "id",
    "measures_line": "measure_id",
    "measures_actualclaim": "measure_id",
    "measures_milestone": "measure_id",
    "measures_dependency": "measure_id",
    "measures_seriesversion": "line_id",
    "steering_escalation": "measure_id",
    "governance_leakage": "measure_id",
    "governance_rephasing": "measure_id",
    "governance_premise": "measure_id",
    "governance_premisevoid": "measure_id",
}
NEVER_CHANGED = {
    "measures_seriesversion",
    "governance_leakage",
    "governance_rephasing",
    "governance_premise",
    "governance_premisevoid",
}
MARKS = ["mark_dirty", "mark_raised", "mark_moved"]


@each(MARKING, "trigger:{}.mark_*")
def test_every_change_that_sums_lean_on_marks_its_measure(superuser_connection, table):
    column = MARKING[table]
    row = {"level": 3} if table == "steering_escalation" else {}
    with bare(superuser_connection, [table, "measures_line"], keep=MARKS) as raw:
        if column == "line_id":
            row[column] = put(raw, "measures_line", organization_id=OURS, measure_id=7)
            _marked(raw)
        elif column == "measure_id":
            row[column] = 7

        made = put(raw, table, organization_id=OURS, **row)

        measure = (made,) if column == "id" else (7,)
        assert _marked(raw) == [measure]
        change = "state = 'decided'" if "level" in row else "organization_id = organization_id"
        raw.execute(f"UPDATE {table} SET {change} WHERE id = %s", [made])
        assert _marked(raw) == ([] if table in NEVER_CHANGED else [measure])


def _marked(raw):
    return raw.execute(
        "DELETE FROM rollup_dirty WHERE organization_id = %s RETURNING measure_id", [OURS]
    ).fetchall()


IN_ONES_OWN_NAME = [
    "governance_gaterequest",
    "governance_linestatement",
    "governance_premise",
    "governance_premisevoid",
    "governance_reopening",
    "governance_reopeningconfirmation",
    "governance_rephasing",
    "governance_scheme",
    "governance_schemeproposal",
    "governance_shadowperiod",
    "governance_sustainmentfinding",
    "governance_takeover",
    "governance_takeoverconfirmation",
    "hierarchy_seat",
    "accounts_numbersetting",
]


@each(IN_ONES_OWN_NAME, "trigger:{}.a_own_name")
def test_what_no_deputy_does_is_done_in_ones_own_name(superuser_connection, table):
    with bare(superuser_connection, [table], keep=["a_own_name"]) as raw:
        put(raw, table, organization_id=OURS)
        raw.execute("SELECT set_config('app.acting_for', '7', true)")

        with refused_by(raw, "GV077"):
            put(raw, table, organization_id=OURS)


@each(TABLES, "grant:{}.*")
def test_role_app_has_the_rights_that_its_migration_says(superuser_connection, table):
    # A right on some columns only is none on the table.
    said = set(re.findall(r"\b[A-Z]+\b(?! \()", _grants(SECURED[table])))

    given = superuser_connection.execute(
        "SELECT r FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS r"
        " WHERE has_table_privilege('assay_app', %s::regclass, r)",
        [table],
    ).fetchall()

    assert {right for (right,) in given} == said


def _grants(step):
    if isinstance(step, TenantTable):
        return step.grants
    return step._grants[step.may_insert]
