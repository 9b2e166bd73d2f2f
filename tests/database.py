"""The test databases: one template a schema, copied for each process, dropped at its end."""

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from config import provisioning
from config.environment import Purpose
from config.provisioning import Addresses, Passwords
from tests.plugin import TestServers

SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
TEMPLATE_PREFIX = "test_template_"
OF_PROCESS = re.compile(r"test_assay_(\d+)_\w+")


@contextmanager
def of_this_process(servers: TestServers, migrate: Callable[[str], None]) -> Iterator[None]:
    """Have this process's database, a copy of the migrated template, for the time of the block."""
    with servers.installation.cluster.in_use():
        with provisioning.serialized(servers.superuser_url) as maintenance:
            _drop_left_over(maintenance)
            template = _template(maintenance, servers, migrate)
            copy(maintenance, template, servers.database)
        try:
            yield
        finally:
            with provisioning.serialized(servers.superuser_url) as maintenance:
                drop(maintenance, servers.database)


@contextmanager
def of_its_own(servers: TestServers, purpose: str) -> Iterator[Addresses]:
    """Have one more copy for the time of the block, at which no worker of another test looks."""
    name = f"{servers.database}_{purpose}"
    with provisioning.serialized(servers.superuser_url) as maintenance:
        copy(maintenance, _template_name(), name)
    try:
        yield provisioning.addresses_of(servers.superuser_url, name, servers.passwords)
    finally:
        with provisioning.serialized(servers.superuser_url) as maintenance:
            drop(maintenance, name)


def copy(maintenance: psycopg.Connection, template: str, name: str) -> None:
    """Make a database that equals the template, with the rights a copy does not inherit."""
    maintenance.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(provisioning.OWNER), sql.Identifier(template)
        )
    )
    provisioning.ensure_database(maintenance, name)


def drop(maintenance: psycopg.Connection, name: str) -> None:
    """Remove a database and throw out whoever is still in it."""
    maintenance.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )


def renew(servers: TestServers) -> None:
    """Give this process a new copy of its database; ids go on, for what is kept by them."""
    inside = provisioning.address(servers.superuser_url, dbname=servers.database)
    with psycopg.connect(inside) as old:
        numbers = old.execute(SEQUENCES).fetchall()
    with provisioning.serialized(servers.superuser_url) as maintenance:
        drop(maintenance, servers.database)
        copy(maintenance, _template_name(), servers.database)
    with psycopg.connect(inside) as new:
        for name, number in numbers:
            new.execute("SELECT setval(%s::regclass, %s)", [name, number])


def _template(
    maintenance: psycopg.Connection, servers: TestServers, migrate: Callable[[str], None]
) -> str:
    digest = provisioning.schema_digest()
    name = _template_name()
    url = provisioning.address(servers.superuser_url, dbname=name)
    if name in _names(maintenance):
        with psycopg.connect(url) as inside:
            if provisioning.schema_of(inside) == digest:
                return name
        drop(maintenance, name)
    for other in _names(maintenance):
        if other.startswith(TEMPLATE_PREFIX):
            drop(maintenance, other)
    _build(maintenance, servers.superuser_url, name, servers.passwords, migrate)
    return name


def _template_name() -> str:
    return TEMPLATE_PREFIX + provisioning.schema_digest().split()[-1][:12]


def _build(
    maintenance: psycopg.Connection,
    superuser_url: str,
    name: str,
    passwords: Passwords,
    migrate: Callable[[str], None],
) -> None:
    provisioning.ensure_roles(maintenance, passwords.of_roles())
    provisioning.ensure_database(maintenance, name)
    addresses = provisioning.addresses_of(superuser_url, name, passwords)

    def migrate_and_mark(owner_url: str) -> None:
        migrate(owner_url)
        provisioning.mark_purpose(owner_url, Purpose.TEST)

    with psycopg.connect(
        provisioning.address(superuser_url, dbname=name), autocommit=True
    ) as inside:
        provisioning.prepare_database(inside)
        provisioning.bring_schema_up(inside, addresses.owner, migrate_and_mark)


def _drop_left_over(maintenance: psycopg.Connection) -> None:
    for name in _names(maintenance):
        process = OF_PROCESS.fullmatch(name)
        if process is not None and not _is_alive(int(process.group(1))):
            drop(maintenance, name)


def _names(maintenance: psycopg.Connection) -> list[str]:
    return [row[0] for row in maintenance.execute("SELECT datname FROM pg_database").fetchall()]


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
