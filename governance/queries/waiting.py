"""What desks list besides open requests: criteria met, measures ready to submit, closures."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from accounts.rules.roles import Permission, Role, seats_giving
from core.tenancy import Actor
from governance.models import GateRequest
from governance.queries import desk, facts, requests, schemes
from governance.queries.desk import RequestRow
from governance.rules import gates
from governance.rules.criteria import Moment
from governance.rules.facts import MeasureFacts
from governance.rules.gates import Gate
from governance.rules.votes import RequestState
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import measures
from measures.rules.stage import Lifecycle, Stage

# Facts are read for so many measures at most: the largest that may be ready.
LOOKED_AT = 60


@dataclass(frozen=True, slots=True)
class Met:
    """How many criteria of a gate are met, of how many."""

    met: int
    of: int


@dataclass(frozen=True, slots=True)
class ReadyRow:
    """A measure whose next gate could be submitted now by the reader.

    `fast` names this gate and the next where both could be passed together; empty where not.
    """

    public_id: UUID
    measure: str
    code: str
    gate: str
    fast: str
    value: Decimal | None
    value_unit: str


def criteria_met(rows: Iterable[RequestRow]) -> dict[int, Met]:
    """Return by request how many criteria its measure meets today."""
    asked = list(rows)
    found = facts.of({row.measure_id for row in asked}) if asked else {}
    return {row.request_id: _met(row.rule, found[row.measure_id]) for row in asked}


def ready(actor: Actor) -> list[ReadyRow]:
    """Return the largest measures that the actor could submit now, and that meet all criteria."""
    leads = [
        each
        for each in authority.ranges(actor)
        if each.role in seats_giving(Permission.SUBMIT_GATE)
    ]
    open_ones = GateRequest.objects.filter(measure_id=OuterRef("pk"), state=RequestState.OPEN)
    candidates = (
        Measure.objects.filter(
            authority.within(leads, "node__") | Q(owner_id=actor.member_id or 0),
            ~Exists(open_ones),
            Q(stage__gt=Stage.DEFINED) | Q(owner__isnull=False, sponsor__isnull=False),
            lifecycle=Lifecycle.ACTIVE,
            stage__lt=Stage.CLOSED,
        )
        .select_related("node")
        .order_by(F("size").desc(nulls_last=True), "pk")[:LOOKED_AT]
    )
    largest = list(candidates)
    found = facts.of(each.pk for each in largest) if largest else {}
    rows = []
    scheme = schemes.current()
    for each in largest:
        gate = scheme.gate_from(Stage(each.stage), each.step)
        if gate is not None and not gates.unmet(gate, found[each.pk], Moment.REQUEST):
            both = scheme.fast_track(found[each.pk])
            is_fast = both is not None and not gates.unmet(both, found[each.pk], Moment.REQUEST)
            rows.append(_ready_row(each, gate, both if is_fast else None))
    return rows


def closures(actor: Actor) -> list[RequestRow]:
    """Return the closures that wait for the actor as controller, the most valuable first."""
    found = requests.current().filter(
        gate=Stage.CLOSED,
        state=RequestState.OPEN,
        measure__in=Measure.objects.filter(measures.in_charge(actor, Role.CONTROLLER)),
    )
    return sorted(desk.rows(found, actor), key=desk.most_urgent)


def _met(gate: Gate, found: MeasureFacts) -> Met:
    return Met(sum(each.is_met(found) for each in gate.criteria), len(gate.criteria))


def _ready_row(measure: Measure, gate: Gate, both: Gate | None) -> ReadyRow:
    return ReadyRow(
        public_id=measure.node.public_id,
        measure=measure.node.name,
        code=measure.node.code,
        gate=gate.name,
        fast="" if both is None else both.name,
        value=measure.size,
        value_unit=measure.size_unit,
    )
