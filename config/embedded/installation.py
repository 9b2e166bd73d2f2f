"""The two sets of embedded servers, demo and test, in different folders so they never mix."""

from dataclasses import dataclass
from pathlib import Path

from config.embedded import home as homes
from config.embedded.cluster import Cluster
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Installation:
    """Servers with the folder they share."""

    cluster: Cluster
    postgres: Postgres
    valkey: Valkey


def demo(local: Path) -> Installation:
    """Return the servers of `./run demo` and `./run manage`; nothing is started yet."""
    return _installation(local, "demo", is_careless=False)


def test(local: Path) -> Installation:
    """Return the servers of the tests: faster, and careless about a power cut."""
    return _installation(local, "test", is_careless=True)


def _installation(local: Path, name: str, *, is_careless: bool) -> Installation:
    user = homes.server_user()
    home = homes.find(local, user)
    folder = home / name
    homes.own(folder, None, mode=0o711)
    postgres = Postgres(folder=folder, home=home, user=user, is_careless=is_careless)
    valkey = Valkey(folder=folder, home=home, user=user)
    return Installation(Cluster(folder, user, [postgres, valkey]), postgres, valkey)
