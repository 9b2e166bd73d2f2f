"""Decisions on a measure's lifecycle, and the controller's confirmation of a closure."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from governance.rules.holds import Move, ReasonCode
from measures.models import Measure

DECIDED_MOVES = (
    Move.HOLD,
    Move.RESUME,
    Move.EXTEND,
    Move.CANCEL,
    Move.RESTORE,
    Move.REJECT,
)
NEEDS_NO_REASON = (Move.RESUME,)
NEEDS_NO_CODE = (Move.RESUME, Move.EXTEND, Move.RESTORE, Move.REJECT)
HAS_AN_END = (Move.HOLD, Move.EXTEND)


class LifecycleDecision(TenantModel):
    """A decision on a measure's lifecycle; it takes effect in its transaction.

    `sunk_cost` and `freed_budget` are in the organization's currency x 10^2; None where not
    stated. `decided_by` is None only where Assay itself set a hold, since nobody decided `forced`.
    `level` is the rank of who decided, filled by the guard. `ending` says how an effect ends that
    already flowed; `restoration` is what a second person confirmed by restoring. `settled` is the
    open request that it ended, filled by the database.
    """

    measure = TenantKey(Measure, related_name="lifecycle_decisions")
    act = models.CharField(
        max_length=10, choices=[(move.value, move.value) for move in DECIDED_MOVES]
    )
    reason_code = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=[(code.value, code.value) for code in ReasonCode],
    )
    reason = models.TextField(blank=True, default="")
    decided_by = TenantKey(Member, null=True)
    decided_for = TenantKey(Member, null=True)
    level = models.SmallIntegerField(default=0, db_default=0)
    decided_at = models.DateTimeField(db_default=Func(function="assay_now"))
    decided_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))
    expires_on = models.DateField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    sunk_cost = models.BigIntegerField(null=True, blank=True)
    freed_budget = models.BigIntegerField(null=True, blank=True)
    freed_people = models.DecimalField(max_digits=7, decimal_places=1, null=True, blank=True)
    lessons = models.TextField(blank=True, default="", db_default="")
    ending = models.TextField(blank=True, default="", db_default="")
    replacement = TenantKey(Measure, null=True)
    restoration = TenantKey("governance.Restoration", null=True)
    forced = TenantKey("governance.ForcedDecision", null=True)
    settled = TenantKey("governance.GateRequest", null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(act__in=[move.value for move in DECIDED_MOVES]),
                name="lifecycle_act_is_known",
            ),
            models.CheckConstraint(
                condition=Q(act__in=[move.value for move in NEEDS_NO_REASON]) | ~Q(reason=""),
                name="lifecycle_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(act__in=[move.value for move in NEEDS_NO_CODE])
                | Q(reason_code__in=[code.value for code in ReasonCode]),
                name="lifecycle_reason_code_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(act__in=[move.value for move in HAS_AN_END])
                | Q(expires_on__isnull=False),
                name="lifecycle_hold_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=False) | Q(act=Move.HOLD, forced__isnull=False),
                name="lifecycle_decided_by_a_person_or_forced",
            ),
            models.CheckConstraint(
                condition=Q(replacement__isnull=True) | ~Q(replacement=F("measure")),
                name="lifecycle_not_replaced_by_itself",
            ),
            models.CheckConstraint(
                condition=Q(sunk_cost__isnull=True) | Q(sunk_cost__gte=0),
                name="lifecycle_sunk_cost_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(freed_budget__isnull=True) | Q(freed_budget__gte=0),
                name="lifecycle_freed_budget_is_not_negative",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="lifecycle_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.act} on {self.decided_at:%Y-%m-%d}"


class ClosureOutcome(models.TextChoices):
    """How a measure was closed (domain-rules §6)."""

    ACHIEVED = "achieved"
    SHORTFALL = "shortfall"


class ClosureConfirmation(TenantModel):
    """A controller's confirmation of exactly the figures approved at that moment.

    `approved` and `figures_digest` are written by the database from the approved claims;
    `figures` says per line what was proven over the proof window. `needs_steering` tells that less
    than half of the plan is proven, so that the steering committee decides about the closing.
    """

    measure = TenantKey(Measure, related_name="closure_confirmations")
    confirmed_by = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    confirmed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    figures_digest = models.CharField(max_length=64, default="")
    approved = models.JSONField(default=list)
    figures = models.JSONField(default=list)
    outcome = models.CharField(max_length=10, choices=ClosureOutcome.choices)
    needs_steering = models.BooleanField(default=False, db_default=False)
    shortfall_reason = models.TextField(blank=True, default="")
    statement = models.TextField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome=ClosureOutcome.ACHIEVED)
                | (Q(outcome=ClosureOutcome.SHORTFALL) & ~Q(shortfall_reason="")),
                name="closure_shortfall_has_a_reason",
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="closure_has_a_statement"),
            models.CheckConstraint(
                condition=Q(needs_steering=False) | Q(outcome=ClosureOutcome.SHORTFALL),
                name="closure_steering_decides_a_shortfall",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="closure_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on {self.confirmed_at:%Y-%m-%d}"

    @property
    def controller_then(self) -> int:
        """Return whose confirmation it is: the controller's, also where a deputy gave it."""
        return self.decided_for_id or self.confirmed_by_id
