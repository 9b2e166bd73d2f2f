"""The first step of every act on a measure: lock its row, judge who may, refuse what has ended."""

from collections.abc import Collection, Iterable

from accounts.rules.roles import Permission
from core.errors import NotFound, StaleVersion
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import MeasureEnded
from measures.models import Line, Measure
from measures.queries.measures import named
from measures.rules.stage import Lifecycle

ENDED = {Lifecycle.CANCELLED, Lifecycle.CLOSED}
WORDS = {Lifecycle.CANCELLED: "cancelled", Lifecycle.CLOSED: "closed"}


def measure(
    actor: Actor, measure_id: int, permission: Permission, *, version: int | None = None
) -> Measure:
    """Lock a measure for an act; NotFound, NotAllowed, MeasureEnded, StaleVersion.

    All acts on one measure follow each other: its row is held until the transaction ends.
    """
    found = next(iter(locked([measure_id])), None)
    if found is None:
        raise NotFound(what="measure")
    _judge(actor, found, permission)
    if version is not None and found.version != version:
        raise StaleVersion(what=found.node.name)
    return found


def lines(actor: Actor, line_ids: Collection[int], permission: Permission) -> dict[int, Line]:
    """Lock the measures of lines; returns the lines with them. Refusals as `line`."""
    there = Line.objects.filter(pk__in=line_ids, removed_on__isnull=True)
    measures = {each.pk: each for each in locked(there.values_list("measure_id", flat=True))}
    for each in measures.values():
        _judge(actor, each, permission)
    # Read again: what was seen before the lock may be old.
    found = {each.pk: each for each in there if each.measure_id in measures}
    if set(found) != set(line_ids):
        raise NotFound(what="line")
    for row in found.values():
        row.measure = measures[row.measure_id]
    return found


def locked(measure_ids: Iterable[int]) -> list[Measure]:
    """Lock measures in the order of their keys, so that two batches cannot block each other."""
    rows = (
        Measure.objects.select_for_update(of=("self",), no_key=True)
        .select_related("node")
        .filter(pk__in=list(measure_ids))
        .order_by("pk")
    )
    return list(rows)


def line(actor: Actor, line_id: int, permission: Permission) -> tuple[Measure, Line]:
    """Lock the measure of a line; returns both. NotFound also for a line that was removed."""
    measure_id = (
        Line.objects.filter(pk=line_id, removed_on__isnull=True)
        .values_list("measure_id", flat=True)
        .first()
    )
    if measure_id is None:
        raise NotFound(what="line")
    holder = measure(actor, measure_id, permission)
    # Read again: what was seen before the lock may be old.
    found = Line.objects.filter(pk=line_id, removed_on__isnull=True).first()
    if found is None:
        raise NotFound(what="line")
    return holder, found


def _judge(actor: Actor, found: Measure, permission: Permission) -> None:
    authority.ensure(actor, permission, found.node, named(found))
    if found.lifecycle in ENDED:
        words = WORDS[Lifecycle(found.lifecycle)]
        raise MeasureEnded(measure=found.node.name, lifecycle=words)


def step(row: Measure, *fields: str) -> None:
    """Write changed fields of a locked measure as its next version."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])
