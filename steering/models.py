"""Escalations, the decisions that end them, and what the evaluation last saw of a measure."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q, Value

from accounts.models import Member, PublicId
from accounts.rules.roles import Role
from core.money import LARGEST_SCALED
from core.tables import TenantKey, TenantModel
from hierarchy.models import Node
from measures.models import Measure
from steering.rules.escalation import NEEDS_EXPIRY, EscalationState
from steering.rules.levels import HIGHEST, Decision
from steering.rules.triggers import Severity, TriggerCode


class Escalation(TenantModel):
    """A rule that fired for a measure and asks somebody for a decision; one open a rule.

    `since` is the onset of what was found, `level_since` the day it reached its level; `decider`
    is None where nobody holds the level. `facts` holds the sentence and what fills it.
    `value_at_stake` is in `currency` x 10^2; None where the measure has no money planned.
    `back_in_band_on` is the first day after the decision on which the rule no longer fired.
    """

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    measure = TenantKey(Measure, related_name="escalations")
    node = TenantKey(Node)
    rule = models.CharField(
        max_length=4, choices=[(code.value, code.value) for code in TriggerCode]
    )
    severity = models.CharField(
        max_length=10, choices=[(each.value, each.value) for each in Severity]
    )
    level = models.SmallIntegerField()
    since = models.DateField()
    facts = models.JSONField(default=dict)
    repeats = models.IntegerField(default=0)
    value_at_stake = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, blank=True, default="")
    decider = TenantKey(Member, null=True)
    decider_role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in Role]
    )
    level_since = models.DateField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=10,
        default=EscalationState.OPEN,
        choices=[(state.value, state.value) for state in EscalationState],
    )
    back_in_band_on = models.DateField(null=True)
    reopened_from = TenantKey("self", null=True)
    opened_at = models.DateTimeField(db_default=Func(function="assay_now"))
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="escalation_public_id"
            ),
            models.UniqueConstraint(
                fields=["organization", "measure", "rule"],
                name="escalation_one_open_per_rule",
                condition=Q(state=EscalationState.OPEN),
            ),
            models.CheckConstraint(
                condition=Q(level__range=(0, HIGHEST)), name="escalation_level_is_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in EscalationState]),
                name="escalation_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(value_at_stake__isnull=True)
                | (Q(value_at_stake__range=(0, LARGEST_SCALED * 100)) & ~Q(currency="")),
                name="escalation_value_has_a_currency",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="escalation_of_measure"),
            models.Index(
                fields=["organization", "due_on"],
                name="escalation_open",
                condition=Q(state=EscalationState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} at level {self.level}"


class EscalationDecision(TenantModel):
    """What was decided about an escalation, by whom and why; the only thing that ends one.

    Who, when, level and transaction are filled by the database's guard. `effects` says what the
    decision did besides, such as a hold and its end.
    """

    escalation = TenantKey(Escalation, related_name="decisions")
    outcome = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in Decision]
    )
    text = models.TextField()
    level = models.SmallIntegerField(default=0)
    expires_on = models.DateField(null=True)
    effects = models.JSONField(default=dict)
    decided_by = TenantKey(Member)
    decided_at = models.DateTimeField(db_default=Func(function="assay_now"))
    decided_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "escalation"], name="escalation_decided_once"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="escalation_decision_has_a_reason"),
            models.CheckConstraint(
                condition=~Q(outcome__in=sorted(each.value for each in NEEDS_EXPIRY))
                | Q(expires_on__isnull=False),
                name="escalation_decision_has_an_expiry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on {self.decided_at:%Y-%m-%d}"


class Watch(TenantModel):
    """What the evaluation last saw of a measure: the lights as judged when, and for which day.

    Lights are stored without their past: the day the potential turned red is remembered here, and
    the first closed month (its running number) at which the whole life's outlook was below the
    limit of a forced decision. `conditions` are those of a forced decision that hold, as codes and
    sentences; the amounts left are in hundredths of the organization's currency.
    """

    measure = TenantKey(Measure, related_name="watches")
    judged_at = models.DateTimeField(null=True)
    looked_for = models.DateField()
    red_since = models.DateField(null=True)
    low_since = models.IntegerField(null=True)
    conditions = models.JSONField(default=list, db_default=Value([], models.JSONField()))
    to_gain = models.BigIntegerField(null=True)
    to_spend = models.BigIntegerField(null=True)
    spent = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure"], name="watch_one_per_measure"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "to_spend"],
                name="watch_forced",
                condition=~Q(conditions=[]),
            ),
        ]

    def __str__(self) -> str:
        return f"looked at on {self.looked_for}"
