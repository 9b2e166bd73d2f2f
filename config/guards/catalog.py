"""Finds every guard in the database's own catalog: what is not found there guards nothing."""

from collections.abc import Iterator

import psycopg

from config.guards import bodies, refusals
from config.guards.bodies import Piece
from config.guards.guard import Guard, Kind
from config.provisioning import APP

FUNCTIONS = """
SELECT p.proname, p.prosrc, pg_get_functiondef(p.oid), p.prorettype = 'trigger'::regtype
  FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
 WHERE p.pronamespace = 'public'::regnamespace AND p.proname LIKE 'assay\\_%'
   AND l.lanname = 'plpgsql' ORDER BY 1
"""
TRIGGERS = """
SELECT t.tgrelid::regclass::text, t.tgname, p.proname, pg_get_triggerdef(t.oid)
  FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
 WHERE NOT t.tgisinternal AND p.proname LIKE 'assay\\_%' ORDER BY 1, 2
"""
# A key (organization, id) on an id that is the primary key refuses nothing: it is what the
# composite foreign keys refer to. And Django names …_check what belongs to a column's type.
CONSTRAINTS = """
SELECT c.conrelid::regclass::text, c.conname, c.contype::text, pg_get_constraintdef(c.oid)
  FROM pg_constraint c
 WHERE c.connamespace = 'public'::regnamespace AND c.contype IN ('c', 'u', 'x', 'f')
   AND c.conname !~ '_in_organization$' AND NOT (c.contype = 'c' AND c.conname ~ '_check$')
   AND c.conname <> ALL (%(technical)s) AND c.conrelid::regclass::text <> ALL (%(foreign)s)
   AND c.conparentid = 0
 ORDER BY 1, 2
"""
INDEXES = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
 WHERE i.indisunique AND NOT i.indisprimary AND c.relnamespace = 'public'::regnamespace
   AND i.indrelid::regclass::text <> ALL (%(foreign)s)
   AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1, 2
"""
# The ledger's own role writes for every organization: for it nothing is forced.
POLICIES = """
SELECT tablename, policyname, qual, with_check, tableowner = 'assay_owner'
  FROM pg_policies JOIN pg_tables USING (schemaname, tablename)
 WHERE schemaname = 'public' AND policyname IN ('organization_only', 'readers_only') ORDER BY 1, 2
"""
TENANTS = """
SELECT c.relname::text, ARRAY(SELECT r FROM unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE'])
         AS r WHERE NOT has_table_privilege(%(app)s, c.oid, r))
  FROM pg_class c
 WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
   AND (c.relrowsecurity OR c.relname = 'system_clock') ORDER BY 1
"""
FOREIGN_TABLES = [
    "account_emailaddress",
    "account_emailconfirmation",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "system_clock",
]
"""Tables of the framework and of allauth, whose keys are theirs; the clock of tests and demos."""
TECHNICAL = ["node_id_and_level", "gate_request_and_requester"]
"""Keys that no act can break: unique by the id in them, they are what other keys refer to."""
KINDS = {"c": Kind.CHECK, "u": Kind.UNIQUE, "x": Kind.UNIQUE, "f": Kind.KEY}


def guards(connection: psycopg.Connection) -> list[Guard]:
    """Return every guard there is, in the order of the kinds; needs a superuser's connection."""
    return [
        *_in_functions(connection),
        *_triggers(connection),
        *_constraints(connection),
        *_indexes(connection),
        *_policies(connection),
        *_rights(connection),
    ]


def _in_functions(connection: psycopg.Connection) -> Iterator[Guard]:
    rows = connection.execute(FUNCTIONS).fetchall()
    for name, source, definition, is_trigger in rows:
        for piece in bodies.refusals(source):
            instead = "RETURN coalesce(NEW, OLD);" if is_trigger and piece.is_last else "NULL;"
            lines = range(piece.first_line, piece.last_line + 1)
            yield Guard(
                Kind.REFUSAL,
                f"{name}.{piece.code}",
                _replaced(source, definition, piece, instead),
                (definition,),
                frozenset(refusals.raised(name, line) for line in lines),
            )
    for name, source, definition, _ in rows:
        if bodies.locks(source):
            unlocked = definition.replace(source, bodies.without_locks(source))
            yield Guard(Kind.LOCK, name, (unlocked,), (definition,))


def _replaced(source: str, definition: str, piece: Piece, instead: str) -> tuple[str, ...]:
    return (definition.replace(source, piece.without(source, instead)),)


def _triggers(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, name, function, definition in connection.execute(TRIGGERS).fetchall():
        yield Guard(
            Kind.TRIGGER,
            f"{table}.{name}",
            (f"DROP TRIGGER {name} ON {table}",),
            (definition, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"),
            frozenset({f"trigger:{table}.{name}"}),
            function,
        )


def _constraints(connection: psycopg.Connection) -> Iterator[Guard]:
    names = {"technical": TECHNICAL, "foreign": FOREIGN_TABLES}
    for table, name, kind, definition in connection.execute(CONSTRAINTS, names).fetchall():
        # Rows that came in while it was away are not looked at again, where that can be said.
        loosely = " NOT VALID" if kind in {"c", "f"} else ""
        yield Guard(
            KINDS[kind],
            f"{table}.{name}",
            (f"ALTER TABLE {table} DROP CONSTRAINT {name}",),
            (f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}{loosely}",),
            frozenset({refusals.constraint(table, name)}),
        )


def _indexes(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, name, definition in connection.execute(
        INDEXES, {"foreign": FOREIGN_TABLES}
    ).fetchall():
        yield Guard(
            Kind.UNIQUE,
            f"{table}.{name}",
            (f"DROP INDEX {name}",),
            (definition,),
            frozenset({refusals.constraint(table, name)}),
        )


def _policies(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, name, reads, writes, is_forced in connection.execute(POLICIES).fetchall():
        for side, clause, lawful in (("reads", "USING", reads), ("writes", "WITH CHECK", writes)):
            if lawful is None:  # one for reading only
                continue
            yield Guard(
                Kind.POLICY,
                f"{table}.{name}.{side}",
                (f"ALTER POLICY {name} ON {table} {clause} (true)",),
                (f"ALTER POLICY {name} ON {table} {clause} ({lawful})",),
                frozenset({refusals.policy(table)}) if side == "writes" else frozenset(),
            )
        if is_forced and writes is not None:
            yield Guard(
                Kind.POLICY,
                f"{table}.forced",
                (f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",),
                (f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",),
            )


def _rights(connection: psycopg.Connection) -> Iterator[Guard]:
    for table, withheld in connection.execute(TENANTS, {"app": APP}).fetchall():
        for right in withheld:
            yield Guard(
                Kind.GRANT,
                f"{table}.{right.lower()}",
                (f"GRANT {right} ON {table} TO {APP}",),
                (f"REVOKE {right} ON {table} FROM {APP}", *_columns_again(connection, table)),
                frozenset({refusals.grant(table)}),
            )


def _columns_again(connection: psycopg.Connection, table: str) -> tuple[str, ...]:
    """Return the grants on single columns, which a REVOKE on the table takes away too."""
    rows = connection.execute(
        "SELECT privilege_type, quote_ident(column_name) FROM information_schema.column_privileges"
        " WHERE grantee = %s AND table_schema = 'public' AND table_name = %s"
        "   AND privilege_type IN ('INSERT', 'UPDATE')"
        "   AND NOT has_table_privilege(%s, %s::regclass, privilege_type) ORDER BY 1, 2",
        [APP, table, APP, table],
    ).fetchall()
    return tuple(f"GRANT {right} ({column}) ON {table} TO {APP}" for right, column in rows)
