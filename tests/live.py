"""The whole system running against the test database, and a browser to look at it.

`live_system` is web, worker, beat and a broker of its own as real processes, for journeys and
fault tests. Nothing here waits a fixed time: wait for what the page or the database shows.
"""

import os
import shutil
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pytest
from django.db import connection
from playwright.sync_api import BrowserContext, ConsoleMessage, Page

from config import supervisor
from config.embedded.cluster import Cluster
from config.embedded.valkey import Valkey
from config.environment import Process
from config.supervisor import Child
from tests import database
from tests.factories import sharing
from tests.plugin import SERVERS

LIVE = {"live_system", "base_url"}  # the fixtures that start it


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run last what runs on the live system: its workers would do the work of other tests."""
    items.sort(key=lambda item: not LIVE.isdisjoint(getattr(item, "fixturenames", ())))


@dataclass(slots=True)
class LiveSystem:
    """A running Assay on this run's test database."""

    url: str
    port: int
    children: Mapping[Process, Child]
    broker: Cluster

    def kill(self, kind: Process) -> None:
        """End one process and all it forked as a crash would (SIGKILL)."""
        self.children[kind].kill()

    def start(self, kind: Process) -> None:
        """Start one process again; returns when web answers, at once for the others."""
        self.children[kind].start()
        if kind is Process.WEB:
            supervisor.wait_until_healthy(self.children[kind], self.port)

    def lose_the_broker(self) -> None:
        """Stop the broker with everything it held and start an empty one."""
        self.broker.leave()
        self.broker.join()


@pytest.fixture(scope="session")
def live_system(django_db_setup: None) -> Iterator[LiveSystem]:
    """Run web, worker, beat and a broker for the rest of the session, on a new database.

    In one full of other tests' organizations its workers would have their hands full for minutes.
    """
    connection.close()
    database.renew(SERVERS)
    sharing.forget()
    folder = SERVERS.installation.cluster.folder / f"live-{os.getpid()}"
    valkey = Valkey(folder, SERVERS.installation.postgres.home, SERVERS.installation.postgres.user)
    broker = Cluster(folder, valkey.user, [valkey])
    port = _free_port()
    variables = {
        **SERVERS.addresses.variables(),
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
        "REDIS_URL": valkey.url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    with broker.in_use():
        children = supervisor.system(variables, port, folder / "logs")
        try:
            children[Process.WEB].start()
            supervisor.wait_until_healthy(children[Process.WEB], port)
            children[Process.WORKER].start()
            children[Process.BEAT].start()
            yield LiveSystem(f"http://127.0.0.1:{port}", port, children, broker)
        finally:
            supervisor.stop(children.values())
    shutil.rmtree(folder)


@pytest.fixture
def open_browser_page(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[], Page]]:
    """A factory of pages, each a person of their own; fails if the policy refused anything."""
    refused: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            refused.append(message.text)

    def open_page() -> Page:
        page = new_context().new_page()
        page.on("console", note)
        return page

    yield open_page
    assert refused == []


@pytest.fixture
def browser_page(open_browser_page: Callable[[], Page]) -> Page:
    """One page of one person."""
    return open_browser_page()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
