"""The ledger as people read it: who did what, when and why, and what it changed, with names."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.queries import people
from accounts.rules.roles import Permission
from audit.events import Act
from audit.models import Event
from audit.queries import history
from audit.queries.history import FieldChange
from core.tenancy import Actor
from governance.queries import attribution, changes, objects, unread
from governance.queries.changes import ChangeRow
from governance.queries.objects import NOBODY, Rows
from hierarchy.queries import authority, tree
from measures.models import Measure
from measures.queries import measures

PAGE = 50
UNATTRIBUTED = "unattributed_change"  # written by the database where no act stood behind a change


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One act. `act` and `subject_kind` are codes; `address` is the subject's public id, if any.

    `decided_for` is whose part the actor took, as a deputy; empty where it was the actor's own.
    """

    seq: int
    at: datetime
    act: str
    actor: str
    decided_for: str
    subject_kind: str
    subject: str
    address: object | None
    reason: str
    details: Mapping[str, object]
    changes: tuple[ChangeRow, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the ledger is narrowed; `before` is the sequence number below which to go on.

    `kind` is the code of a subject's kind, `text` a part of its name or code; `member_id` is who
    acted, or whose part was taken; `since` and `until` are days in the organization's time zone,
    both counting.
    """

    act: str = ""
    kind: str = ""
    member_id: int | None = None
    measure_id: int | None = None
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


ANY = Wanted()


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Some acts, the newest first, and where the next page goes on."""

    rows: tuple[LedgerRow, ...]
    before: int | None


NOTHING = LedgerPage((), None)


def page(actor: Actor, wanted: Wanted = ANY, limit: int = PAGE) -> LedgerPage:
    """Return the acts a reader may see: with a seat at the root all, else on their measures."""
    events = list(wanted_by(actor, wanted)[: limit + 1])
    shown = events[:limit]
    is_more = len(events) > limit
    return LedgerPage(tuple(rows(shown)), shown[-1].seq if is_more else None)


def wanted_by(actor: Actor, wanted: Wanted) -> "QuerySet[Event]":
    """Return the acts that a reader may see and looks for, the newest first."""
    return _narrowed(_visible(actor), wanted)


def acts() -> list[str]:
    """Return the codes of all acts that Assay knows, by name; the ledger is not read for them."""
    return sorted({UNATTRIBUTED, *(each.kind for each in _kinds(Act))})


def _kinds(act: type[Act]) -> Iterator[type[Act]]:
    for each in act.__subclasses__():
        if "kind" in vars(each):
            yield each
        yield from _kinds(each)


def rows(found: Iterable[Event], only: Rows | None = None) -> list[LedgerRow]:
    """Return acts as rows, in the order given; the same few queries however many.

    With `only` they are told with the changes of those rows alone.
    """
    events = list(found)
    changed = {
        seq: [each for each in its if only is None or _is_among(each, only)]
        for seq, its in unread.changes(attribution.changes_of(events)).items()
    }
    said = changes.read(changed)
    names = people.names_of(
        {member for each in events for member in (each.actor_id, each.decided_for_id)}
    )
    subjects = objects.names_of((each.subject_kind, each.subject_id or 0) for each in events)
    return [_row(event, said[event.seq], names, subjects) for event in events]


def _row(
    event: Event,
    changed: Sequence[ChangeRow],
    names: Mapping[int, str],
    subjects: Mapping[tuple[str, int], objects.Named],
) -> LedgerRow:
    subject = subjects.get((event.subject_kind, event.subject_id or 0), NOBODY)
    actor, other = event.actor_id, event.decided_for_id
    return LedgerRow(
        seq=event.seq,
        at=event.recorded_at,
        act=event.act,
        actor="Assay" if actor is None else names.get(actor, ""),
        decided_for="" if other is None else names.get(other, ""),
        subject_kind=event.subject_kind,
        subject=subject.name,
        address=subject.address,
        reason=event.reason,
        details=event.details,
        changes=tuple(changed),
        hash=event.hash,
    )


def _is_among(change: FieldChange, rows: Rows) -> bool:
    ids = rows.get(change.table, frozenset())
    return ids is None or change.row_id in ids


def _visible(actor: Actor) -> "QuerySet[Event]":
    found = unread.acts(history.acts())
    if authority.may(actor, Permission.VIEW_LEDGER, tree.root()):
        return found
    by_seat = measures.visible(actor, Permission.VIEW_LEDGER).values_list("pk", flat=True)
    named = Measure.objects.filter(
        measures.named_on(actor.member_id) | measures.deputed(actor)
    ).values_list("pk", flat=True)
    nodes = authority.visible(actor, Permission.VIEW_LEDGER).values_list("pk", flat=True)
    return found.filter(
        objects.among("measure", by_seat)
        | objects.among("measure", named)
        | objects.among("node", nodes)
    )


def _narrowed(found: "QuerySet[Event]", wanted: Wanted) -> "QuerySet[Event]":
    conditions = _dated(wanted)
    if wanted.act:
        conditions &= Q(act=wanted.act)
    if wanted.kind:
        conditions &= Q(subject_kind=wanted.kind)
    if wanted.member_id is not None:
        conditions &= Q(actor_id=wanted.member_id) | Q(decided_for_id=wanted.member_id)
    if wanted.measure_id is not None:
        conditions &= Q(subject_kind="measure", subject_id=wanted.measure_id)
    if wanted.text:
        conditions &= objects.called(wanted.text, wanted.kind)
    if wanted.before is not None:
        conditions &= Q(seq__lt=wanted.before)
    return found.filter(conditions)


def _dated(wanted: Wanted) -> Q:
    """Return the condition that an act was recorded on one of the days wanted."""
    zone = ZoneInfo(people.time_zone()) if wanted.since or wanted.until else None
    condition = Q()
    if wanted.since is not None:
        condition &= Q(recorded_at__gte=datetime.combine(wanted.since, time.min, zone))
    if wanted.until is not None:
        after = wanted.until + timedelta(days=1)
        condition &= Q(recorded_at__lt=datetime.combine(after, time.min, zone))
    return condition
