"""Holding, extending, resuming and cancelling a measure, rejecting a proposal: by decisions."""

from datetime import date
from decimal import Decimal

from accounts.queries import numbers
from accounts.rules.roles import Permission
from audit import services as audit
from core import money, tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.events import (
    HoldExtended,
    MeasureCancelled,
    MeasureHeld,
    MeasureResumed,
    ProposalRejected,
)
from governance.models import LifecycleDecision
from governance.queries import dependants, holding, lapses, standing, worth
from governance.rules import duties, holds
from governance.rules.holds import UNSAID, Ending, Move, ReasonCode
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import measures
from measures.rules.stage import Lifecycle, Stage, held_to
from measures.services import lock, stage

CENTS = 2
MOST_PEOPLE = 100_000


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

    An open request is voided, new spend stops, and the owners of what waits for it are told.
    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NotNow, ReasonMissing, HoldTooLong,
    Invalid.
    """
    measure, leads_to = judged(actor, measure_id, Move.HOLD)
    today = authority.today()
    holds.check_hold(until=until, reason=reason, today=today, numbers=numbers.current(today))
    holds.check_review(review_on, until=until, today=today)
    decision = decided(
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
            told=dependants.told(decision.pk),
        )
    )
    return decision


@tenancy.act
def extend(*, actor: Actor, measure_id: int, reason: str, until: date) -> LifecycleDecision:
    """Lengthen a hold once, by somebody one level above who decided it (§11).

    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NotNow, ReasonMissing, HoldTooLong,
    NotHigher, Invalid.
    """
    measure, leads_to = judged(actor, measure_id, Move.EXTEND)
    today = authority.today()
    holds.check_hold(until=until, reason=reason, today=today, numbers=numbers.current(today))
    held, whose = holding.current(measure.pk), actor.acts_for_id or actor.member_id
    if held is not None and whose is not None:
        rank = holding.rank(measure, whose)
        holds.check_extension(held, by=actor.people, rank=rank, until=until)
    decision = decided(
        measure,
        leads_to,
        act=Move.EXTEND,
        reason=reason.strip(),
        decided_by_id=actor.member_id,
        expires_on=until,
    )
    audit.record(
        HoldExtended(
            subject_id=measure.pk,
            decision_id=decision.pk,
            reason=decision.reason,
            expires_on=until,
        )
    )
    return decision


@tenancy.act
def resume(*, actor: Actor, measure_id: int, reason: str = "") -> LifecycleDecision:
    """Let a measure on hold run again at its stage, whose criteria are judged after a long hold.

    Raises NotFound, NotAllowed, DutiesMeet, NotNow, CriteriaLapsed.
    """
    measure, leads_to = judged(actor, measure_id, Move.RESUME)
    today, held = authority.today(), holding.current(measure.pk)
    if held is not None and holds.needs_recheck(held, today, numbers.current(today)):
        lapses.ensure_none(measure)
    decision = decided(
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
    ending: Ending = UNSAID,
) -> LifecycleDecision:
    """End a measure; amounts in the organization's currency, worked out where not stated.

    Approved actuals stay; an open request is voided, and the owners of what waits for it are told.
    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NotNow, ReasonMissing, LessonsMissing,
    EffectStillFlows, Invalid.
    """
    measure, leads_to = judged(actor, measure_id, Move.CANCEL)
    holds.check_reason(Move.CANCEL, reason)
    holds.check_ending(
        ending,
        stage=held_to(Stage(measure.stage), was_decided=measure.decided_on is not None),
        flows=holding.flows(measure.pk),
    )
    left = worth.of(measure.pk)
    decision = decided(
        measure,
        leads_to,
        act=Move.CANCEL,
        reason_code=_code(reason_code),
        reason=reason.strip(),
        decided_by_id=actor.member_id,
        sunk_cost=_amount(sunk_cost, "sunk cost", left.spent),
        freed_budget=_amount(ending.freed_budget, "freed budget", left.to_spend),
        freed_people=_people(ending.freed_people),
        lessons=ending.lessons.strip(),
        ending=ending.ending.strip(),
        replacement_id=_replacement(actor, measure, ending.replacement_id),
    )
    audit.record(
        MeasureCancelled(
            subject_id=measure.pk,
            decision_id=decision.pk,
            reason_code=decision.reason_code,
            reason=decision.reason,
            sunk_cost=decision.sunk_cost,
            freed_budget=decision.freed_budget,
            replacement_id=decision.replacement_id,
            told=dependants.told(decision.pk),
        )
    )
    return decision


@tenancy.act
def reject(*, actor: Actor, measure_id: int, reason: str) -> LifecycleDecision:
    """Reject a proposal at Defined, as its lead; NotFound, NotAllowed, NotNow, ReasonMissing."""
    measure, leads_to = judged(actor, measure_id, Move.REJECT)
    holds.check_reason(Move.REJECT, reason)
    decision = decided(
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


def judged(actor: Actor, measure_id: int, move: Move) -> tuple[Measure, Lifecycle]:
    """Lock the measure and judge right, duty and moment; return it and where the move leads."""
    permission: Permission = holds.TRANSITIONS[move].permission
    measure = lock.measure(actor, measure_id, permission)
    if move in holds.KEPT_APART:
        duties.ensure(
            duties.act_refusals(
                act=holds.KEPT_APART[move],
                actor=standing.of(actor, measure),
                principal=standing.principal(actor, measure),
            )
        )
    # What was decided once is no proposal any more, wherever it was rolled back to.
    held = held_to(Stage(measure.stage), was_decided=measure.decided_on is not None)
    leads_to = holds.after(move, stage=held, lifecycle=Lifecycle(measure.lifecycle))
    return measure, leads_to


def decided(measure: Measure, leads_to: Lifecycle, **fields: object) -> LifecycleDecision:
    """Write a decision on a locked measure and let it take effect."""
    decision: LifecycleDecision = LifecycleDecision.objects.create(measure=measure, **fields)
    decision.refresh_from_db(fields=["level", "restoration"])
    stage.set_lifecycle(measure, leads_to)
    return decision


def _code(given: ReasonCode | str) -> ReasonCode:
    try:
        return ReasonCode(given)
    except ValueError as unknown:
        known = ", ".join(code.value for code in ReasonCode)
        raise Invalid(field="reason code", problem=f"choose one of {known}.") from unknown


def _amount(amount: Decimal | None, field: str, worked_out: int) -> int:
    """Return hundredths: what was stated, else what the figures say; Invalid if it is none."""
    if amount is None:
        return max(worked_out, 0)
    try:
        scaled = money.to_scaled(amount, CENTS)
    except ValueError as problem:
        raise Invalid(field=field, problem=f"{problem}.") from problem
    if scaled < 0:
        raise Invalid(field=field, problem="cannot be negative.")
    return scaled


def _people(number: Decimal | None) -> Decimal | None:
    if number is None:
        return None
    if not number.is_finite() or not 0 <= number < MOST_PEOPLE:
        raise Invalid(field="freed people", problem=f"enter 0 to {MOST_PEOPLE - 1}.")
    return round(number, 1)


def _replacement(actor: Actor, measure: Measure, replacement_id: int | None) -> int | None:
    if replacement_id is None:
        return None
    if replacement_id == measure.pk:
        raise Invalid(field="replacement", problem="a measure is not replaced by itself.")
    found = measures.by_id(replacement_id)
    authority.ensure(actor, Permission.VIEW, found.node, measures.named(found))
    return found.pk
