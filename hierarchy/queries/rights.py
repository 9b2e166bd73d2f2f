"""Who may what at a node: the table of rights, with the people whose seats reach it."""

from dataclasses import dataclass

from accounts.rules.duties import NEVER
from accounts.rules.roles import GRANTS, Role
from hierarchy.models import Node, Seat
from hierarchy.queries import authority
from hierarchy.queries import seats as seat_queries


@dataclass(frozen=True, slots=True)
class Right:
    """One act: the seats that give it here with who holds them, and who has it as named."""

    act: str
    by_seat: list[tuple[str, list[str]]]
    as_named: list[str]


@dataclass(frozen=True, slots=True)
class Duty:
    """One act that some people may never do, whatever their seats."""

    act: str
    never: list[str]


def reaching(node: Node) -> list[Seat]:
    """Return the seats in force at a node or above it, the nearest last."""
    return list(seat_queries.in_force(Node.objects.filter(pk__in=[node.pk, *node.ancestor_ids])))


def rights(seats: list[Seat]) -> list[Right]:
    """Return what the seats that reach a node let whom do there."""
    holders: dict[str, list[str]] = {role: [] for role in Role}
    for seat in seats:
        if seat.member.name not in holders[seat.role]:
            holders[seat.role].append(seat.member.name)
    return [
        Right(
            act=grant.permission.value,
            by_seat=[(role.value, holders[role]) for role in Role if role in grant.seats],
            as_named=[role.value for role in Role if role in grant.named],
        )
        for grant in GRANTS
    ]


def duties() -> list[Duty]:
    """Return the acts that are kept apart from some roles."""
    return [
        Duty(act.value, [role.value for role in Role if role in roles])
        for act, roles in NEVER.items()
    ]


def held_by(member_id: int) -> list[Seat]:
    """Return a member's seats in force and to come, from the root downward."""
    day = authority.today()
    return list(
        Seat.objects.filter(member_id=member_id)
        .exclude(valid_to__lte=day)
        .select_related("node", "member")
        .order_by("node__level", "node__name", "role", "pk")
    )
