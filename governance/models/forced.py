"""Forced decisions, their answers, and the one shadow period in which they only report."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member, PublicId
from accounts.rules.roles import Role
from core.tables import TenantKey, TenantModel
from governance.rules.forced import WAITING, Answer, ForcedState
from measures.models import Measure

# The guards put the right day in its place; a column needs something to begin with.
TODAY = Func(Func(function="assay_organization"), function="assay_today")
DECIDED_AS = (Role.SPONSOR, Role.STEERING)


class ForcedDecision(TenantModel):
    """A question that must be answered in time, opened by Assay alone (domain-rules §11, §14).

    `conditions` are codes and sentences; `options` what each answer would win, in hundredths of
    `currency`, as are the amounts left to gain, to spend, and spent. `as_of` is when the lights
    were judged that it stands on. State, days and shadow are written by the database.
    """

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    measure = TenantKey(Measure, related_name="forced_decisions")
    state = models.CharField(
        max_length=10,
        default=ForcedState.OPEN,
        choices=[(each.value, each.value) for each in ForcedState],
    )
    conditions = models.JSONField(default=list)
    question = models.TextField()
    options = models.JSONField(default=list)
    to_gain = models.BigIntegerField()
    to_spend = models.BigIntegerField()
    spent = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    decider_role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in DECIDED_AS]
    )
    decider = TenantKey(Member, null=True)
    numbers_version = models.IntegerField(default=0)
    as_of = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(db_default=Func(function="assay_now"))
    opened_on = models.DateField(db_default=TODAY)
    due_on = models.DateField(db_default=TODAY)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="forced_public_id"),
            models.UniqueConstraint(
                fields=["organization", "measure"],
                name="forced_one_waiting_per_measure",
                condition=Q(state__in=[each.value for each in WAITING]),
            ),
            models.UniqueConstraint(
                fields=["organization", "measure"],
                name="forced_reported_once_per_measure",
                condition=Q(state=ForcedState.REPORTED),
            ),
            models.CheckConstraint(
                condition=Q(state__in=[each.value for each in ForcedState]),
                name="forced_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(decider_role__in=[role.value for role in DECIDED_AS]),
                name="forced_decided_by_sponsor_or_steering",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="forced_of_measure"),
            models.Index(
                fields=["organization", "due_on"],
                name="forced_waiting",
                condition=Q(state__in=[each.value for each in WAITING]),
            ),
        ]

    def __str__(self) -> str:
        return f"forced decision, {self.state}"


class ForcedAnswer(TenantModel):
    """What was decided about a forced decision, by whom and why; one for each.

    `until` is the day by which a re-plan has to pass Decided again, or the last day of a hold.
    """

    forced = TenantKey(ForcedDecision, related_name="answers")
    outcome = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Answer])
    text = models.TextField()
    until = models.DateField(null=True)
    decided_by = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    decided_at = models.DateTimeField(db_default=Func(function="assay_now"))
    decided_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "forced"], name="forced_answer_once"),
            models.CheckConstraint(condition=~Q(text=""), name="forced_answer_has_a_reason"),
            models.CheckConstraint(
                condition=Q(outcome__in=[each.value for each in Answer]),
                name="forced_answer_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome=Answer.CANCEL) | Q(until__isnull=False),
                name="forced_answer_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on {self.decided_at:%Y-%m-%d}"


class ShadowPeriod(TenantModel):
    """The one period in which forced decisions report and do not act; never renewed."""

    begins_on = models.DateField(db_default=TODAY)
    ends_on = models.DateField(db_default=TODAY)
    reason = models.TextField()
    begun_by = TenantKey(Member)
    begun_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="shadow_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="shadow_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"until {self.ends_on}"
