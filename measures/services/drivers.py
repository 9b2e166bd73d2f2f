"""Recording price and volume behind the months of a line while its plan is open."""

from collections.abc import Sequence
from dataclasses import astuple
from decimal import Decimal

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from measures.errors import PlanFrozen
from measures.events import DriversRecorded
from measures.models import LineDriver
from measures.models.driver import FIGURES, LARGEST_DRIVER
from measures.queries import drivers as known
from measures.queries.periods import YEARS
from measures.rules.calendar import Month
from measures.rules.drivers import Drivers
from measures.rules.stage import Stage
from measures.services import lock

MOST_MONTHS = 120
DECIMALS = 6


@tenancy.act
def record(
    *, actor: Actor, line_id: int, months: Sequence[Month], drivers: Drivers
) -> list[LineDriver]:
    """Record the same price and volume for months of a line, each as its next version.

    Raises NotFound, NotAllowed, MeasureEnded, PlanFrozen, Invalid.
    """
    measure, line = lock.line(actor, line_id, Permission.EDIT_MEASURE)
    if measure.stage >= Stage.DECIDED:
        raise PlanFrozen(measure=measure.node.name, what="price and volume")
    if not line.currency:
        raise Invalid(field="line", problem="only a line in money has a price and a volume.")
    _judge(months, drivers)
    versions = {
        Month(row.fiscal_year, row.period): row.version
        for row in known.in_force(measure.pk).filter(line_id=line.pk)
    }
    made = [
        LineDriver.objects.create(
            measure=measure,
            line=line,
            fiscal_year=month.fiscal_year,
            period=month.period,
            version=versions.get(month, 0) + 1,
            **dict(zip(FIGURES, astuple(drivers), strict=True)),
            recorded_by_id=actor.member_id,
        )
        for month in months
    ]
    audit.record(DriversRecorded(subject_id=measure.pk, line_id=line.pk, months=len(made)))
    return made


def _judge(months: Sequence[Month], drivers: Drivers) -> None:
    if not 1 <= len(set(months)) == len(months) <= MOST_MONTHS:
        raise Invalid(field="months", problem=f"choose 1 to {MOST_MONTHS} different months.")
    if any(month.fiscal_year not in YEARS for month in months):
        raise Invalid(field="months", problem="a month lies too far away.")
    for name, value in zip(FIGURES, astuple(drivers), strict=True):
        if not _fits(value):
            problem = f"enter a number from 0, with at most {DECIMALS} decimals."
            raise Invalid(field=name.replace("_", " "), problem=problem)


def _fits(value: Decimal) -> bool:
    if not value.is_finite() or not 0 <= value < LARGEST_DRIVER:
        return False
    return value == value.quantize(Decimal(1).scaleb(-DECIMALS))
