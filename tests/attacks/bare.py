"""One guard alone: tables stripped of everything else, in a transaction that is rolled back.

A row that breaks one rule often breaks another first. Here a superuser takes away, until the end
of the transaction, every constraint, trigger and NOT NULL of a table but the one that is tried, so
that a refusal can come from nowhere else.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from django.apps import apps
from django.db import models
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from core.tables import AuditTable, TenantModel, TenantTable

OURS, THEIRS = 900_001, 900_002
SAMPLES = {
    "boolean": "true",
    "date": "2026-01-01",
    "jsonb": "{}",
    "timestamp with time zone": "2026-01-01",
    "uuid": "00000000-0000-7000-8000-000000000001",
}


def tenant_models() -> list[type[models.Model]]:
    """Return every model whose rows belong to an organization."""
    return [each for each in apps.get_models() if issubclass(each, TenantModel)]


def secured() -> dict[str, TenantTable | AuditTable]:
    """Return what the migrations say of each table: its grants, its history, its permanence."""
    loader = MigrationLoader(None)
    found = {}
    for migration in loader.disk_migrations.values():
        for step in migration.operations:
            if type(step) in {TenantTable, AuditTable}:
                model = apps.get_model(migration.app_label, step.name)
                found[model._meta.db_table] = step
    return found


@contextmanager
def bare(
    superuser: psycopg.Connection, tables: Sequence[str], keep: Sequence[str] = ()
) -> Iterator[psycopg.Connection]:
    """Strip the tables of all but what is kept (by name) until the end of the block."""
    with superuser.transaction(force_rollback=True):
        # Where a page of a test that is over still reads, the reader gives way and not the test.
        superuser.execute("SET LOCAL deadlock_timeout = '30s'")
        for table in dict.fromkeys(tables):
            for statement in _stripping(superuser, table, list(keep)):
                superuser.execute(statement)
        yield superuser


def _stripping(raw: psycopg.Connection, table: str, keep: list[str]) -> list[str]:
    asked = {"table": table, "keep": keep}
    constraints = _names(
        raw,
        "SELECT quote_ident(conname) FROM pg_constraint WHERE conrelid = %(table)s::regclass"
        " AND contype IN ('c', 'u', 'x', 'f') AND conname <> ALL (%(keep)s)"
        # Keys first: they lean on the unique ones.
        " ORDER BY contype <> 'f'",
        asked,
    )
    columns = _names(
        raw,
        "SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = %(table)s::regclass"
        " AND attnum > 0 AND attnotnull AND attname <> 'id' AND attname <> ALL (%(keep)s)",
        asked,
    )
    triggers = _names(
        raw,
        "SELECT quote_ident(tgname) FROM pg_trigger WHERE tgrelid = %(table)s::regclass"
        " AND NOT tgisinternal AND tgname <> ALL (%(keep)s)",
        asked,
    )
    indexes = _names(
        raw,
        "SELECT i.indexrelid::regclass::text FROM pg_index i"
        " WHERE i.indrelid = %(table)s::regclass AND i.indisunique AND NOT i.indisprimary"
        " AND i.indexrelid::regclass::text <> ALL (%(keep)s) AND NOT EXISTS"
        " (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        asked,
    )
    return [
        *(f"ALTER TABLE {table} DROP CONSTRAINT {name} CASCADE" for name in constraints),
        *(f"DROP INDEX {name}" for name in indexes),
        *(f"ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL" for name in columns),
        *(f"ALTER TABLE {table} DISABLE TRIGGER {name}" for name in triggers),
        f"GRANT ALL ON {table} TO assay_app, assay_owner",
        "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO assay_app",
    ]


def _names(raw: psycopg.Connection, query: str, asked: Mapping[str, object]) -> list[str]:
    return [name for (name,) in raw.execute(query, asked).fetchall()]


def put(raw: psycopg.Connection, table: str, **values: object) -> int:
    """Insert a row of just these columns; return its id."""
    # No default is wanted: a rule about a column that is not named must not be broken by it.
    columns = _names(
        raw,
        "SELECT attname::text FROM pg_attribute WHERE attrelid = %(table)s::regclass AND attnum > 0"
        " AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'",
        {"table": table},
    )
    row = raw.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({}) RETURNING id").format(
            sql.Identifier(table),
            sql.SQL(", ").join(map(sql.Identifier, columns)),
            sql.SQL(", ").join(sql.Placeholder() for _ in columns),
        ),
        [values.get(column) for column in columns],
    ).fetchone()
    assert row is not None
    return int(row[0])


def sample(raw: psycopg.Connection, table: str, column: str) -> object:
    """Return a value that a column of this type can hold."""
    row = raw.execute(
        "SELECT format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attname = %s",
        [table, column],
    ).fetchone()
    assert row is not None
    return SAMPLES.get(row[0], "1")


def become(raw: psycopg.Connection, role: str, organization: int | None) -> None:
    """Go on as another role, with an organization active or none; until the block ends."""
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(organization or "")])
    raw.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))


@contextmanager
def refused_by(raw: psycopg.Connection, sqlstate: str, constraint: str | None = None):
    """Expect a refusal in a part of the transaction, by SQLSTATE and the constraint's name."""
    seen = None
    try:
        with raw.transaction():
            yield
            raw.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except psycopg.Error as error:
        seen = (error.sqlstate, constraint and error.diag.constraint_name)
    assert seen == (sqlstate, constraint)
