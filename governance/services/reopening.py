"""Taking a closing back: controller or sponsor proposes it with a reason, the other confirms."""

from accounts.queries import people
from accounts.rules.duties import Act, barred_by
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.errors import DutiesMeet
from governance.errors.closing import AlreadyProposed, NothingToReopen, TwoToReopen
from governance.events import MeasureReopened, ReopeningProposed
from governance.models import ClosureConfirmation, Decision, Reopening, ReopeningConfirmation
from governance.queries import standing
from governance.rules.votes import Outcome
from governance.services import closed
from measures.models import Measure
from measures.rules.stage import Stage
from measures.services import stage


@tenancy.act
def propose(*, actor: Actor, measure_id: int, reason: str) -> Reopening:
    """Propose to reopen a closed measure; nothing changes until the other one confirms.

    Raises NotFound, NotAllowed, NotClosed, DutiesMeet, AlreadyProposed, Invalid.
    """
    measure = closed.measure(actor, measure_id, Permission.REOPEN)
    _ensure_apart(actor, measure)
    closing = _closing(measure)
    if Reopening.objects.filter(confirmation=closing).exists():
        raise AlreadyProposed(measure=measure.node.name)
    if not reason.strip():
        raise Invalid(field="reason", problem="say why the closing is taken back.")
    made: Reopening = Reopening.objects.create(
        measure=measure,
        confirmation=closing,
        reason=reason.strip(),
        proposed_by=people.member(actor.member_id or 0),
    )
    made.refresh_from_db()
    audit.record(
        ReopeningProposed(
            subject_id=measure.pk,
            reopening_id=made.pk,
            confirmation_id=closing.pk,
            reason=made.reason,
        )
    )
    return made


@tenancy.act
def confirm(*, actor: Actor, measure_id: int) -> Measure:
    """Reopen a closed measure as the second of the two: Implemented and active again.

    The closing and its certificate stay, superseded. Raises NotFound, NotAllowed, NotClosed,
    DutiesMeet, NothingToReopen, TwoToReopen.
    """
    measure = closed.measure(actor, measure_id, Permission.REOPEN)
    _ensure_apart(actor, measure)
    closing = _closing(measure)
    proposed = Reopening.objects.filter(confirmation=closing).first()
    if proposed is None:
        raise NothingToReopen(measure=measure.node.name)
    if proposed.proposed_by_id == actor.member_id:
        raise TwoToReopen
    ReopeningConfirmation.objects.create(
        reopening=proposed, confirmed_by=people.member(actor.member_id or 0)
    )
    stage.reopen(measure, _step_left(measure))
    audit.record(
        MeasureReopened(
            subject_id=measure.pk,
            reopening_id=proposed.pk,
            confirmation_id=closing.pk,
            to_stage=Stage.IMPLEMENTED,
            reason=proposed.reason,
        )
    )
    return measure


def _ensure_apart(actor: Actor, measure: Measure) -> None:
    if barred_by(Act.REOPEN, standing.of(actor, measure)):
        raise DutiesMeet


def _step_left(measure: Measure) -> int:
    """Return the step of Implemented from which the closing was decided."""
    found = Decision.objects.filter(
        measure=measure, outcome=Outcome.ADVANCE, to_stage=Stage.CLOSED
    ).order_by("-pk")
    return found.values_list("from_step", flat=True).first() or 0


def _closing(measure: Measure) -> ClosureConfirmation:
    return ClosureConfirmation.objects.filter(measure=measure).latest("pk")
