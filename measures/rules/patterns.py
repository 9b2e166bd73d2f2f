"""How a fiscal year is cut into twelve periods: into calendar months, or into whole weeks."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LAST_PERIOD = 12
WEEK = timedelta(days=7)
SUNDAY = 7


class CalendarKind(StrEnum):
    """What the periods of a year are; those of weeks are named by the weeks of each quarter."""

    MONTHS = "months"
    WEEKS_445 = "4-4-5"
    WEEKS_454 = "4-5-4"
    WEEKS_544 = "5-4-4"


class YearEnd(StrEnum):
    """Which of its weekdays ends a year of weeks: the last in its last month, or the nearest."""

    LAST = "last"
    NEAREST = "nearest"


WEEKS: dict[CalendarKind, tuple[int, ...]] = {
    CalendarKind.WEEKS_445: (4, 4, 5) * 4,
    CalendarKind.WEEKS_454: (4, 5, 4) * 4,
    CalendarKind.WEEKS_544: (5, 4, 4) * 4,
}
"""The weeks of each period; the 53rd week of a long year belongs to the last one."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """The cut of the fiscal years from `from_year` on.

    A year of weeks ends on `last_weekday` (ISO: 1 is Monday): on the last one of the month in
    which the fiscal year ends, or on the one nearest to the end of that month. It so has 52 or
    53 weeks.
    """

    from_year: int
    kind: CalendarKind = CalendarKind.MONTHS
    last_weekday: int = SUNDAY
    year_end: YearEnd = YearEnd.LAST

    @property
    def is_weeks(self) -> bool:
        """Whether periods are whole weeks instead of calendar months."""
        return self.kind is not CalendarKind.MONTHS

    def year_ends(self, month_end: date) -> date:
        """Return the last day of the year whose last calendar month ends on `month_end`."""
        back = (month_end.isoweekday() - self.last_weekday) % 7
        if self.year_end is YearEnd.NEAREST and back > WEEK.days // 2:
            back -= WEEK.days
        return month_end - timedelta(days=back)

    def period_ends(self, period: int, month_end: date, former_end: date) -> date:
        """Return the last day of a period of weeks in the year that ends with `month_end`.

        `former_end` is the end of the last calendar month of the year before. Counted back from
        the end, because a 53rd week belongs to the last period.
        """
        ends = self.year_ends(month_end)
        if period == LAST_PERIOD:
            return ends
        begins_after = self.year_ends(former_end)
        extra = (ends - begins_after) // WEEK - sum(WEEKS[self.kind])
        return ends - (sum(WEEKS[self.kind][period:]) + extra) * WEEK
