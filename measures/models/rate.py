"""What figures are converted and discounted by: rates in versions, none of them ever changed."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.rules.rates import RateKind

LARGEST_RATE = Decimal(10) ** 9
DISCOUNT = "discount"
KINDS = [*(each.value for each in RateKind), DISCOUNT]


class Rate(TenantModel):
    """One version of one rate; the latest is in force, and none is ever changed or taken away.

    A rate of exchange counts units of `currency` for one unit of the organization's own: of a
    whole fiscal year (plan, period 0) or the average of one month (actual). A discount rate has
    no currency and is yearly, 0.08 for 8 %.
    """

    kind = models.CharField(max_length=8, choices=[(each, each) for each in KINDS])
    currency = models.CharField(max_length=3, blank=True, default="")
    fiscal_year = models.SmallIntegerField()
    period = models.SmallIntegerField(default=0)
    value = models.DecimalField(max_digits=18, decimal_places=8)
    version = models.IntegerField()
    reason = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "kind", "currency", "fiscal_year", "period", "version"],
                name="rate_version_once",
            ),
            # NaN is larger than any number, so that the upper limits refuse it too.
            models.CheckConstraint(
                condition=Q(
                    kind=RateKind.PLAN.value, currency__regex="^[A-Z]{3}$", period=0,
                    value__gt=0, value__lt=LARGEST_RATE,
                )
                | Q(
                    kind=RateKind.ACTUAL.value, currency__regex="^[A-Z]{3}$", period__range=(1, 12),
                    value__gt=0, value__lt=LARGEST_RATE,
                )
                | Q(kind=DISCOUNT, currency="", period=0, value__gte=0, value__lt=1),
                name="rate_is_one_of_its_kind",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.currency} {self.fiscal_year}-{self.period} v{self.version}"
