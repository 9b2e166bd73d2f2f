"""Recomputes every organization's ledger and says what is not as it was recorded."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.queries import people
from audit.queries import soundness
from audit.queries.soundness import Examination
from core import tenancy

SHOWN = 100


class Command(BaseCommand):
    help = "Verifies the chain of acts, what each changed, and every governed row against it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one option."""
        parser.add_argument("--organization", metavar="SLUG", help="only this organization")

    def handle(self, *, organization: str | None, **options: object) -> None:
        """Print what was found in each organization; CommandError (exit 1) when anything was."""
        chosen = (
            list(people.organizations()) if organization is None else [people.by_slug(organization)]
        )
        faulty = sum(not self._verify(each) for each in chosen)
        if faulty:
            raise CommandError(f"the ledger of {faulty} organization(s) is not sound")

    def _verify(self, organization: Organization) -> bool:
        with tenancy.reading(tenancy.system(organization.pk)):
            seen = soundness.examine()
        for fault in seen.faults[:SHOWN]:
            self.stdout.write(f"{organization.slug}: {fault}")
        if len(seen.faults) > SHOWN:
            self.stdout.write(f"{organization.slug}: and {len(seen.faults) - SHOWN} more")
        self.stdout.write(f"{organization.slug}: {_summary(seen)}")
        return not seen.faults


def _summary(seen: Examination) -> str:
    verdict = f"{len(seen.faults)} faults" if seen.faults else "sound"
    noted = f", {seen.unattributed} noted as changed without an act" if seen.unattributed else ""
    return f"{seen.acts} acts, {seen.changes} changes{noted}: {verdict}"
