"""The calendar, numbers and day by which the months of an organization are judged."""

from dataclasses import dataclass
from datetime import date

from accounts.queries import numbers, people
from accounts.rules.numbers import Numbers
from hierarchy.queries import authority
from measures.rules.calendar import FiscalCalendar, Month, PeriodClock


@dataclass(frozen=True, slots=True)
class Ground:
    """What every judgement of an organization stands on, on one day."""

    today: date
    calendar: FiscalCalendar
    currency: str
    numbers: Numbers

    def clock(self, decided_on: date | None = None) -> PeriodClock:
        """Return how months stand for a measure; claims are owed from the month of Decided."""
        return PeriodClock(
            today=self.today,
            calendar=self.calendar,
            claim_days=self.numbers.claim_deadline,
            approval_days=self.numbers.approval_deadline,
            claims_from=None if decided_on is None else self.calendar.month_of(decided_on),
        )

    def label(self, month: Month) -> str:
        """Return a month as people name it."""
        return self.calendar.label(month)


def ground(today: date | None = None) -> Ground:
    """Return the active organization's calendar and numbers, for today unless a day is given."""
    day = authority.today() if today is None else today
    profile = people.profile()
    return Ground(
        today=day,
        calendar=FiscalCalendar(profile.fiscal_start_month),
        currency=profile.currency,
        numbers=numbers.current(day),
    )
