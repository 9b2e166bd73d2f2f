"""Founding an organization: its profile and its first member, in one act."""

from dataclasses import dataclass

from django.db import transaction

from accounts.errors import SlugTaken
from accounts.events import OrganizationFounded
from accounts.models import Member, Organization, Profile, User
from audit import services as audit
from core import tenancy
from core.tenancy import Actor


@dataclass(frozen=True, slots=True)
class Founding:
    """What an organization is founded with; currency is an ISO 4217 code."""

    slug: str
    name: str
    currency: str
    time_zone: str
    fiscal_start_month: int = 1
    decimal_separator: str = "."
    group_separator: str = ","


def found(*, founding: Founding, founder: User) -> Actor:
    """Make an organization with its profile and the founder as first member.

    Returns the founder as actor. Raises SlugTaken. The tree's root is planted by hierarchy.
    """
    with transaction.atomic(durable=True):
        organization, is_new = Organization.objects.get_or_create(
            slug=founding.slug, defaults={"time_zone": founding.time_zone}
        )
    if not is_new:
        raise SlugTaken(slug=founding.slug)
    with tenancy.acting(tenancy.system(organization.pk)):
        Profile.objects.create(
            name=founding.name,
            currency=founding.currency,
            fiscal_start_month=founding.fiscal_start_month,
            decimal_separator=founding.decimal_separator,
            group_separator=founding.group_separator,
        )
        member = Member.objects.create(user=founder, name=founder.name, email=founder.email)
        audit.record(OrganizationFounded(subject_id=organization.pk))
    return Actor(organization.pk, member.pk, founder.pk, member.name)
