"""Premises: what a measure's value stands on, who checks it by when, and that it is void."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.models import Measure


class Premise(TenantModel):
    """What a measure takes for granted, as it was stated; the one with the highest number counts.

    `checked_by` looks by `check_on` whether it still holds.
    """

    measure = TenantKey(Measure, related_name="premises")
    number = models.SmallIntegerField(default=0)
    statement = models.TextField()
    checked_by = TenantKey(Member)
    check_on = models.DateField()
    stated_by = TenantKey(Member)
    stated_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure", "number"], name="premise_number_once"
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="premise_says_something"),
        ]

    def __str__(self) -> str:
        return f"premise {self.number}"


class PremiseVoid(TenantModel):
    """That a premise does not hold any more, declared once; it forces a decision (§11, e)."""

    measure = TenantKey(Measure, related_name="void_premises")
    premise = TenantKey(Premise, related_name="voids")
    reason = models.TextField()
    declared_by = TenantKey(Member)
    declared_at = models.DateTimeField(db_default=Func(function="assay_now"))
    declared_on = models.DateField(
        db_default=Func(Func(function="assay_organization"), function="assay_today")
    )

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "premise"], name="premise_void_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="premise_void_has_a_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="premise_void_of_measure")
        ]

    def __str__(self) -> str:
        return f"void since {self.declared_on}"
