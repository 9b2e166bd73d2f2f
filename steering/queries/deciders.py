"""Who decides about measures: who has a seat above one or is named on it, as the ladder asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from accounts.models import Member
from accounts.rules.roles import Role
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import seats
from hierarchy.rules.levels import Level
from measures.models import Measure
from steering.rules.levels import Holding

NAMED = (
    ("owner_id", Role.OWNER),
    ("sponsor_id", Role.SPONSOR),
    ("controller_id", Role.CONTROLLER),
)

People = Mapping[int, tuple[Holding, ...]]
"""Members with what they hold about one measure."""


def of(measures: Iterable[Measure]) -> dict[int, People]:
    """Return who holds what about each measure, by its id; two queries however many measures."""
    rows = list(measures)
    at_node: dict[int, list[tuple[int, Holding]]] = defaultdict(list)
    for seat in seats.in_force(Node.objects.filter(pk__in=_places(rows))):
        holding = Holding(Role(seat.role), Level(seat.node.level))
        at_node[seat.node_id].append((seat.member_id, holding))
    present = _present(rows)
    return {row.pk: _people(row, at_node, present) for row in rows}


def holdings(actor: Actor, measure: Measure) -> tuple[Holding, ...]:
    """Return what the actor holds about one measure."""
    if actor.member_id is None:
        return ()
    return of([measure])[measure.pk].get(actor.member_id, ())


def _places(measures: Iterable[Measure]) -> set[int]:
    return {place for each in measures for place in (each.node_id, *each.node.ancestor_ids)}


def _present(measures: Iterable[Measure]) -> set[int]:
    """Return those named on measures who have not left."""
    named = {getattr(each, column) for each in measures for column, _ in NAMED} - {None}
    return set(
        Member.objects.filter(pk__in=named, left_on__isnull=True).values_list("pk", flat=True)
    )


def _people(
    measure: Measure,
    at_node: Mapping[int, list[tuple[int, Holding]]],
    present: set[int],
) -> People:
    found: dict[int, list[Holding]] = defaultdict(list)
    for column, role in NAMED:
        member_id = getattr(measure, column)
        if member_id in present:
            found[member_id].append(Holding(role))
    for place in (measure.node_id, *measure.node.ancestor_ids):
        for member_id, holding in at_node.get(place, ()):
            found[member_id].append(holding)
    return {member_id: tuple(held) for member_id, held in found.items()}
