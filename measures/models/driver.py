"""Price and volume behind the months of a line's plan, in versions (domain-rules §5)."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.models.line import Line
from measures.models.measure import Measure

LARGEST_DRIVER = Decimal(10) ** 13
FIGURES = ("baseline_price", "new_price", "baseline_volume", "new_volume")


class LineDriver(TenantModel):
    """One version of what one month of a line's plan is made of; prices in the line's currency."""

    measure = TenantKey(Measure, related_name="drivers")
    line = TenantKey(Line, related_name="drivers")
    fiscal_year = models.SmallIntegerField()
    period = models.SmallIntegerField()
    version = models.IntegerField()
    baseline_price = models.DecimalField(max_digits=20, decimal_places=6)
    new_price = models.DecimalField(max_digits=20, decimal_places=6)
    baseline_volume = models.DecimalField(max_digits=20, decimal_places=6)
    new_volume = models.DecimalField(max_digits=20, decimal_places=6)
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "line", "fiscal_year", "period", "version"],
                name="line_driver_version_once",
            ),
            # NaN is larger than any number, so that the upper limits refuse it too.
            models.CheckConstraint(
                condition=Q(
                    period__range=(1, 12),
                    **{f"{name}__gte": 0 for name in FIGURES},
                    **{f"{name}__lt": LARGEST_DRIVER for name in FIGURES},
                ),
                name="line_driver_is_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"drivers {self.fiscal_year}-{self.period:02d} v{self.version}"
