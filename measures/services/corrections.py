"""Corrections: a locked month that was wrong is set right by a reversal entry in the open one."""

from decimal import Decimal

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from measures.errors import NotToCorrect
from measures.events import ActualCorrected
from measures.models import ActualClaim
from measures.models.line import ClaimKind, ClaimState
from measures.queries import periods
from measures.rules.calendar import Month, MonthState
from measures.services import claims, lock


@tenancy.act
def correct(
    *, actor: Actor, claim_id: int, amount: Decimal, evidence_id: int | None, note: str
) -> ActualClaim:
    """Say by how much an approved actual of a locked month was wrong, with its sign.

    Posted in the running month with the evidence for it; the controller decides it as any claim.
    Raises NotFound, NotAllowed, MeasureEnded, NotToCorrect, Invalid, CellsRefused.
    """
    line_id = ActualClaim.objects.filter(pk=claim_id).values_list("line_id", flat=True).first()
    if line_id is None:
        raise NotFound(what="claim")
    measure, line = lock.line(actor, line_id, Permission.CLAIM_ACTUAL)
    origin = ActualClaim.objects.get(pk=claim_id)
    ground = periods.ground()
    clock, month = ground.clock(), Month(origin.fiscal_year, origin.period)
    label = ground.label(month)
    _judge(origin, label, is_locked=clock.state(month) is MonthState.LOCKED)
    if not note.strip():
        raise Invalid(field="note", problem="say what was wrong.")
    if evidence_id is None:
        raise Invalid(field="evidence", problem="a correction needs the file that proves it.")
    claims.refuse_foreign_evidence(measure, evidence_id)
    scaled = claims.scaled_amount(amount, line, f"{line.name}, correction of {label}")
    if scaled == 0:
        raise Invalid(field="amount", problem="enter by how much the month was wrong, not 0.")
    made: ActualClaim = ActualClaim.objects.create(
        line=line,
        measure=measure,
        fiscal_year=clock.month.fiscal_year,
        period=clock.month.period,
        kind=ClaimKind.CORRECTION,
        corrects=origin,
        amount=scaled,
        evidence_id=evidence_id,
        note=note.strip(),
    )
    audit.record(claims.act_of(ActualCorrected, made))
    return made


def _judge(origin: ActualClaim, label: str, *, is_locked: bool) -> None:
    """Refuse what is no approved actual of a locked month, or is being corrected already."""
    if origin.kind != ClaimKind.ACTUAL or origin.state != ClaimState.APPROVED:
        raise NotToCorrect(month=label, why="only an approved actual is corrected")
    if not is_locked:
        raise NotToCorrect(month=label, why="correct it once the month is locked")
    waiting = origin.corrections.filter(state=ClaimState.SUBMITTED)
    if waiting.exists():
        raise NotToCorrect(month=label, why="another correction of it waits for its controller")
