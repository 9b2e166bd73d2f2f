"""Targets: the top-down ambition given to a node, in versions, never summed upward."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.money import LARGEST_SCALED
from core.tables import TenantKey, TenantModel
from hierarchy.models import Node


class Horizon(models.TextChoices):
    """What the amount is an amount of."""

    FISCAL_YEAR = "fiscal_year"
    RUN_RATE = "run_rate"


class NodeTarget(TenantModel):
    """One version of a node's target: value x 10^2 in the organization's currency."""

    node = TenantKey(Node, related_name="targets")
    horizon = models.CharField(max_length=11, choices=Horizon.choices)
    fiscal_year = models.SmallIntegerField()
    currency = models.CharField(max_length=3)
    amount = models.BigIntegerField()
    version = models.IntegerField()
    reason = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "node", "horizon", "fiscal_year", "currency", "version"],
                name="node_target_version_once",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=-LARGEST_SCALED, amount__lt=LARGEST_SCALED),
                name="node_target_is_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.horizon} {self.fiscal_year}"
