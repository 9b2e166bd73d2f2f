"""Runs web, worker and beat as processes of their own, and ends them without leaving one behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from config.environment import ROOT, Process
from config.errors import StartRefused

GRACE = 10.0  # seconds a process may take to end what it is doing
SHORTEST_LIFE = 5.0  # a process that ends sooner after its start will not do better the next time


@dataclass(slots=True)
class Child:
    """One process of the system, in a session of its own so that all it forks ends with it."""

    kind: Process
    command: Sequence[str]
    variables: Mapping[str, str]
    log: Path
    _process: subprocess.Popen[bytes] | None = field(default=None)
    _started_at: float = field(default=0.0)

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self._process.pid if self.is_running() else None  # type: ignore[union-attr]  # is_running has looked

    def start(self) -> None:
        """Start the process; its output goes to its log."""
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                list(self.command),
                stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=ROOT,
                env={**os.environ, **self.variables, "ASSAY_PROCESS": str(self.kind)},
                start_new_session=True,
            )  # fmt: skip
        self._started_at = time.monotonic()

    def is_running(self) -> bool:
        """Tell whether the process is there."""
        return self._process is not None and self._process.poll() is None

    def is_hopeless(self) -> bool:
        """Tell whether the process ended right after its start, so that starting again is vain."""
        return not self.is_running() and time.monotonic() - self._started_at < SHORTEST_LIFE

    def ask_to_end(self) -> None:
        """Ask the process to finish what it is doing."""
        if self._process is not None:
            _signal_group(self._process.pid, signal.SIGTERM)

    def end(self, grace: float = GRACE) -> None:
        """Wait for the process to end, then end by force what is left of its session."""
        if self._process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        _signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End the process and all it forked at once, as a crash would; for fault tests."""
        self.end(grace=0)

    def last_words(self) -> str:
        """Return the last line of the log."""
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def system(variables: Mapping[str, str], port: int, logs: Path) -> dict[Process, Child]:
    """Return the three processes of Assay, not started yet, with these variables and logs."""
    logs.mkdir(parents=True, exist_ok=True)
    python = sys.executable
    celery = [python, "-m", "celery", "--app", "config.celery", "--quiet"]
    commands = {
        Process.WEB: [python, "-m", "gunicorn", "--config", "python:config.gunicorn"],
        Process.WORKER: [
            *celery, "worker", "--loglevel", "WARNING", "--without-gossip", "--without-mingle",
        ],
        Process.BEAT: [
            *celery, "beat", "--loglevel", "WARNING", "--pidfile=",
            "--schedule", str(logs / "beat-schedule"),
        ],
    }  # fmt: skip
    shared = {"DJANGO_SETTINGS_MODULE": "config.settings", **variables, "PORT": str(port)}
    return {
        kind: Child(kind, command, shared, logs / f"{kind}.log")
        for kind, command in commands.items()
    }


def wait_until_healthy(web: Child, port: int, patience: float = 60.0) -> None:
    """Wait for the health page; StartRefused when the web process ends or stays silent."""
    deadline = time.monotonic() + patience
    while not _is_healthy(port):
        if not web.is_running():
            raise StartRefused(f"the web server did not start: {web.last_words()} ({web.log})")
        if time.monotonic() > deadline:
            raise StartRefused(f"the web server does not answer on port {port}; see {web.log}.")
        time.sleep(0.05)


def stop(children: Iterable[Child]) -> None:
    """End the processes, all at the same time, and wait until they are gone."""
    running = list(children)
    for child in running:
        child.ask_to_end()
    deadline = time.monotonic() + GRACE
    for child in running:
        child.end(max(0.0, deadline - time.monotonic()))


def refuse_port_in_use(port: int) -> None:
    """StartRefused when somebody else listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as refusal:
            raise StartRefused(
                f"port {port} is in use by another program; choose another: "
                f"./run demo --port {port + 1}"
            ) from refusal


def remember(children: Iterable[Child], note: Path) -> None:
    """Note the process ids, so that the next start can end them if we are killed."""
    note.write_text(json.dumps([child.pid for child in children if child.pid is not None]))


def end_left_over(note: Path) -> None:
    """End processes that an earlier start, killed before it could, has left behind."""
    if not note.exists():
        return
    with suppress(ValueError):
        for pid in json.loads(note.read_text()):
            deadline = time.monotonic() + GRACE
            while _is_ours(pid) and time.monotonic() < deadline:
                _signal_group(pid, signal.SIGKILL)
                time.sleep(0.05)
    note.unlink()


def _is_ours(pid: int) -> bool:
    """Tell whether a noted id still belongs to one of our processes and was not given anew."""
    seen = subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 - found on PATH everywhere
        capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return sys.executable in seen and "config." in seen


def _is_healthy(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == HTTPStatus.OK)
    except urllib.error.HTTPError as failure:
        raise StartRefused(
            f"the web server fails: its health page answers {failure.code}; see its log."
        ) from failure
    except OSError:
        return False


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
