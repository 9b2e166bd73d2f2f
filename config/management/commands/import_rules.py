"""Proposes the rules of a file to an organization: a second administrator confirms them."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from accounts.queries import numbers, people
from core import tenancy
from core.errors import DomainError
from core.tenancy import Actor
from governance.models import SchemeProposal
from governance.queries import proposals
from governance.rules import differences
from governance.rules.schemes import read as rules_of
from governance.services import rulesets
from hierarchy.queries import authority
from intake.queries import administrators


class Command(BaseCommand):
    help = (
        "Reads a file of rules, proposes it as the next version of gates and numbers, and says "
        "what it would change. Nothing holds before another administrator has confirmed it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the file and whose rules it is to become."""
        parser.add_argument("file", metavar="FILE", type=Path, help="as exported from a rulebook")
        parser.add_argument("--organization", metavar="SLUG", required=True)
        parser.add_argument(
            "--actor", metavar="EMAIL", help="the administrator who proposes, if there are several"
        )
        parser.add_argument(
            "--from", dest="since", metavar="DATE", type=date.fromisoformat,
            help="the day from which the rules are to hold; today unless given",
        )  # fmt: skip
        parser.add_argument("--reason", default="", help="why, for the ledger")

    def handle(
        self,
        *,
        file: Path,
        organization: str,
        actor: str | None,
        since: date | None,
        reason: str,
        **_options: object,
    ) -> None:
        """Propose, then print the differences; CommandError with the sentence of a refusal."""
        try:
            tenant = people.by_slug(organization)
            with tenancy.reading(tenancy.system(tenant.pk)):
                administrator, today = administrators.chosen(actor), authority.today()
            made = rulesets.bring_in(
                actor=administrator,
                given=file.read_bytes(),
                effective_from=since or today,
                reason=reason,
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal} (code {refusal.code})") from refusal
        except OSError as refusal:
            raise CommandError(f"{file} cannot be read: {refusal}") from refusal
        self._print(administrator, made)

    def _print(self, reader: Actor, made: SchemeProposal) -> None:
        with tenancy.reading(reader):
            latest = proposals.latest()
            now = rules_of(latest.document, latest.version)
            then = rules_of(made.document, latest.version + 1)
            lines = [
                *differences.between(now, then),
                *differences.of_numbers(made.numbers, numbers.current(made.effective_from)),
            ]
            effect = proposals.preview(now, then)
        for each in lines:
            self.stdout.write(each)
        self.stdout.write(
            f"{effect.blocked} measures would be blocked, of {effect.looked_at} before a gate that "
            f"changes; open requests that must be submitted again: {effect.voided}."
        )
        self.stdout.write(
            "Proposed; a second administrator confirms it under Administration › Gates."
        )
