"""One set of embedded servers, shared by every process that uses it: the last to leave stops it."""

import fcntl
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol
from urllib.parse import quote

from config.embedded import home as homes
from config.embedded.home import ServerUser
from config.errors import StartRefused

PATIENCE = 30.0  # seconds for a server to come up or go down

# What this process has started and must collect the end of, whichever Cluster object stops it.
_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}


class Server(Protocol):
    """What a cluster must know of a server to run it."""

    @property
    def name(self) -> str: ...
    @property
    def pid_file(self) -> Path: ...
    def prepare(self) -> None: ...
    def arguments(self) -> Sequence[str]: ...
    def answers(self) -> bool: ...


@dataclass(slots=True)
class Cluster:
    """Servers in one folder, used under a shared lock.

    Every user of the servers holds `users.lock` shared; who leaves and can have it alone was the
    last and stops them. Servers left over by a user that was killed are adopted by the next.
    """

    folder: Path
    user: ServerUser | None
    servers: Sequence[Server]
    _membership: IO[str] | None = field(default=None)

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Have the servers running for the time of the block."""
        try:
            self.join()
            yield
        finally:
            self.leave()

    def join(self) -> None:
        """Start what does not run yet and count ourselves in; StartRefused if it does not start."""
        homes.own(self.folder, None, mode=0o711)
        with self._starting():
            self._membership = (self.folder / "users.lock").open("a")
            fcntl.flock(self._membership, fcntl.LOCK_SH)
            for server in self.servers:
                if not server.answers():
                    server.prepare()
                    _start(server, self.folder, self.user)

    def keep_up(self) -> None:
        """Start again what has ended although we are using it."""
        with self._starting():
            for server in self.servers:
                if not server.answers():
                    _start(server, self.folder, self.user)

    def leave(self) -> None:
        """Count ourselves out and stop the servers when nobody else is left."""
        if self._membership is None:
            return
        with self._starting():
            if self._is_alone():
                for server in reversed(self.servers):
                    _stop(server)
            self._membership.close()
            self._membership = None

    def erase(self) -> None:
        """Remove the servers' data; StartRefused while somebody uses them."""
        if not self.folder.exists():
            return
        with self._starting(), (self.folder / "users.lock").open("a") as membership:
            try:
                fcntl.flock(membership, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as refusal:
                raise StartRefused(
                    "the demo's servers are in use; stop the running demo, then start over."
                ) from refusal
            for server in reversed(self.servers):
                _stop(server)
            for entry in self.folder.iterdir():
                if entry.is_dir():
                    shutil.rmtree(entry)

    def _is_alone(self) -> bool:
        assert self._membership is not None  # noqa: S101 - leave() has looked
        try:
            fcntl.flock(self._membership, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def socket_url(scheme: str, user: str, database: str, folder: Path, password: str = "") -> str:
    """Return the URL of a database behind a unix socket."""
    secret = f":{quote(password, safe='')}" if password else ""
    return f"{scheme}://{user}{secret}@/{database}?host={quote(str(folder), safe='')}"


def _start(server: Server, folder: Path, user: ServerUser | None) -> None:
    log = folder / f"{server.name}.log"
    options = {} if user is None else user.popen_options
    with log.open("ab") as output:
        # A session of its own: Ctrl-C in the terminal is for us, who stop the servers in order.
        child: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]  # options are chosen at run time
            list(server.arguments()),
            stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd="/",
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"},
            start_new_session=True, **options,
        )  # fmt: skip
    try:
        _wait_for(server, child, log)
    except BaseException:  # also Ctrl-C: nothing half started may be left behind
        child.send_signal(signal.SIGINT)
        child.wait()
        raise
    _CHILDREN[child.pid] = child


def _wait_for(server: Server, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not server.answers():
        if child.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").strip().splitlines()[-1:]
            raise StartRefused(f"{server.name} did not start: {' '.join(last)} (all of it: {log})")
        time.sleep(0.02)


def _stop(server: Server) -> None:
    """Stop a server, ours or adopted, and wait until it is gone."""
    pid = _running(server)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)  # for PostgreSQL the fast shutdown
    deadline = time.monotonic() + PATIENCE
    # Both servers remove their file last. Whether the process is there does not tell enough: one
    # that another user of the cluster started stays a zombie until that user collects it.
    while server.pid_file.exists() and _is_alive(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
            break
        time.sleep(0.02)
    child = _CHILDREN.pop(pid, None)
    if child is not None:
        child.wait()


def _running(server: Server) -> int | None:
    try:
        pid = int(server.pid_file.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None
    return pid if server.answers() and _is_alive(pid) else None


def _is_alive(pid: int) -> bool:
    child = _CHILDREN.get(pid)
    if child is not None:
        return child.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
