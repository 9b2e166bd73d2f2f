"""What a member is at one measure: seats held there or above, and the names on it."""

from accounts.rules.duties import Standing
from accounts.rules.roles import Role, roles_named
from core.errors import NotAllowed
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.models import Measure


def of(actor: Actor, measure: Measure) -> Standing:
    """Return the standing of a person; NotAllowed for Assay itself, who holds no role."""
    if actor.member_id is None:
        raise NotAllowed(act="decide as nobody")
    return Standing(
        member_id=actor.member_id,
        seats=authority.roles_at(actor, measure.node),
        named=named(measure, actor.member_id),
    )


def principal(actor: Actor, measure: Measure) -> Standing | None:
    """Return the standing of whom a deputy acts for; None for who acts in their own name."""
    if actor.acts_for_id is None:
        return None
    return Standing(
        member_id=actor.acts_for_id,
        seats=authority.roles_of(actor.acts_for_id, measure.node),
        named=named(measure, actor.acts_for_id),
    )


def named(measure: Measure, member_id: int) -> frozenset[Role]:
    """Return the roles a member has by the columns of the measure."""
    return roles_named(
        is_owner=measure.owner_id == member_id,
        is_sponsor=measure.sponsor_id == member_id,
        is_controller=measure.controller_id == member_id,
    )


def suppliers(measure: Measure, role: Role) -> list[int]:
    """Return the member ids that can supply what a criterion asks of a role, nearest first."""
    by_name = {
        Role.OWNER: measure.owner_id,
        Role.SPONSOR: measure.sponsor_id,
        Role.CONTROLLER: measure.controller_id,
    }
    if role in by_name:
        member_id = by_name[role]
        return [] if member_id is None else [member_id]
    return authority.holders(measure.node, role)
