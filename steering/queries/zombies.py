"""The measures that go on without their value: what they still spend, and what that would win."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from core import money
from core.tenancy import Actor
from governance.queries import forced
from governance.queries.forced import ForcedRow
from hierarchy.models import Node
from hierarchy.queries import tree
from measures.queries import measures
from measures.rules.stage import Lifecycle
from steering.models import Watch

CENTS = 2
RUNNING = (Lifecycle.ACTIVE.value, Lifecycle.ON_HOLD.value)


@dataclass(frozen=True, slots=True)
class Zombie:
    """One measure; amounts in the organization's currency, None where nothing in it is planned.

    `conditions` are the sentences that hold today; `forced` the latest forced decision.
    """

    measure_id: int
    name: str
    code: str
    address: UUID
    sponsor: str
    is_on_hold: bool
    conditions: tuple[str, ...]
    to_spend: Decimal | None
    to_gain: Decimal | None
    path: tuple[int, ...]
    forced: ForcedRow | None

    @property
    def won_by_cancelling(self) -> Decimal | None:
        """What is better without it: the money not spent less the value given up."""
        if self.to_spend is None or self.to_gain is None:
            return None
        return self.to_spend - self.to_gain


@dataclass(frozen=True, slots=True)
class Freed:
    """What cancelling today frees at one node: its zombies together."""

    name: str
    address: UUID | None
    count: int
    to_spend: Decimal
    to_gain: Decimal


def of(actor: Actor, node: Node | None = None) -> list[Zombie]:
    """Return the zombies that the actor sees at and below a node, the dearest first."""
    rows = Watch.objects.exclude(conditions=[]).filter(
        measure__in=measures.visible(actor), measure__lifecycle__in=RUNNING
    )
    if node is not None:
        rows = rows.filter(tree.below(node, "measure__node__"))
    found = list(rows.select_related("measure__node", "measure__sponsor"))
    asked = forced.of_measures(actor, [each.measure_id for each in found])
    zombies = [_zombie(each, asked.get(each.measure_id)) for each in found]
    return sorted(zombies, key=lambda each: (-(each.to_spend or 0), each.name))


def conditions_today(measure_id: int) -> tuple[str, ...]:
    """Return the sentences of a forced decision that hold on a measure by its figures of today."""
    found = Watch.objects.filter(measure=measure_id).values_list("conditions", flat=True).first()
    return tuple(each["sentence"] for each in found or ())


def total(zombies: Iterable[Zombie], name: str) -> Freed:
    """Return what all of them free together."""
    return _freed(name, None, list(zombies))


def by_place(zombies: Iterable[Zombie], node: Node | None) -> list[Freed]:
    """Return what the nodes right below one free, the most first (the root's without one)."""
    above = tree.root() if node is None else node
    groups: dict[int, list[Zombie]] = defaultdict(list)
    for each in zombies:
        if above.pk in each.path:
            at = each.path.index(above.pk)
            if at > 0:
                groups[each.path[at - 1]].append(each)
    places = Node.objects.in_bulk(groups)
    freed = [
        _freed(places[pk].name, places[pk].public_id, members) for pk, members in groups.items()
    ]
    return sorted(freed, key=lambda each: (-each.to_spend, each.name))


def _freed(name: str, address: UUID | None, members: list[Zombie]) -> Freed:
    return Freed(
        name=name,
        address=address,
        count=len(members),
        to_spend=sum((each.to_spend or Decimal(0) for each in members), Decimal(0)),
        to_gain=sum((each.to_gain or Decimal(0) for each in members), Decimal(0)),
    )


def _zombie(row: Watch, asked: ForcedRow | None) -> Zombie:
    measure, node = row.measure, row.measure.node
    return Zombie(
        measure_id=measure.pk,
        name=node.name,
        code=node.code,
        address=node.public_id,
        sponsor="" if measure.sponsor is None else measure.sponsor.name,
        is_on_hold=measure.lifecycle == Lifecycle.ON_HOLD,
        conditions=tuple(each["sentence"] for each in row.conditions),
        to_spend=money.from_scaled(row.to_spend, CENTS),
        to_gain=money.from_scaled(row.to_gain, CENTS),
        path=(node.pk, *node.ancestor_ids),
        forced=asked,
    )
