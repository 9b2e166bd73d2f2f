"""The take-over of a running portfolio: what an import brought in, and who confirmed it after."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from accounts.rules.roles import Role
from core.tables import TenantKey, TenantModel
from measures.models import Measure
from measures.rules.stage import Stage

CONFIRMED_BY = (Role.SPONSOR, Role.CONTROLLER)


class TakeOver(TenantModel):
    """A measure brought in at a stage by an administrator, in the transaction that created it.

    `stage_dates` maps a stage's number to the day it was entered; `unmet` are the codes and
    sentences of the criteria its gates would have asked: stored and shown, never repaired.
    """

    measure = TenantKey(Measure, related_name="take_overs")
    to_stage = models.SmallIntegerField(choices=[(stage.value, stage.name) for stage in Stage])
    taken_by = TenantKey(Member)
    taken_at = models.DateTimeField(db_default=Func(function="assay_now"))
    taken_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))
    stage_dates = models.JSONField(default=dict)
    unmet = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure"], name="take_over_once_per_measure"
            ),
            models.CheckConstraint(
                condition=Q(to_stage__range=(Stage.DEFINED, Stage.IMPLEMENTED)),
                name="take_over_never_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"taken over at {Stage(self.to_stage).name.title()}"


class TakeOverConfirmation(TenantModel):
    """The sponsor or controller of a measure taken over says that it is as it was brought in."""

    take_over = TenantKey(TakeOver, related_name="confirmations")
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in CONFIRMED_BY]
    )
    confirmed_by = TenantKey(Member)
    confirmed_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "take_over", "role"],
                name="take_over_confirmed_once_per_role",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in CONFIRMED_BY]),
                name="take_over_confirmed_by_sponsor_or_controller",
            ),
        ]

    def __str__(self) -> str:
        return f"confirmed by {self.role}"
