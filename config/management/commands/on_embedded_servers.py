"""`./run manage NAME …`: any management command, with the demo's servers running for it."""

import os
import signal
import subprocess
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config import demo_servers
from config.environment import ROOT


class Command(BaseCommand):
    help = "Run another command on the demo's servers, started for it if they are not running."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the management command")

    def run_from_argv(self, argv: list[str]) -> None:
        """Take everything after our own name as the other command's line, options included."""
        if len(argv) < 3 or argv[2].startswith("-"):  # noqa: PLR2004 - program, this, the other
            self.print_help(argv[0], argv[1])
            sys.exit(2)
        sys.exit(_run(argv[2:]))

    def handle(self, *_: Any, **options: Any) -> None:
        sys.exit(_run([options["name"]]))


def _run(command: list[str]) -> int:
    with demo_servers.running(os.environ) as servers:
        variables = servers.variables()
        if servers.superuser_url is not None:
            variables["SUPERUSER_DATABASE_URL"] = servers.superuser_url
        # Ctrl-C reaches the command too; we wait for it to end and then stop the servers.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        done = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *command],
            env={**os.environ, **variables},
            # Ignored signals are inherited; the command must hear its own.
            preexec_fn=_hear_interrupts,  # noqa: PLW1509 - one call, before any thread exists
        )
        signal.signal(signal.SIGTERM, lambda *_: done.terminate())
        return done.wait()


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
