"""Looks for duties that met in one person in every organization; prints one line a finding."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.queries import people
from core import tenancy
from governance.queries import conflicts


class Command(BaseCommand):
    help = "Check that no duties met in one person; exit code 1 if any did."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one option."""
        parser.add_argument("--organization", metavar="SLUG", help="only this organization")

    def handle(self, *, organization: str | None, **_options: object) -> None:
        """Print what was found in each organization; CommandError (exit 1) when anything was."""
        chosen = (
            list(people.organizations()) if organization is None else [people.by_slug(organization)]
        )
        count = sum(self._check(each) for each in chosen)
        if count:
            raise CommandError(f"{count} conflicts of duty.")

    def _check(self, organization: Organization) -> int:
        with tenancy.reading(tenancy.system(organization.pk)):
            found = conflicts.found()
        for each in found:
            day = "" if each.on is None else f" on {each.on.isoformat()}"
            self.stdout.write(
                f"{organization.slug}: {each.kind}: {each.person} {each.sentence}{day}"
                f" ({each.place})"
            )
        self.stdout.write(f"{organization.slug}: {len(found) or 'no'} conflicts of duty")
        return len(found)
