"""`manage.py found_organization`: a new tenant with its root and its first administrator."""

import secrets
from typing import Any
from zoneinfo import available_timezones

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from accounts.services import organizations
from accounts.services.organizations import Founding
from core.errors import DomainError
from hierarchy.services import tree


class Command(BaseCommand):
    help = "Found an organization: its address, its root node and its first administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the short name in the address: /o/SLUG/")
        parser.add_argument("--name", required=True, help="the organization's full name")
        parser.add_argument("--administrator", required=True, help="e-mail of its administrator")
        parser.add_argument("--administrator-name", required=True, help="that person's name")
        parser.add_argument("--currency", default="EUR", help="ISO code, such as AUD")
        parser.add_argument("--time-zone", default="UTC", help="such as Australia/Melbourne")
        parser.add_argument("--fiscal-start", type=int, default=1, help="first month, 1 to 12")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, and print the administrator's first password once if the person is new."""
        _judge(options)
        email = options["administrator"].strip().lower()
        founder = User.objects.filter(email=email).first()
        password = "" if founder else secrets.token_urlsafe(12)
        if founder is None:
            founder = User.objects.create_user(email, password, name=options["administrator_name"])
        founding = Founding(
            slug=options["slug"],
            name=options["name"],
            currency=options["currency"],
            time_zone=options["time_zone"],
            fiscal_start_month=options["fiscal_start"],
        )
        try:
            actor = organizations.found(founding=founding, founder=founder)
            tree.plant(actor=actor, name=options["name"])
        except DomainError as refusal:
            raise CommandError(f"{refusal} (code {refusal.code})") from refusal
        self.stdout.write(f"{options['name']} is founded: /o/{options['slug']}/")
        if password:
            self.stdout.write(f"{email} logs in with {password} (shown this once)")


def _judge(options: dict[str, Any]) -> None:
    """Refuse what cannot be an organization, in a sentence."""
    if not options["slug"].replace("-", "").isalnum() or options["slug"] != options["slug"].lower():
        raise CommandError("The short name takes small letters, digits and hyphens only.")
    if len(options["currency"]) != 3 or not options["currency"].isupper():  # noqa: PLR2004 -- ISO 4217
        raise CommandError("The currency is an ISO code of three capital letters, such as EUR.")
    if options["time_zone"] not in available_timezones():
        raise CommandError(f"There is no time zone “{options['time_zone']}”; try Europe/Vienna.")
    if not 1 <= options["fiscal_start"] <= 12:  # noqa: PLR2004 -- months
        raise CommandError("The fiscal year starts in a month from 1 to 12.")
