"""Checking months after the closing whether the value lasts: confirmed, or leakage is booked."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from accounts.queries import people
from accounts.rules.duties import Act, barred_by
from accounts.rules.roles import Permission
from audit import services as audit
from core import money, tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from governance.errors import DutiesMeet
from governance.errors.closing import AlreadyChecked, CheckNotDue, LossTooLarge
from governance.events import SustainmentChecked
from governance.models import (
    ClosureConfirmation,
    FindingOutcome,
    Leakage,
    LeakageCause,
    SustainmentCheck,
    SustainmentFinding,
)
from governance.queries import standing, sustained
from governance.services import closed, leakage
from hierarchy.queries import authority
from measures.models import Line, Measure
from measures.queries import periods
from measures.rules.calendar import PERIODS

Losses = Mapping[int, Decimal]
"""What each line has lost of its confirmed run-rate a year, in the unit of the line."""


@dataclass(frozen=True, slots=True)
class _Checking:
    """A check under lock, with the measure and the closing it belongs to."""

    check: SustainmentCheck
    measure: Measure
    closing: ClosureConfirmation


@tenancy.act
def confirm(*, actor: Actor, check_id: int, statement: str) -> SustainmentFinding:
    """Confirm that the value of a closed measure lasts.

    Raises NotFound, NotAllowed, NotClosed, DutiesMeet, CheckNotDue, AlreadyChecked, Invalid.
    """
    checking = _judged(actor, check_id, statement)
    made = _found(actor, checking, FindingOutcome.CONFIRMED, statement)
    _tell(checking, made)
    return made


@tenancy.act
def fail(*, actor: Actor, check_id: int, statement: str, losses: Losses) -> SustainmentFinding:
    """Say what of the value does not last, by line, and book it as leakage.

    Raises as `confirm`, and LossTooLarge for more than was confirmed and not lost before.
    """
    checking = _judged(actor, check_id, statement)
    scaled = _scaled(checking, losses)
    made = _found(actor, checking, FindingOutcome.FAILED, statement)
    for line_id, lost in scaled.items():
        leakage.tell(_booked(checking, made, line_id, lost))
    _tell(checking, made)
    return made


def _judged(actor: Actor, check_id: int, statement: str) -> _Checking:
    check = SustainmentCheck.objects.filter(pk=check_id).first()
    if check is None:
        raise NotFound(what="check")
    measure = closed.measure(actor, check.measure_id, Permission.CHECK_SUSTAINMENT)
    if barred_by(Act.CHECK_SUSTAINMENT, standing.of(actor, measure)):
        raise DutiesMeet
    closing = ClosureConfirmation.objects.filter(measure=measure).latest("pk")
    if check.confirmation_id != closing.pk:
        raise NotFound(what="check")
    if SustainmentFinding.objects.filter(check_made=check).exists():
        raise AlreadyChecked(measure=measure.node.name)
    if check.due_on > authority.today():
        raise CheckNotDue(measure=measure.node.name, due_on=check.due_on.isoformat())
    if not statement.strip():
        raise Invalid(field="statement", problem="say on what you judge the value.")
    return _Checking(check, measure, closing)


def _found(
    actor: Actor, checking: _Checking, outcome: FindingOutcome, statement: str
) -> SustainmentFinding:
    made: SustainmentFinding = SustainmentFinding.objects.create(
        measure=checking.measure,
        check_made=checking.check,
        outcome=outcome,
        statement=statement.strip(),
        found_by=people.member(actor.member_id or 0),
    )
    return made


def _scaled(checking: _Checking, losses: Losses) -> dict[int, int]:
    """Return what each line has lost, as it is stored; nothing lost at all is no failure."""
    lines = Line.objects.filter(measure=checking.measure, removed_on=None).in_bulk()
    left = sustained.left_of(checking.closing)
    found = {}
    for line_id, lost in losses.items():
        line = lines.get(line_id)
        if line is None:
            raise NotFound(what="line")
        if lost <= 0:
            continue
        if lost > left.get(line_id, Decimal(0)):
            raise LossTooLarge(line=line.name, left=left.get(line_id, Decimal(0)))
        try:
            found[line_id] = money.to_scaled(lost, line.decimals)
        except ValueError as problem:
            raise Invalid(field=line.name, problem=f"{problem}.") from problem
    if not found:
        raise Invalid(field="lost", problem="say of at least one line what it has lost.")
    return found


def _booked(checking: _Checking, made: SustainmentFinding, line_id: int, lost: int) -> Leakage:
    ground = periods.ground()
    month = ground.calendar.month_of(ground.today)
    booked: Leakage = Leakage.objects.create(
        measure=checking.measure,
        line_id=line_id,
        confirmation=checking.closing,
        finding=made,
        cause=LeakageCause.SUSTAINMENT,
        run_rate=lost,
        # From this month to the end of the fiscal year.
        in_year=round(Decimal(lost) * (PERIODS - month.period + 1) / PERIODS),
        fiscal_year=month.fiscal_year,
        reason=made.statement,
        booked_by_id=made.found_by_id,
    )
    return booked


def _tell(checking: _Checking, made: SustainmentFinding) -> None:
    audit.record(
        SustainmentChecked(
            subject_id=checking.measure.pk,
            check_id=checking.check.pk,
            finding_id=made.pk,
            number=checking.check.number,
            outcome=made.outcome,
            reason=made.statement,
        )
    )
