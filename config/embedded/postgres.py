"""The embedded PostgreSQL: how its cluster is made and with what settings it runs."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded import binaries
from config.embedded import home as homes
from config.embedded.cluster import socket_url
from config.embedded.home import ServerUser
from config.errors import StartRefused

SUPERUSER = "postgres"
SOCKET = ".s.PGSQL.5432"

# The same in docker-compose.yml, else text sorts differently in production.
LOCALE = (
    "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
)  # fmt: skip

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
}
# Tests may lose their data with the machine's power; they must not wait for the disk.
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(slots=True)
class Postgres:
    """One PostgreSQL cluster below `folder`, reached by a unix socket only."""

    folder: Path
    home: Path
    user: ServerUser | None
    is_careless: bool
    name: str = "postgres"

    @property
    def data(self) -> Path:
        """The cluster's data directory."""
        return self.folder / "postgres"

    @property
    def sockets(self) -> Path:
        """The folder of the unix socket."""
        return homes.socket_folder(self.folder, self.user, SOCKET)

    @property
    def pid_file(self) -> Path:
        """Where PostgreSQL writes its process id."""
        return self.data / "postmaster.pid"

    def url(self, user: str = SUPERUSER, database: str = "postgres", password: str = "") -> str:
        """Return the URL of a database in this cluster."""
        return socket_url("postgresql", user, database, self.sockets, password)

    def answers(self) -> bool:
        """Tell whether a server takes connections on our socket."""
        if not (self.sockets / SOCKET).exists():
            return False
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        """Make the cluster if it is not there yet; StartRefused when it is of another version."""
        programs = binaries.postgres_programs(self.home, self.user)
        stamp = self.data / "PG_VERSION"
        if stamp.exists():
            self._refuse_another_version(stamp.read_text().strip(), programs)
            return
        homes.own(self.data, self.user)
        made = subprocess.run(  # type: ignore[call-overload]  # options are chosen at run time
            self.initdb_arguments(programs),
            capture_output=True, text=True, check=False, cwd="/",
            **({} if self.user is None else self.user.popen_options),
        )  # fmt: skip
        if made.returncode != 0:
            raise StartRefused(f"the database could not be made: {made.stderr.strip()}")

    def initdb_arguments(self, programs: Path) -> list[str]:
        """Return the command that makes the cluster."""
        careless = ["--no-sync"] if self.is_careless else []
        # Trust on a socket in a 0700 folder: who can reach it is the user the server runs as.
        return [
            str(programs / "initdb"), "--pgdata", str(self.data), "--username", SUPERUSER,
            "--auth=trust", *LOCALE, *careless,
        ]  # fmt: skip

    def arguments(self) -> Sequence[str]:
        """Return the command that runs the server in the foreground."""
        programs = binaries.postgres_programs(self.home, self.user)
        settings = {**SETTINGS, **(CARELESS if self.is_careless else {})}
        settings["unix_socket_directories"] = str(self.sockets)
        options = [f"--{name}={value}" for name, value in settings.items()]
        return [str(programs / "postgres"), "-D", str(self.data), *options]

    def _refuse_another_version(self, made_by: str, programs: Path) -> None:
        running = binaries.major_version(programs / "postgres", self.user)
        if made_by != str(running):
            raise StartRefused(
                f"the data in {self.data} were made by PostgreSQL {made_by}, and version "
                f"{running} is installed; ./run demo --fresh starts over."
            )
