"""Spending envelopes of nodes in versions, and the approvals to commit to more than they hold."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.money import LARGEST_SCALED
from core.tables import TenantKey, TenantModel
from hierarchy.models import Node
from measures.rules.envelopes import Cost, OverspendState


class Envelope(TenantModel):
    """One version of what a node may commit to in a fiscal year: x 10^2 in its own currency.

    The latest version in force on a day counts; none is ever changed.
    """

    node = TenantKey(Node)
    nature = models.CharField(max_length=8, choices=[(each.value, each.value) for each in Cost])
    fiscal_year = models.SmallIntegerField()
    version = models.IntegerField()
    amount = models.BigIntegerField()
    effective_on = models.DateField()
    reason = models.TextField()
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "node", "nature", "fiscal_year", "version"],
                name="envelope_version_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    amount__gte=0,
                    amount__lt=LARGEST_SCALED,
                    fiscal_year__range=(1990, 2199),
                    nature__in=[each.value for each in Cost],
                )
                & ~Q(reason=""),
                name="envelope_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.fiscal_year} v{self.version}"


class Overspend(TenantModel):
    """A wish to commit to more than one version of an envelope, and its decision by another."""

    envelope = TenantKey(Envelope, related_name="overspends")
    extra = models.BigIntegerField()
    reason = models.TextField()
    state = models.CharField(
        max_length=8,
        default=OverspendState.ASKED,
        choices=[(each.value, each.value) for each in OverspendState],
    )
    asked_by = TenantKey(Member, null=True)
    asked_at = models.DateTimeField(db_default=Func(function="assay_now"))
    decided_by = TenantKey(Member, null=True)
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(extra__gt=0, extra__lt=LARGEST_SCALED) & ~Q(reason=""),
                name="overspend_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=OverspendState.ASKED.value, decided_at__isnull=True)
                | Q(
                    state__in=[OverspendState.APPROVED.value, OverspendState.REJECTED.value],
                    decided_at__isnull=False,
                )
                & ~Q(decision_reason=""),
                name="overspend_decided_says_why",
            ),
            models.UniqueConstraint(
                fields=["organization", "envelope"],
                condition=Q(state=OverspendState.ASKED.value),
                name="overspend_one_asked_of_each",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.extra}"
