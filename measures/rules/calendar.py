"""Fiscal months and working days: the calendar that every value series and deadline stands on."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

PERIODS = 12
DECEMBER = 12
WORKING_DAYS_A_WEEK = 5
FRIDAY = 4
SHORT_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


class MonthState(StrEnum):
    """Where a month stands in its own clock (domain-rules §4)."""

    OPEN = "open"
    PROVISIONAL = "provisional"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One fiscal period; a fiscal year bears the calendar year in which it ends."""

    fiscal_year: int
    period: int

    def __post_init__(self) -> None:
        if not 1 <= self.period <= PERIODS:
            raise ValueError(f"period {self.period} is not in 1..{PERIODS}")

    @classmethod
    def at(cls, index: int) -> Self:
        """Return the month with this `index`."""
        year, period = divmod(index, PERIODS)
        return cls(year, period + 1)

    @property
    def index(self) -> int:
        """A running number: months that follow each other differ by one."""
        return self.fiscal_year * PERIODS + self.period - 1

    def plus(self, months: int) -> "Month":
        """Return the month so many months later, or earlier if negative."""
        return Month.at(self.index + months)


def months_of_year(fiscal_year: int) -> tuple[Month, ...]:
    """Return the periods of a fiscal year in order."""
    return tuple(Month(fiscal_year, period) for period in range(1, PERIODS + 1))


def working_day_after(day: date, count: int) -> date:
    """Return the `count`-th working day, Monday to Friday, after `day`; ValueError below 1."""
    if count < 1:
        raise ValueError(f"{count} is not a number of working days after a day")
    start = day - timedelta(days=max(0, day.weekday() - FRIDAY))
    weeks, rest = divmod(count, WORKING_DAYS_A_WEEK)
    weekend = 2 if start.weekday() + rest > FRIDAY else 0
    return start + timedelta(days=7 * weeks + rest + weekend)


def day_text(day: date) -> str:
    """Return a day as reasons name it: '14 Jul 2026'."""
    return f"{day.day} {SHORT_NAMES[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """Twelve calendar months a fiscal year, the first of which is `start_month` (1 = January)."""

    start_month: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= PERIODS:
            raise ValueError(f"start month {self.start_month} is not in 1..{PERIODS}")

    @property
    def _offset(self) -> int:
        """Months by which a fiscal index runs ahead of the calendar's own."""
        return 0 if self.start_month == 1 else PERIODS - self.start_month + 1

    def month_of(self, day: date) -> Month:
        """Return the fiscal month in which a day lies."""
        return Month.at(day.year * PERIODS + day.month - 1 + self._offset)

    def first_day(self, month: Month) -> date:
        """Return the calendar day on which a fiscal month begins."""
        year, index = divmod(month.index - self._offset, PERIODS)
        return date(year, index + 1, 1)

    def last_day(self, month: Month) -> date:
        """Return the calendar day on which a fiscal month ends."""
        first = self.first_day(month)
        return first.replace(day=monthrange(first.year, first.month)[1])

    def label(self, month: Month) -> str:
        """Return the month as people name it: 'Jul 2026'."""
        first = self.first_day(month)
        return f"{SHORT_NAMES[first.month - 1]} {first.year}"

    def labels(self, months: tuple[Month, ...]) -> str:
        """Return several months in one phrase: 'May 2026, Jun 2026'."""
        return ", ".join(self.label(month) for month in months)

    @staticmethod
    def months_between(first: Month, last: Month) -> int:
        """Return how many months `last` lies after `first`; negative if before."""
        return last.index - first.index

    @staticmethod
    def add(month: Month, count: int) -> Month:
        """Return the month `count` months later."""
        return month.plus(count)

    def claim_deadline(self, month: Month, working_days: int) -> date:
        """Return the last day on which the owner claims in time (domain-rules §4: wd 5)."""
        return working_day_after(self.last_day(month), working_days)

    def approval_deadline(self, month: Month, working_days: int) -> date:
        """Return the last day before the month locks (domain-rules §4: wd 10)."""
        return working_day_after(self.last_day(month), working_days)


@dataclass(frozen=True, slots=True)
class PeriodClock:
    """How the months stand today; `claims_from` is the first month for which claims are owed.

    Months before `claims_from` (the month of Decided, or of an opening take-over) that carry no
    approved actual are left out of every judgement on both sides.
    """

    today: date
    calendar: FiscalCalendar = FiscalCalendar()
    claim_days: int = 5
    approval_days: int = 10
    claims_from: Month | None = None

    @property
    def month(self) -> Month:
        """The fiscal month of today."""
        return self.calendar.month_of(self.today)

    @property
    def fiscal_year(self) -> int:
        """The current fiscal year."""
        return self.month.fiscal_year

    def state(self, month: Month) -> MonthState:
        """Return whether a month still runs, is provisional, or is locked (domain-rules §4)."""
        running, unlocked = _bounds(self.today, self.calendar, self.approval_days)
        if month.index >= running:
            return MonthState.OPEN
        return MonthState.PROVISIONAL if month.index >= unlocked else MonthState.LOCKED

    def is_claim_late(self, month: Month) -> bool:
        """Return whether the day by which a month had to be claimed has passed."""
        return self.today > self.calendar.claim_deadline(month, self.claim_days)

    def owes_claims(self, month: Month) -> bool:
        """Return whether claims are owed for a month at all."""
        return self.claims_from is None or month >= self.claims_from


@lru_cache(maxsize=64)
def _bounds(today: date, calendar: FiscalCalendar, approval_days: int) -> tuple[int, int]:
    """Return the index of the running month, and of the first that is not locked yet.

    Kept, because every month of every line of an organization asks for the same day.
    """
    running = unlocked = calendar.month_of(today).index
    while today <= calendar.approval_deadline(Month.at(unlocked - 1), approval_days):
        unlocked -= 1
    return running, unlocked
