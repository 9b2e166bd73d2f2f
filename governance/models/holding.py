"""What surrounds a hold or cancellation: who was told, its delayed phasing, its taking back."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from accounts.rules.roles import Role
from core.tables import TenantKey, TenantModel
from governance.models.lifecycle import LifecycleDecision
from measures.models import Measure

REPHASED_BY = (Role.SPONSOR, Role.CONTROLLER)
RESTORED_BY = (Role.SPONSOR, Role.LEAD)


class Ripple(TenantModel):
    """A measure that waits for one that was held or cancelled; written by the database alone.

    `distance` is 1 for what waits for it directly; `owner` is who was told.
    """

    decision = TenantKey(LifecycleDecision, related_name="ripples")
    measure = TenantKey(Measure, related_name="ripples")
    owner = TenantKey(Member, null=True)
    distance = models.SmallIntegerField()
    is_blocking = models.BooleanField()
    noted_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "decision", "measure"], name="ripple_once_per_measure"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="ripple_of_measure")
        ]

    def __str__(self) -> str:
        return f"ripple at distance {self.distance}"


class Rephasing(TenantModel):
    """The sponsor or controller of a measure on hold confirms its forecast as the delayed phasing.

    It counts while both have confirmed exactly the forecast given now; the guard fills in whom,
    when, which hold and the digest of the forecast.
    """

    measure = TenantKey(Measure, related_name="rephasings")
    hold = TenantKey(LifecycleDecision, related_name="rephasings")
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in REPHASED_BY]
    )
    confirmed_by = TenantKey(Member)
    confirmed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    forecast_digest = models.CharField(max_length=64, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "hold", "role", "forecast_digest"],
                name="rephasing_once_per_role",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in REPHASED_BY]),
                name="rephasing_by_sponsor_or_controller",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="rephasing_of_measure")
        ]

    def __str__(self) -> str:
        return f"confirmed by {self.role}"


class Restoration(TenantModel):
    """The first half of taking back a cancellation: proposed by the sponsor or by a lead.

    The other of the two restores the measure by a lifecycle decision that names this row.
    """

    measure = TenantKey(Measure, related_name="restorations")
    cancellation = TenantKey(LifecycleDecision, related_name="restorations")
    proposed_as = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in RESTORED_BY]
    )
    proposed_by = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    proposed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    reason = models.TextField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "cancellation"], name="restoration_once_per_cancellation"
            ),
            models.CheckConstraint(
                condition=Q(proposed_as__in=[role.value for role in RESTORED_BY]),
                name="restoration_by_sponsor_or_lead",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="restoration_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"proposed as {self.proposed_as}"
