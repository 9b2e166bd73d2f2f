"""Deciding an escalation: the one act that ends it, together with what it does to the measure."""

from dataclasses import dataclass
from datetime import date

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import NotFound, StaleVersion
from core.tenancy import Actor
from governance.rules.holds import Ending, ReasonCode
from governance.services import lifecycle
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import periods
from measures.queries.measures import named
from measures.services import lock
from steering.errors import HoldNeedsItsEnd
from steering.events import EscalationDecided
from steering.models import Escalation, EscalationDecision
from steering.queries import deciders, latest
from steering.rules import escalation as life
from steering.rules.escalation import EscalationState, Ruling
from steering.rules.levels import Decision
from steering.services import escalating


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decides: the outcome, why, until when, and the kind of reason.

    `until` is the day on which an outcome that leaves the measure running is looked at again, or
    the last day of a hold. `reason_code` is asked by a hold and a cancellation only; `ending` says
    how an effect ends that flows when the measure is cancelled.
    """

    outcome: Decision
    text: str
    until: date | None = None
    reason_code: ReasonCode = ReasonCode.VALUE
    ending: str = ""


@tenancy.act
def decide(*, actor: Actor, escalation_id: int, version: int, choice: Choice) -> EscalationDecision:
    """End an escalation by a decision; a hold or cancellation is done to the measure with it.

    Raises NotFound, NotAllowed, StaleVersion, EscalationDecided, NotItsDecider,
    DecisionNotAllowed, DecisionIncomplete, ExpiryNeeded, HoldNeedsItsEnd, and governance's
    refusals of a hold or a cancellation.
    """
    measure, escalation = _locked(actor, escalation_id)
    if escalation.version != version and escalation.state == EscalationState.OPEN:
        raise StaleVersion(what="This escalation")
    ground = periods.ground()
    is_running_on = choice.outcome in life.NEEDS_EXPIRY
    ruling = Ruling(choice.outcome, choice.text, choice.until if is_running_on else None)
    life.check_decision(
        escalation=latest.facts_of(escalation),
        ruling=ruling,
        holdings=deciders.holdings(actor, measure),
        today=ground.today,
        numbers=ground.numbers,
    )
    decision: EscalationDecision = EscalationDecision.objects.create(
        escalation=escalation,
        outcome=choice.outcome,
        text=choice.text.strip(),
        expires_on=ruling.expires_on,
        effects=_effects(choice),
        decided_by=people.member(actor.member_id or 0),
    )
    _take_effect(actor, measure, choice)
    escalation.state = EscalationState.DECIDED
    escalating.step(escalation, "state")
    audit.record(
        EscalationDecided(
            subject_id=escalation.pk,
            measure_id=measure.pk,
            outcome=choice.outcome,
            level=escalation.level,
            expires_on=ruling.expires_on,
            reason=decision.text,
        )
    )
    return decision


def _locked(actor: Actor, escalation_id: int) -> tuple[Measure, Escalation]:
    """Lock the measure first, as everybody does, then the escalation."""
    there = Escalation.objects.filter(pk=escalation_id)
    measure_id = there.values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise NotFound(what="escalation")
    (measure,) = lock.locked([measure_id])
    authority.ensure(actor, Permission.DECIDE_ESCALATION, measure.node, named(measure))
    return measure, there.select_for_update(no_key=True).get()


def _effects(choice: Choice) -> dict[str, object]:
    if choice.outcome is Decision.HOLD:
        until = None if choice.until is None else choice.until.isoformat()
        return {"hold_until": until, "reason_code": choice.reason_code.value}
    if choice.outcome is Decision.CANCEL:
        return {"reason_code": choice.reason_code.value}
    return {}


def _take_effect(actor: Actor, measure: Measure, choice: Choice) -> None:
    if choice.outcome is Decision.HOLD:
        if choice.until is None:
            raise HoldNeedsItsEnd
        lifecycle.hold(
            actor=actor,
            measure_id=measure.pk,
            reason_code=choice.reason_code,
            reason=choice.text,
            until=choice.until,
        )
    if choice.outcome is Decision.CANCEL:
        lifecycle.cancel(
            actor=actor,
            measure_id=measure.pk,
            reason_code=choice.reason_code,
            reason=choice.text,
            ending=Ending(lessons=choice.text, ending=choice.ending),
        )
