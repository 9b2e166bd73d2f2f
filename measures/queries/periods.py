"""The calendar, numbers and day by which the months of an organization are judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from accounts.queries import numbers, people
from accounts.rules.numbers import Numbers
from core import clock
from measures.models.calendar import CalendarPattern, CloseState, Holiday, PeriodClose
from measures.rules.calendar import Closing, FiscalCalendar, Month, PeriodClock
from measures.rules.freshness import CadenceNumbers
from measures.rules.lights import LightNumbers
from measures.rules.patterns import CalendarKind, Pattern, YearEnd
from measures.rules.working_days import WorkingDays

YEARS = range(1990, 2200)  # fiscal years that can carry a figure


@dataclass(frozen=True, slots=True)
class Ground:
    """What every judgement of an organization stands on, on one day."""

    today: date
    calendar: FiscalCalendar
    currency: str
    time_zone: str
    numbers: Numbers
    closings: Mapping[Month, Closing] = field(default_factory=dict)

    @property
    def working(self) -> WorkingDays:
        """The working days in which deadlines are counted."""
        return self.calendar.working

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
            closings=self.closings,
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
    profile, given = numbers.with_profile(day, **_lists(day))
    said = vars(profile)  # the lists come as attributes that the model does not know
    return Ground(
        today=day,
        calendar=FiscalCalendar(
            profile.fiscal_start_month,
            tuple(map(_pattern, said["patterns"])),
            WorkingDays(frozenset(said["holidays"])),
        ),
        currency=profile.currency,
        time_zone=zone,
        numbers=given,
        closings=dict(map(_closing, said["closings"])),
    )


def working_days() -> WorkingDays:
    """Return the working days of the active organization."""
    return ground().working


def _lists(day: date) -> dict[str, ArraySubquery]:
    """Return what the calendar is read from, as lists beside the profile."""
    mine = {"organization_id": OuterRef("organization_id")}
    patterns = CalendarPattern.objects.filter(**mine).order_by("version")
    acts = PeriodClose.objects.filter(
        **mine,
        fiscal_year__gte=day.year - 1,
        state__in=[CloseState.LOCKED, CloseState.REOPENED],
    )
    latest = acts.order_by("fiscal_year", "period", "-version").distinct("fiscal_year", "period")
    return {
        "patterns": ArraySubquery(
            patterns.values(
                said=JSONObject(
                    from_year="from_year",
                    kind="kind",
                    last_weekday="last_weekday",
                    year_end="year_end",
                )
            )
        ),
        "holidays": ArraySubquery(
            Holiday.objects.filter(**mine, removed_at__isnull=True).values("day")
        ),
        "closings": ArraySubquery(
            latest.values(
                said=JSONObject(
                    fiscal_year="fiscal_year",
                    period="period",
                    locked_on="recorded_on",
                    open_until="open_until",
                )
            )
        ),
    }


def _pattern(said: dict[str, Any]) -> Pattern:
    return Pattern(
        from_year=said["from_year"],
        kind=CalendarKind(said["kind"]),
        last_weekday=said["last_weekday"],
        year_end=YearEnd(said["year_end"]),
    )


def _closing(said: dict[str, Any]) -> tuple[Month, Closing]:
    until = said["open_until"]
    closing = Closing(
        locked_on=date.fromisoformat(said["locked_on"]),
        open_until=None if until is None else date.fromisoformat(until),
    )
    return Month(said["fiscal_year"], said["period"]), closing
