"""The windows in which outlook is held against plan: year, year to date, run-rate, life (§8)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from measures.rules.calendar import PERIODS, Month, MonthState, PeriodClock
from measures.rules.lines import LineFacts, Recurrence
from measures.rules.series import MonthEstimate, Standing, annualised, run_rate_months


class Window(StrEnum):
    """A span in which plan and outlook are compared."""

    FISCAL_YEAR = "fiscal_year"
    YEAR_TO_DATE = "year_to_date"
    RUN_RATE = "run_rate"
    LIFE = "life"


@dataclass(frozen=True, slots=True)
class Sums:
    """Plan and outlook of a window in scaled whole numbers, and the months never claimed in it."""

    planned: Fraction
    outlook: Fraction
    missing: tuple[Month, ...] = ()

    def plus(self, other: "Sums") -> "Sums":
        missing = tuple(sorted({*self.missing, *other.missing}))
        return Sums(self.planned + other.planned, self.outlook + other.outlook, missing)


def sums_in_windows(
    line: LineFacts,
    months: Sequence[MonthEstimate],
    clock: PeriodClock,
    *,
    with_missing: bool = True,
) -> dict[Window, Sums]:
    """Return the sums of a line in each of its windows that holds any month.

    A bounded effect has its life where a recurring one has a run-rate (§5). Months for which no
    claim was owed leave both sides; so do the missing ones unless `with_missing`.
    """
    owed = [each for each in months if each.standing is not Standing.NOT_OWED]
    taken = [each for each in owed if with_missing or each.standing is not Standing.MISSING]
    year = [each for each in taken if each.month.fiscal_year == clock.fiscal_year]
    found = {
        Window.FISCAL_YEAR: _sums(year),
        Window.YEAR_TO_DATE: _sums(each for each in year if _is_to_date(each)),
    }
    if line.recurrence is Recurrence.RECURRING:
        found[Window.RUN_RATE] = _run_rate(line, owed, taken)
    else:
        found[Window.LIFE] = _sums(taken)
    return {window: sums for window, sums in found.items() if sums is not None}


def _is_to_date(each: MonthEstimate) -> bool:
    """Locked or approved months only; one whose claim is pending leaves both sides (§8)."""
    if each.standing is Standing.APPROVED:
        return True
    return each.state is MonthState.LOCKED and each.standing is not Standing.PENDING


def _sums(months: Iterable[MonthEstimate]) -> Sums | None:
    taken = list(months)
    if not taken:
        return None
    return Sums(
        planned=Fraction(sum(each.plan or 0 for each in taken)),
        outlook=Fraction(sum(each.counted for each in taken)),
        missing=tuple(each.month for each in taken if each.standing is Standing.MISSING),
    )


def _run_rate(
    line: LineFacts, owed: Sequence[MonthEstimate], taken: Sequence[MonthEstimate]
) -> Sums | None:
    """Annualise plan and outlook over the first 12 months from the full-effect month (§5).

    The plan's rate stands whatever is missing; the outlook's is that of the months taken.
    """
    if line.full_effect is None:
        return None
    span = set(run_rate_months(line.full_effect))
    planned_months = [each for each in owed if each.month in span and each.plan is not None]
    plans = [each.plan for each in planned_months if each.plan is not None]
    planned = annualised(plans, is_seasonal=line.is_seasonal)
    if planned is None:
        return None
    in_span = [each for each in taken if each.month in span]
    known = [each.known for each in in_span if each.known is not None]
    if line.is_seasonal or not known:
        known = [each.counted for each in planned_months]
    return Sums(
        planned=planned,
        outlook=Fraction(PERIODS * sum(known), len(known)),
        missing=tuple(each.month for each in in_span if each.standing is Standing.MISSING),
    )
