"""Roll-backs of a measure: what waits, what was done, and which of the two may act now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.queries import people
from accounts.rules.duties import Act
from accounts.rules.roles import Permission, Role
from core.tenancy import Actor
from governance.models import RollBack, RollBackConfirmation
from governance.queries import standing
from governance.rules import duties, rollback
from governance.rules.rollback import RollBackState
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import measures
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage


@dataclass(frozen=True, slots=True)
class RollBackRow:
    """A roll-back; who is "A for B" where a deputy acted, `confirmed_by` empty while it waits."""

    from_stage: Stage
    to_stage: Stage
    reason: str
    state: RollBackState
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class RollBacks:
    """Every roll-back of a measure, the newest first, and what the reader may do now.

    `waits_for` is the name of who confirms what waits, empty where nothing does.
    """

    rows: tuple[RollBackRow, ...]
    targets: tuple[Stage, ...]
    waits_for: str
    may_propose: bool
    may_confirm: bool
    may_withdraw: bool

    @property
    def waiting(self) -> RollBackRow | None:
        """Return the proposal that waits, if there is one."""
        return next((row for row in self.rows if row.state is RollBackState.OPEN), None)


def waiting(measure_id: int) -> RollBack | None:
    """Return the proposal on a measure that waits for the other one."""
    found: RollBack | None = RollBack.objects.filter(
        measure_id=measure_id, state=RollBackState.OPEN
    ).first()
    return found


def of(actor: Actor, measure: Measure) -> RollBacks:
    """Return the roll-backs of a measure (with its node)."""
    found = list(RollBack.objects.filter(measure=measure).order_by("-pk"))
    confirmed = RollBackConfirmation.objects.filter(measure=measure)
    seconds = {each.roll_back_id: each for each in confirmed}
    names = _names(found, seconds.values())
    open_one = next((each for each in found if each.state == RollBackState.OPEN), None)
    targets = rollback.targets(Stage(measure.stage), Lifecycle(measure.lifecycle))
    may = bool(targets) and _may(actor, measure)
    return RollBacks(
        rows=tuple(_row(each, seconds.get(each.pk), names) for each in found),
        targets=targets,
        waits_for="" if open_one is None else _name(confirmer(measure, open_one)),
        may_propose=may and open_one is None,
        may_confirm=may and open_one is not None and may_confirm(actor, measure, open_one),
        may_withdraw=may and open_one is not None,
    )


def may_confirm(actor: Actor, measure: Measure, proposed: RollBack) -> bool:
    """Tell whether the actor is the other of the two, or their deputy, and had no hand in it."""
    hands = {actor.member_id, actor.acts_for_id} - {None}
    if hands & {proposed.proposed_by_id, proposed.decided_for_id}:
        return False
    return (actor.acts_for_id or actor.member_id) == confirmer(measure, proposed)


def confirmer(measure: Measure, proposed: RollBack) -> int | None:
    """Return who confirms a proposal: the other of sponsor and controller."""
    other = rollback.OTHER[Role(proposed.proposed_as)]
    return measure.sponsor_id if other is Role.SPONSOR else measure.controller_id


def waiting_for(actor: Actor) -> list[tuple[RollBack, str]]:
    """Return the proposals (with their measures) that the actor may confirm, and who made each."""
    rows = RollBack.objects.filter(state=RollBackState.OPEN).select_related("measure__node")
    mine = measures.named_on(actor.acts_for_id or actor.member_id)
    asked = rows.filter(measure__in=Measure.objects.filter(mine)).order_by("proposed_at", "pk")
    found = [
        each
        for each in asked
        if may_confirm(actor, each.measure, each) and _may(actor, each.measure)
    ]
    names = _names(found, ())
    return [
        (each, people.written(names, each.proposed_by_id, each.decided_for_id)) for each in found
    ]


def _may(actor: Actor, measure: Measure) -> bool:
    if actor.member_id is None:
        return False
    if not authority.may(actor, Permission.ROLL_BACK, measure.node, named(measure)):
        return False
    return not duties.act_refusals(
        act=Act.ROLL_BACK,
        actor=standing.of(actor, measure),
        principal=standing.principal(actor, measure),
    )


def _name(member_id: int | None) -> str:
    return "" if member_id is None else people.names_of({member_id}).get(member_id, "")


def _names(found: Iterable[RollBack], seconds: Iterable[RollBackConfirmation]) -> Mapping[int, str]:
    hands = {
        *((each.proposed_by_id, each.decided_for_id) for each in found),
        *((each.confirmed_by_id, each.decided_for_id) for each in seconds),
    }
    return people.names_of({member for pair in hands for member in pair if member is not None})


def _row(
    proposed: RollBack, second: RollBackConfirmation | None, names: Mapping[int, str]
) -> RollBackRow:
    confirmed_by = (
        ""
        if second is None
        else people.written(names, second.confirmed_by_id, second.decided_for_id)
    )
    return RollBackRow(
        from_stage=Stage(proposed.from_stage),
        to_stage=Stage(proposed.to_stage),
        reason=proposed.reason,
        state=RollBackState(proposed.state),
        proposed_by=people.written(names, proposed.proposed_by_id, proposed.decided_for_id),
        proposed_at=proposed.proposed_at,
        confirmed_by=confirmed_by,
        confirmed_at=None if second is None else second.confirmed_at,
    )
