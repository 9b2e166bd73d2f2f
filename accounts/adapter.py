"""What Assay changes in allauth's way in: no signing up, and every letter goes by the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts.models import User
from accounts.services import passwords


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Tells allauth who may come and how letters are sent."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody makes a login alone: people are invited."""
        del request
        return False

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Leave the letter, and the link that only it may hold, to a worker."""
        del email, context
        passwords.ask_reset(user=user)

    def set_password(self, user: User, password: str) -> None:
        """Set the password that a reset brought, and tell the ledgers of the person's places."""
        passwords.reset(user=user, password=password)
