"""Prints the gate table as the page that docs/gates.md keeps."""

from django.core.management.base import BaseCommand

from governance.rules import describe


class Command(BaseCommand):
    help = "Prints gates, duties and numbers as one page, as `./run docs` writes it."

    def handle(self, **options: object) -> None:
        """Print the page."""
        self.stdout.write(describe.as_markdown(), ending="")
