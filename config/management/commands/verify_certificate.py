"""Proves a closure certificate, JSON or PDF, on any machine: no server is asked anything."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core import signing
from core.errors import DomainError
from governance import certificates


class Command(BaseCommand):
    help = (
        "Checks the signature of a certificate, by whom it was made and for whom, and of a PDF "
        "that its pages show exactly what is signed. Exit code 1 tells what is wrong."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and the options."""
        parser.add_argument("file", type=Path, help="a certificate as JSON or as PDF")
        parser.add_argument(
            "--key", metavar="BASE64", action="append", default=[],
            help="a public key that may have signed; by default this installation's own",
        )  # fmt: skip
        parser.add_argument("--organization", metavar="SLUG", help="whose certificate it must be")

    def handle(
        self, *, file: Path, key: Sequence[str], organization: str | None, **_options: object
    ) -> None:
        """Print what was proven; CommandError (exit 1) where something is wrong."""
        keys = tuple(key) or ((signing.public_key(),) if settings.SIGNING_KEY else ())
        try:
            proven = certificates.prove(file.read_bytes(), keys, organization)
        except OSError as refusal:
            raise CommandError(f"{file} cannot be read: {refusal}") from refusal
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        said = proven.content
        measure = said["measure"]
        name = measure.get("name") if isinstance(measure, dict) else measure
        key_words = "the key given" if keys else "compare the key: none was given"
        self.stdout.write(
            f"{said['organization']}: {name}, {said['outcome']} on {said['closed_on']}: genuine, "
            f"signed with {proven.fingerprint} ({key_words})"
        )
