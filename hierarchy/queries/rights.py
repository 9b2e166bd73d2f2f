"""Who may what at a node: the table of rights, with the people whose seats reach it."""

from dataclasses import dataclass

from accounts.rules.duties import NEVER
from accounts.rules.roles import GRANTS, Role
from hierarchy.models import Node, Seat
from hierarchy.queries import authority, tree
from hierarchy.queries import seats as seat_queries


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a role has an act by its seat here, and as named on the measure."""

    by_seat: bool
    as_named: bool


@dataclass(frozen=True, slots=True)
class Right:
    """One act, with a cell for each role in the order of the table of roles."""

    act: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Duty:
    """One act that some people may never do, whatever their seats."""

    act: str
    never: list[str]


def reaching(node: Node) -> list[Seat]:
    """Return the seats in force at a node or above it, the nearest last."""
    return list(seat_queries.in_force(Node.objects.filter(pk__in=[node.pk, *node.ancestor_ids])))


def holders(seats: list[Seat]) -> dict[str, list[str]]:
    """Return for each role the names of those whose seats reach a node, the nearest last."""
    names: dict[str, list[str]] = {role.value: [] for role in Role}
    for seat in seats:
        if seat.member.name not in names[seat.role]:
            names[seat.role].append(seat.member.name)
    return names


def rights() -> list[Right]:
    """Return the table of rights: every act with what each role has."""
    return [
        Right(
            act=grant.permission.value,
            cells=[Cell(role in grant.seats, role in grant.named) for role in Role],
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
        .order_by("node__level", tree.InOrder("node__name"), "role", "pk")
    )
