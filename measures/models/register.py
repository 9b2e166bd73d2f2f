"""Risks, and dependencies between measures."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.models.measure import Measure


class Grade(models.TextChoices):
    """How likely, or how bad."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Risk(TenantModel):
    """What may go wrong with a measure, who watches it and what is done about it."""

    measure = TenantKey(Measure, related_name="risks")
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, default="")
    likelihood = models.CharField(max_length=6, choices=Grade.choices)
    impact = models.CharField(max_length=6, choices=Grade.choices)
    mitigation = models.TextField(blank=True, default="")
    owner = TenantKey(Member, null=True)
    due_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="risk_of_measure")
        ]

    def __str__(self) -> str:
        return self.title


class Dependency(TenantModel):
    """`measure` needs `needs`; accepted by the other side's owner. Never a circle."""

    measure = TenantKey(Measure, related_name="dependencies")
    needs = TenantKey(Measure, related_name="needed_by")
    what = models.CharField(max_length=200)
    is_blocking = models.BooleanField(default=True)
    proposed_by = TenantKey(Member, null=True)
    accepted_by = TenantKey(Member, null=True)
    accepted_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Func(function="assay_now"))
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure", "needs"],
                name="dependency_once",
                condition=Q(removed_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=~Q(measure=F("needs")), name="dependency_not_on_itself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "needs"], name="dependency_on_measure")
        ]

    def __str__(self) -> str:
        return self.what
