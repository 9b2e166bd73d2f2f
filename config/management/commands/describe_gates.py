"""Prints the gate table as a page, or writes it to docs/gates.md."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand

from config.environment import ROOT
from governance.rules import describe

PAGE = ROOT / "docs" / "gates.md"


class Command(BaseCommand):
    help = "Prints gates, duties and numbers as one page; --write puts it in docs/gates.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one option."""
        parser.add_argument("--write", action="store_true", help="write docs/gates.md")

    def handle(self, *, write: bool, **options: object) -> None:
        """Print or write the page."""
        page = describe.as_markdown()
        if write:
            PAGE.parent.mkdir(exist_ok=True)
            PAGE.write_text(page, encoding="utf-8")
        else:
            self.stdout.write(page, ending="")
