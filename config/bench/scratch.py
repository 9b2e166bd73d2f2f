"""The scratch database: provisioned like any other, marked as a bench, dropped afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from celery import current_app
from django.db import connection
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from config import environment, migrating, provisioning
from config.environment import Purpose
from config.errors import StartRefused
from config.provisioning import Addresses, Passwords

NAME = "assay_bench"


@dataclass(frozen=True, slots=True)
class Scratch:
    """The database: `superuser_url` is for filling it and for the bare tables beside ours."""

    name: str
    superuser_url: str
    addresses: Addresses

    def superuser(self) -> psycopg.Connection:
        """Connect as the superuser; autocommit."""
        return psycopg.connect(self.superuser_url, autocommit=True)

    def app(self) -> psycopg.Connection:
        """Connect as role app, which every policy and guard binds, as Django does; autocommit."""
        return psycopg.connect(
            self.addresses.app, autocommit=True, cursor_factory=psycopg.ClientCursor
        )


@contextmanager
def database(*, is_kept: bool = False) -> Iterator[Scratch]:
    """Have a new database, with Django's connection in it, for the time of the block.

    One that is kept has a name of its own; others that a killed bench left behind are dropped.
    StartRefused without SUPERUSER_DATABASE_URL and the passwords of the roles.
    """
    superuser = environment.secret(os.environ, "SUPERUSER_DATABASE_URL")
    if superuser is None:
        raise StartRefused(
            "SUPERUSER_DATABASE_URL is not set: the bench makes a database of its own. "
            "./run manage bench brings a server."
        )
    name = f"{NAME}_kept_{os.getpid()}" if is_kept else f"{NAME}_{os.getpid()}"
    drop_left_over(superuser)
    with in_use(superuser, name):
        try:
            addresses = provisioning.provision(superuser, name, _passwords(), migrating.migrate)
            provisioning.mark_purpose(addresses.owner, Purpose.BENCH)
            with _inside(addresses.app):
                yield Scratch(name, provisioning.address(superuser, dbname=name), addresses)
        finally:
            if not is_kept:
                with provisioning.serialized(superuser) as maintenance:
                    _drop(maintenance, name)


@contextmanager
def in_use(superuser_url: str, name: str) -> Iterator[None]:
    """Hold the lock by which other benches see that a database has somebody; a kill frees it."""
    url = provisioning.address(superuser_url, dbname="postgres")
    with provisioning.connected(url) as holder:
        holder.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
        yield


def drop_left_over(superuser_url: str) -> list[str]:
    """Drop the scratch databases of benches that are no more; returns their names."""
    with provisioning.serialized(superuser_url) as maintenance:
        names = maintenance.execute(
            "SELECT datname FROM pg_database WHERE datname ~ %s"
            " AND pg_try_advisory_lock(hashtextextended(datname, 0)) ORDER BY datname",
            [f"^{NAME}_[0-9]+$"],
        ).fetchall()
        for (name,) in names:
            _drop(maintenance, name)
    return [name for (name,) in names]


def _passwords() -> Passwords:
    return Passwords(
        owner=_password("OWNER_DATABASE_URL"),
        app=_password("DATABASE_URL"),
        ops=_password("OPS_DATABASE_URL"),
    )


def _password(variable: str) -> str:
    url = environment.secret(os.environ, variable)
    password = conninfo_to_dict(url or "").get("password")
    if not password:
        raise StartRefused(f"{variable} must name the password of its role, which stays as it is.")
    return str(password)


@contextmanager
def _inside(app_url: str) -> Iterator[None]:
    """Point Django at the scratch database, and wake-ups at a broker that nobody listens to."""
    ours, broker = dict(connection.settings_dict), current_app.conf.broker_url
    address = conninfo_to_dict(app_url)
    connection.close()
    # New threads read the same dictionary.
    connection.settings_dict.update(
        NAME=address["dbname"], USER=address["user"], PASSWORD=address["password"]
    )
    current_app.conf.broker_url = "memory://localhost"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(ours)
        current_app.conf.broker_url = broker


def _drop(maintenance: psycopg.Connection, name: str) -> None:
    maintenance.execute(
        sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    )
