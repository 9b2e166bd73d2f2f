"""Takes each guard of the database away, one at a time, and expects a test to miss it."""

import subprocess
import sys
from argparse import ArgumentParser
from importlib.util import find_spec

from django.core.management.base import BaseCommand, CommandError

from config.environment import ROOT

# Where guards are attacked by hand; pages and services only meet again what stands there.
TESTS = (
    "tests/attacks",
    "tests/architecture/test_catalog.py",
    *sorted(str(each.relative_to(ROOT)) for each in ROOT.glob("tests/services/test_*_guards.py")),
    "tests/services/test_hierarchy_tree_refusals.py",
)
# The way in and the pages meet no guard that others do not; luck proves no lock.
LEFT_OUT = (
    *("test_way_in.py", "test_hostile_*.py", "test_markup.py", "test_neighbours.py"),
    *("test_refused_clearly*.py", "test_*_races.py", "test_state_machine.py"),
)


class Command(BaseCommand):
    help = (
        "Proves that each guard of the database is tested: drops it in a scratch database, expects"
        " a red test, restores it, expects it green. Fails where a removal goes unnoticed."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add which guards, and which tests."""
        parser.add_argument(
            "--only",
            action="append",
            default=[],
            metavar="NAME",
            help="only guards with this in their name (kind:table.name; * for anything)",
        )
        parser.add_argument("tests", nargs="*", default=TESTS, help="other tests than the usual")

    def handle(self, *, only: list[str], tests: list[str], **options: object) -> None:
        """Run the proof; CommandError (exit 1) when a guard survives its removal."""
        if find_spec("pytest") is None:
            raise CommandError("this needs the tests' environment: ./run manage prove_guards")
        chosen = [part for name in only for part in ("--only-guard", name)]
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-q", "-p", "tests.proving"),
                *("-p", "no:randomly", "-p", "no:cacheprovider", "--prove-guards"),
                *(f"--ignore-glob=*/{name}" for name in LEFT_OUT),
                *chosen,
                *tests,
            ],
            cwd=ROOT,
            check=False,
        )
        if done.returncode:
            raise CommandError("not every guard is proved; see the table above")
