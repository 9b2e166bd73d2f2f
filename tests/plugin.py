"""Gives the tests their addresses before anything reads the settings; loaded with `-p`.

Nothing is started here: a run of pure rules needs no server. `conftest.py` starts the cluster
when the first test asks for a database.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from config import provisioning
from config.embedded import installation
from config.embedded.installation import Installation
from config.provisioning import Addresses, Passwords
from core import signing

LOCAL = Path(__file__).resolve().parent.parent / ".local"


@dataclass(frozen=True, slots=True)
class TestServers:
    """The test cluster and this process's own database in it."""

    installation: Installation
    database: str
    superuser_url: str
    passwords: Passwords
    addresses: Addresses


def _servers() -> TestServers:
    servers = installation.test(LOCAL)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    database = f"test_assay_{os.getpid()}_{worker}"
    passwords = Passwords(owner="test-owner", app="test-app", ops="test-ops")
    superuser_url = servers.postgres.url()
    addresses = provisioning.addresses_of(superuser_url, database, passwords)
    return TestServers(servers, database, superuser_url, passwords, addresses)


def _announce(servers: TestServers) -> None:
    os.environ.update(servers.addresses.variables())
    os.environ["SUPERUSER_DATABASE_URL"] = servers.superuser_url
    os.environ["ASSAY_PURPOSE"] = "test"
    os.environ["REDIS_URL"] = "memory://"
    os.environ["SECRET_KEY"] = secrets.token_hex()
    os.environ["SIGNING_KEY"] = signing.new_key()
    os.environ["ASSAY_DATA_DIR"] = str(servers.installation.cluster.folder / "files")
    # Files of an earlier run would pass for those of an organization with the same number.
    media = tempfile.mkdtemp(prefix="assay-test-media-")
    atexit.register(shutil.rmtree, media, ignore_errors=True)
    os.environ["ASSAY_MEDIA_DIR"] = media
    os.environ["ASSAY_HEADS_DIR"] = str(Path(media) / "heads")
    # Playwright's synchronous interface runs an event loop in the tests' own thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    for name in (
        "ASSAY_DATABASE_ROLE",
        "ASSAY_PROCESS",
        "PUBLIC_URL",
        "DATABASE_URL_FILE",
        "SIGNING_KEY_FILE",
    ):
        os.environ.pop(name, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--nightly",
        action="store_true",
        help="run races and the state machine for hours' worth of luck: 1,000 rounds, 10,000 steps",
    )


def pytest_configure(config: pytest.Config) -> None:
    # For the workers too, which inherit the environment and not the options.
    if config.getoption("nightly"):
        os.environ["ASSAY_TESTS_NIGHTLY"] = "1"
    # An ordinary run tries the same examples every time, however busy the machine: what it finds
    # can be found again. Luck is the nightly run's.
    settings.register_profile(
        "house",
        deadline=None,
        derandomize=not os.environ.get("ASSAY_TESTS_NIGHTLY"),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("house")


def in_ci_or_nightly(in_ci: int, nightly: int) -> int:
    """Return how often something is tried: as often as there is time for."""
    return nightly if os.environ.get("ASSAY_TESTS_NIGHTLY") else in_ci


SERVERS = _servers()
_announce(SERVERS)
