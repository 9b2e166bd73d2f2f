"""The calendar, numbers and day by which the months of an organization are judged."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accounts.queries import numbers, people
from accounts.rules.numbers import Numbers
from core import clock
from measures.rules.calendar import FiscalCalendar, Month, PeriodClock
from measures.rules.freshness import CadenceNumbers
from measures.rules.lights import LightNumbers

YEARS = range(1990, 2200)  # fiscal years that can carry a figure


@dataclass(frozen=True, slots=True)
class Ground:
    """What every judgement of an organization stands on, on one day."""

    today: date
    calendar: FiscalCalendar
    currency: str
    time_zone: str
    numbers: Numbers

    @property
    def light_numbers(self) -> LightNumbers:
        """The thresholds of the lights as the organization has them."""
        return LightNumbers(
            milestone_green=self.numbers.milestone_green_days,
            milestone_amber=self.numbers.milestone_amber_days,
            score_green=self.numbers.implementation_green,
            score_amber=self.numbers.implementation_amber,
            look_ahead_days=self.numbers.look_ahead_days,
            look_back_days=self.numbers.look_back_days,
            ratio_green=self.numbers.potential_green,
            ratio_amber=self.numbers.potential_amber,
            materiality=self.numbers.materiality,
            node_green=self.numbers.node_green,
            node_amber=self.numbers.node_amber,
        )

    @property
    def cadence_numbers(self) -> CadenceNumbers:
        """How often owners are asked, as the organization has it."""
        return CadenceNumbers(
            weekly_days=self.numbers.weekly_days,
            weekly_grace_days=self.numbers.weekly_grace_days,
            monthly_days=self.numbers.monthly_days,
            monthly_grace_days=self.numbers.monthly_grace_days,
            gate_within_days=self.numbers.gate_within_days,
        )

    def clock(self, decided_on: date | None = None) -> PeriodClock:
        """Return how months stand for a measure; claims are owed from the month of Decided."""
        return PeriodClock(
            today=self.today,
            calendar=self.calendar,
            claim_days=self.numbers.claim_deadline,
            approval_days=self.numbers.approval_deadline,
            claims_from=None if decided_on is None else self.calendar.month_of(decided_on),
        )

    def day_of(self, moment: datetime) -> date:
        """Return the organization's calendar day in which a moment lies."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def label(self, month: Month) -> str:
        """Return a month as people name it."""
        return self.calendar.label(month)


def ground(today: date | None = None) -> Ground:
    """Return the active organization's calendar and numbers, for today unless a day is given."""
    zone = people.time_zone()
    day = clock.today(zone) if today is None else today
    profile, given = numbers.with_profile(day)
    return Ground(
        today=day,
        calendar=FiscalCalendar(profile.fiscal_start_month),
        currency=profile.currency,
        time_zone=zone,
        numbers=given,
    )
