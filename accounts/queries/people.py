"""Organizations and members: who belongs where."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models

from accounts.models import Member, Organization, Profile, User
from accounts.rules.letters import Digest
from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Membership:
    """A user's place in one organization."""

    organization_id: int
    slug: str
    member_id: int
    name: str
    home: str
    time_zone: str


def organizations() -> models.QuerySet[Organization]:
    """Return every organization's id, address and time zone: all that sweeps may see."""
    return Organization.objects.order_by("pk")


def systems() -> list[Actor]:
    """Return Assay itself as the actor in every organization, for sweeps."""
    return [tenancy.system(pk) for pk in organizations().values_list("pk", flat=True)]


def by_slug(slug: str) -> Organization:
    """Return the organization at an address; NotFound."""
    found = Organization.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(what="organization")
    return found


def memberships(user_id: int) -> list[Membership]:
    """Return the organizations a user belongs to, by address."""
    with tenancy.as_user(user_id):
        # The unscoped manager: the own_rows policy shows just this user's memberships.
        rows: list[Member] = list(
            models.QuerySet(Member)
            .filter(user_id=user_id, left_on__isnull=True)
            .select_related("organization")
            .order_by("organization__slug")
        )
    return [
        Membership(
            organization_id=row.organization.pk,
            slug=row.organization.slug,
            member_id=row.pk,
            name=row.name,
            home=row.home,
            time_zone=row.organization.time_zone,
        )
        for row in rows
    ]


def membership(user_id: int, slug: str) -> Membership | None:
    """Return a user's place in the organization at an address, or None."""
    return next((each for each in memberships(user_id) if each.slug == slug), None)


def actor_at(membership: Membership, user_id: int) -> Actor:
    """Return a user as an actor in one of the organizations they belong to."""
    return Actor(
        organization_id=membership.organization_id,
        member_id=membership.member_id,
        user_id=user_id,
        name=membership.name,
    )


def actor_of(member: Member) -> Actor:
    """Return a member as an actor; for commands and tests, as pages take theirs from the login."""
    return Actor(
        organization_id=member.organization_id,  # type: ignore[arg-type]  # never null
        member_id=member.pk,
        user_id=member.user_id,
        name=member.name,
    )


def profile() -> Profile:
    """Return the active organization's profile."""
    return tenancy.once("profile", Profile.objects.get)


def slug() -> str:
    """Return the active organization's address."""
    return Organization.objects.values_list("slug", flat=True).get(
        pk=tenancy.current_organization_id()
    )


def time_zone() -> str:
    """Return the active organization's time zone (IANA name)."""
    zones = Organization.objects.values_list("time_zone", flat=True)
    return tenancy.once("time zone", lambda: zones.get(pk=tenancy.current_organization_id()))


def know_time_zone(of: Membership) -> None:
    """Let a page that knows the reader's membership ask for its time zone no second time."""
    tenancy.once("time zone", lambda: of.time_zone)


def members() -> models.QuerySet[Member]:
    """Return the active organization's present members by name."""
    return Member.objects.filter(left_on__isnull=True).order_by("name", "pk")


def everybody() -> models.QuerySet[Member]:
    """Return the active organization's members, those who left among them, in their order."""
    return Member.objects.order_by("pk")


def staying() -> models.QuerySet[Member]:
    """Return the members to whom something can be given: present, and not about to leave."""
    return members().filter(leaves_on__isnull=True)


def member(member_id: int) -> Member:
    """Return one present member; NotFound."""
    found = members().filter(pk=member_id).first()
    if found is None:
        raise NotFound(what="member")
    return found


def names_of(member_ids: set[int | None]) -> dict[int, str]:
    """Return the names behind member ids, also of those who left."""
    given = [each for each in member_ids if each is not None]
    return dict(Member.objects.filter(pk__in=given).values_list("pk", "name"))


def who_wants(digest: Digest) -> list[Member]:
    """Return the present members who chose a digest and can log in to act on it."""
    wanting = members().filter(digest=digest, user__is_active=True)
    return list(wanting.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX))


def written(names: Mapping[int, str], doer_id: int | None, decided_for_id: int | None) -> str:
    """Return who did an act as pages say it: "A", or "A for B" where a deputy did it."""
    doer = names.get(doer_id or 0, "")
    principal = names.get(decided_for_id or 0, "")
    return f"{doer} for {principal}" if principal else doer


def can_log_in(member: Member) -> bool:
    """Tell whether a member's login has a password."""
    return User.objects.get(pk=member.user_id).has_usable_password()
