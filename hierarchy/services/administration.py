"""An administrator's acts on what accounts keeps: people, profile, numbers; and everyone's tokens.

Accounts lies below the tree and does not know seats; here they are judged, at the root.
"""

import secrets
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID
from zoneinfo import available_timezones

from django.db import connection

from accounts.models import ApiToken, Member, NumberSetting, Organization, Profile, User
from accounts.queries import people
from accounts.queries import tokens as token_queries
from accounts.rules.roles import Permission
from accounts.services import numbers, tokens
from accounts.services import people as members
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from hierarchy.errors import CanLogInAlready, FixedByFigures
from hierarchy.events import FirstPasswordGiven, ProfileChanged
from hierarchy.queries import authority, tree
from hierarchy.services.tree import checked_name

PASSWORD_BYTES = 12


@dataclass(frozen=True, slots=True)
class ProfileValues:
    """What an organization is called and how it counts and writes numbers."""

    name: str
    currency: str
    fiscal_start_month: int
    decimal_separator: str
    group_separator: str
    time_zone: str


@tenancy.act
def add_member(*, actor: Actor, name: str, email: str) -> tuple[Member, str | None]:
    """Make a person a member; returns the password of a new login, to be shown this once.

    A person who can log in already keeps the own password. NotAllowed, AlreadyMember, Invalid.
    """
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, tree.root())
    address = email.strip().lower()
    is_known = User.objects.filter(email=address).exists()
    password = None if is_known else secrets.token_urlsafe(PASSWORD_BYTES)
    member = members.add(actor=actor, name=checked_name(name), email=address, password=password)
    return member, password


@tenancy.act
def give_first_password(*, actor: Actor, public_id: UUID) -> str:
    """Give a member who never could log in a password, to be shown this once.

    Raises NotFound, NotAllowed, CanLogInAlready: nobody replaces a password that is in use.
    """
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, tree.root())
    member = member_at(public_id)
    user = User.objects.select_for_update().get(pk=member.user_id)
    if user.has_usable_password():
        raise CanLogInAlready(member=member.name)
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(FirstPasswordGiven(subject_id=member.pk))
    return password


@tenancy.act
def change_profile(*, actor: Actor, values: ProfileValues) -> Profile:
    """Change the organization's profile; NotAllowed, Invalid.

    FixedByFigures for currency and fiscal start once figures were entered: they give the figures
    their meaning.
    """
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, tree.root())
    if values.time_zone not in available_timezones():
        raise Invalid(field="time zone", problem=f"{values.time_zone} is not known.")
    if values.decimal_separator == values.group_separator:
        raise Invalid(field="number format", problem="decimal and group sign must differ.")
    profile = Profile.objects.select_for_update().get()
    for field in ("currency", "fiscal_start_month"):
        before = getattr(profile, field)
        if before != getattr(values, field) and has_figures():
            raise FixedByFigures(field=field.replace("_", " "), value=before)
    profile.name = checked_name(values.name)
    profile.currency = values.currency
    profile.fiscal_start_month = values.fiscal_start_month
    profile.decimal_separator = values.decimal_separator
    profile.group_separator = values.group_separator
    profile.save()
    Organization.objects.filter(pk=actor.organization_id).update(time_zone=values.time_zone)
    audit.record(ProfileChanged(subject_id=actor.organization_id, time_zone=values.time_zone))
    return profile


def has_figures() -> bool:
    """Tell whether any figure was ever entered in the active organization."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM measures_seriesversion WHERE organization_id = %s)",
            [tenancy.current_organization_id()],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


@tenancy.act
def change_number(
    *, actor: Actor, key: str, value: Decimal, effective_on: date, reason: str
) -> NumberSetting:
    """Change a number of the rules from today or a later day; NotAllowed, Invalid."""
    authority.ensure(actor, Permission.CHANGE_NUMBERS, tree.root())
    if effective_on < authority.today():
        raise Invalid(
            field="effective on",
            problem="must not lie in the past: what was decided then was decided by the number "
            "then in force.",
        )
    return numbers.change(
        actor=actor, key=key, value=value, effective_on=effective_on, reason=reason
    )


@tenancy.act
def issue_token(*, actor: Actor, name: str, may_write: bool) -> str:
    """Make a token that acts as the actor, and return it in clear, to be shown this once.

    Nobody makes a token for somebody else: it would let an administrator act as a controller.
    """
    if actor.member_id is None:
        raise NotFound(what="member")
    return tokens.issue(
        actor=actor, member_id=actor.member_id, name=checked_name(name), may_write=may_write
    )


@tenancy.act
def revoke_token(*, actor: Actor, token_id: int) -> None:
    """End a token: one's own, or as an administrator anybody's. NotFound, NotAllowed."""
    token = ApiToken.objects.filter(pk=token_id).first()
    if token is None:
        raise NotFound(what="token")
    if token.member_id != actor.member_id:
        authority.ensure(actor, Permission.ADMINISTER_PEOPLE, tree.root())
    tokens.revoke(actor=actor, token_id=token_id)


def seen_tokens(actor: Actor) -> list[ApiToken]:
    """Return the tokens in force that the actor may revoke: the own ones, or everybody's."""
    rows = token_queries.in_force(tenancy.current().now)
    if not authority.may(actor, Permission.ADMINISTER_PEOPLE, tree.root()):
        rows = rows.filter(member_id=actor.member_id or 0)
    return list(rows)


def member_at(public_id: UUID) -> Member:
    """Return the present member at a public address; NotFound."""
    found = people.members().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="member")
    return found
