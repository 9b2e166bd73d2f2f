"""`manage.py bench`: the product's speed beside the bare database doing the same."""

import argparse
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.bench import report
from config.progress import Progress

DEFAULT = 10_000


class Command(BaseCommand):
    help = (
        "Build an organization of N measures x 36 months in a scratch database and print how the "
        "product compares with the bare database doing the same in the same run."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--measures", type=_number, default=DEFAULT, metavar="N")
        parser.add_argument("--json", action="store_true", help="a list of goal, target, seen, met")
        parser.add_argument("--keep", action="store_true", help="leave the scratch database")

    def handle(self, *_: Any, **options: Any) -> None:
        progress = Progress(on_stderr=True)
        found = report.run(options["measures"], is_kept=options["keep"], progress=progress)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(found), indent=2))
        else:
            self.stdout.write(report.as_text(found))


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of measures")
    return int(text)
