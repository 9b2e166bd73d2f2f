"""The people of a mapping: members and seats that are not there yet, added by the administrator."""

from collections.abc import Mapping as Map

from accounts.models import Member
from accounts.queries import people
from accounts.services import people as accounts
from core.tenancy import Actor
from hierarchy.models import Node, Seat
from hierarchy.queries import authority
from hierarchy.services import seats
from hierarchy.services.seats import Appointment
from intake.errors import MappingRefused
from intake.rules.mapping import Mapping, SeatMap


def named(mapping: Mapping) -> set[str]:
    """Return the addresses of everybody a mapping gives something to do."""
    teams = mapping.teams.values()
    return {address for team in teams for address in (team.owner, team.sponsor, team.controller)}


def members(actor: Actor, mapping: Mapping) -> tuple[dict[str, int], int]:
    """Return the member ids by address, adding those the mapping names; and how many were added.

    Raises MappingRefused for somebody who is no member and whom the mapping does not name.
    """
    found = _present()
    added = 0
    for address, name in mapping.people.items():
        if address not in found:
            found[address] = accounts.add(actor=actor, name=name, email=address).pk
            added += 1
    wanted = named(mapping) | {seat.member for seat in mapping.seats}
    strangers = sorted(wanted - set(found))
    if strangers:
        raise MappingRefused(
            where="people", problem=f"do not name {strangers[0]}, who is no member here either"
        )
    return found, added


def _present() -> dict[str, int]:
    rows: list[Member] = list(people.members())
    return {row.email: row.pk for row in rows}


def appoint(
    actor: Actor, mapping: Mapping, members: Map[str, int], nodes: Map[tuple[int, str], Node]
) -> int:
    """Give the mapping's seats that nobody holds yet; returns how many.

    `nodes` are the tree's by level and name. Raises MappingRefused for a node that is not there.
    """
    given = 0
    for seat in mapping.seats:
        node = _node(seat, nodes)
        member_id = members[seat.member]
        held = Seat.objects.filter(
            member_id=member_id, node=node, role=seat.role, valid_to__isnull=True
        )
        if held.exists():
            continue
        appointment = Appointment(member_id, node.pk, seat.role, valid_from=authority.today())
        seats.appoint(actor=actor, appointment=appointment)
        given += 1
    return given


def _node(seat: SeatMap, nodes: Map[tuple[int, str], Node]) -> Node:
    node = nodes.get((int(seat.level), seat.name))
    if node is None:
        raise MappingRefused(where="seats", problem=f"name “{seat.name}”, which is not in the tree")
    return node
