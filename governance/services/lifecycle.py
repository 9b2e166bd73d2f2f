"""Holding, resuming, cancelling a measure, and rejecting a proposal, each by a decision."""

from datetime import date
from decimal import Decimal

from accounts.queries import numbers
from accounts.rules.roles import Permission
from audit import services as audit
from core import money, tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.events import MeasureCancelled, MeasureHeld, MeasureResumed, ProposalRejected
from governance.models import LifecycleDecision
from governance.queries import standing
from governance.rules import duties, holds
from governance.rules.holds import Move, ReasonCode
from hierarchy.queries import authority
from measures.models import Measure
from measures.rules.stage import Lifecycle, Stage
from measures.services import lock, stage

CENTS = 2


@tenancy.act
def hold(
    *,
    actor: Actor,
    measure_id: int,
    reason_code: ReasonCode | str,
    reason: str,
    until: date,
    review_on: date | None = None,
) -> LifecycleDecision:
    """Put a measure on hold until a day, at most the organization's limit from today (§11).

    An open request is voided. Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NotNow,
    ReasonMissing, HoldTooLong, Invalid.
    """
    measure, leads_to = _judged(actor, measure_id, Move.HOLD)
    today = authority.today()
    holds.check_hold(until=until, reason=reason, today=today, numbers=numbers.current(today))
    decision = _decided(
        measure,
        leads_to,
        act=Move.HOLD,
        reason_code=_code(reason_code),
        reason=reason.strip(),
        decided_by_id=actor.member_id,
        expires_on=until,
        review_on=review_on,
    )
    audit.record(
        MeasureHeld(
            subject_id=measure.pk,
            decision_id=decision.pk,
            reason_code=decision.reason_code,
            reason=decision.reason,
            expires_on=until,
        )
    )
    return decision


@tenancy.act
def resume(*, actor: Actor, measure_id: int, reason: str = "") -> LifecycleDecision:
    """Let a measure on hold run again at its stage; NotFound, NotAllowed, DutiesMeet, NotNow."""
    measure, leads_to = _judged(actor, measure_id, Move.RESUME)
    decision = _decided(
        measure,
        leads_to,
        act=Move.RESUME,
        reason=reason.strip(),
        decided_by_id=actor.member_id,
    )
    audit.record(
        MeasureResumed(subject_id=measure.pk, decision_id=decision.pk, reason=decision.reason)
    )
    return decision


@tenancy.act
def cancel(
    *,
    actor: Actor,
    measure_id: int,
    reason_code: ReasonCode | str,
    reason: str,
    sunk_cost: Decimal | None = None,
) -> LifecycleDecision:
    """End a measure for good; `sunk_cost` in the organization's currency, None if not stated.

    Approved actuals stay; an open request is voided. Raises NotFound, NotAllowed, MeasureEnded,
    DutiesMeet, NotNow, ReasonMissing, Invalid.
    """
    measure, leads_to = _judged(actor, measure_id, Move.CANCEL)
    holds.check_reason(Move.CANCEL, reason)
    decision = _decided(
        measure,
        leads_to,
        act=Move.CANCEL,
        reason_code=_code(reason_code),
        reason=reason.strip(),
        decided_by_id=actor.member_id,
        sunk_cost=_scaled(sunk_cost),
    )
    audit.record(
        MeasureCancelled(
            subject_id=measure.pk,
            decision_id=decision.pk,
            reason_code=decision.reason_code,
            reason=decision.reason,
            sunk_cost=decision.sunk_cost,
        )
    )
    return decision


@tenancy.act
def reject(*, actor: Actor, measure_id: int, reason: str) -> LifecycleDecision:
    """Reject a proposal at Defined, as its lead; NotFound, NotAllowed, NotNow, ReasonMissing."""
    measure, leads_to = _judged(actor, measure_id, Move.REJECT)
    holds.check_reason(Move.REJECT, reason)
    decision = _decided(
        measure,
        leads_to,
        act=Move.REJECT,
        reason=reason.strip(),
        decided_by_id=actor.member_id,
    )
    audit.record(
        ProposalRejected(subject_id=measure.pk, decision_id=decision.pk, reason=decision.reason)
    )
    return decision


def _judged(actor: Actor, measure_id: int, move: Move) -> tuple[Measure, Lifecycle]:
    """Lock the measure and judge right, duty and moment; return it and where the move leads."""
    permission: Permission = holds.TRANSITIONS[move].permission
    measure = lock.measure(actor, measure_id, permission)
    if move in holds.KEPT_APART:
        duties.ensure(
            duties.act_refusals(act=holds.KEPT_APART[move], actor=standing.of(actor, measure))
        )
    leads_to = holds.after(move, stage=Stage(measure.stage), lifecycle=Lifecycle(measure.lifecycle))
    return measure, leads_to


def _decided(measure: Measure, leads_to: Lifecycle, **fields: object) -> LifecycleDecision:
    decision: LifecycleDecision = LifecycleDecision.objects.create(measure=measure, **fields)
    stage.set_lifecycle(measure, leads_to)
    return decision


def _code(given: ReasonCode | str) -> ReasonCode:
    try:
        return ReasonCode(given)
    except ValueError as unknown:
        known = ", ".join(code.value for code in ReasonCode)
        raise Invalid(field="reason code", problem=f"choose one of {known}.") from unknown


def _scaled(amount: Decimal | None) -> int | None:
    if amount is None:
        return None
    try:
        return money.to_scaled(amount, CENTS)
    except ValueError as problem:
        raise Invalid(field="sunk cost", problem=f"{problem}.") from problem
