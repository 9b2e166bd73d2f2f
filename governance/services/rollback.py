"""Rolling a stage back: sponsor or controller proposes it with a reason, the other confirms it."""

from accounts.queries import people
from accounts.rules.duties import Act
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from governance.errors.rollback import NothingToRollBack, RollBackProposed, TwoToRollBack
from governance.events import RollBackProposed as Proposed
from governance.events import RollBackWithdrawn, StageRolledBack
from governance.models import RollBack, RollBackConfirmation
from governance.queries import rollbacks, standing
from governance.rules import duties, rollback
from governance.rules.rollback import RollBackState
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage
from measures.services import lock, stage


@tenancy.act
def propose(*, actor: Actor, measure_id: int, to_stage: Stage | int, reason: str) -> RollBack:
    """Propose to roll a measure back; nothing changes until the other of the two confirms.

    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, RollBackNotNow, RollBackProposed,
    Invalid, and the refusals of deputies.
    """
    measure = _judged(actor, measure_id)
    to = _stage(to_stage)
    rollback.check(
        measure=measure.node.name,
        stage=Stage(measure.stage),
        lifecycle=Lifecycle(measure.lifecycle),
        to=to,
    )
    if rollbacks.waiting(measure.pk) is not None:
        raise RollBackProposed(measure=measure.node.name)
    if not reason.strip():
        raise Invalid(field="reason", problem="say why the stage is given up.")
    made: RollBack = RollBack.objects.create(
        measure=measure,
        to_stage=to,
        reason=reason.strip(),
        proposed_by=people.member(actor.member_id or 0),
    )
    made.refresh_from_db()
    audit.record(
        Proposed(
            subject_id=measure.pk,
            roll_back_id=made.pk,
            from_stage=made.from_stage,
            to_stage=made.to_stage,
            reason=made.reason,
        )
    )
    return made


@tenancy.act
def confirm(*, actor: Actor, measure_id: int, to_stage: Stage | int | None = None) -> Measure:
    """Roll a measure back as the second of the two; an open request is void by it.

    From Decided back below it, plan and baseline are open again as next versions, while what was
    committed to goes on counting until it is decided anew. `to_stage` is what the page showed.
    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NothingToRollBack, TwoToRollBack, and
    the refusals of deputies.
    """
    measure = _judged(actor, measure_id)
    proposed = rollbacks.waiting(measure.pk)
    if proposed is None or to_stage not in {None, proposed.to_stage}:
        raise NothingToRollBack(measure=measure.node.name)
    if not rollbacks.may_confirm(actor, measure, proposed):
        raise TwoToRollBack
    RollBackConfirmation.objects.create(
        roll_back=proposed, measure=measure, confirmed_by=people.member(actor.member_id or 0)
    )
    to = Stage(proposed.to_stage)
    stage.roll_back(measure, to)
    audit.record(
        StageRolledBack(
            subject_id=measure.pk,
            roll_back_id=proposed.pk,
            from_stage=proposed.from_stage,
            to_stage=to,
            proposed_by_id=proposed.proposed_by_id,
            reason=proposed.reason,
        )
    )
    return measure


@tenancy.act
def withdraw(*, actor: Actor, measure_id: int, reason: str = "") -> RollBack:
    """Take a proposal back, or decline it: either of the two may, while it waits.

    Raises NotFound, NotAllowed, MeasureEnded, DutiesMeet, NothingToRollBack.
    """
    measure = _judged(actor, measure_id)
    proposed = rollbacks.waiting(measure.pk)
    if proposed is None:
        raise NothingToRollBack(measure=measure.node.name)
    proposed.state = RollBackState.WITHDRAWN
    proposed.save(update_fields=["state"])
    audit.record(
        RollBackWithdrawn(subject_id=measure.pk, roll_back_id=proposed.pk, reason=reason.strip())
    )
    return proposed


def _judged(actor: Actor, measure_id: int) -> Measure:
    """Lock the measure and judge right and duty, of a deputy and whom they act for."""
    found = lock.measure(actor, measure_id, Permission.ROLL_BACK)
    authority.ensure(actor, Permission.ROLL_BACK, found.node, named(found))
    duties.ensure(
        duties.act_refusals(
            act=Act.ROLL_BACK,
            actor=standing.of(actor, found),
            principal=standing.principal(actor, found),
        )
    )
    return found


def _stage(given: Stage | int) -> Stage:
    try:
        return Stage(given)
    except ValueError as unknown:
        raise Invalid(field="stage", problem="choose a stage before the present one.") from unknown
