"""The ledger as people read it: who did what, when and why, and what it changed, with names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from accounts.models import Member
from accounts.queries import people
from accounts.rules.roles import Permission
from audit.models import Event
from audit.queries import history
from audit.queries.history import FieldChange
from core import money
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from measures.models import Line, Measure
from measures.models.line import PERIODS
from measures.queries import measures

PAGE = 50
# Columns that hold a member; their ids are read as names.
PEOPLE = frozenset(
    {
        "owner", "sponsor", "controller", "proposer", "member", "voter", "decided_for", "author",
        "requested_by", "decided_by", "confirmed_by", "taken_by", "entered_by", "recorded_by",
        "claimed_by", "uploaded_by", "granted_by", "proposed_by", "accepted_by",
        "owner_at_request", "sponsor_at_request", "controller_at_request",
    }
)  # fmt: skip
SCALED = {
    "measures_seriesversion": frozenset(PERIODS),
    "measures_actualclaim": frozenset({"amount", "forecast_before"}),
}


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field that an act changed; people by name, figures in the unit of their line."""

    table: str
    row_id: int
    field: str
    before: str
    after: str


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


def acts(actor: Actor) -> list[str]:
    """Return the codes of all acts that a reader may see, by name."""
    return sorted(set(_visible(actor).order_by().values_list("act", flat=True).distinct()))


def of_measure(measure_id: int, limit: int = PAGE) -> list[LedgerRow]:
    """Return the latest acts on one measure; whether the reader may look is judged before."""
    return rows(history.acts_on([("measure", measure_id)])[:limit])


def rows(found: Iterable[Event]) -> list[LedgerRow]:
    """Return acts as rows, in the order given; the same few queries however many."""
    events = list(found)
    changes = history.changes_of(events)
    every = [change for each in changes.values() for change in each]
    names = people.names_of({*_member_ids(every), *(event.actor_id for event in events)})
    decimals = _decimals(every)
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
            changes=tuple(_change_row(each, names, decimals) for each in changes[event.seq]),
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


def _member_ids(changes: Iterable[FieldChange]) -> set[int]:
    return {
        value
        for change in changes
        if _names_a_member(change.field)
        for value in (change.before, change.after)
        if isinstance(value, int)
    }


def _names_a_member(field: str) -> bool:
    return field.removesuffix("_id") in PEOPLE and field.endswith("_id")


def _decimals(changes: Sequence[FieldChange]) -> dict[int, int]:
    """Return the decimals of the lines whose scaled figures changed."""
    lines = (change.row.get("line_id") for change in changes if change.table in SCALED)
    wanted = {line for line in lines if isinstance(line, int)}
    return dict(Line.objects.filter(pk__in=wanted).values_list("pk", "decimals"))


def _change_row(
    change: FieldChange, names: Mapping[int, str], decimals: Mapping[int, int]
) -> ChangeRow:
    line = change.row.get("line_id")
    scale = decimals.get(line) if isinstance(line, int) else None

    def text(value: object) -> str:
        if value is None:
            return ""
        if isinstance(value, int) and _names_a_member(change.field):
            return names.get(value, str(value))
        if isinstance(value, int) and change.field in SCALED.get(change.table, ()):
            return str(money.from_scaled(value, scale or 0))
        return str(value)

    return ChangeRow(
        change.table,
        change.row_id,
        change.field.removesuffix("_id"),
        text(change.before),
        text(change.after),
    )


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
