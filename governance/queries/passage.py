"""What the page of one measure shows of governance: the next gate, the way so far, the closing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from accounts.queries import people
from accounts.rules.roles import Permission
from core.tenancy import Actor
from governance.models import ClosureConfirmation, LifecycleDecision, StagePassage, TakeOver
from governance.queries import (
    criteria,
    desk,
    ended,
    facts,
    holding,
    requests,
    schemes,
    shortfalls,
    standing,
    statements,
)
from governance.queries.criteria import CriterionRow
from governance.queries.desk import RequestRow
from governance.queries.ended import Ended
from governance.queries.shortfalls import Pending, SignatureRow
from governance.queries.statements import Stated
from governance.rules import closure, duties, holds
from governance.rules.closure import Judgement
from governance.rules.facts import MeasureFacts
from governance.rules.gates import Gate
from governance.rules.holds import Move
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import periods
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage, held_to


@dataclass(frozen=True, slots=True)
class FastTrack:
    """Two gates that a small measure may pass together, and what of both is still missing.

    `below` is the run-rate below which the scheme allows it, in the organization's currency.
    """

    gate: Gate
    below: Decimal
    missing: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True)
class NextGate:
    """The gate that begins where a measure stands, with all its criteria, met and unmet.

    `request` is the open one; `can_submit` tells that the reader may and nothing stands in the
    way now. `fast` is this gate and the one behind it together, where the scheme allows it.
    """

    gate: Gate
    criteria: tuple[CriterionRow, ...]
    request: RequestRow | None
    may_submit: bool
    can_submit: bool
    fast: FastTrack | None

    @property
    def missing(self) -> tuple[CriterionRow, ...]:
        """Return the criteria that bar a request now."""
        return tuple(row for row in self.criteria if not row.is_met and not row.at_decision)


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stage and the day it was entered; `by_take_over` marks a date an import brought."""

    stage: Stage
    step: int
    entered_on: date
    entered_by: str
    by_take_over: bool


@dataclass(frozen=True, slots=True)
class LifecycleRow:
    """A hold, resumption, cancellation or rejection with its reason; `ended` what one cost."""

    act: Move
    reason_code: str
    reason: str
    decided_by: str
    decided_at: datetime
    expires_on: date | None
    review_on: date | None
    ended: Ended | None


@dataclass(frozen=True, slots=True)
class Closing:
    """What a controller is asked to confirm: the proofs line by line, and the figures' digest.

    `confirmation` is the one by which the measure was closed, `pending` a shortfall that waits.
    """

    request: RequestRow | None
    judgement: Judgement
    criteria: tuple[CriterionRow, ...]
    figures_digest: str
    confirmation: ClosureConfirmation | None
    may_confirm: bool
    pending: Pending | None
    signatures: tuple[SignatureRow, ...]
    stated: Mapping[int, Stated]
    may_state: bool


def next_gate(actor: Actor, measure: Measure) -> NextGate | None:
    """Return the next gate of a measure (with its node); None once it has ended."""
    stage, lifecycle = Stage(measure.stage), Lifecycle(measure.lifecycle)
    scheme = schemes.current()
    gate = scheme.gate_from(stage, measure.step)
    if gate is None or lifecycle is Lifecycle.CANCELLED:
        return None
    found = facts.one(measure.pk)
    asked = _open_request(actor, measure)
    if gate.steering is not None:
        gate = gate.for_value(is_over_limit=gate.steering.is_over(found))
    rows = tuple(criteria.rows(gate, found, measure))
    may_submit = authority.may(actor, Permission.SUBMIT_GATE, measure.node, named(measure))
    is_free = asked is None or asked.is_stale
    met = all(row.is_met or row.at_decision for row in rows)
    can_submit = may_submit and is_free and met and lifecycle is Lifecycle.ACTIVE
    fast = _fast_track(gate, scheme.fast_track(found), found, measure)
    return NextGate(gate, rows, asked, may_submit, can_submit, fast if is_free else None)


def _fast_track(
    gate: Gate, both: Gate | None, found: MeasureFacts, measure: Measure
) -> FastTrack | None:
    if both is None or gate.fast_track_below is None:
        return None
    rows = criteria.rows(both, found, measure)
    missing = tuple(row for row in rows if not row.is_met and not row.at_decision)
    return FastTrack(both, gate.fast_track_below, missing)


def closing(actor: Actor, measure: Measure) -> Closing:
    """Return what closing a measure stands on today; of a closed one, what it stood on then."""
    latest = ClosureConfirmation.objects.filter(measure=measure).order_by("-pk").first()
    asked = _open_request(actor, measure)
    is_closed = measure.lifecycle == Lifecycle.CLOSED
    closed_on = _closed_on(measure.pk) if is_closed else None
    found = facts.one(measure.pk, closed_on)
    people_of = named(measure)
    return Closing(
        request=asked if asked is not None and asked.stage is Stage.CLOSED else None,
        judgement=closure.judge(found.lines, found.numbers),
        criteria=tuple(criteria.rows(schemes.current().gate_to(Stage.CLOSED), found, measure)),
        figures_digest=found.figures_digest or "",
        confirmation=latest if is_closed else None,
        may_confirm=authority.may(actor, Permission.CONFIRM_CLOSURE, measure.node, people_of),
        pending=shortfalls.pending(actor, measure, found, latest),
        signatures=shortfalls.signatures(latest) if is_closed and latest is not None else (),
        stated=statements.of([measure.pk]),
        may_state=not is_closed
        and measure.decided_on is not None
        and authority.may(actor, Permission.ATTACH_EVIDENCE, measure.node, people_of),
    )


def _closed_on(measure_id: int) -> date | None:
    rows = StagePassage.objects.filter(measure_id=measure_id, stage=Stage.CLOSED).order_by("-pk")
    return rows.values_list("entered_on", flat=True).first()


def moves(actor: Actor, measure: Measure) -> tuple[Move, ...]:
    """Return the moves of the lifecycle that the actor may make now; closing is not one of them."""
    if actor.member_id is None:
        return ()
    person, principal = standing.of(actor, measure), standing.principal(actor, measure)
    held = held_to(Stage(measure.stage), was_decided=measure.decided_on is not None)
    possible = holds.possible(stage=held, lifecycle=Lifecycle(measure.lifecycle))
    return tuple(
        move
        for move in possible
        if move is not Move.CLOSE
        and (move is not Move.RESTORE or _is_restorable(measure))
        and authority.may(actor, holds.TRANSITIONS[move].permission, measure.node, named(measure))
        and not (
            move in holds.KEPT_APART
            and duties.act_refusals(act=holds.KEPT_APART[move], actor=person, principal=principal)
        )
    )


def _is_restorable(measure: Measure) -> bool:
    last_end = holding.cancellation(measure.pk)
    if last_end is None or last_end.act != Move.CANCEL:
        return False
    ground = periods.ground()
    last = ground.day_of(last_end.decided_at) + timedelta(days=ground.numbers.restore_days)
    return ground.today <= last


def passages(measure_id: int) -> list[PassageRow]:
    """Return the stages a measure has entered, in the order of the stages."""
    found = StagePassage.objects.filter(measure_id=measure_id).order_by("stage", "step", "pk")
    names = people.names_of({each.entered_by_id for each in found})
    return [
        PassageRow(
            Stage(each.stage),
            each.step,
            each.entered_on,
            names.get(each.entered_by_id or 0, ""),
            each.take_over_id is not None,
        )
        for each in found
    ]


def lifecycle(measure_id: int) -> list[LifecycleRow]:
    """Return the decisions on a measure's lifecycle, the newest first."""
    found = LifecycleDecision.objects.filter(measure_id=measure_id).order_by("-pk")
    hands = {each for row in found for each in (row.decided_by_id, row.decided_for_id)}
    names = people.names_of(hands)
    return [
        LifecycleRow(
            Move(each.act),
            each.reason_code,
            each.reason,
            people.written(names, each.decided_by_id, each.decided_for_id),
            each.decided_at,
            each.expires_on,
            each.review_on,
            ended.of(each),
        )
        for each in found
    ]


def take_over(measure_id: int) -> TakeOver | None:
    """Return how a measure was taken over, if it was."""
    return TakeOver.objects.filter(measure_id=measure_id).first()


def _open_request(actor: Actor, measure: Measure) -> RequestRow | None:
    request = requests.open_of(measure.pk)
    return None if request is None else desk.rows([request], actor)[0]
