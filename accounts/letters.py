"""What the letters of accounts say."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext

from accounts.models import Letter, User
from accounts.rules.letters import Link, Words
from core import tenancy


def address_of(name: str, **named: object) -> str:
    """Return the full address of a page, as it must stand in a letter."""
    url: str = settings.ENVIRONMENT.public_url
    return url + reverse(name, kwargs=named)


def password_reset(letter: Letter) -> Words | None:
    """Say how to set a new password; None once the asking is too long ago.

    The link is made only now, so that no row of the database can open an account.
    """
    age = tenancy.current().now - letter.created_at
    user = User.objects.filter(pk=letter.subject_id or 0, is_active=True).first()
    if user is None or age.total_seconds() > settings.PASSWORD_RESET_TIMEOUT:
        return None
    url = address_of(
        "account_reset_password_from_key",
        uidb36=user_pk_to_url_str(user),
        key=default_token_generator.make_token(user),
    )
    return Words(
        subject=gettext("Set a new password for Assay"),
        paragraphs=(
            gettext("Somebody, likely you, has asked for a new password for %(email)s.")
            % {"email": user.email},
            gettext("The link works once, for two hours. Until you use it nothing is changed."),
        ),
        action=Link(gettext("Set a new password"), url),
        footer=gettext(
            "If it was not you, there is nothing to do: only who reads this can use it."
        ),
    )
