"""What a member may see and do: seats inherited down the tree, and the people of a measure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_

from django.db import models
from django.db.models import Q

from accounts.queries import people
from accounts.rules.roles import Permission, Role, permissions_of, roles_named, seats_giving
from accounts.rules.roles import measure_permissions as permissions_named
from core import clock, tenancy
from core.errors import NotAllowed, NotFound
from core.tenancy import Actor
from hierarchy.models import Node, Seat


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
    member_id = actor.member_id
    if member_id is None:
        return []
    return tenancy.once(("seats", member_id), lambda: _ranges(member_id))


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
    return Node.objects.filter(within(each for each in ranges(actor) if each.role in giving))


def may(actor: Actor, permission: Permission, node: Node, named: Named | None = None) -> bool:
    """Tell whether the actor may do an act at a node, by seat or as named on its measure.

    Assay itself may all that its services do in its name.
    """
    if actor.is_system:
        return True
    # Being named is known without a query, so it is asked first.
    if named is not None and permission in permissions_named(
        is_owner=named.owner_id == actor.member_id,
        is_sponsor=named.sponsor_id == actor.member_id,
        is_controller=named.controller_id == actor.member_id,
    ):
        return True
    return permission in permissions_of(roles_at(actor, node))


def ensure(actor: Actor, permission: Permission, node: Node, named: Named | None = None) -> None:
    """Raise NotFound where the actor may not even look, NotAllowed where the act is not theirs."""
    if may(actor, permission, node, named):
        return
    if not may(actor, Permission.VIEW, node, named):
        raise NotFound(what="page")
    raise NotAllowed(act=permission.value)


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
