"""Taking a cancellation back: proposed by the sponsor or a lead, done by the other of the two."""

from accounts.queries import numbers, people
from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor
from governance.errors import NotToRestore, TwoToRestore
from governance.events import MeasureRestored, RestorationProposed
from governance.models import LifecycleDecision, Restoration
from governance.queries import holding, lapses, standing
from governance.rules import duties, holds
from governance.rules.holds import Move
from governance.services import lifecycle
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import periods
from measures.queries.measures import named
from measures.rules.stage import Lifecycle
from measures.services import lock


@tenancy.act
def propose(*, actor: Actor, measure_id: int, reason: str) -> Restoration:
    """Propose to take a cancellation back, within its days (domain-rules §11).

    Raises NotFound, NotAllowed, DutiesMeet, NotToRestore, RestoredTooLate, ReasonMissing.
    """
    measure, ended = _cancelled(actor, measure_id)
    holds.check_reason(Move.RESTORE, reason)
    if holding.restoration(ended.pk) is not None:
        raise NotToRestore(why="it is proposed already, and waits for the other person")
    as_sponsor = Role.SPONSOR in _roles(actor, measure)
    made: Restoration = Restoration.objects.create(
        measure=measure,
        cancellation=ended,
        proposed_as=Role.SPONSOR if as_sponsor else Role.LEAD,
        proposed_by=people.member(actor.member_id or 0),
        reason=reason.strip(),
    )
    audit.record(
        RestorationProposed(
            subject_id=measure.pk,
            restoration_id=made.pk,
            proposed_as=made.proposed_as,
            reason=made.reason,
        )
    )
    return made


@tenancy.act
def restore(*, actor: Actor, measure_id: int, reason: str) -> LifecycleDecision:
    """Confirm the proposal as the other person: the measure runs again at its former stage.

    The criteria of that stage are judged again. Raises NotFound, NotAllowed, DutiesMeet,
    NotToRestore, TwoToRestore, RestoredTooLate, CriteriaLapsed, ReasonMissing.
    """
    measure, ended = _cancelled(actor, measure_id)
    holds.check_reason(Move.RESTORE, reason)
    proposed = holding.restoration(ended.pk)
    if proposed is None:
        raise NotToRestore(why="nobody has proposed it yet")
    _ensure_other(actor, measure, proposed)
    lapses.ensure_none(measure)
    decision = lifecycle.decided(
        measure,
        Lifecycle.ACTIVE,
        act=Move.RESTORE,
        reason=reason.strip(),
        decided_by_id=actor.member_id,
    )
    audit.record(
        MeasureRestored(
            subject_id=measure.pk,
            decision_id=decision.pk,
            restoration_id=proposed.pk,
            reason=decision.reason,
        )
    )
    return decision


def _cancelled(actor: Actor, measure_id: int) -> tuple[Measure, LifecycleDecision]:
    """Lock a measure that has ended, which the first step of other acts refuses."""
    measure = next(iter(lock.locked([measure_id])), None)
    if measure is None:
        raise NotFound(what="measure")
    authority.ensure(actor, Permission.RESTORE, measure.node, named(measure))
    duties.ensure(
        duties.act_refusals(
            act=holds.KEPT_APART[Move.RESTORE],
            actor=standing.of(actor, measure),
            principal=standing.principal(actor, measure),
        )
    )
    ended = holding.cancellation(measure.pk)
    if measure.lifecycle != Lifecycle.CANCELLED or ended is None:
        raise NotToRestore(why="the measure is not cancelled")
    if ended.act != Move.CANCEL:
        raise NotToRestore(why="it was rejected as a proposal; propose it anew")
    ground = periods.ground()
    day = ground.day_of(ended.decided_at)
    holds.check_restorable(day, ground.today, numbers.current(ground.today))
    return measure, ended


def _ensure_other(actor: Actor, measure: Measure, proposed: Restoration) -> None:
    waits_for = Role.LEAD if proposed.proposed_as == Role.SPONSOR else Role.SPONSOR
    hands = actor.people & {proposed.proposed_by_id, proposed.decided_for_id}
    if hands or waits_for not in _roles(actor, measure):
        who = "a lead above the measure" if waits_for is Role.LEAD else "its sponsor"
        raise TwoToRestore(who=who)


def _roles(actor: Actor, measure: Measure) -> frozenset[Role]:
    """Return in which of the two roles the actor takes back, for another where it is a deputy."""
    if actor.acts_for_id is not None:
        return authority.stands_in(actor, Permission.RESTORE, measure.node, named(measure))
    person = standing.of(actor, measure)
    return (person.seats & {Role.LEAD}) | (person.named & {Role.SPONSOR})
