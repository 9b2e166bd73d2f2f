"""Milestones: what has to be done by when, and when it was."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.models.evidence import Evidence
from measures.models.measure import Measure


class Milestone(TenantModel):
    """One dated step of a measure; `actual_end` is the day completion was recorded.

    `is_imported` marks the dates of a running portfolio that was taken over: only these may lie
    in the past when they are written. `updated_at`, filled by the guard, is when somebody last
    said something about it: what the freshness of the status is judged by.
    """

    measure = TenantKey(Measure, related_name="milestones")
    name = models.CharField(max_length=200)
    owner = TenantKey(Member, null=True)
    plan_end = models.DateField()
    forecast_end = models.DateField(null=True, blank=True)
    actual_end = models.DateField(null=True, blank=True)
    is_mandatory = models.BooleanField(default=True)
    is_critical = models.BooleanField(default=False)
    weight = models.SmallIntegerField(default=1)
    evidence = TenantKey(Evidence, null=True)
    is_imported = models.BooleanField(default=False)
    added_after_freeze = models.BooleanField(default=False)
    removed_on = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(db_default=Func(function="assay_now"))
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure", "name"],
                name="milestone_name_once_per_measure",
                condition=Q(removed_on__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(weight__range=(1, 100)), name="milestone_weight_one_to_hundred"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="milestone_of_measure")
        ]

    def __str__(self) -> str:
        return self.name
