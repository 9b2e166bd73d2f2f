"""Recomputes ledgers, in the database or in an export, and says what is not as it was recorded."""

from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.queries import people
from audit import papers, reading
from audit.papers import Head
from audit.queries import heads as publications
from audit.queries import soundness
from audit.queries.soundness import Examination
from core import signing, tenancy
from core.errors import DomainError

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command was asked to verify, and against what."""

    organization: str | None
    heads: tuple[Head, ...]
    keys: tuple[str, ...]


class Command(BaseCommand):
    help = (
        "Verifies the chain of acts, what each changed, and every governed row against it; with "
        "--head against a published head too, and with --file an export, without any database."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--organization", metavar="SLUG", help="only this organization")
        parser.add_argument(
            "--file", metavar="ZIP", type=Path, help="an export instead of a database"
        )
        parser.add_argument(
            "--head", metavar="FILE", type=Path, action="append", default=[],
            help="published heads, one a line; more than one file may be named",
        )  # fmt: skip
        parser.add_argument(
            "--key", metavar="BASE64", action="append", default=[],
            help="a public key that may have signed; by default this installation's own",
        )  # fmt: skip

    def handle(
        self, *, file: Path | None, head: Sequence[Path], key: Sequence[str], **options: object
    ) -> None:
        """Print what was found; CommandError (exit 1) when anything was."""
        keys = tuple(key) or _own_key()
        chosen = options.get("organization")
        try:
            asked = Asked(
                organization=None if chosen is None else str(chosen),
                heads=tuple(each for path in head for each in _heads(path, keys)),
                keys=keys,
            )
            if file is not None:
                self._verify_file(file, asked)
            else:
                self._verify_database(asked)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal

    def _verify_database(self, asked: Asked) -> None:
        chosen = (
            list(people.organizations())
            if asked.organization is None
            else [people.by_slug(asked.organization)]
        )
        faulty = sum(not self._verify(each, asked) for each in chosen)
        if asked.organization is None:
            faulty += self._absent(asked.heads, {each.pk for each in chosen})
        if faulty:
            raise CommandError(f"the ledger of {faulty} organization(s) is not sound")

    def _verify(self, organization: Organization, asked: Asked) -> bool:
        own = [head for head in asked.heads if head.organization_id == organization.pk]
        with tenancy.reading(tenancy.system(organization.pk)):
            seen = soundness.examine()
            rewritten = publications.compare(own)
        faults = [str(each) for each in (*rewritten, *seen.faults)]
        self._say(organization.slug, faults)
        published = f", {len(own)} published heads" if own else ""
        self.stdout.write(f"{organization.slug}: {_summary(seen, faults, published)}")
        return not faults

    def _absent(self, heads: Sequence[Head], present: set[int]) -> int:
        gone = {each.organization_id: each for each in heads if each.organization_id not in present}
        for head in gone.values():
            self.stdout.write(
                f"{head.organization}: its ledger was published on {head.on}, and is not here"
            )
        return len(gone)

    def _verify_file(self, file: Path, asked: Asked) -> None:
        manifest, report = reading.examine(file, asked.keys, asked.heads)
        name = str(manifest.content.get("organization"))
        self._say(name, report.faults, report.unsaid)
        proven = "the key given" if asked.keys else "compare the key: none was given"
        self.stdout.write(
            f"{name}: exported {manifest.content.get('at')}, signed with "
            f"{signing.fingerprint(manifest.key)} ({proven})"
        )
        found = len(report.faults) + report.unsaid
        verdict = f"{found} faults" if found else "sound"
        hidden = f", {report.withheld} lines withheld" if report.withheld else ""
        self.stdout.write(
            f"{name}: {report.acts} acts, {report.changes} changes{hidden}: {verdict}"
        )
        if found:
            raise CommandError(f"the export {file} is not sound")

    def _say(self, name: str, faults: Sequence[str], unsaid: int = 0) -> None:
        for fault in faults[:SHOWN]:
            self.stdout.write(f"{name}: {fault}")
        more = len(faults[SHOWN:]) + unsaid
        if more:
            self.stdout.write(f"{name}: and {more} more")


def _heads(path: Path, keys: tuple[str, ...]) -> list[Head]:
    try:
        lines = path.read_text().splitlines()
    except (OSError, UnicodeDecodeError) as refusal:
        raise CommandError(f"{path} cannot be read: {refusal}") from refusal
    return list(papers.heads(lines, keys))


def _own_key() -> tuple[str, ...]:
    """Return this installation's public key, if it is known here: an auditor's machine has none."""
    return (signing.public_key(),) if settings.SIGNING_KEY else ()


def _summary(seen: Examination, faults: Sequence[str], published: str) -> str:
    verdict = f"{len(faults)} faults" if faults else "sound"
    noted = f", {seen.unattributed} noted as changed without an act" if seen.unattributed else ""
    return f"{seen.acts} acts, {seen.changes} changes{noted}{published}: {verdict}"
