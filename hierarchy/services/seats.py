"""Acts on seats: appoint a member to a role at a node from a day, and relieve them of it."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from accounts.queries import people
from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from hierarchy.errors import (
    LastAdministrator,
    NodeArchived,
    OwnSeat,
    SeatEnded,
    SeatOutOfOrder,
    SeatTaken,
)
from hierarchy.events import MemberAppointed, MemberRelieved
from hierarchy.models import Node, Seat
from hierarchy.queries import authority, tree


@dataclass(frozen=True, slots=True)
class Appointment:
    """Which member gets which role where, and from which day to before which (None: no end)."""

    member_id: int
    node_id: int
    role: Role
    valid_from: date
    valid_to: date | None = None


@tenancy.act
def appoint(*, actor: Actor, appointment: Appointment) -> Seat:
    """Give a member a seat; it is inherited by everything below the node.

    Raises NotFound, NotAllowed, OwnSeat, NodeArchived, SeatOutOfOrder, SeatTaken.
    """
    tenancy.lock_organization()
    node = tree.node(appointment.node_id)
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, node)
    member = people.member(appointment.member_id)
    _check_not_own(actor, member.pk)
    if node.archived_on is not None:
        raise NodeArchived(node=node.name)
    _check_order(appointment.valid_from, appointment.valid_to)
    if _overlapping(appointment):
        raise SeatTaken(member=member.name, role=appointment.role, node=node.name)
    seat: Seat = Seat.objects.create(
        member=member,
        node=node,
        role=appointment.role,
        valid_from=appointment.valid_from,
        valid_to=appointment.valid_to,
        granted_by_id=actor.member_id,
    )
    audit.record(
        MemberAppointed(
            subject_id=seat.pk,
            member_id=member.pk,
            node_id=node.pk,
            role=appointment.role,
            valid_from=appointment.valid_from,
            valid_to=appointment.valid_to,
        )
    )
    return seat


@tenancy.act
def relieve(*, actor: Actor, seat_id: int, on: date) -> Seat:
    """End a seat: from the day `on` it is held no more; one that has not begun never begins.

    Raises NotFound, NotAllowed, OwnSeat, SeatEnded, LastAdministrator; Invalid for a past day.
    """
    tenancy.lock_organization()
    seat: Seat | None = (
        Seat.objects.select_for_update(of=("self",))
        .select_related("node", "member")
        .filter(pk=seat_id)
        .first()
    )
    if seat is None:
        raise NotFound(what="seat")
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, seat.node)
    _check_not_own(actor, seat.member_id)
    if on < authority.today():
        raise Invalid(field="on", problem="must not lie in the past: what was decided stays so.")
    end = max(on, seat.valid_from)
    if seat.valid_to is not None and seat.valid_to <= end:
        raise SeatEnded
    _check_not_last(seat)
    seat.valid_to = end
    seat.save(update_fields=["valid_to"])
    audit.record(
        MemberRelieved(
            subject_id=seat.pk,
            member_id=seat.member_id,
            node_id=seat.node_id,
            role=seat.role,
            valid_to=end,
        )
    )
    return seat


def _check_not_own(actor: Actor, member_id: int) -> None:
    """Nobody raises the own rights: an administrator's seats are another administrator's to give.

    Assay itself (`member_id` None) founds organizations and is nobody.
    """
    if actor.member_id == member_id:
        raise OwnSeat


def _check_order(valid_from: date, valid_to: date | None) -> None:
    """Refuse a seat that would end before anybody held it."""
    if valid_to is not None and valid_to <= valid_from:
        raise SeatOutOfOrder(valid_from=valid_from.isoformat(), valid_to=valid_to.isoformat())


def _overlapping(appointment: Appointment) -> bool:
    held = Seat.objects.filter(
        member_id=appointment.member_id, node_id=appointment.node_id, role=appointment.role
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=appointment.valid_from))
    if appointment.valid_to is not None:
        held = held.filter(valid_from__lt=appointment.valid_to)
    found: bool = held.exists()
    return found


def _check_not_last(seat: Seat) -> None:
    """Keep one present administrator without an end of term at the root."""
    root: Node = seat.node
    if seat.role != Role.ADMINISTRATOR or root.parent_id is not None:
        return
    others = Seat.objects.filter(
        node=root,
        role=Role.ADMINISTRATOR,
        valid_from__lte=authority.today(),
        valid_to__isnull=True,
        member__left_on__isnull=True,
    ).exclude(pk=seat.pk)
    if not others.exists():
        raise LastAdministrator(member=seat.member.name, node=root.name)
