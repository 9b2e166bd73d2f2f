"""The ledger as people read it: who did what, when and why, and what it changed, with names."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import Member
from accounts.queries import people
from accounts.rules.roles import Permission
from audit.events import Act
from audit.models import Event
from audit.queries import history
from core.tenancy import Actor
from governance.queries import attribution, changes
from governance.queries.changes import ChangeRow
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from measures.models import Measure
from measures.queries import measures

PAGE = 50
UNATTRIBUTED = "unattributed_change"  # written by the database where no act stood behind a change


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One act. `act` and `subject_kind` are codes; `address` is the node's public id, if any."""

    seq: int
    at: datetime
    act: str
    actor: str
    subject_kind: str
    subject: str
    address: UUID | None
    reason: str
    details: Mapping[str, object]
    changes: tuple[ChangeRow, ...]
    hash: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """How the ledger is narrowed; `before` is the sequence number below which to go on.

    `text` is a part of a measure's name or code, `since` and `until` are days in the
    organization's time zone, both counting.
    """

    act: str = ""
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


def page(actor: Actor, wanted: Wanted = ANY, limit: int = PAGE) -> LedgerPage:
    """Return the acts a reader may see: with a seat at the root all, else on their measures."""
    found = _narrowed(_visible(actor), wanted)
    events = list(found[: limit + 1])
    shown = events[:limit]
    is_more = len(events) > limit
    return LedgerPage(tuple(rows(shown)), shown[-1].seq if is_more else None)


def acts() -> list[str]:
    """Return the codes of all acts that Assay knows, by name; the ledger is not read for them."""
    return sorted({UNATTRIBUTED, *(each.kind for each in _kinds(Act))})


def _kinds(act: type[Act]) -> Iterator[type[Act]]:
    for each in act.__subclasses__():
        if "kind" in vars(each):
            yield each
        yield from _kinds(each)


def of_measure(measure_id: int, limit: int = PAGE) -> list[LedgerRow]:
    """Return the latest acts on one measure; whether the reader may look is judged before."""
    return rows(history.acts_on([("measure", measure_id)])[:limit])


def rows(found: Iterable[Event]) -> list[LedgerRow]:
    """Return acts as rows, in the order given; the same few queries however many."""
    events = list(found)
    changed = attribution.changes_of(events)
    members = changes.member_ids(change for each in changed.values() for change in each)
    names = people.names_of({*members, *(event.actor_id for event in events)})
    said = changes.read(changed, names)
    subjects = _subjects(events)
    return [
        LedgerRow(
            seq=event.seq,
            at=event.recorded_at,
            act=event.act,
            actor="Assay" if event.actor_id is None else names.get(event.actor_id, ""),
            subject_kind=event.subject_kind,
            subject=subjects.get((event.subject_kind, event.subject_id or 0), ("", None))[0],
            address=subjects.get((event.subject_kind, event.subject_id or 0), ("", None))[1],
            reason=event.reason,
            details=event.details,
            changes=said[event.seq],
            hash=event.hash,
        )
        for event in events
    ]


def _visible(actor: Actor) -> "QuerySet[Event]":
    found = history.acts()
    if authority.may(actor, Permission.VIEW_LEDGER, tree.root()):
        return found
    own = measures.visible(actor, Permission.VIEW_LEDGER).values("pk")
    named = Measure.objects.filter(measures.named_on(actor.member_id)).values("pk")
    nodes = authority.visible(actor, Permission.VIEW_LEDGER).values("pk")
    return found.filter(
        Q(subject_kind="measure") & (Q(subject_id__in=own) | Q(subject_id__in=named))
        | Q(subject_kind="node", subject_id__in=nodes)
    )


def _narrowed(found: "QuerySet[Event]", wanted: Wanted) -> "QuerySet[Event]":
    conditions = Q()
    if wanted.act:
        conditions &= Q(act=wanted.act)
    if wanted.member_id is not None:
        conditions &= Q(actor_id=wanted.member_id)
    if wanted.measure_id is not None:
        conditions &= Q(subject_kind="measure", subject_id=wanted.measure_id)
    if wanted.text:
        named = Q(node__name__icontains=wanted.text) | Q(node__code__icontains=wanted.text)
        measured = Measure.objects.filter(named).values("pk")
        conditions &= Q(subject_kind="measure", subject_id__in=measured)
    if wanted.before is not None:
        conditions &= Q(seq__lt=wanted.before)
    return found.filter(conditions & _dated(wanted))


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


def _subjects(events: Iterable[Event]) -> dict[tuple[str, int], tuple[str, UUID | None]]:
    """Return the names and addresses of measures, nodes and members that acts are about."""
    ids: dict[str, set[int]] = {"measure": set(), "node": set(), "member": set()}
    for event in events:
        if event.subject_id is not None and event.subject_kind in ids:
            ids[event.subject_kind].add(event.subject_id)
    found: dict[tuple[str, int], tuple[str, UUID | None]] = {}
    for measure in Measure.objects.filter(pk__in=ids["measure"]).select_related("node"):
        found["measure", measure.pk] = (measure.node.name, measure.node.public_id)
    for node in Node.objects.filter(pk__in=ids["node"]):
        found["node", node.pk] = (node.name, node.public_id)
    for member in Member.objects.filter(pk__in=ids["member"]):
        found["member", member.pk] = (member.name, None)
    return found
