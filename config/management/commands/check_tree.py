"""Compares every organization's tree with its parenthood; prints one line a fault."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.queries import people
from core import tenancy
from hierarchy.models import Node
from hierarchy.queries import soundness


class Command(BaseCommand):
    help = "Check levels, nesting, siblings and ancestors of the tree; exit code 1 if one is wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the one option."""
        parser.add_argument("--organization", metavar="SLUG", help="only this organization")

    def handle(self, *, organization: str | None, **_options: object) -> None:
        """Print what was found in each organization; CommandError (exit 1) when anything was."""
        chosen = (
            list(people.organizations()) if organization is None else [people.by_slug(organization)]
        )
        faults = sum(self._check(each) for each in chosen)
        if faults:
            raise CommandError(f"{faults} faults in the tree.")

    def _check(self, organization: Organization) -> int:
        with tenancy.reading(tenancy.system(organization.pk)):
            faults, nodes = soundness.faults(), Node.objects.count()
        for fault in faults:
            self.stdout.write(f"{organization.slug}: {fault}")
        self.stdout.write(f"{organization.slug}: {nodes} nodes, {len(faults) or 'no'} faults")
        return len(faults)
