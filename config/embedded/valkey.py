"""The embedded broker: a real valkey-server on a unix socket, keeping nothing on disk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import redis

from config.embedded import binaries
from config.embedded import home as homes
from config.embedded.home import ServerUser

SOCKET = "valkey.sock"


@dataclass(slots=True)
class Valkey:
    """One broker below `folder`."""

    folder: Path
    home: Path
    user: ServerUser | None
    name: str = "valkey"

    @property
    def socket(self) -> Path:
        """The unix socket."""
        return homes.socket_folder(self.folder, self.user, SOCKET) / SOCKET

    @property
    def pid_file(self) -> Path:
        """Where the server writes its process id."""
        return self.socket.with_suffix(".pid")

    @property
    def url(self) -> str:
        """The broker's URL as Celery reads it."""
        return f"redis+socket://{self.socket}"

    def answers(self) -> bool:
        """Tell whether a server answers on our socket."""
        if not self.socket.exists():
            return False
        client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=5)
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False
        finally:
            client.close()

    def prepare(self) -> None:
        """Nothing to make: the broker's content is re-derived from the outbox."""

    def arguments(self) -> Sequence[str]:
        """Return the command that runs the server in the foreground."""
        program = binaries.valkey_program(self.home, self.user)
        return [
            str(program), "--port", "0", "--unixsocket", str(self.socket),
            "--unixsocketperm", "700", "--save", "", "--appendonly", "no",
            "--maxmemory", "128mb", "--maxmemory-policy", "noeviction",
            "--daemonize", "no", "--pidfile", str(self.pid_file), "--dir", str(self.socket.parent),
        ]  # fmt: skip
