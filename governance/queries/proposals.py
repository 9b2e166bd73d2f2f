"""The draft of the next gate scheme, all versions, and what a draft would do to live measures."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.queries import people
from governance.models import GateRequest, Scheme, SchemeProposal
from governance.queries import glances, standing
from governance.rules import gates
from governance.rules.criteria import Moment, Unmet
from governance.rules.facts import MeasureFacts
from governance.rules.gates import Gate, Place
from governance.rules.gates import Scheme as Rules
from governance.rules.votes import RequestState
from measures.models import Measure
from measures.rules.stage import Lifecycle, Stage

BATCH = 1000  # measures whose facts are read at once
SHOWN = 50  # blocked measures that are listed; all are counted


@dataclass(frozen=True, slots=True)
class Blocked:
    """A live measure that its next gate would newly hold up, by what, and who can supply it."""

    public_id: UUID
    measure: str
    code: str
    gate: str
    missing: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would do: measures newly blocked (the first of them listed), requests voided.

    `looked_at` are the live measures before a gate that the draft changes.
    """

    looked_at: int
    blocked: int
    rows: tuple[Blocked, ...]
    voided: int


def latest() -> Scheme:
    """Return the last version confirmed, in force or still to come."""
    found: Scheme = Scheme.objects.latest("version")
    return found


def versions() -> list[Scheme]:
    """Return every version, the latest first, with who proposed and confirmed it."""
    rows = Scheme.objects.select_related("proposed_by", "confirmed_by")
    return list(rows.order_by("-version"))


def open_one() -> SchemeProposal | None:
    """Return the draft that waits to be confirmed, if there is one."""
    found = SchemeProposal.objects.select_related("proposed_by").order_by("-pk").first()
    if found is None or found.is_withdrawn:
        return None
    return None if Scheme.objects.filter(proposal=found).exists() else found


def document() -> dict[str, Any]:
    """Return what an administrator goes on editing: the open draft, else the last version."""
    draft = open_one()
    found: dict[str, Any] = latest().document if draft is None else draft.document
    return found


def preview(now: Rules, then: Rules) -> Preview:
    """Return what `then` in place of `now` would do to live measures; their facts in batches."""
    changed = _changed(now, then)
    keys = [
        pk
        for pk, stage, step in Measure.objects.filter(
            lifecycle=Lifecycle.ACTIVE, stage__lt=Stage.CLOSED
        )
        .order_by("pk")
        .values_list("pk", "stage", "step")
        if (Stage(stage), step) in changed or _is_changed(now, then, (Stage(stage), step))
    ]
    parts = (keys[at : at + BATCH] for at in range(0, len(keys), BATCH))
    found = [each for some in parts for each in _newly_blocked(some, now, then)]
    return Preview(len(keys), len(found), _rows(found[:SHOWN]), _voided(now, then))


def _changed(now: Rules, then: Rules) -> set[Place]:
    starts = {gate.start for gate in (*now.gates, *then.gates)}
    return {start for start in starts if _is_changed(now, then, start)}


def _is_changed(now: Rules, then: Rules, start: Place) -> bool:
    return _asked(now.gate_from(*start)) != _asked(then.gate_from(*start))


def _asked(gate: Gate | None) -> object:
    """Return what of a gate can hold up a measure or void a request."""
    if gate is None:
        return None
    wanted = tuple((each.code, each.wanted) for each in gate.criteria)
    return gate.goal, wanted, gate.votes, gate.submitted_by, gate.steering


Held = tuple[int, Gate, tuple[Unmet, ...]]


def _newly_blocked(keys: Sequence[int], now: Rules, then: Rules) -> Iterator[Held]:
    for pk, found in glances.of(keys).items():
        gate = then.gate_from(found.stage, found.step)
        if gate is None or not _is_stricter(now, gate, found):
            continue
        if (missing := _missing(then, found)) and not _missing(now, found):
            yield pk, gate, missing


def _is_stricter(now: Rules, gate: Gate, found: MeasureFacts) -> bool:
    """Tell whether a measure fails in what a gate asks anew; what else it fails in is no news.

    Asked first, because it looks at little of a measure.
    """
    former = now.gate_from(found.stage, found.step)
    asked = {} if former is None else {each.code: each.wanted for each in former.criteria}
    added = (each for each in gate.criteria if asked.get(each.code) != each.wanted)
    return any(each.moment <= Moment.REQUEST and not each.is_met(found) for each in added)


def _missing(rules: Rules, found: MeasureFacts) -> tuple[Unmet, ...]:
    gate = rules.gate_from(found.stage, found.step)
    return () if gate is None else gates.unmet(gate, found, Moment.REQUEST)


def _rows(held: Sequence[Held]) -> tuple[Blocked, ...]:
    measures = Measure.objects.select_related("node").in_bulk([pk for pk, _, _ in held])
    suppliers = {
        (pk, each.supplied_by): standing.suppliers(measures[pk], each.supplied_by)
        for pk, _, missing in held
        for each in missing
    }
    names = people.names_of({member for some in suppliers.values() for member in some})
    return tuple(
        Blocked(
            measures[pk].node.public_id,
            measures[pk].node.name,
            measures[pk].node.code,
            gate.name,
            tuple(
                (
                    each.sentence,
                    ", ".join(
                        names[member]
                        for member in suppliers[pk, each.supplied_by]
                        if member in names
                    ),
                )
                for each in missing
            ),
        )
        for pk, gate, missing in held
    )


def _voided(now: Rules, then: Rules) -> int:
    rows = GateRequest.objects.filter(state=RequestState.OPEN)
    places = rows.values_list("from_stage", "from_step")
    return sum(_is_changed(now, then, (Stage(stage), step)) for stage, step in places)
