"""Claims: the owner says what a month brought, the controller approves or rejects it.

An approved claim becomes the actual by the database itself; nothing else writes an actual.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import (
    AlreadyClaimed,
    CellsRefused,
    ClaimNotWaiting,
    ClaimsNotOpen,
    MeasureEnded,
    MonthLocked,
    MonthNotBegun,
    OwnClaim,
)
from measures.events import (
    ActualClaimed,
    ClaimAct,
    ClaimApproved,
    ClaimRejected,
    ClaimWithdrawn,
)
from measures.models import ActualClaim, Evidence, Line, Measure
from measures.models.line import ClaimKind, ClaimState
from measures.queries import commitments, measures, periods, series
from measures.queries.periods import Ground
from measures.rules.amounts import CellRefusal
from measures.rules.calendar import PERIODS, Month, MonthState, day_text
from measures.rules.lines import Series
from measures.services import cells, lock

Standing = dict[tuple[int, Month], str]
"""The state of the claim that a month of a line has, if it has one."""

MOST_AT_ONCE = 1000
LARGEST_KEY = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimDraft:
    """One month's actual in the line's unit; `is_final` declares a one-off complete."""

    line_id: int
    fiscal_year: int
    period: int
    amount: Decimal
    evidence_id: int | None = None
    note: str = ""
    is_final: bool = False


@tenancy.act
def claim(  # noqa: PLR0913 -- the fields of a claim, one by one
    *,
    actor: Actor,
    line_id: int,
    fiscal_year: int,
    period: int,
    amount: Decimal,
    evidence_id: int | None = None,
    note: str = "",
    is_final: bool = False,
) -> ActualClaim:
    """Claim one month of one line; see `claim_many`."""
    draft = ClaimDraft(
        line_id=line_id,
        fiscal_year=fiscal_year,
        period=period,
        amount=amount,
        evidence_id=evidence_id,
        note=note,
        is_final=is_final,
    )
    return claim_many(actor=actor, drafts=[draft])[0]


@tenancy.act
def claim_many(*, actor: Actor, drafts: Sequence[ClaimDraft]) -> list[ActualClaim]:
    """Claim months of lines, all or none, in the order given; one ledger entry each.

    The same few statements however many. Raises NotFound, NotAllowed, MeasureEnded,
    ClaimsNotOpen, CellsRefused, MonthNotBegun, MonthLocked, AlreadyClaimed.
    """
    if not 1 <= len(drafts) <= MOST_AT_ONCE:
        raise Invalid(field="claims", problem=f"claim 1 to {MOST_AT_ONCE} months at once.")
    if max(each.line_id for each in drafts) > LARGEST_KEY:
        raise NotFound(what="line")
    lines = lock.lines(actor, [each.line_id for each in drafts], Permission.CLAIM_ACTUAL)
    ground = periods.ground()
    standing, forecasts = _standing(drafts), _forecasts(lines)
    rows = []
    for each in drafts:
        line, month = lines[each.line_id], month_of(each.fiscal_year, each.period)
        if line.pk not in commitments.open_lines(line.measure, [line.pk]):
            raise ClaimsNotOpen(measure=line.measure.node.name)
        scaled = scaled_amount(each.amount, line, f"{line.name}, {ground.label(month)}")
        _judge_month(line, month, ground, standing)
        refuse_foreign_evidence(line.measure, each.evidence_id)
        standing[line.pk, month] = ClaimState.SUBMITTED
        rows.append(_row(each, line, scaled, forecasts.get((line.pk, month))))
    made = ActualClaim.objects.bulk_create(rows)
    clock = ground.clock()
    for row in made:
        is_late = clock.is_claim_late(month_of(row.fiscal_year, row.period))
        audit.record(act_of(ActualClaimed, row, is_late=is_late))
    return made


def _row(draft: ClaimDraft, line: Line, scaled: int, forecast: int | None) -> ActualClaim:
    return ActualClaim(
        line=line,
        measure=line.measure,
        fiscal_year=draft.fiscal_year,
        period=draft.period,
        amount=scaled,
        forecast_before=forecast,
        evidence_id=draft.evidence_id,
        note=draft.note.strip(),
        is_final=draft.is_final,
    )


@tenancy.act
def withdraw(*, actor: Actor, claim_id: int) -> None:
    """Take back a claim that waits: by who made it, or by the owner.

    Raises NotFound, NotAllowed, MeasureEnded, ClaimNotWaiting.
    """
    found = ActualClaim.objects.filter(pk=claim_id).values_list("measure_id", flat=True).first()
    if found is None:
        raise NotFound(what="claim")
    lock.measure(actor, found, Permission.CLAIM_ACTUAL)
    waiting = _locked([claim_id])[0]
    _refuse_decided(waiting, periods.ground())
    ActualClaim.objects.filter(pk=claim_id).update(state=ClaimState.WITHDRAWN)
    audit.record(act_of(ClaimWithdrawn, waiting))


@tenancy.act
def approve(*, actor: Actor, claim_ids: Sequence[int], reason: str = "") -> list[ActualClaim]:
    """Approve claims, one or a whole month of them, all or none; one ledger entry each.

    Raises NotFound, NotAllowed, MeasureEnded, ClaimNotWaiting, OwnClaim. Past the approval day it
    still counts, and the entry is marked late.
    """
    waiting = _judged(actor, claim_ids)
    _decide(waiting, ClaimState.APPROVED, reason.strip())
    clock = periods.ground().clock()
    for each in waiting:
        month = month_of(each.fiscal_year, each.period)
        is_late = clock.state(month) is MonthState.LOCKED
        audit.record(act_of(ClaimApproved, each, reason=reason.strip(), is_late=is_late))
    return waiting


@tenancy.act
def reject(*, actor: Actor, claim_ids: Sequence[int], reason: str) -> list[ActualClaim]:
    """Reject claims with a reason the owner can act on, all or none; one ledger entry each.

    Raises Invalid without a reason, else as `approve`.
    """
    if not reason.strip():
        raise Invalid(field="reason", problem="say what the owner has to change.")
    waiting = _judged(actor, claim_ids)
    _decide(waiting, ClaimState.REJECTED, reason.strip())
    for each in waiting:
        audit.record(act_of(ClaimRejected, each, reason=reason.strip()))
    return waiting


def month_of(fiscal_year: int, period: int) -> Month:
    """Return the month that a year and a period name; Invalid."""
    if fiscal_year not in periods.YEARS or not 1 <= period <= PERIODS:
        raise Invalid(field="month", problem=f"{fiscal_year}-{period} is no month.")
    return Month(fiscal_year, period)


def scaled_amount(amount: Decimal, line: Line, cell: str) -> int:
    """Return what is claimed as the line stores it; Invalid if nothing is, CellsRefused."""
    said = cells.scaled(amount, line, cell)
    if said is None:
        raise Invalid(field="amount", problem="enter what the month brought; 0 if nothing.")
    if isinstance(said, CellRefusal):
        raise CellsRefused(cells=[said.sentence])
    return said


def _judge_month(line: Line, month: Month, ground: Ground, standing: Standing) -> None:
    """Refuse a month that lies ahead, is locked, or has its claim (domain-rules §4)."""
    clock, label = ground.clock(), ground.label(month)
    if ground.calendar.first_day(month) > ground.today:
        raise MonthNotBegun(month=label)
    if clock.state(month) is MonthState.LOCKED:
        raise MonthLocked(month=label, locked_on=day_text(clock.locked_on(month)))
    state = standing.get((line.pk, month))
    if state is not None:
        raise AlreadyClaimed(month=label, line=line.name, state=state)


def _standing(drafts: Sequence[ClaimDraft]) -> Standing:
    """Return the state of every claim of these lines and years that stands."""
    rows = ActualClaim.objects.filter(
        line_id__in={each.line_id for each in drafts},
        fiscal_year__in={each.fiscal_year for each in drafts},
        state__in=[ClaimState.SUBMITTED, ClaimState.APPROVED],
        kind=ClaimKind.ACTUAL,
    ).values_list("line_id", "fiscal_year", "period", "state")
    return {(line, Month(year, period)): state for line, year, period, state in rows}


def _forecasts(lines: Iterable[int]) -> dict[tuple[int, Month], int | None]:
    """Return the last forecast given for each month: the outlook may not count on more (§4)."""
    found = series.current(lines, [Series.FORECAST])
    return {
        (key.line_id, Month(key.fiscal_year, period)): value
        for key, at in found.items()
        for period, value in enumerate(at.row, start=1)
    }


def refuse_foreign_evidence(measure: Measure, evidence_id: int | None) -> None:
    """Refuse a file of another measure; NotFound."""
    if evidence_id is None:
        return
    if not Evidence.objects.filter(pk=evidence_id, measure=measure).exists():
        raise NotFound(what="evidence")


def _judged(actor: Actor, claim_ids: Sequence[int]) -> list[ActualClaim]:
    """Lock measures, then claims; refuse if any of them is not the actor's to decide."""
    wanted = set(claim_ids)
    if not wanted or len(wanted) > MOST_AT_ONCE:
        raise Invalid(field="claims", problem=f"choose 1 to {MOST_AT_ONCE} claims.")
    if min(wanted) < 1 or max(wanted) > LARGEST_KEY:
        raise NotFound(what="claim")
    holders = ActualClaim.objects.filter(pk__in=wanted).values_list("measure_id", flat=True)
    measured = {each.pk: each for each in lock.locked(holders)}
    claims = _locked(wanted)
    if len(claims) != len(wanted):
        raise NotFound(what="claim")
    for measure in measured.values():
        _refuse_not_controller(actor, measure)
    ground = periods.ground()
    for each in claims:
        _refuse_decided(each, ground)
        if each.claimed_by_id in actor.people:
            month = month_of(each.fiscal_year, each.period)
            who = "you" if each.claimed_by_id == actor.member_id else "whom you act for"
            raise OwnClaim(month=ground.label(month), line=each.line.name, who=who)
    return claims


def _refuse_not_controller(actor: Actor, measure: Measure) -> None:
    # The common case first: a batch of a month asks for a hundred measures.
    is_controller = actor.acts_for_id is None and actor.member_id == measure.controller_id
    if actor.member_id is None or not is_controller:
        people = measures.named(measure)
        authority.ensure(actor, Permission.APPROVE_ACTUAL, measure.node, people)
    if measure.lifecycle in lock.ENDED:
        raise MeasureEnded(measure=measure.node.name, lifecycle=measure.lifecycle)


def _refuse_decided(claim: ActualClaim, ground: Ground) -> None:
    if claim.state != ClaimState.SUBMITTED:
        month = ground.label(month_of(claim.fiscal_year, claim.period))
        raise ClaimNotWaiting(month=month, line=claim.line.name, state=claim.state)


def _locked(claim_ids: Iterable[int]) -> list[ActualClaim]:
    rows = ActualClaim.objects.select_for_update(of=("self",)).select_related("line")
    return list(rows.filter(pk__in=list(claim_ids)).order_by("pk"))


def _decide(claims: Sequence[ActualClaim], state: ClaimState, reason: str) -> None:
    """Write one decision on many claims; the guard fills who and when, and projects the actual."""
    rows = ActualClaim.objects.filter(pk__in=[each.pk for each in claims])
    rows.update(state=state, decision_reason=reason)
    for each in claims:
        each.state, each.decision_reason = state, reason


def act_of(
    kind: type[ClaimAct], claim: ActualClaim, *, reason: str = "", is_late: bool = False
) -> ClaimAct:
    """Return what the ledger is told of an act on a claim."""
    return kind(
        subject_id=claim.measure_id,
        reason=reason,
        claim_id=claim.pk,
        line_id=claim.line_id,
        fiscal_year=claim.fiscal_year,
        period=claim.period,
        amount=claim.amount,
        is_late=is_late,
    )
