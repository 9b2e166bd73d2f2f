"""Who waits for a measure: the ripple of a hold or a cancellation, before it and as recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from core.tenancy import Actor
from governance.models import Ripple
from governance.rules.holds import Move
from hierarchy.queries import tree
from measures.models import Dependency, Measure
from measures.queries import measures
from measures.rules.stage import Lifecycle

PROGRAM_AT = 2  # above a measure: package, project, program
RUNNING = (Lifecycle.ACTIVE.value, Lifecycle.ON_HOLD.value)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A measure that waits for another; `distance` is 1 for what waits for it directly."""

    measure_id: int
    name: str
    address: UUID
    owner: str
    distance: int


@dataclass(frozen=True, slots=True)
class Told:
    """What an owner was told: a measure that one of theirs waits for is held or cancelled."""

    mine: str
    address: UUID
    needs: str
    needs_address: UUID
    is_cancelled: bool
    until: date | None


def of(actor: Actor, measure_id: int) -> list[Waiting]:
    """Return the running measures that wait for one, nearest first, as far as the actor sees."""
    distances = _distances(measure_id)
    rows = Measure.objects.filter(pk__in=distances, lifecycle__in=RUNNING)
    seen = set(measures.visible(actor).filter(pk__in=distances).values_list("pk", flat=True))
    found = [
        Waiting(
            each.pk,
            each.node.name,
            each.node.public_id,
            "" if each.owner is None else each.owner.name,
            distances[each.pk],
        )
        for each in rows.select_related("node", "owner")
        if each.pk in seen
    ]
    return sorted(found, key=lambda each: (each.distance, each.name))


def could_replace(actor: Actor, measure: Measure) -> list[tuple[int, str]]:
    """Return the running measures of the same program that the actor sees, as choices."""
    program = measure.node.ancestor_ids[PROGRAM_AT]
    rows = measures.visible(actor).filter(
        node__ancestor_ids__contains=[program], lifecycle__in=RUNNING
    )
    others = rows.exclude(pk=measure.pk).order_by(tree.InOrder("node__name"))
    return list(others.values_list("pk", "node__name"))


def told(decision_id: int) -> tuple[int, ...]:
    """Return the members whom the database noted as told of a decision, without repetition."""
    rows = Ripple.objects.filter(decision_id=decision_id, owner__isnull=False)
    return tuple(sorted(set(rows.values_list("owner_id", flat=True))))


def for_me(actor: Actor) -> list[Told]:
    """Return what the actor's own running measures wait for that is held or was cancelled.

    It stands until the dependency is removed or the other measure runs again.
    """
    if actor.member_id is None:
        return []
    rows = (
        Ripple.objects.filter(
            measure__owner_id=actor.member_id,
            measure__lifecycle__in=RUNNING,
            decision__measure__lifecycle__in=(Lifecycle.ON_HOLD.value, Lifecycle.CANCELLED.value),
            distance=1,
        )
        .select_related("measure__node", "decision__measure__node")
        .order_by("measure_id", "decision__measure_id", "-pk")
        .distinct("measure_id", "decision__measure_id")
    )
    open_pairs = _open_pairs(rows)
    return [
        _told(each) for each in rows if (each.measure_id, each.decision.measure_id) in open_pairs
    ]


def _told(row: Ripple) -> Told:
    needs = row.decision.measure
    is_cancelled = row.decision.act == Move.CANCEL
    return Told(
        mine=row.measure.node.name,
        address=row.measure.node.public_id,
        needs=needs.node.name,
        needs_address=needs.node.public_id,
        is_cancelled=is_cancelled,
        until=None if is_cancelled else row.decision.expires_on,
    )


def _open_pairs(rows: Iterable[Ripple]) -> set[tuple[int, int]]:
    found = Dependency.objects.filter(
        measure_id__in=[each.measure_id for each in rows], removed_at__isnull=True
    )
    return set(found.values_list("measure_id", "needs_id"))


def _distances(measure_id: int) -> dict[int, int]:
    """Walk against the direction of need, level by level; there is never a circle."""
    found: dict[int, int] = {}
    here, distance = {measure_id}, 0
    while here:
        distance += 1
        rows = Dependency.objects.filter(needs_id__in=here, removed_at__isnull=True)
        here = set(rows.values_list("measure_id", flat=True)) - set(found)
        found |= dict.fromkeys(here, distance)
    return found
