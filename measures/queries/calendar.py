"""The calendar as people read it: the periods of a year with their days, and days to come."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from measures.models import CalendarPattern, Holiday, PeriodClose
from measures.models.calendar import CloseState
from measures.queries.periods import Ground
from measures.rules.calendar import Month, PeriodStage, months_of_year


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """One period: its days, by when claims and approvals are owed, and where it stands today.

    `act` is the last word of a person on it: that it was locked early, or opened again.
    """

    month: Month
    label: str
    first_day: date
    last_day: date
    claim_by: date
    locks_on: date
    stage: PeriodStage
    act: PeriodClose | None
    may_lock: bool
    may_reopen: bool


def year(ground: Ground, fiscal_year: int) -> list[PeriodRow]:
    """Return the twelve periods of a fiscal year in order; one query."""
    rows = PeriodClose.objects.filter(fiscal_year=fiscal_year, decided_by__isnull=False)
    acts: dict[int, list[PeriodClose]] = {}
    for row in rows.select_related("decided_by").order_by("version"):
        acts.setdefault(row.period, []).append(row)
    return [
        _row(ground, month, acts.get(month.period, [])) for month in months_of_year(fiscal_year)
    ]


def _row(ground: Ground, month: Month, acts: list[PeriodClose]) -> PeriodRow:
    clock, calendar = ground.clock(), ground.calendar
    stage = clock.stage(month)
    was_reopened = any(each.state == CloseState.REOPENED for each in acts)
    return PeriodRow(
        month=month,
        label=ground.label(month),
        first_day=calendar.first_day(month),
        last_day=calendar.last_day(month),
        claim_by=calendar.claim_deadline(month, ground.numbers.claim_deadline),
        locks_on=clock.locked_on(month),
        stage=stage,
        act=acts[-1] if acts else None,
        may_lock=stage in {PeriodStage.CLAIMING, PeriodStage.APPROVING},
        may_reopen=stage is PeriodStage.LOCKED
        and not was_reopened
        and month.fiscal_year >= clock.fiscal_year - 1,
    )


def holidays_ahead(today: date) -> QuerySet[Holiday]:
    """Return the days to come on which nobody works, in order."""
    rows: QuerySet[Holiday] = Holiday.objects.filter(removed_at__isnull=True, day__gt=today)
    return rows.order_by("day")


def changes() -> QuerySet[CalendarPattern]:
    """Return every change of how fiscal years are cut, the latest first."""
    rows: QuerySet[CalendarPattern] = CalendarPattern.objects.select_related("recorded_by")
    return rows.order_by("-version")
