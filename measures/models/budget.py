"""The organization's budget: chart of lines, budgeted amounts and what its ledger has booked."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower

from accounts.models import Member, PublicId
from core.money import LARGEST_SCALED
from core.tables import TenantKey, TenantModel
from hierarchy.models import Node
from measures.rules.budget_file import FileKind
from measures.rules.reconciliation import BudgetKind

AMOUNT_DECIMALS = 2


class BudgetLine(TenantModel):
    """One line of the chart: an account of a cost centre that a node answers for.

    `variable_share` is the part of the budget that follows the volume, 0 for a fixed budget; code,
    kind and currency stay, because booked figures stand under them.
    """

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=6, choices=[(each.value, each.value) for each in BudgetKind])
    account = models.CharField(max_length=60, blank=True, default="")
    cost_centre = models.CharField(max_length=60, blank=True, default="")
    node = TenantKey(Node)
    currency = models.CharField(max_length=3)
    variable_share = models.DecimalField(max_digits=5, decimal_places=4, default=Decimal(0))
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="budget_line_public_id"
            ),
            models.UniqueConstraint("organization", Lower("code"), name="budget_line_code_once"),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(name="") & Q(currency__regex="^[A-Z]{3}$"),
                name="budget_line_is_named",
            ),
            models.CheckConstraint(
                condition=Q(variable_share__gte=0, variable_share__lte=1),
                name="budget_line_share_of_one",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[each.value for each in BudgetKind]),
                name="budget_line_kind_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BudgetBatch(TenantModel):
    """One imported file; the same content is taken once, and no row is added to it later."""

    kind = models.CharField(max_length=8, choices=[(each.value, each.value) for each in FileKind])
    digest = models.CharField(max_length=64)
    rows = models.IntegerField()
    reason = models.TextField()
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)
    recorded_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "kind", "digest"],
                name="budget_batch_once",
                condition=~Q(kind=FileKind.CHART.value),
            ),
            models.CheckConstraint(
                condition=Q(digest__regex="^[0-9a-f]{64}$", rows__gte=1) & ~Q(reason=""),
                name="budget_batch_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.recorded_at:%Y-%m-%d}"


class MonthFigure(TenantModel):
    """A figure of one line in one month, in hundredths of its currency, with the volume if any."""

    budget = TenantKey(BudgetLine, db_index=False)
    batch = TenantKey(BudgetBatch, db_index=False)
    fiscal_year = models.SmallIntegerField()
    period = models.SmallIntegerField()
    amount = models.BigIntegerField()
    volume = models.DecimalField(max_digits=16, decimal_places=4, null=True)

    class Meta(TenantModel.Meta):
        abstract = True
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period__range=(1, 12), fiscal_year__range=(1990, 2199)),
                name="%(class)s_month_is_known",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=-LARGEST_SCALED, amount__lt=LARGEST_SCALED),
                name="%(class)s_amount_is_in_range",
            ),
            # NaN is larger than any number, so that the upper limit refuses it too.
            models.CheckConstraint(
                condition=Q(volume__isnull=True)
                | Q(volume__gt=-(Decimal(10) ** 12), volume__lt=Decimal(10) ** 12),
                name="%(class)s_volume_is_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}-{self.period:02d}: {self.amount}"


class BudgetAmount(MonthFigure):
    """What is budgeted for a month: the latest batch counts, and none is ever changed."""

    class Meta(MonthFigure.Meta):
        constraints: ClassVar = [
            *MonthFigure.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "budget", "fiscal_year", "period", "batch"],
                name="budget_amount_once_a_batch",
            ),
        ]


class Booking(MonthFigure):
    """What the ledger has booked by one document; a correction is another document."""

    document = models.CharField(max_length=60)

    class Meta(MonthFigure.Meta):
        constraints: ClassVar = [
            *MonthFigure.Meta.constraints,
            models.UniqueConstraint(
                fields=["organization", "budget", "fiscal_year", "period", "document"],
                name="booking_document_once",
            ),
            models.CheckConstraint(condition=~Q(document=""), name="booking_has_a_document"),
        ]
