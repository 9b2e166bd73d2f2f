"""Handing measures over, singly or many at once, and leaving: one act, no gap in ownership."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from accounts.events import MemberLeaves, MemberLeft
from accounts.models import ApiToken, Member
from accounts.queries import people
from accounts.rules.roles import Permission, Role
from accounts.services import people as members
from audit import services as audit
from core import tenancy
from core.errors import DomainError, Invalid
from core.tenancy import Actor
from hierarchy.errors import OwnSeat
from hierarchy.queries import authority, rights, tree
from hierarchy.services import deputies, seats
from measures.errors import PeopleFixed
from measures.events import PeopleNamed
from measures.models import Measure
from measures.queries.measures import named
from measures.services import lock, naming
from steering.errors import HandOverRefused, OwnSuccession, StillNamed
from steering.queries import belongings, waiting
from steering.services import clock

LISTED = 20


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets one role of one measure."""

    measure_id: int
    role: Role
    successor_id: int


@tenancy.act
def hand_over(*, actor: Actor, assignments: Collection[Assignment], reason: str) -> int:
    """Give roles of measures to others, all or none; returns how many measures changed.

    An administrator may at every measure below the seat, and takes none themself; else who may
    name people on it. Raises NotAllowed, NotFound, PeopleFixed, OwnSuccession, Invalid without a
    reason, and HandOverRefused with every measure whose duties would meet in one person. Open gate
    requests are voided by the database.
    """
    if not reason.strip():
        raise Invalid(field="reason", problem="say why the measures change hands.")
    tenancy.lock_organization("steering")
    wanted = _by_measure(assignments)
    found = lock.locked(wanted)
    for measure in found:
        _ensure(actor, measure, wanted[measure.pk].values())
    refused: list[dict[str, str]] = []
    for measure in found:
        try:
            _give(measure, wanted[measure.pk], reason)
        except DomainError as refusal:
            refused.append({"text": f"{measure.node.name}: {refusal}", "who": "", "url": ""})
    if refused:
        raise HandOverRefused(count=len(refused), missing_rows=refused)
    clock.reask(waiting.open_on(wanted))
    return len(found)


@tenancy.act
def leave(
    *, actor: Actor, member: Member, on: date, assignments: Collection[Assignment], reason: str
) -> Member:
    """Let a member leave on a day: hand all over now, end seats and tokens that day, in one act.

    Raises NotAllowed, OwnSeat (another administrator lets an administrator go), Invalid for a day
    that has passed, what `hand_over` raises, StillNamed with what nobody was named for, and
    LastAdministrator.
    """
    tenancy.lock_organization()
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, tree.root())
    if member.pk == actor.member_id:
        raise OwnSeat
    today = authority.today()
    if on < today:
        raise Invalid(field="leaves on", problem="must not lie in the past.")
    leaver = people.members().select_for_update().get(pk=member.pk)
    handed = 0
    if assignments:
        handed = hand_over(actor=actor, assignments=assignments, reason=reason)
    _refuse_still_named(leaver)
    _leave_milestones(leaver)
    held = rights.held_by(leaver.pk)
    for seat in held:
        if seat.valid_to is None or seat.valid_to > max(on, seat.valid_from):
            seats.relieve(actor=actor, seat_id=seat.pk, on=on)
    _end_deputyships(actor, leaver)
    tokens = _end_tokens(leaver, on)
    members.announce(leaver, on, today)
    audit.record(
        MemberLeaves(
            subject_id=leaver.pk,
            reason=reason,
            leaves_on=on,
            measures=handed,
            seats=len(held),
            tokens=tokens,
        )
    )
    return leaver


def let_leave(*, actor: Actor) -> int:
    """Let go whose day has come, in one transaction if there is anybody; returns how many."""
    with tenancy.reading(actor):
        if not _leaving().exists():
            return 0
    return _let_leave(actor=actor)


@tenancy.act
def _let_leave(*, actor: Actor) -> int:
    tenancy.lock_organization()
    gone = list(_leaving().select_for_update())
    for leaver in gone:
        members.announce(leaver, leaver.leaves_on or authority.today(), authority.today())
        audit.record(MemberLeft(subject_id=leaver.pk))
    return len(gone)


def _leaving() -> QuerySet[Member]:
    return people.members().filter(leaves_on__lte=authority.today())


def _end_deputyships(actor: Actor, leaver: Member) -> None:
    """End what the leaver does for others and others for the leaver, by a person as it must be.

    On the day itself only Assay acts, whom the database lets revoke none.
    """
    for each in belongings.deputyships(leaver.pk):
        deputies.revoke(actor=actor, deputyship_id=each.pk, reason="One of the two leaves.")


def _by_measure(assignments: Iterable[Assignment]) -> dict[int, dict[Role, int]]:
    wanted: dict[int, dict[Role, int]] = defaultdict(dict)
    for each in assignments:
        wanted[each.measure_id][each.role] = each.successor_id
    return wanted


def _ensure(actor: Actor, measure: Measure, successors: Collection[object]) -> None:
    """Refuse who may neither administer people here nor name them."""
    if authority.may(actor, Permission.NAME_PEOPLE, measure.node, named(measure)):
        if naming.may_choose(actor, measure):
            return
        if not authority.may(actor, Permission.ADMINISTER_PEOPLE, measure.node, named(measure)):
            raise PeopleFixed
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, measure.node, named(measure))
    # Else an administrator could make themself the controller of anything.
    if actor.member_id in successors:
        raise OwnSuccession(measure=measure.node.name)


def _give(measure: Measure, wanted: Mapping[Role, int], reason: str) -> None:
    people_of = {
        "owner": wanted.get(Role.OWNER, measure.owner_id),
        "sponsor": wanted.get(Role.SPONSOR, measure.sponsor_id),
        "controller": wanted.get(Role.CONTROLLER, measure.controller_id),
    }
    naming.give(measure, people_of)
    audit.record(
        PeopleNamed(
            subject_id=measure.pk,
            reason=reason,
            owner_id=people_of["owner"],
            sponsor_id=people_of["sponsor"],
            controller_id=people_of["controller"],
        )
    )


def _refuse_still_named(leaver: Member) -> None:
    """Refuse a leaving that would leave a gap; the database would too."""
    left = belongings.duties(leaver.pk)
    if left:
        rows = [{"text": f"{each.name}: {each.role}", "who": "", "url": ""} for each in left]
        raise StillNamed(member=leaver.name, count=len(left), missing_rows=rows[:LISTED])


def _leave_milestones(leaver: Member) -> None:
    """Give milestones back to the owners of their measures, who answer where nobody else does."""
    rows = list(belongings.milestones(leaver.pk).order_by("measure_id", "pk"))
    lock.locked({row.measure_id for row in rows})
    for row in rows:
        row.owner_id = None
        row.version += 1
        row.save(update_fields=["owner", "version"])


def _end_tokens(leaver: Member, on: date) -> int:
    """Have every token end with the day on which its member is no longer there."""
    ends = datetime.combine(on, time(), ZoneInfo(people.time_zone())).astimezone(UTC)
    ends = max(ends, tenancy.current().now)
    rows = ApiToken.objects.filter(
        member=leaver, revoked_at__isnull=True, expires_at__gt=ends
    ).select_for_update()
    found = list(rows)
    for token in found:
        token.expires_at = ends
        token.save(update_fields=["expires_at"])
    return len(found)
