"""Closing a period: by the clock step by step, or earlier and once more open by a controller."""

from datetime import date

from django.db.models import Max

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from hierarchy.queries import authority, tree
from measures.calendar_events import PeriodLocked, PeriodMoved, PeriodReopened
from measures.errors import PeriodNotToLock, PeriodNotToReopen
from measures.models import PeriodClose
from measures.models.calendar import CloseState
from measures.queries import periods
from measures.queries.periods import Ground
from measures.rules.calendar import Month, PeriodStage, day_text

LOOKED_BACK = 4  # periods: further back nothing waits for its lock, for it comes within 30 days

STAGE_WORDS = {
    PeriodStage.OPEN: "still runs",
    PeriodStage.CLAIMING: "takes claims",
    PeriodStage.APPROVING: "waits for its approvals",
    PeriodStage.LOCKED: "is locked",
}


@tenancy.act
def lock(*, actor: Actor, month: Month, reason: str) -> PeriodClose:
    """Lock a period that has ended before its day; a claim that waits can still be decided.

    For a controller with a seat at the root. NotAllowed, Invalid, PeriodNotToLock.
    """
    ground = _begun(actor, reason)
    stage = ground.clock().stage(month)
    if stage not in {PeriodStage.CLAIMING, PeriodStage.APPROVING}:
        raise PeriodNotToLock(period=ground.label(month), stage=STAGE_WORDS[stage])
    made = _step(month, CloseState.LOCKED, actor=actor, reason=reason.strip())
    audit.record(
        PeriodLocked(
            subject_id=actor.organization_id,
            reason=made.reason,
            fiscal_year=month.fiscal_year,
            period=month.period,
        )
    )
    return made


@tenancy.act
def reopen(*, actor: Actor, month: Month, open_until: date, reason: str) -> PeriodClose:
    """Open a locked period once more, until the end of a day within the tenant's working days.

    For a controller with a seat at the root. NotAllowed, Invalid, PeriodNotToReopen.
    """
    ground = _begun(actor, reason)
    label, clock = ground.label(month), ground.clock()
    stage = clock.stage(month)
    if stage is not PeriodStage.LOCKED:
        raise PeriodNotToReopen(period=label, why=f"it {STAGE_WORDS[stage]}")
    if month.fiscal_year < clock.fiscal_year - 1:
        raise PeriodNotToReopen(period=label, why="its fiscal year lies too far back")
    rows = PeriodClose.objects.filter(fiscal_year=month.fiscal_year, period=month.period)
    if rows.filter(state=CloseState.REOPENED).exists():
        raise PeriodNotToReopen(period=label, why="it was opened again before")
    latest = ground.working.after(ground.today, ground.numbers.reopen_days)
    if not ground.today < open_until <= latest:
        raise Invalid(field="open until", problem=f"a day after today, {day_text(latest)} at last.")
    made = _step(
        month, CloseState.REOPENED, actor=actor, reason=reason.strip(), open_until=open_until
    )
    audit.record(
        PeriodReopened(
            subject_id=actor.organization_id,
            reason=made.reason,
            fiscal_year=month.fiscal_year,
            period=month.period,
            open_until=open_until,
        )
    )
    return made


@tenancy.act
def advance(*, actor: Actor) -> int:
    """Record the steps that periods have taken by the calendar; returns how many there were.

    For the clock. What it records stays: a deadline that is put off later unlocks nothing.
    """
    ground = periods.ground()
    clock, taken = ground.clock(), 0
    for back in range(LOOKED_BACK, 0, -1):
        month = clock.month.plus(-back)
        stage = clock.stage(month)
        if CloseState(stage.value) == _state(month) or _is_reopened(month, stage):
            continue
        _step(month, CloseState(stage.value))
        audit.record(
            PeriodMoved(
                subject_id=actor.organization_id,
                fiscal_year=month.fiscal_year,
                period=month.period,
                state=stage.value,
            )
        )
        taken += 1
    return taken


def _begun(actor: Actor, reason: str) -> Ground:
    """Judge who may, and hold the periods of the organization until the act is over."""
    authority.ensure(actor, Permission.CLOSE_PERIOD, tree.root())
    if not reason.strip():
        raise Invalid(field="reason", problem="say why the period does not keep to its days.")
    tenancy.lock_organization("periods")
    return periods.ground()


def _state(month: Month) -> CloseState | None:
    rows = PeriodClose.objects.filter(fiscal_year=month.fiscal_year, period=month.period)
    found = rows.order_by("-version").values_list("state", flat=True).first()
    return None if found is None else CloseState(found)


def _is_reopened(month: Month, stage: PeriodStage) -> bool:
    """Tell whether a person has opened a period, whose steps are no longer the calendar's."""
    return _state(month) is CloseState.REOPENED and stage is not PeriodStage.LOCKED


def _step(
    month: Month,
    state: CloseState,
    *,
    actor: Actor | None = None,
    reason: str = "",
    open_until: date | None = None,
) -> PeriodClose:
    key = {"fiscal_year": month.fiscal_year, "period": month.period}
    last = PeriodClose.objects.filter(**key).aggregate(last=Max("version"))["last"] or 0
    made: PeriodClose = PeriodClose.objects.create(
        **key,
        version=last + 1,
        state=state,
        open_until=open_until,
        reason=reason,
        decided_by_id=None if actor is None else actor.member_id,
    )
    return made
