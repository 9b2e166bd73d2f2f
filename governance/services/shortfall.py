"""Signing a shortfall: the sponsor countersigns it, below half the steering committee approves."""

from accounts.queries import people
from accounts.rules.duties import Act, barred_by
from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.errors import DutiesMeet
from governance.errors.closing import AlreadySigned, NoShortfall, StaleShortfall
from governance.events import ShortfallApproved, ShortfallCountersigned
from governance.models import ClosureConfirmation, ClosureOutcome, ShortfallApproval
from governance.queries import facts, shortfalls, standing
from measures.models import Measure
from measures.rules.stage import Lifecycle, Stage
from measures.services import lock


@tenancy.act
def countersign(*, actor: Actor, measure_id: int, digest: str, statement: str) -> ShortfallApproval:
    """Sign the shortfall that was shown (`digest`), as the sponsor of the measure or their deputy.

    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NoShortfall, StaleShortfall,
    AlreadySigned, Invalid.
    """
    measure = lock.measure(actor, measure_id, Permission.COUNTERSIGN_SHORTFALL)
    confirmed = _judged(actor, measure, Act.COUNTERSIGN_SHORTFALL, digest)
    return _signed(measure, confirmed, Role.SPONSOR, statement, ShortfallCountersigned)


@tenancy.act
def approve(*, actor: Actor, measure_id: int, digest: str, statement: str) -> ShortfallApproval:
    """Approve a closing below half of the plan, as one of the steering committee above it.

    Refusals as `countersign`.
    """
    measure = lock.measure(actor, measure_id, Permission.APPROVE_SHORTFALL)
    confirmed = _judged(actor, measure, Act.APPROVE_SHORTFALL, digest)
    if not confirmed.needs_steering:
        raise NoShortfall(measure=measure.node.name)
    return _signed(measure, confirmed, Role.STEERING, statement, ShortfallApproved)


def _judged(actor: Actor, measure: Measure, act: Act, digest: str) -> ClosureConfirmation:
    """Return the shortfall to sign, on figures that still stand."""
    both = (standing.of(actor, measure), standing.principal(actor, measure))
    if any(barred_by(act, each) for each in both if each is not None):
        raise DutiesMeet
    confirmed = ClosureConfirmation.objects.filter(measure=measure).order_by("-pk").first()
    is_open = (measure.stage, measure.lifecycle) == (Stage.IMPLEMENTED, Lifecycle.ACTIVE)
    if confirmed is None or confirmed.outcome != ClosureOutcome.SHORTFALL or not is_open:
        raise NoShortfall(measure=measure.node.name)
    now = facts.one(measure.pk).figures_digest
    is_same = digest == confirmed.figures_digest == now
    if not is_same or confirmed.controller_then != measure.controller_id:
        raise StaleShortfall
    if actor.people & {confirmed.confirmed_by_id, confirmed.decided_for_id}:
        raise DutiesMeet
    if shortfalls.signed_by(actor, confirmed.pk).exists():
        raise AlreadySigned
    return confirmed


def _signed(
    measure: Measure,
    confirmed: ClosureConfirmation,
    role: Role,
    statement: str,
    act: type[ShortfallCountersigned] | type[ShortfallApproved],
) -> ShortfallApproval:
    if not statement.strip():
        raise Invalid(field="statement", problem="say on what you sign the shortfall.")
    made: ShortfallApproval = ShortfallApproval.objects.create(
        measure=measure,
        confirmation=confirmed,
        role=role.value,
        figures_digest=confirmed.figures_digest,
        statement=statement.strip(),
        approved_by=people.member(tenancy.current().actor.member_id or 0),
    )
    audit.record(
        act(
            subject_id=measure.pk,
            confirmation_id=confirmed.pk,
            figures_digest=confirmed.figures_digest,
            approval_id=made.pk,
            reason=made.statement,
        )
    )
    return made
