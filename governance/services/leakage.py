"""Booking leakage: planned value that does not come, line by line and by its cause."""

from decimal import Decimal

from django.db import connection

from audit import services as audit
from core import money, tenancy
from core.errors import NotAllowed
from core.tenancy import Actor
from governance.events import LeakageBooked
from governance.models import ClosureConfirmation, Leakage, LeakageCause
from governance.rules import closure
from governance.rules.closure import Judgement, LineProof
from measures.models import Line
from measures.queries import periods
from measures.services import lock

HELD_OVER = (
    "On hold over the end of the fiscal year: the plan that did not come is not carried over."
)


def book_shortfall(confirmation: ClosureConfirmation, judgement: Judgement) -> list[Leakage]:
    """Book what a confirmed shortfall lacks, a row for each line that lacks anything.

    Inside the controller's closing; run-rate as confirmed, in-year for the fiscal year of today.
    """
    ground = periods.ground()
    year = ground.calendar.month_of(ground.today).fiscal_year
    limit = ground.numbers.closing_achieved
    lines = Line.objects.in_bulk([proof.line.line_id for proof in judgement.proofs])
    short = [proof for proof in judgement.proofs if _is_short(proof, limit)]
    return [_booked(confirmation, proof, lines[proof.line.line_id], year) for proof in short]


def _is_short(proof: LineProof, limit: Decimal) -> bool:
    return bool(proof.leakage) or (proof.score is not None and proof.score < limit)


def _booked(
    confirmation: ClosureConfirmation, proof: LineProof, line: Line, fiscal_year: int
) -> Leakage:
    made: Leakage = Leakage.objects.create(
        measure_id=confirmation.measure_id,
        line=line,
        confirmation=confirmation,
        cause=LeakageCause.SIZE,
        run_rate=scaled(proof.leakage, line),
        in_year=scaled(closure.in_year_leakage(proof, fiscal_year), line),
        fiscal_year=fiscal_year,
        reason=confirmation.shortfall_reason,
        booked_by_id=confirmation.confirmed_by_id,
    )
    tell(made)
    return made


@tenancy.act
def book_holds(*, actor: Actor) -> int:
    """Book what holds cost the fiscal year that is over, as Assay itself; returns how many lines.

    Once its last period is locked: the unrealised plan of the months on hold, of holds in force
    at its end (domain-rules §10). The database works it out, and refuses any other booking.
    """
    if not actor.is_system:
        raise NotAllowed(act="book what a hold costs")
    year = periods.ground().clock().fiscal_year - 1
    found = _held_over(year)
    lock.locked({measure for measure, _, _ in found})
    for measure, line, hold in found:
        made = Leakage.objects.create(
            measure_id=measure,
            line_id=line,
            hold_id=hold,
            cause=LeakageCause.HOLD,
            fiscal_year=year,
            reason=HELD_OVER,
        )
        made.refresh_from_db()
        tell(made)
    return len(found)


def _held_over(year: int) -> list[tuple[int, int, int]]:
    """Return measure, line and hold of what is still to be booked of a fiscal year."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT measure, line, hold FROM assay_leakage_of_holds(%s, %s) ORDER BY 1, 2",
            [tenancy.current_organization_id(), year],
        )
        return [(measure, line, hold) for measure, line, hold in cursor.fetchall()]


def scaled(amount: Decimal | None, line: Line) -> int | None:
    """Return an amount as it is stored, rounded to the decimals of the line; None stays None."""
    if amount is None:
        return None
    return money.to_scaled(money.rounded(amount, line.decimals), line.decimals)


def tell(made: Leakage) -> None:
    """Tell the ledger of leakage that was booked."""
    audit.record(
        LeakageBooked(
            subject_id=made.measure_id,
            leakage_id=made.pk,
            line_id=made.line_id,
            cause=made.cause,
            run_rate=made.run_rate,
            in_year=made.in_year,
            fiscal_year=made.fiscal_year,
            reason=made.reason,
        )
    )
