"""Fiscal months and working days: the calendar that every value series and deadline stands on."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Self

from measures.rules.patterns import Pattern
from measures.rules.working_days import MONDAY_TO_FRIDAY, WorkingDays

PERIODS = 12
SHORT_NAMES = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


class MonthState(StrEnum):
    """Where a month stands in its own clock (domain-rules §4)."""

    OPEN = "open"
    PROVISIONAL = "provisional"
    LOCKED = "locked"


class PeriodStage(StrEnum):
    """The steps of a period on its way to its lock, as people see them."""

    OPEN = "open"
    CLAIMING = "claiming"
    APPROVING = "approving"
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


def day_text(day: date) -> str:
    """Return a day as reasons name it: '14 Jul 2026'."""
    return f"{day.day} {SHORT_NAMES[day.month - 1]} {day.year}"


@dataclass(frozen=True, slots=True)
class FiscalCalendar:
    """Twelve periods a fiscal year, which begins in `start_month` (1 = January).

    They are calendar months unless a pattern says otherwise; of those that reach a year the last
    one given holds. The first period of a year begins where the year before ended, whatever the
    pattern of either, so that each day lies in exactly one period.
    """

    start_month: int = 1
    patterns: tuple[Pattern, ...] = ()
    working: WorkingDays = MONDAY_TO_FRIDAY

    def __post_init__(self) -> None:
        if not 1 <= self.start_month <= PERIODS:
            raise ValueError(f"start month {self.start_month} is not in 1..{PERIODS}")

    @property
    def _offset(self) -> int:
        """Months by which a fiscal index runs ahead of the calendar's own."""
        return 0 if self.start_month == 1 else PERIODS - self.start_month + 1

    def pattern_of(self, fiscal_year: int) -> Pattern | None:
        """Return the weeks by which a fiscal year is cut; None for calendar months."""
        for pattern in reversed(self.patterns):
            if pattern.from_year <= fiscal_year:
                return pattern if pattern.is_weeks else None
        return None

    def month_of(self, day: date) -> Month:
        """Return the period in which a day lies."""
        found = Month.at(day.year * PERIODS + day.month - 1 + self._offset)
        if self.patterns:
            while day > self.last_day(found):
                found = found.plus(1)
            while day < self.first_day(found):
                found = found.plus(-1)
        return found

    def first_day(self, month: Month) -> date:
        """Return the calendar day on which a period begins."""
        if self.patterns:
            return self.last_day(month.plus(-1)) + timedelta(days=1)
        return self._month_begins(month)

    def last_day(self, month: Month) -> date:
        """Return the calendar day on which a period ends."""
        pattern = self.pattern_of(month.fiscal_year) if self.patterns else None
        if pattern is None:
            return self._month_ends(month)
        return pattern.period_ends(
            month.period,
            self._month_ends(Month(month.fiscal_year, PERIODS)),
            self._month_ends(Month(month.fiscal_year - 1, PERIODS)),
        )

    def _month_begins(self, month: Month) -> date:
        year, index = divmod(month.index - self._offset, PERIODS)
        return date(year, index + 1, 1)

    def _month_ends(self, month: Month) -> date:
        first = self._month_begins(month)
        return first.replace(day=monthrange(first.year, first.month)[1])

    def label(self, month: Month) -> str:
        """Return a period as people name it: 'Jul 2026', or 'P07 2026' where it is of weeks."""
        if self.patterns and self.pattern_of(month.fiscal_year) is not None:
            return f"P{month.period:02d} {month.fiscal_year}"
        first = self._month_begins(month)
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
        return self.working.after(self.last_day(month), working_days)

    def approval_deadline(self, month: Month, working_days: int) -> date:
        """Return the last day before the month locks (domain-rules §4: wd 10)."""
        return self.working.after(self.last_day(month), working_days)


@dataclass(frozen=True, slots=True)
class Closing:
    """The last act on a period: locked on a day, or open again until the end of another."""

    locked_on: date
    open_until: date | None = None

    def locks(self, today: date) -> bool:
        """Return whether the period is locked on a day, whatever the calendar says."""
        return self.open_until is None or today > self.open_until


@dataclass(frozen=True, slots=True)
class PeriodClock:
    """How the months stand today; `claims_from` is the first month for which claims are owed.

    Months before `claims_from` (the month of Decided, or of an opening take-over) that carry no
    approved actual are left out of every judgement on both sides. `closings` are the acts by which
    periods were locked, or opened again; without one the calendar and the day decide.
    """

    today: date
    calendar: FiscalCalendar = FiscalCalendar()
    claim_days: int = 5
    approval_days: int = 10
    claims_from: Month | None = None
    closings: Mapping[Month, Closing] = field(default_factory=dict, hash=False)

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
        closing = self.closings.get(month)
        if closing is not None:
            is_locked = closing.locks(self.today)
            return MonthState.LOCKED if is_locked else MonthState.PROVISIONAL
        return MonthState.PROVISIONAL if month.index >= unlocked else MonthState.LOCKED

    def stage(self, month: Month) -> PeriodStage:
        """Return how far a period is on its way to its lock (domain-rules §4)."""
        state = self.state(month)
        if state is not MonthState.PROVISIONAL:
            return PeriodStage.OPEN if state is MonthState.OPEN else PeriodStage.LOCKED
        return PeriodStage.APPROVING if self.is_claim_late(month) else PeriodStage.CLAIMING

    def locked_on(self, month: Month) -> date:
        """Return the last day before a period locks, or locked: by calendar, or of its act.

        What the clock records after the deadline, it records of the deadline: only a controller
        locks sooner, or opens again until a later day.
        """
        deadline = self.calendar.approval_deadline(month, self.approval_days)
        closing = self.closings.get(month)
        if closing is None:
            return deadline
        return closing.open_until or min(closing.locked_on, deadline)

    def claimable(self) -> tuple[Month, ...]:
        """Return the periods for which claims are taken today, the running one first."""
        running, unlocked = _bounds(self.today, self.calendar, self.approval_days)
        recent = {Month.at(index) for index in range(unlocked, running + 1)}
        wanted = sorted({*recent, *self.closings}, reverse=True)
        return tuple(
            each
            for each in wanted
            if each.index <= running and self.state(each) is not MonthState.LOCKED
        )

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
