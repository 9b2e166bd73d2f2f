"""What measures tells the ledger of the calendar; the subject is the organization."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAct(Act):
    """An act on how the organization counts time."""

    subject_kind: ClassVar[str] = "organization"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanged(CalendarAct):
    """The fiscal years from one on are cut in another way."""

    kind: ClassVar[str] = "calendar_changed"
    from_year: int
    cut: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidaysEntered(CalendarAct):
    """Days to come are no working days."""

    kind: ClassVar[str] = "holidays_entered"
    days: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HolidayTakenBack(CalendarAct):
    """A day to come is a working day again."""

    kind: ClassVar[str] = "holiday_taken_back"
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodAct(CalendarAct):
    """An act on one period."""

    fiscal_year: int
    period: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodMoved(PeriodAct):
    """A period took the next step on its way to its lock, by the clock."""

    kind: ClassVar[str] = "period_moved"
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLocked(PeriodAct):
    """A period was locked before its day."""

    kind: ClassVar[str] = "period_locked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodReopened(PeriodAct):
    """A locked period takes claims again until the end of a day."""

    kind: ClassVar[str] = "period_reopened"
    open_until: date
