"""`manage.py demo`: the whole system on this machine, from nothing to a page in a browser."""

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser

from config import demo_servers, supervisor
from config.demo_servers import DemoFiles, Servers
from config.environment import ROOT, Process
from config.errors import EXIT_CODE, StartRefused
from config.progress import Progress
from config.supervisor import Child

LOADER = ROOT / "config" / "management" / "commands" / "load_demo.py"


ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody pressed Ctrl-C or asked us to end; not an error."""


class Command(BaseCommand):
    help = "Start everything on this machine: database, broker, web, worker and beat, with a demo."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fresh", action="store_true", help="remove the data and start over")
        parser.add_argument("--port", type=_port, default=8000, help="where the pages are served")
        parser.add_argument("--no-browser", action="store_true", help="do not open a browser")

    def handle(self, *_: Any, **options: Any) -> None:
        for number in ENDINGS:
            signal.signal(number, _stop)
        progress = Progress()
        try:
            _run(progress, options)
        except StartRefused as refusal:
            progress.say(f"assay: {refusal}")
            sys.exit(EXIT_CODE)
        except Stopped:
            progress.say("Assay has stopped; nothing is left running.")


def _run(progress: Progress, options: Mapping[str, Any]) -> None:
    files = demo_servers.files_of(os.environ)
    with _only_one(files):
        supervisor.end_left_over(files.folder / "processes.json")
        supervisor.refuse_port_in_use(options["port"])
        if options["fresh"] or files.loading.exists():
            with progress.step("removing the data of before"):
                demo_servers.erase(os.environ)
        with _servers(progress) as servers:
            _load(progress, servers)
            _serve(progress, servers, options)


@contextmanager
def _servers(progress: Progress) -> Iterator[Servers]:
    servers = demo_servers.running(os.environ)
    with progress.step("database and broker, roles and schema"):
        opened = servers.__enter__()
    try:
        yield opened
    finally:
        _hear_no_more()
        servers.__exit__(None, None, None)


def _load(progress: Progress, servers: Servers) -> None:
    if servers.files.logins.exists() or not LOADER.exists():
        return
    servers.files.loading.touch()
    with progress.step("the two demo organizations, their history through the services"):
        loaded = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "load_demo"],
            env={**os.environ, **servers.variables()}, cwd=ROOT, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    if loaded.returncode != 0:
        raise StartRefused("the demo data could not be loaded; what failed stands above.")
    servers.files.loading.unlink()


def _serve(progress: Progress, servers: Servers, options: Mapping[str, Any]) -> None:
    port = options["port"]
    url = f"http://127.0.0.1:{port}"
    variables = {**servers.variables(), "PUBLIC_URL": url}
    children = supervisor.system(variables, port, servers.files.logs)
    note = servers.files.folder / "processes.json"
    try:
        with progress.step("web server"):
            children[Process.WEB].start()
            supervisor.remember(children.values(), note)
            supervisor.wait_until_healthy(children[Process.WEB], port)
        children[Process.WORKER].start()
        children[Process.BEAT].start()
        supervisor.remember(children.values(), note)
        _welcome(progress, servers, url)
        if not options["no_browser"] and _has_screen():
            webbrowser.open(url)
        _watch(progress, servers, children, note)
    finally:
        _hear_no_more()
        progress.say("stopping ...")
        supervisor.stop(children.values())
        note.unlink(missing_ok=True)


def _watch(
    progress: Progress, servers: Servers, children: Mapping[Process, Child], note: Any
) -> NoReturn:
    """Keep everything up until we are stopped; what ends by itself is started again."""
    known = set(servers.files.letters())
    while True:
        time.sleep(1)
        if servers.cluster is not None:
            servers.cluster.keep_up()
        for letter in servers.files.letters():
            if letter not in known:
                progress.say(f"a letter was written: {letter}")
                known.add(letter)
        for kind, child in children.items():
            if child.is_running():
                continue
            if child.is_hopeless():
                raise StartRefused(f"the {kind} process ends: {child.last_words()} ({child.log})")
            progress.say(f"the {kind} process has ended and is started again; see {child.log}")
            child.start()
            supervisor.remember(children.values(), note)


def _welcome(progress: Progress, servers: Servers, url: str) -> None:
    logins = []
    if servers.files.logins.exists():
        logins = json.loads(servers.files.logins.read_text())
    progress.welcome(
        url,
        logins,
        [
            *_places(servers),
            "Ctrl-C stops everything; ./run demo goes on later, ./run demo --fresh starts over.",
        ],
    )


def _places(servers: Servers) -> list[str]:
    places = [f"Logs, letters and files: {servers.files.folder}"]
    if servers.cluster is not None:
        places.append(f"Database: {servers.cluster.folder}")
    return places


@contextmanager
def _only_one(files: DemoFiles) -> Iterator[None]:
    with (files.folder / "demo.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as refusal:
            raise StartRefused(
                f"the demo of this folder is already running ({files.folder}); stop it first."
            ) from refusal
        yield


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:  # noqa: PLR2004 - the largest port
        raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to 65535")
    return int(text)


def _has_screen() -> bool:
    shown = sys.platform == "darwin" or any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY")))
    return shown and sys.stdout.isatty()


def _hear_no_more() -> None:
    # Pressing Ctrl-C a second time must not leave a process behind.
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)


def _stop(number: int, frame: FrameType | None) -> NoReturn:
    del number, frame
    raise Stopped
