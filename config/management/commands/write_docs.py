"""Writes the generated pages of docs/."""

from typing import Any

from django.core.management.base import BaseCommand

from config import documents


class Command(BaseCommand):
    help = "Writes the generated pages of docs/: refusals and gates."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """Write each page."""
        for path, text in documents.pages().items():
            path.write_text(text)
            self.stdout.write(f"wrote {path.relative_to(path.parent.parent)}")
