"""Who reads a confidential measure: by duty, by name, and who may be needed and does not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.queries import people
from accounts.rules.roles import Role
from core import tenancy
from core.sight import UNNAMED
from hierarchy.queries import authority
from measures.models import Confidentiality, Measure, NamedReader

# Seats whose duties can lead them to a measure: they vote, or an escalation climbs to them.
DUTY_SEATS = (Role.LEAD, Role.STEERING, Role.EXECUTIVE)


@dataclass(frozen=True, slots=True)
class Reader:
    """A member named as a reader; `is_staying` is False once they have left."""

    id: int
    member_id: int
    name: str
    reason: str
    named_by: str
    named_at: datetime


@dataclass(frozen=True, slots=True)
class Needed:
    """A member whom a seat may lead to a duty here, and who is no reader."""

    member_id: int
    name: str
    roles: tuple[Role, ...]


def of(measure_id: int) -> Confidentiality | None:
    """Return why a measure is confidential now; None where it is open."""
    rows = Confidentiality.objects.filter(measure_id=measure_id, opened_at__isnull=True)
    return rows.select_related("made_by", "opening_by").first()


def openers(measure: Measure) -> tuple[int | None, int | None]:
    """Return who opens it again: sponsor and controller; the owner while no controller is named."""
    return measure.sponsor_id, measure.controller_id or measure.owner_id


def readers(secret: Confidentiality) -> list[Reader]:
    """Return the named readers in the order in which they were named."""
    rows = NamedReader.objects.filter(confidentiality=secret, withdrawn_at__isnull=True)
    return [
        Reader(row.pk, row.member_id, row.member.name, row.reason, row.named_by.name, row.named_at)
        for row in rows.select_related("member", "named_by").order_by("pk")
    ]


def reading(measure: Measure, named: Iterable[Reader]) -> set[int]:
    """Return every member who reads a confidential measure, deputies left aside."""
    by_duty = {measure.owner_id, measure.sponsor_id, measure.controller_id} - {None}
    return {each for each in by_duty if each is not None} | {each.member_id for each in named}


def needed(measure: Measure, reads: set[int]) -> list[Needed]:
    """Return whom a seat may lead to a vote or a decision here, and who does not read it."""
    found: dict[int, list[Role]] = {}
    for role in DUTY_SEATS:
        for member_id in authority.holders(measure.node, role):
            if member_id not in reads:
                found.setdefault(member_id, []).append(role)
    names = people.names_of(set(found))
    rows = [Needed(pk, names.get(pk, ""), tuple(roles)) for pk, roles in found.items()]
    return sorted(rows, key=lambda each: (each.name, each.member_id))


def names_of(measure_ids: Iterable[int]) -> dict[int, str]:
    """Return what measures are called where others read along: confidential ones by no name."""
    ids = set(measure_ids)
    told = Measure.objects.filter(pk__in=ids).exclude(
        pk__in=Confidentiality.objects.filter(opened_at__isnull=True).values("measure_id")
    )
    return dict.fromkeys(ids, UNNAMED) | dict(told.values_list("pk", "node__name"))


def unread(measure: Measure, wanted: Mapping[Role, int]) -> list[Role]:
    """Return of the seats whose votes are wanted, how many of each, those too few readers hold.

    None for an open measure; asked by one of its readers.
    """
    if measure.node_id not in tenancy.current().sight.opened:
        return []
    secret = of(measure.pk)
    if secret is None:
        return []
    reads = reading(measure, readers(secret))
    return [
        role
        for role, count in wanted.items()
        if role in DUTY_SEATS and len(reads & set(authority.holders(measure.node, role))) < count
    ]


def hidden_count() -> int:
    """Return how many measures the actor of this transaction does not read."""
    return len(tenancy.current().sight.rows)
