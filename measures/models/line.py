"""Effect lines, their append-only monthly series, and the claims that become actuals."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.money import LARGEST_SCALED
from core.tables import TenantKey, TenantModel
from measures.models.budget import BudgetLine
from measures.models.evidence import Evidence
from measures.models.measure import Measure
from measures.rules.lines import Direction, EffectType, Nature, Recurrence, Series

PERIODS = tuple(f"p{number:02d}" for number in range(1, 13))


class ClaimState(models.TextChoices):
    """Where a claim stands; only an approved one is an actual (domain-rules §4)."""

    SUBMITTED = "submitted"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class ClaimKind(models.TextChoices):
    """What a claim says: what a month brought, or by how much a locked month was wrong."""

    ACTUAL = "actual"
    CORRECTION = "correction"


class Line(TenantModel):
    """One effect or cost of a measure in one unit; figures are value x 10^decimals.

    `unit` is "money" (then `currency` is an ISO code) or the name of another unit.
    `full_effect_on` is the first day of the month from which the effect is complete.
    """

    measure = TenantKey(Measure, related_name="lines")
    name = models.CharField(max_length=120)
    nature = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Nature])
    effect_type = models.CharField(
        max_length=20, choices=[(each.value, each.value) for each in EffectType]
    )
    recurrence = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Recurrence]
    )
    direction = models.CharField(
        max_length=5,
        default=Direction.MORE,
        choices=[(each.value, each.value) for each in Direction],
    )
    unit = models.CharField(max_length=20, default="money")
    currency = models.CharField(max_length=3, blank=True, default="")
    decimals = models.SmallIntegerField(default=2)
    full_effect_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    is_seasonal = models.BooleanField(default=False)
    is_level = models.BooleanField(default=False)
    budget_line = models.CharField(max_length=120, blank=True, default="")
    # Follows from the text: the database points it at the line of the chart with this code.
    budget = TenantKey(BudgetLine, null=True, db_index=False)
    baseline_evidence = TenantKey(Evidence, null=True)
    removed_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure", "name"],
                name="line_name_once_per_measure",
                condition=Q(removed_on__isnull=True),
            ),
            models.CheckConstraint(
                condition=(Q(unit="money") & ~Q(currency="")) | (~Q(unit="money") & Q(currency="")),
                name="line_money_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(decimals__range=(0, 6)), name="line_decimals_zero_to_six"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="line_of_measure"),
            models.Index(
                fields=["organization", "budget"],
                name="line_on_budget",
                condition=Q(budget__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SeriesVersion(TenantModel):
    """One version of one series of one line in one fiscal year; the latest version is current.

    p01 is the first fiscal period; null is "not given". Rows are never changed: as-of a time is
    the latest version recorded by then. "actual" rows are written by the database alone, from
    approved claims.
    """

    # Found by series_version_once, which begins with organization and line: the table with the
    # most rows keeps no index that nothing asks.
    line = TenantKey(Line, related_name="series", db_index=False)
    split = models.CharField(max_length=60, blank=True, default="")
    series = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Series])
    fiscal_year = models.SmallIntegerField()
    version = models.IntegerField()
    p01 = models.BigIntegerField(null=True)
    p02 = models.BigIntegerField(null=True)
    p03 = models.BigIntegerField(null=True)
    p04 = models.BigIntegerField(null=True)
    p05 = models.BigIntegerField(null=True)
    p06 = models.BigIntegerField(null=True)
    p07 = models.BigIntegerField(null=True)
    p08 = models.BigIntegerField(null=True)
    p09 = models.BigIntegerField(null=True)
    p10 = models.BigIntegerField(null=True)
    p11 = models.BigIntegerField(null=True)
    p12 = models.BigIntegerField(null=True)
    is_seeded = models.BooleanField(default=False)
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    effective_on = models.DateField(null=True)
    recorded_by = TenantKey(Member, null=True, db_index=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "line", "split", "series", "fiscal_year", "version"],
                name="series_version_once",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="series_version_from_one"),
            *(
                models.CheckConstraint(
                    condition=Q(
                        **{f"{period}__gt": -LARGEST_SCALED, f"{period}__lt": LARGEST_SCALED}
                    ),
                    name=f"series_{period}_is_in_range",
                )
                for period in PERIODS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.fiscal_year} v{self.version}"

    @property
    def periods(self) -> tuple[int | None, ...]:
        """Return the twelve scaled figures in fiscal order."""
        return tuple(getattr(self, period) for period in PERIODS)


class ActualClaim(TenantModel):
    """A figure claimed for one month; approved by the controller it becomes an actual.

    `forecast_before` is the last forecast given before the claim (scaled): the outlook takes the
    less favourable of the two while the claim waits. A correction is a reversal entry: a difference
    with its sign, posted in an open month, for the approved claim that it corrects.
    """

    line = TenantKey(Line, related_name="claims")
    measure = TenantKey(Measure, related_name="claims")
    fiscal_year = models.SmallIntegerField()
    period = models.SmallIntegerField()
    kind = models.CharField(
        max_length=10, choices=ClaimKind.choices, default=ClaimKind.ACTUAL, db_default="actual"
    )
    corrects = TenantKey("measures.ActualClaim", null=True, related_name="corrections")
    amount = models.BigIntegerField()
    forecast_before = models.BigIntegerField(null=True)
    is_final = models.BooleanField(default=False)
    note = models.TextField(blank=True, default="")
    evidence = TenantKey(Evidence, null=True)
    state = models.CharField(
        max_length=10, choices=ClaimState.choices, default=ClaimState.SUBMITTED
    )
    claimed_by = TenantKey(Member, null=True)
    claimed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    decided_by = TenantKey(Member, null=True)
    decided_for = TenantKey(Member, null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "line", "fiscal_year", "period"],
                name="claim_one_open_or_approved_per_month",
                condition=Q(state__in=["submitted", "approved"], kind="actual"),
            ),
            models.UniqueConstraint(
                fields=["organization", "corrects"],
                name="claim_one_open_correction_of_each",
                condition=Q(state="submitted", kind="correction"),
            ),
            models.CheckConstraint(
                condition=Q(kind="actual", corrects__isnull=True)
                | Q(
                    kind="correction",
                    corrects__isnull=False,
                    evidence__isnull=False,
                    is_final=False,
                )
                & ~Q(amount=0)
                & ~Q(note=""),
                name="claim_correction_says_of_what_and_why",
            ),
            models.CheckConstraint(
                condition=Q(period__range=(1, 12)), name="claim_period_is_a_month"
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=-LARGEST_SCALED, amount__lt=LARGEST_SCALED),
                name="claim_amount_is_in_range",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["submitted", "withdrawn"], decided_at__isnull=True)
                | Q(state__in=["approved", "rejected"], decided_at__isnull=False),
                name="claim_decided_has_a_day",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="claim_of_measure"),
            models.Index(
                fields=["organization", "claimed_at"],
                name="claim_waiting",
                condition=Q(state="submitted"),
            ),
        ]

    def __str__(self) -> str:
        return f"claim {self.fiscal_year}-{self.period:02d}"
