"""What a member may see and do: seats inherited down the tree, and the people of a measure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from accounts.queries import people
from accounts.rules.roles import MEASURE_PERMISSIONS as NAMED_PERMISSIONS
from accounts.rules.roles import (
    NAMED,
    READER_PERMISSIONS,
    Permission,
    Role,
    permissions_of,
    roles_named,
    seats_giving,
)
from accounts.rules.roles import ROLE_PERMISSIONS as SEAT_PERMISSIONS
from accounts.rules.roles import measure_permissions as permissions_named
from core import clock, tenancy
from core.errors import NotAllowed, NotFound
from core.tenancy import Actor
from hierarchy.errors import DutiesMerge, NoDeputy, NotForDeputies
from hierarchy.models import Node, Seat
from hierarchy.queries import deputies
from hierarchy.rules import deputies as deputy_rules


@dataclass(frozen=True, slots=True)
class Range:
    """A seat as an interval of the tree: everything numbered inside inherits the role."""

    role: Role
    node: Node

    @property
    def first(self) -> int:
        """The first number of the interval."""
        return self.node.lft

    @property
    def last(self) -> int:
        """The last number of the interval."""
        return self.node.rght


@dataclass(frozen=True, slots=True)
class Named:
    """The people of one measure, for acts that follow from being named on it."""

    owner_id: int | None
    sponsor_id: int | None
    controller_id: int | None


def today() -> date:
    """Return the day it is in the active organization's own time zone."""
    return clock.today(people.time_zone())


def ranges(actor: Actor) -> list[Range]:
    """Return the actor's seats in force today as intervals; asked once a page."""
    return [] if actor.member_id is None else seats_of(actor.member_id)


def seats_of(member_id: int) -> list[Range]:
    """Return a member's seats in force today, whatever day is read; asked once a page."""
    return tenancy.once_today(("seats", member_id), lambda: _ranges(member_id))


def _ranges(member_id: int) -> list[Range]:
    day = today()
    seats = (
        Seat.objects.filter(member_id=member_id, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .select_related("node")
    )
    return [Range(Role(seat.role), seat.node) for seat in seats]


def roles_at(actor: Actor, node: Node) -> frozenset[Role]:
    """Return the roles the actor's seats give at a node, inherited ones included."""
    return frozenset(
        each.role for each in ranges(actor) if each.first <= node.lft and node.rght <= each.last
    )


def within(intervals: Iterable[Range], path: str = "") -> Q:
    """Return the condition that a node (at `path`, ending in "__") lies in any interval."""
    conditions = [
        Q(**{f"{path}lft__gte": each.first, f"{path}rght__lte": each.last}) for each in intervals
    ]
    return reduce(or_, conditions, Q(pk__in=[]))


def visible(actor: Actor, permission: Permission = Permission.VIEW) -> models.QuerySet[Node]:
    """Return the nodes at which the actor's seats give a permission."""
    giving = seats_giving(permission)
    seats = [each for each in ranges(actor) if each.role in giving]
    if permission in deputy_rules.LOOKS:
        seats += [each for each in deputed_ranges(actor) if each.role in giving]
    return Node.objects.filter(within(seats)).exclude(pk__in=tenancy.current().sight.nodes)


def deputed_ranges(actor: Actor) -> list[Range]:
    """Return where the actor stands in for seats of another: where both hold, as intervals."""
    if actor.acts_for_id is None:
        return []
    held = deputies.of(actor)
    seats = [each for each in seats_of(actor.acts_for_id) if each.role not in NAMED and held]
    return [
        Range(seat.role, seat.node if _contains(each.node, seat.node) else each.node)
        for seat in seats
        for each in held
        if seat.role is each.role
        and (_contains(each.node, seat.node) or _contains(seat.node, each.node))
    ]


def deputed_by_name(actor: Actor, role: Role) -> list[Range]:
    """Return where the actor stands in for another as sponsor or controller by name."""
    return [Range(role, each.node) for each in deputies.of(actor) if each.role is role]


def _contains(outer: Node, inner: Node) -> bool:
    return outer.lft <= inner.lft and inner.rght <= outer.rght


def may(actor: Actor, permission: Permission, node: Node, named: Named | None = None) -> bool:
    """Tell whether the actor may do an act at a node, by seat or as named on its measure.

    Assay itself may all that its services do in its name; who acts for another does a deputy's
    acts by that person's right, looks by both, and does nothing else. On a confidential measure
    nobody may anything who does not read it, and whoever is named as a reader may look.
    """
    if actor.is_system:
        return True
    sight = tenancy.current().sight
    if node.pk in sight.nodes:
        return False
    if node.pk in sight.opened and permission in READER_PERMISSIONS:
        return True
    is_own = actor.acts_for_id is None or permission in deputy_rules.LOOKS
    if is_own and _may_by_own_right(actor, permission, node, named):
        return True
    return bool(stands_in(actor, permission, node, named))


def _may_by_own_right(
    actor: Actor, permission: Permission, node: Node, named: Named | None
) -> bool:
    # Being named is known without a query, so it is asked first.
    if named is not None and permission in permissions_named(
        is_owner=named.owner_id == actor.member_id,
        is_sponsor=named.sponsor_id == actor.member_id,
        is_controller=named.controller_id == actor.member_id,
    ):
        return True
    return permission in permissions_of(roles_at(actor, node))


def ensure(actor: Actor, permission: Permission, node: Node, named: Named | None = None) -> None:
    """Raise NotFound where the actor may not even look, NotAllowed where the act is not theirs.

    Who acts for another gets DeputyEnded, NoDeputy, NotForDeputies or DutiesMerge.
    """
    if may(actor, permission, node, named):
        return
    deputies.ensure_any(actor)
    if not may(actor, Permission.VIEW, node, named):
        raise NotFound(what="page")
    if actor.acts_for_id is not None:
        _refuse_deputy(actor, permission, node, named)
    raise NotAllowed(act=permission.value)


def stands_in(
    actor: Actor, permission: Permission, node: Node, named: Named | None = None
) -> frozenset[Role]:
    """Return the roles in which the actor does an act for another at a node: never two duties."""
    wanted = _deputed(actor, permission, node, named)
    if not wanted:
        return wanted
    own = roles_of(actor.member_id, node, named)
    return frozenset(role for role in wanted if not deputy_rules.barring(role, own))


def _deputed(
    actor: Actor, permission: Permission, node: Node, named: Named | None
) -> frozenset[Role]:
    """Return the roles by which an act is the principal's, and which the actor deputises there."""
    if actor.acts_for_id is None or permission not in deputy_rules.ACTS | deputy_rules.LOOKS:
        return frozenset()
    held = deputies.at(actor, node)
    return frozenset(
        role
        for role in (held & roles_of(actor.acts_for_id, node, named) if held else held)
        if permission in (NAMED_PERMISSIONS if role in NAMED else SEAT_PERMISSIONS)[role]
    )


def roles_of(member_id: int | None, node: Node, named: Named | None = None) -> frozenset[Role]:
    """Return what a member is at a node: owner, sponsor, controller by name only, else by seat."""
    if member_id is None:
        return frozenset()
    by_seat = frozenset(
        each.role
        for each in seats_of(member_id)
        if each.first <= node.lft and node.rght <= each.last
    )
    if named is None:
        return by_seat - NAMED
    return (by_seat - NAMED) | roles_named(
        is_owner=named.owner_id == member_id,
        is_sponsor=named.sponsor_id == member_id,
        is_controller=named.controller_id == member_id,
    )


def _refuse_deputy(actor: Actor, permission: Permission, node: Node, named: Named | None) -> None:
    principal = people.names_of({actor.acts_for_id}).get(actor.acts_for_id or 0, "")
    if permission not in deputy_rules.ACTS:
        raise NotForDeputies(principal=principal, act=permission.value)
    own = roles_of(actor.member_id, node, named)
    for role in sorted(_deputed(actor, permission, node, named)):
        barring = ", ".join(sorted(deputy_rules.barring(role, own)))
        raise DutiesMerge(principal=principal, own=barring)
    raise NoDeputy(principal=principal)


def all_roles(actor: Actor, node: Node, named: Named | None = None) -> frozenset[Role]:
    """Return seat roles at a node together with the roles of being named on its measure."""
    roles = roles_at(actor, node)
    if named is None:
        return roles
    return roles | roles_named(
        is_owner=named.owner_id == actor.member_id,
        is_sponsor=named.sponsor_id == actor.member_id,
        is_controller=named.controller_id == actor.member_id,
    )


def holders(node: Node, role: Role) -> list[int]:
    """Return the member ids that hold a role at a node or above it, nearest seat first."""
    day = today()
    seats = (
        Seat.objects.filter(role=role, node__lft__lte=node.lft, node__rght__gte=node.rght)
        .filter(valid_from__lte=day, member__left_on__isnull=True)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
        .order_by("-node__level", "valid_from", "pk")
        .values_list("member_id", flat=True)
    )
    return list(dict.fromkeys(seats))
