"""The sign-in form: allauth's, with one way to a new password and the words of the other pages."""

from typing import Any

from allauth.account.forms import LoginForm
from django.utils.translation import gettext_lazy as _


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """Address and password; the page itself leads to who has forgotten the password."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["password"].help_text = ""
        self.fields["remember"].label = _("Keep me signed in")
