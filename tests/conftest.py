"""Fixtures every test may use: the database as role app, and raw connections for attacks.

Nothing is rolled back or flushed between tests (role app may not TRUNCATE, and a rolled-back
test never runs a deferred trigger): each test makes its own organization.
"""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from playwright.sync_api import Playwright
from psycopg.conninfo import conninfo_to_dict
from pytest_django import DjangoDbBlocker

from tests import database, leftovers
from tests.browser import launch_arguments
from tests.plugin import SERVERS

pytest_plugins = ["tests.clock", "tests.live", "tests.pages.in_browser"]


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Copy the migrated database for this process; used as role app."""
    with django_db_blocker.unblock(), database.of_this_process(SERVERS, _migrate_in_process):
        _assert_that_we_are_app()
        yield
        connection.close()


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the test use the database; what it commits is committed, and swept in this test only."""
    with django_db_blocker.unblock(), leftovers.unswept():
        yield
        if connection.in_atomic_block:
            connection.close()


@pytest.fixture
def _django_db_helper(db: None) -> None:
    """Make the mark `django_db` mean the fixture `db`, instead of a rolled-back transaction."""


@pytest.fixture
def transactional_db(db: None) -> None:
    """The same as `db`: every test commits."""


@pytest.fixture
def owner_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A raw connection as assay_owner, who owns the tables; autocommit."""
    with psycopg.connect(SERVERS.addresses.owner, autocommit=True) as raw:
        yield raw


@pytest.fixture
def ops_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A raw connection as assay_ops, who sees every organization; autocommit."""
    with psycopg.connect(SERVERS.addresses.ops, autocommit=True) as raw:
        yield raw


@pytest.fixture
def superuser_connection(django_db_setup: None) -> Iterator[psycopg.Connection]:
    """A raw connection as the cluster's superuser, for planted faults; autocommit."""
    url = SERVERS.installation.postgres.url(database=SERVERS.database)
    with psycopg.connect(url, autocommit=True) as raw:
        yield raw


@pytest.fixture
def app_connection(django_db_setup: None) -> Iterator[Callable[[], psycopg.Connection]]:
    """A factory of raw connections as assay_app (in a transaction), for attacks and races."""
    opened: list[psycopg.Connection] = []

    def connect() -> psycopg.Connection:
        opened.append(psycopg.connect(SERVERS.addresses.app))
        return opened[-1]

    yield connect
    for raw in opened:
        raw.close()


# These two stand here because only what conftest has goes before pytest-playwright's own.


@pytest.fixture(scope="session")
def base_url(request: pytest.FixtureRequest) -> str:
    """Where pages are, so that a journey may say `page.goto("/o/…")`; starts the live system."""
    return str(request.getfixturevalue("live_system").url)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, object], playwright: Playwright
) -> dict[str, object]:
    """Say which browser to start."""
    return launch_arguments(browser_type_launch_args, playwright)


def _migrate_in_process(owner_url: str) -> None:
    ours = dict(connection.settings_dict)
    address = conninfo_to_dict(owner_url)
    connection.close()
    connection.settings_dict.update(
        NAME=address["dbname"], USER=address["user"], PASSWORD=address["password"]
    )
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict.update(ours)


def _assert_that_we_are_app() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_database()")
        assert cursor.fetchone() == ("assay_app", SERVERS.database)
    assert SERVERS.database.startswith("test_")
