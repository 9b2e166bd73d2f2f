"""The forms of administration."""

from calendar import month_name
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import Member, User
from accounts.rules.letters import Digest
from accounts.rules.roles import Role
from hierarchy.models import Node
from hierarchy.rules import deputies

DECIMAL_SIGNS = ((".", "."), (",", ","))
GROUP_SIGNS = ((",", ","), (".", "."), (" ", _("space")), ("'", "'"), ("", _("none")))


def _day() -> forms.DateInput:
    """Return a day that is picked in the browser's own calendar."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class NodeForm(forms.Form):
    """The name and code of a node to be added."""

    name = forms.CharField(label=_("Name"), max_length=200)
    code = forms.CharField(label=_("Code"), max_length=60, required=False)


class RenameForm(NodeForm):
    """The name and code of a node that stands; `version` is the one the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class MoveForm(forms.Form):
    """A new parent for a node; the list only offers, the tree itself judges whatever is named."""

    parent = forms.UUIDField(label=_("New parent"), widget=forms.Select)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *arguments: Any, parents: Iterable[Node], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.parents = [(str(each.public_id), str(each)) for each in parents]
        self.fields["parent"].widget.choices = self.parents


class ArchiveForm(forms.Form):
    """Nothing but the version the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SeatForm(forms.Form):
    """A seat at a node."""

    node = forms.UUIDField(widget=forms.HiddenInput)
    member = forms.ChoiceField(label=_("Member"))
    role = forms.ChoiceField(
        label=_("Role"), choices=[(role.value, role.value.capitalize()) for role in Role]
    )
    valid_from = forms.DateField(
        label=_("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    valid_to = forms.DateField(
        label=_("Until before"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(self, *arguments: Any, members: Iterable[Member], **options: Any) -> None:
        super().__init__(*arguments, **options)
        field = self.fields["member"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [(str(each.public_id), f"{each.name} ({each.email})") for each in members]


class DeputyForm(forms.Form):
    """Who stands in for whom, in which role, where and how long."""

    principal = forms.TypedChoiceField(label=_("For"), coerce=UUID)
    deputy = forms.TypedChoiceField(label=_("Deputy"), coerce=UUID)
    role = forms.ChoiceField(
        label=_("Duties of"),
        choices=[(role.value, role.value.capitalize()) for role in deputies.ROLES],
        help_text=_("Sponsor and controller as named on a measure, the others by their seat."),
    )
    place = forms.TypedChoiceField(label=_("Where"), coerce=UUID)
    first_on = forms.DateField(label=_("From"), widget=_day())
    last_on = forms.DateField(label=_("Until"), widget=_day(), help_text=_("This day counts."))
    reason = forms.CharField(label=_("Why"), max_length=2000, required=False)

    def __init__(
        self,
        *arguments: Any,
        principals: Iterable[Member],
        deputies: Iterable[Member],
        places: Iterable[Node],
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        offers: dict[str, Iterable[Member] | Iterable[Node]] = {
            "principal": principals,
            "deputy": deputies,
            "place": places,
        }
        for name, offered in offers.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = [(str(each.public_id), str(each)) for each in offered]


class RevokeDeputyForm(forms.Form):
    """Which deputyship is ended; it ends now."""

    deputyship = forms.UUIDField(widget=forms.HiddenInput)


class ActForForm(forms.Form):
    """Whom the reader acts for; nobody named is the reader again."""

    member = forms.UUIDField(widget=forms.HiddenInput, required=False)


class RelieveForm(forms.Form):
    """Which seat is ended; the day is today."""

    seat = forms.IntegerField(widget=forms.HiddenInput)


class MemberForm(forms.Form):
    """A person who becomes a member."""

    name = forms.CharField(label=_("Name"), max_length=200)
    email = forms.EmailField(label=_("E-mail address"), max_length=254)


class InvitationForm(MemberForm):
    """A person who is invited by e-mail, with up to three seats."""

    SEATS: ClassVar = (1, 2, 3)
    prefix = "invite"

    def __init__(self, *arguments: Any, places: Iterable[Node], **options: Any) -> None:
        super().__init__(*arguments, **options)
        nodes = [(str(each.public_id), "\u2003" * each.level + each.name) for each in places]
        roles = [(role.value, role.value.capitalize()) for role in Role]
        for number in self.SEATS:
            self.fields[f"role_{number}"] = forms.ChoiceField(
                label=_("Seat"), choices=[("", _("none")), *roles], required=False
            )
            self.fields[f"node_{number}"] = forms.ChoiceField(
                label=_("At"), choices=nodes, required=False
            )

    def promised(self) -> list[tuple[str, str]]:
        """Return the seats as (role, public id of the node)."""
        given = self.cleaned_data
        return [
            (given[f"role_{number}"], given[f"node_{number}"])
            for number in self.SEATS
            if given[f"role_{number}"]
        ]

    def first_fields(self) -> list[forms.BoundField]:
        """Return who is invited, and the first seat."""
        return [self[name] for name in ("name", "email", "role_1", "node_1")]

    def further_fields(self) -> list[forms.BoundField]:
        """Return the seats that most invitations do not need."""
        return [self[f"{kind}_{number}"] for number in self.SEATS[1:] for kind in ("role", "node")]


class WelcomeForm(forms.Form):
    """The password a person chooses who has none yet."""

    password = forms.CharField(
        label=_("Choose a password"),
        strip=False,
        max_length=512,
        help_text=_("At least 12 characters; a sentence is easiest to keep in mind."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *arguments: Any, user: User, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.user = user

    def clean_password(self) -> str:
        """Refuse a password that is short, common, all digits or the person's own name."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class LettersForm(forms.Form):
    """How often a member gets a letter of what is due."""

    digest = forms.ChoiceField(
        label=_("A letter of what is due"),
        choices=[
            (Digest.WEEKLY.value, _("weekly, on Monday at seven")),
            (Digest.DAILY.value, _("daily, on working days at seven")),
            (Digest.NEVER.value, _("never")),
        ],
        widget=forms.RadioSelect,
    )


class ProfileForm(forms.Form):
    """What an organization is and how it counts."""

    name = forms.CharField(label=_("Name"), max_length=200)
    currency = forms.RegexField(
        label=_("Currency"), regex=r"^[A-Z]{3}$", help_text=_("Three letters, as in ISO 4217.")
    )
    fiscal_start_month = forms.TypedChoiceField(
        label=_("Fiscal year starts in"),
        coerce=int,
        choices=[(number, month_name[number]) for number in range(1, 13)],
    )
    decimal_separator = forms.ChoiceField(label=_("Decimal sign"), choices=DECIMAL_SIGNS)
    group_separator = forms.ChoiceField(
        label=_("Sign between groups of digits"), choices=GROUP_SIGNS, required=False
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name) for name in sorted(available_timezones())],
        help_text=_("Days begin and deadlines end by it."),
    )

    def __init__(self, *arguments: Any, is_fixed: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name in ("currency", "fiscal_start_month") if is_fixed else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Fixed, for figures have been entered under it.")


class NumberForm(forms.Form):
    """A new value for one number of the rules."""

    value = forms.DecimalField(label=_("New value"), max_digits=12, decimal_places=6)
    effective_on = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(
        label=_("What it is for"), max_length=100, help_text=_("Such as the program that uses it.")
    )
    may_write = forms.BooleanField(label=_("May change things"), required=False)


class RevokeForm(forms.Form):
    """Which token is ended."""

    token = forms.IntegerField(widget=forms.HiddenInput)
