"""Compares every stored roll-up with the full recompute from the truth; prints what differs."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import Organization
from accounts.queries import people
from core import tenancy
from reporting.services import check, recompute


class Command(BaseCommand):
    help = "Check all roll-ups against the full recompute; exit code 1 if a cell differs."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--organization", metavar="SLUG", help="only this one")
        parser.add_argument(
            "--repair",
            action="store_true",
            help="afterwards derive everything anew and check again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        slug = options["organization"]
        wanted = people.organizations() if slug is None else [people.by_slug(slug)]
        drifted = sum(self._check(each, repair=options["repair"]) for each in wanted)
        if drifted:
            raise CommandError(f"{drifted} cells differ.", returncode=1)

    def _check(self, organization: Organization, *, repair: bool) -> int:
        actor = tenancy.system(organization.pk)
        found = check.check(actor=actor)
        for cell in found:
            self.stdout.write(
                f"{organization.slug}: {cell.where} ({cell.node_id}), {cell.row}, {cell.column}:"
                f" stored {cell.stored}, recomputed {cell.recomputed}"
            )
        if found and repair:
            recompute.rebuild(actor=actor)
            self.stdout.write(f"{organization.slug}: {len(found)} cells repaired")
            found = check.check(actor=actor)
        if not found:
            self.stdout.write(f"{organization.slug}: every cell equals the recompute")
        return len(found)
