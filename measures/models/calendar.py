"""The calendar as an organization sets it: the cut of its years, its holidays, its closings."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.rules.patterns import CalendarKind, YearEnd


class CalendarPattern(TenantModel):
    """One version of how fiscal years are cut, from a year on; the last one that reaches a year."""

    version = models.IntegerField()
    from_year = models.SmallIntegerField()
    kind = models.CharField(
        max_length=6, choices=[(each.value, each.value) for each in CalendarKind]
    )
    last_weekday = models.SmallIntegerField(default=7)
    year_end = models.CharField(
        max_length=7,
        default=YearEnd.LAST.value,
        choices=[(each.value, each.value) for each in YearEnd],
    )
    reason = models.TextField()
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "version"], name="calendar_pattern_version_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in CalendarKind]),
                name="calendar_pattern_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(last_weekday__range=(1, 7)),
                name="calendar_pattern_ends_on_a_weekday",
            ),
            models.CheckConstraint(
                condition=Q(year_end__in=[each.value for each in YearEnd]),
                name="calendar_pattern_year_end_is_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="calendar_pattern_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} from {self.from_year}"


class Holiday(TenantModel):
    """A day on which nobody works; taken back before it comes, it is kept with `removed_at`."""

    day = models.DateField()
    name = models.CharField(max_length=80)
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "day"],
                name="holiday_once_a_day",
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="holiday_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.day}"


class CloseState(models.TextChoices):
    """What was recorded of a period; "reopened" holds until the end of a day, then it locks."""

    CLAIMING = "claiming"
    APPROVING = "approving"
    LOCKED = "locked"
    REOPENED = "reopened"


class PeriodClose(TenantModel):
    """One step of a period on its way to its lock, by the clock or by a person with a reason."""

    fiscal_year = models.SmallIntegerField()
    period = models.SmallIntegerField()
    version = models.IntegerField()
    state = models.CharField(max_length=9, choices=CloseState.choices)
    open_until = models.DateField(null=True)
    reason = models.TextField(blank=True, default="")
    recorded_on = models.DateField(
        db_default=Func(Func(function="assay_organization"), function="assay_today")
    )
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    decided_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "fiscal_year", "period", "version"],
                name="period_close_version_once",
            ),
            models.CheckConstraint(
                condition=Q(period__range=(1, 12)), name="period_close_period_is_a_month"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CloseState.values), name="period_close_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state=CloseState.REOPENED, open_until__isnull=False)
                | (~Q(state=CloseState.REOPENED) & Q(open_until__isnull=True)),
                name="period_close_reopened_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(reason=""),
                name="period_close_by_a_person_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.fiscal_year}-{self.period:02d}"
