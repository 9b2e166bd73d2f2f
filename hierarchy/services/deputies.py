"""Acts on deputyships: a member, or an administrator for them, names a deputy and revokes one."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Member
from accounts.queries import numbers, people
from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from core.tenancy import Actor
from hierarchy.errors import (
    DeputyOfOneself,
    DeputyshipOver,
    DeputyTaken,
    NodeArchived,
    NotForDeputies,
    OwnDeputyship,
)
from hierarchy.events import DeputyNamed, DeputyRevoked
from hierarchy.models import Deputyship, Node
from hierarchy.queries import authority, deputies, tree
from hierarchy.rules import deputies as rules
from hierarchy.rules.deputies import State

LONGEST_REASON = 2000


@dataclass(frozen=True, slots=True)
class StandingIn:
    """Who stands in for whom, in which role, where, and from which to which day (both count)."""

    principal_id: int
    deputy_id: int
    role: Role
    node_id: int
    first_on: date
    last_on: date
    reason: str = ""


@tenancy.act
def name(*, actor: Actor, wanted: StandingIn) -> Deputyship:
    """Name a deputy: for oneself, or as an administrator for another member.

    Whether the principal holds the role is judged at each act. Raises NotFound, NotAllowed,
    NotForDeputies, DeputyOfOneself, OwnDeputyship, NodeArchived, DeputyTooLate, DeputyTooLong,
    DeputyTaken, Invalid.
    """
    tenancy.lock_organization()
    principal, deputy = people.member(wanted.principal_id), people.member(wanted.deputy_id)
    node = tree.node(wanted.node_id)
    _ensure_may(actor, principal, deputy, node)
    if wanted.role not in rules.ROLES:
        raise Invalid(field="role", problem=f"must be one of {', '.join(rules.ROLES)}.")
    if len(wanted.reason) > LONGEST_REASON:
        raise Invalid(field="reason", problem=f"enter at most {LONGEST_REASON} characters.")
    if node.archived_on is not None:
        raise NodeArchived(node=node.name)
    today = authority.today()
    rules.check_term(
        first=wanted.first_on,
        last=wanted.last_on,
        today=today,
        longest=numbers.current(today).deputy_days,
    )
    _refuse_overlap(wanted, principal, deputy)
    made: Deputyship = Deputyship.objects.create(
        principal=principal,
        deputy=deputy,
        role=wanted.role,
        node=node,
        first_on=wanted.first_on,
        last_on=wanted.last_on,
        reason=wanted.reason.strip(),
        named_by_id=actor.member_id or 0,
    )
    audit.record(
        DeputyNamed(
            subject_id=made.pk,
            reason=made.reason,
            principal_id=principal.pk,
            deputy_id=deputy.pk,
            role=made.role,
            node_id=node.pk,
            first_on=made.first_on,
            last_on=made.last_on,
        )
    )
    return made


@tenancy.act
def revoke(*, actor: Actor, deputyship_id: int, reason: str = "") -> Deputyship:
    """End a deputyship now: by the principal, the deputy, or an administrator.

    Raises NotFound, NotAllowed, NotForDeputies, DeputyshipOver.
    """
    found: Deputyship | None = (
        Deputyship.objects.select_for_update(of=("self",))
        .select_related("principal", "deputy", "node")
        .filter(pk=deputyship_id)
        .first()
    )
    if found is None:
        raise NotFound(what="deputyship")
    if actor.member_id not in (found.principal_id, found.deputy_id) or actor.acts_for_id:
        _ensure_administers(actor, found.principal, found.node)
    state = rules.state_of(
        first=found.first_on,
        last=found.last_on,
        is_revoked=found.revoked_at is not None,
        today=authority.today(),
    )
    if state in {State.ENDED, State.REVOKED}:
        raise DeputyshipOver
    found.revoked_at, found.revoked_by_id = tenancy.current().now, actor.member_id
    found.save(update_fields=["revoked_at", "revoked_by_id"])
    audit.record(
        DeputyRevoked(
            subject_id=found.pk,
            reason=reason.strip(),
            principal_id=found.principal_id,
            deputy_id=found.deputy_id,
            role=found.role,
        )
    )
    return found


def _ensure_may(actor: Actor, principal: Member, deputy: Member, node: Node) -> None:
    if principal.pk == deputy.pk:
        raise DeputyOfOneself
    if actor.member_id == principal.pk and actor.acts_for_id is None:
        return
    _ensure_administers(actor, principal, node)
    if actor.member_id == deputy.pk:
        raise OwnDeputyship(principal=principal.name)


def _ensure_administers(actor: Actor, principal: Member, node: Node) -> None:
    """Let an administrator act for others; NotFound would hide a node that the form names."""
    if actor.acts_for_id is not None:
        raise NotForDeputies(principal=principal.name, act="name or revoke deputies")
    if not authority.may(actor, Permission.ADMINISTER_PEOPLE, node):
        raise NotAllowed(act="name or revoke deputies of others")


def _refuse_overlap(wanted: StandingIn, principal: Member, deputy: Member) -> None:
    standing = Deputyship.objects.filter(
        principal=principal,
        deputy=deputy,
        role=wanted.role,
        node_id=wanted.node_id,
        revoked_at__isnull=True,
        first_on__lte=wanted.last_on,
        last_on__gte=wanted.first_on,
    ).first()
    if standing is not None:
        raise DeputyTaken(
            principal=principal.name,
            deputy=deputy.name,
            role=wanted.role,
            last=deputies.day_of(standing.last_on),
        )
