"""Roll-backs: a stage given up by the sponsor and the controller of a measure, never alone."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Member
from accounts.rules.roles import Role
from core.tables import TenantKey, TenantModel
from governance.rules.rollback import RollBackState
from measures.models import Measure
from measures.rules.stage import Stage

TWO_TO_ROLL_BACK = (Role.CONTROLLER, Role.SPONSOR)


class RollBack(TenantModel):
    """A proposal of sponsor or controller to roll a measure back; the other one confirms it.

    It holds for the place at which the measure stood; whatever moves the measure or changes one
    of the two makes it void. Who, from where and its state are the database's.
    """

    measure = TenantKey(Measure, related_name="roll_backs")
    from_stage = models.SmallIntegerField(default=0, db_default=0)
    from_step = models.SmallIntegerField(default=0, db_default=0)
    to_stage = models.SmallIntegerField(choices=[(stage.value, stage.name) for stage in Stage])
    reason = models.TextField()
    state = models.CharField(
        max_length=10,
        default=RollBackState.OPEN,
        choices=[(state.value, state.value) for state in RollBackState],
    )
    proposed_as = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in TWO_TO_ROLL_BACK]
    )
    proposed_by = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    proposed_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure"],
                name="rollback_one_open_per_measure",
                condition=Q(state=RollBackState.OPEN),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="rollback_has_a_reason"),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RollBackState]),
                name="rollback_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(to_stage__gte=Stage.DEFINED, to_stage__lt=F("from_stage")),
                name="rollback_leads_back",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="rollback_of_measure")
        ]

    def __str__(self) -> str:
        return f"roll-back to {Stage(self.to_stage).name.title()}"


class RollBackConfirmation(TenantModel):
    """The second of two: the measure is rolled back in this transaction.

    `snapshot` is what was given up: people, lines with their figures, milestones, approved
    actuals. No decision up to `last_decision` counts afterwards.
    """

    roll_back = TenantKey(RollBack, related_name="confirmations")
    measure = TenantKey(Measure, related_name="roll_back_confirmations")
    confirmed_by = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    confirmed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    confirmed_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))
    snapshot = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, default="")
    last_decision = models.BigIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "roll_back"], name="rollback_confirmed_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="rollback_confirmed_of_measure")
        ]

    def __str__(self) -> str:
        return f"rolled back on {self.confirmed_at:%Y-%m-%d}"
