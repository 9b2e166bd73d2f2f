"""Deputies for tests: one named for three days from today, and the deputy as an actor."""

from dataclasses import replace
from datetime import date, timedelta

from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from hierarchy.models import Deputyship, Node
from hierarchy.queries import authority
from hierarchy.services import deputies
from hierarchy.services.deputies import StandingIn
from tests.factories.organizations import TestOrganization


def standing_in(
    organization: TestOrganization,
    principal: Role | str,
    deputy: Actor,
    *,
    role: Role | str = "",
    node: Node | None = None,
    until: date | None = None,
) -> StandingIn:
    """Return what is recorded: in the principal's own role, at the root, from today for 3 days."""
    with tenancy.reading(organization.actor(principal)):
        today = authority.today()
    return StandingIn(
        principal_id=organization.actor(principal).member_id,
        deputy_id=deputy.member_id,
        role=Role(role or principal),
        node_id=(node or organization.root).pk,
        first_on=today,
        last_on=until or today + timedelta(days=2),
        reason="On leave.",
    )


def named(
    organization: TestOrganization,
    principal: Role | str,
    deputy: Actor,
    *,
    by: Actor | None = None,
    **options: object,
) -> Deputyship:
    """Name a deputy, as the principal unless said otherwise."""
    return deputies.name(
        actor=by or organization.actor(principal),
        wanted=standing_in(organization, principal, deputy, **options),
    )


def acting_for(organization: TestOrganization, deputy: Actor, principal: Role | str) -> Actor:
    """Return a member as the deputy of who holds a role."""
    return replace(deputy, acts_for_id=organization.actor(principal).member_id)
