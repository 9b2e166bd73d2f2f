"""Plain copies of product tables: the same columns, checks, indexes and rows, and nothing else.

No trigger, no policy, no foreign key: what the product costs beyond them is what is measured.
"""

import psycopg
from psycopg import sql

SCHEMA = "bare"

_COLUMNS = """
SELECT quote_ident(attname::text) FROM pg_attribute
 WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
 ORDER BY attnum
"""
_FILLED = """
SELECT option_value::int FROM pg_class, pg_options_to_table(reloptions)
 WHERE oid = %s::regclass AND option_name = 'fillfactor'
"""


def copy_tables(superuser: psycopg.Connection, *tables: str) -> None:
    """Copy tables into the schema `bare`, for role app to write in; what was there is replaced."""
    schema = sql.Identifier(SCHEMA)
    superuser.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
    superuser.execute(sql.SQL("GRANT USAGE ON SCHEMA {} TO assay_app").format(schema))
    for table in tables:
        _copy(superuser, sql.Identifier(table), sql.Identifier(SCHEMA, table), table)


def _copy(
    superuser: psycopg.Connection, ours: sql.Identifier, bare: sql.Identifier, table: str
) -> None:
    columns = sql.SQL(", ").join(  # quoted by the database
        sql.SQL(row[0]) for row in superuser.execute(_COLUMNS, [table])
    )
    superuser.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(bare))
    superuser.execute(sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(bare, ours))
    for option in superuser.execute(_FILLED, [table]).fetchall():
        superuser.execute(sql.SQL("ALTER TABLE {} SET (fillfactor = {})").format(bare, *option))
    superuser.execute(
        sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(bare, columns, columns, ours)
    )
    superuser.execute(
        sql.SQL("SELECT setval(pg_get_serial_sequence({}, 'id'), max(id) + 1) FROM {}").format(
            sql.Literal(f"{SCHEMA}.{table}"), ours
        )
    )
    superuser.execute(
        sql.SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON {} TO assay_app").format(bare)
    )
    superuser.execute(sql.SQL("VACUUM (ANALYZE) {}").format(bare))
