"""Stating what a measure's value stands on, and declaring that it no longer holds."""

from datetime import date

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.errors import PremiseNotCurrent
from governance.models import Premise, PremiseVoid
from governance.premise_events import PremiseDeclaredVoid, PremiseStated
from governance.queries import premises
from governance.rules import holds
from governance.rules.holds import Move
from hierarchy.queries import authority
from measures.services import lock


@tenancy.act
def state(
    *, actor: Actor, measure_id: int, statement: str, checked_by_id: int, check_on: date
) -> Premise:
    """State the premise of a measure, who checks it and by when; it replaces the one before.

    Raises NotFound, NotAllowed, MeasureEnded, Invalid.
    """
    measure = lock.measure(actor, measure_id, Permission.EDIT_MEASURE)
    if not statement.strip():
        raise Invalid(field="premise", problem="say what the value of the measure stands on.")
    if check_on < authority.today():
        raise Invalid(field="check by", problem="choose today or a later day.")
    checker = people.staying().filter(pk=checked_by_id).first()
    if checker is None:
        raise Invalid(field="checked by", problem="choose a member who is still here.")
    made: Premise = Premise.objects.create(
        measure=measure,
        statement=statement.strip(),
        checked_by=checker,
        check_on=check_on,
        stated_by=people.member(actor.member_id or 0),
    )
    made.refresh_from_db()
    audit.record(
        PremiseStated(
            subject_id=measure.pk, premise_id=made.pk, checked_by_id=checker.pk, check_on=check_on
        )
    )
    return made


@tenancy.act
def declare_void(*, actor: Actor, measure_id: int, premise_id: int, reason: str) -> PremiseVoid:
    """Declare that the premise shown does not hold: from Decided on a decision is forced (§11).

    By the sponsor, the controller or a lead. Raises NotFound, NotAllowed, MeasureEnded,
    ReasonMissing, and PremiseNotCurrent where it was stated anew or declared void before.
    """
    measure = lock.measure(actor, measure_id, Permission.VOID_PREMISE)
    holds.check_reason(Move.HOLD, reason)
    current = premises.of_measure(measure.pk)
    if current is None or current.premise.pk != premise_id or current.void is not None:
        raise PremiseNotCurrent(measure=measure.node.name)
    made: PremiseVoid = PremiseVoid.objects.create(
        measure=measure,
        premise=current.premise,
        reason=reason.strip(),
        declared_by=people.member(actor.member_id or 0),
    )
    made.refresh_from_db()
    audit.record(
        PremiseDeclaredVoid(subject_id=measure.pk, premise_id=premise_id, reason=made.reason)
    )
    return made
