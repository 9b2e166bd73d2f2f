"""Makes the database what Assay relies on: roles, rights, extensions, schema; the only superuser.

Afterwards nobody who works with the data can switch a guard off: `assay_app` owns nothing,
`assay_owner` owns the tables but neither the audit objects nor the schema they lie in, and
`assay_audit_owner` cannot log in. Sources: decisions §15, security.md §0 and §3.3.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from config.environment import ROOT, Purpose
from config.errors import StartRefused

OWNER, APP, OPS, AUDIT_OWNER = "assay_owner", "assay_app", "assay_ops", "assay_audit_owner"
OLDEST_SERVER = 180000  # uuidv7() is in the core from PostgreSQL 18 on
EXTENSIONS = ("btree_gist", "pg_trgm")
ONE_AT_A_TIME = 4_711_001  # advisory lock in the maintenance database

_NEVER = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION"
_ATTRIBUTES = {
    OWNER: f"LOGIN NOBYPASSRLS {_NEVER}",
    APP: f"LOGIN NOBYPASSRLS {_NEVER}",
    OPS: f"LOGIN BYPASSRLS {_NEVER}",
    AUDIT_OWNER: f"NOLOGIN NOBYPASSRLS {_NEVER}",
}
# A large object belongs to no organization, and a lock of a session outlives its transaction:
# with either, one organization's session could reach or stop another's. Nothing of ours uses them.
_WITHOUT_TENANT = (
    *("lo_creat", "lo_create", "lo_from_bytea", "lo_open", "lo_put", "lo_get", "loread", "lowrite"),
    *("pg_advisory_lock", "pg_advisory_lock_shared"),
    *("pg_try_advisory_lock", "pg_try_advisory_lock_shared"),
)
_REVOKE = """
SELECT format('REVOKE EXECUTE ON FUNCTION %%s FROM PUBLIC', p.oid::regprocedure)
  FROM pg_proc p WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY (%s)
"""
_RIGHTS = f"""
REVOKE ALL ON SCHEMA public FROM PUBLIC;
ALTER SCHEMA public OWNER TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO {APP}, {OPS};
GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}, {AUDIT_OWNER};
CREATE SCHEMA IF NOT EXISTS past AUTHORIZATION {OWNER};
GRANT USAGE ON SCHEMA past TO {APP};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}, {AUDIT_OWNER} REVOKE ALL ON TABLES FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}, {AUDIT_OWNER} REVOKE ALL ON FUNCTIONS FROM PUBLIC;
"""

Migrate = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Passwords:
    """The passwords of the three roles that log in."""

    owner: str
    app: str
    ops: str

    def of_roles(self) -> dict[str, str]:
        """Return them by role name."""
        return {OWNER: self.owner, APP: self.app, OPS: self.ops}


@dataclass(frozen=True, slots=True)
class Addresses:
    """The connection strings of one provisioned database, one a role."""

    app: str
    owner: str
    ops: str

    def variables(self) -> dict[str, str]:
        """Return them as the environment variables that Assay's processes read."""
        return {
            "DATABASE_URL": self.app,
            "OWNER_DATABASE_URL": self.owner,
            "OPS_DATABASE_URL": self.ops,
        }


def provision(
    superuser_url: str, database: str, passwords: Passwords, migrate: Migrate
) -> Addresses:
    """Bring roles, database and schema up to this code; doing it again changes nothing.

    `migrate` is called with the owner's connection string, and only when the migrations have
    changed since the last time. StartRefused when the server is too old or the role too weak.
    """
    with serialized(superuser_url) as maintenance:
        ensure_roles(maintenance, passwords.of_roles())
        ensure_database(maintenance, database)
        addresses = addresses_of(superuser_url, database, passwords)
        with connected(address(superuser_url, dbname=database)) as inside:
            prepare_database(inside)
            bring_schema_up(inside, addresses.owner, migrate)
    return addresses


@contextmanager
def serialized(superuser_url: str) -> Iterator[psycopg.Connection]:
    """Open the maintenance database, one provisioning at a time; refuse an unfit server or role."""
    with connected(address(superuser_url, dbname="postgres")) as connection:
        refuse_unfit(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        yield connection


def connected(url: str) -> psycopg.Connection:
    """Connect with autocommit; StartRefused when the server cannot be reached."""
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as refusal:
        reason = " ".join(str(refusal).split())
        raise StartRefused(f"the database cannot be reached: {reason}") from refusal


def refuse_unfit(connection: psycopg.Connection) -> None:
    """StartRefused unless the server is new enough and the connection is a superuser's."""
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise StartRefused(
            f"the database server is PostgreSQL {version // 10000}; "
            f"{OLDEST_SERVER // 10000} or newer is needed."
        )
    row = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone()
    if row is None or not row[0]:
        raise StartRefused(
            f"SUPERUSER_DATABASE_URL connects as {connection.info.user}, who is no superuser; "
            "provisioning makes roles and extensions and needs one (nothing else ever does)."
        )


def ensure_roles(connection: psycopg.Connection, passwords: Mapping[str, str]) -> None:
    """Make the four roles, or set right what somebody changed on them."""
    known = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
    for role, attributes in _ATTRIBUTES.items():
        verb = "ALTER" if role in known else "CREATE"
        statement = sql.SQL(f"{verb} ROLE {{}} WITH {attributes}").format(sql.Identifier(role))
        connection.execute(statement)
        if role in passwords:
            connection.execute(
                sql.SQL("ALTER ROLE {} PASSWORD {}").format(
                    sql.Identifier(role), sql.Literal(passwords[role])
                )
            )
    _take_back(connection)


def ensure_database(connection: psycopg.Connection, name: str) -> bool:
    """Make the database if it is not there; tell whether it was made."""
    seen = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if seen is None:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(OWNER)
            )
        )
    database = sql.Identifier(name)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    for role in (APP, OPS):
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(role))
        )
    return seen is None


def prepare_database(connection: psycopg.Connection) -> None:
    """Set the rights on the schema and make the extensions; the connection is a superuser's."""
    connection.execute(_RIGHTS)
    for (revoke,) in connection.execute(_REVOKE, [list(_WITHOUT_TENANT)]).fetchall():
        connection.execute(revoke)
    for extension in EXTENSIONS:
        connection.execute(
            sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension))
        )


def bring_schema_up(connection: psycopg.Connection, owner_url: str, migrate: Migrate) -> None:
    """Run the migrations as owner unless this very set of them has already been run.

    Only for that time may the owner act as audit_owner, to hand over the audit objects.
    """
    wanted = schema_digest()
    if schema_of(connection) == wanted:
        return
    connection.execute(f"GRANT {AUDIT_OWNER} TO {OWNER} WITH INHERIT TRUE, SET TRUE")
    try:
        migrate(owner_url)
    finally:
        _take_back(connection)
    connection.execute(
        sql.SQL("COMMENT ON DATABASE {} IS {}").format(
            sql.Identifier(connection.info.dbname), sql.Literal(wanted)
        )
    )


def schema_digest() -> str:
    """Return a digest of every file that decides what the schema is."""
    digest = hashlib.sha256()
    own = (*ROOT.glob("*/migrations/*.py"), Path(__file__), ROOT / "core" / "tables.py")
    locked = ROOT / "requirements" / "runtime.txt"  # third-party apps bring migrations too
    for path in sorted((*own, locked)):
        digest.update(str(path.relative_to(ROOT)).encode())
        digest.update(path.read_bytes())
    return f"assay schema {digest.hexdigest()}"


def schema_of(connection: psycopg.Connection) -> str | None:
    """Return the digest a database was last brought up to; None if it never was."""
    row = connection.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
        " WHERE datname = current_database()"
    ).fetchone()
    return None if row is None else row[0]


def mark_purpose(owner_url: str, purpose: Purpose) -> None:
    """Say in the database that its clock may be shifted; production databases never say so.

    StartRefused for a database that has organizations and does not say so already.
    """
    with psycopg.connect(owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM accounts_organization").fetchone()
        if purpose_of(connection) is None and row != (0,):
            raise StartRefused(
                f"the database {connection.info.dbname} holds organizations and is no {purpose} "
                "database; it is left as it is."
            )
        connection.execute(
            "INSERT INTO system_clock (shift, purpose) VALUES ('0', %s) ON CONFLICT DO NOTHING",
            [str(purpose)],
        )


def drop_demo(superuser_url: str, database: str) -> None:
    """Remove a demo database; StartRefused when it holds anything else."""
    with serialized(superuser_url) as maintenance:
        seen = maintenance.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [database]
        ).fetchone()
        if seen is None:
            return
        with psycopg.connect(address(superuser_url, dbname=database)) as inside:
            if purpose_of(inside) != Purpose.DEMO:
                raise StartRefused(f"the database {database} is no demo; it is left as it is.")
        maintenance.execute(
            sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(database))
        )


def purpose_of(connection: psycopg.Connection) -> str | None:
    """Return the purpose whose shifted clock a database has; None for an ordinary one."""
    there = connection.execute("SELECT to_regclass('public.system_clock') IS NOT NULL").fetchone()
    if there is None or not there[0]:
        return None
    row = connection.execute("SELECT purpose FROM system_clock").fetchone()
    return None if row is None else str(row[0])


def is_superuser(url: str) -> bool:
    """Tell whether a connection string is a superuser's."""
    # Asked in the database that is always there: the one named may have to be made first.
    with connected(address(url, dbname="postgres")) as connection:
        row = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user")
        return row.fetchone() == (True,)


def has_roles(superuser_url: str) -> bool:
    """Tell whether a server has Assay's roles already."""
    with psycopg.connect(address(superuser_url, dbname="postgres")) as connection:
        row = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP]).fetchone()
        return row is not None


def addresses_of(superuser_url: str, database: str, passwords: Passwords) -> Addresses:
    """Return the roles' connection strings on the superuser's server."""
    return Addresses(
        app=address(superuser_url, dbname=database, user=APP, password=passwords.app),
        owner=address(superuser_url, dbname=database, user=OWNER, password=passwords.owner),
        ops=address(superuser_url, dbname=database, user=OPS, password=passwords.ops),
    )


def address(url: str, **changes: str) -> str:
    """Return a connection string that is `url` with some parts changed."""
    parts = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    return make_conninfo("", **{**parts, **changes})


def _take_back(connection: psycopg.Connection) -> None:
    member = connection.execute(
        "SELECT 1 FROM pg_auth_members WHERE roleid = %s::regrole AND member = %s::regrole",
        [AUDIT_OWNER, OWNER],
    ).fetchone()
    if member is not None:
        connection.execute(f"REVOKE {AUDIT_OWNER} FROM {OWNER}")
