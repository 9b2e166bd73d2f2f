"""The passage of a gate: its request, the votes, the decision, and the stage entered by it.

Who, when, the digest and the snapshot are filled by the database's guards from its own context,
whatever a statement says.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Member, PublicId
from accounts.rules.roles import Role
from core.tables import TenantKey, TenantModel
from governance.models.takeover import TakeOver
from governance.rules.votes import Choice, Outcome, RequestState
from measures.models import Measure
from measures.rules.stage import Stage


class GateRequest(TenantModel):
    """A request to pass one gate, or two at once; `gate` and `step` are where it leads.

    `from_stage` and `from_step` are where the measure stood. `above_limit`: the steering committee
    decides as well. `due_on` is by when, at the latest what the scheme allows. All are the guard's.
    `snapshot` is what its voters are shown, `digest` the SHA-256 of it: a vote counts only while
    the measure still says the same. `unmet` are the criteria that only the decision can bring.
    """

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    measure = TenantKey(Measure, related_name="gate_requests")
    gate = models.SmallIntegerField(choices=[(stage.value, stage.name) for stage in Stage])
    step = models.SmallIntegerField(default=0, db_default=0)
    from_stage = models.SmallIntegerField(default=0, db_default=0)
    from_step = models.SmallIntegerField(default=0, db_default=0)
    scheme_version = models.IntegerField(default=0)
    above_limit = models.BooleanField(default=False, db_default=False)
    requested_by = TenantKey(Member)
    requested_at = models.DateTimeField(db_default=Func(function="assay_now"))
    owner_at_request = TenantKey(Member, null=True)
    sponsor_at_request = TenantKey(Member, null=True)
    controller_at_request = TenantKey(Member, null=True)
    digest = models.CharField(max_length=64, default="")
    snapshot = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10,
        default=RequestState.OPEN,
        choices=[(state.value, state.value) for state in RequestState],
    )
    due_on = models.DateField(null=True, blank=True)
    note = models.TextField(blank=True, default="")
    unmet = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="gate_request_public_id"
            ),
            models.UniqueConstraint(
                fields=["organization", "measure"],
                name="gate_request_one_open_per_measure",
                condition=Q(state=RequestState.OPEN),
            ),
            models.UniqueConstraint(
                fields=["organization", "id", "requested_by"], name="gate_request_and_requester"
            ),
            models.CheckConstraint(
                condition=Q(gate__range=(Stage.IDENTIFIED, Stage.CLOSED))
                | Q(gate=Stage.DEFINED, step__gt=0),
                name="gate_request_leads_to_a_place",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in RequestState]),
                name="gate_request_state_is_known",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="gate_request_of_measure"),
            models.Index(
                fields=["organization", "requested_at"],
                name="gate_request_open",
                condition=Q(state=RequestState.OPEN),
            ),
        ]

    def __str__(self) -> str:
        return f"request for {self.stage.name.title()}"

    @property
    def stage(self) -> Stage:
        """Return the stage the gate leads to."""
        return Stage(self.gate)


class Vote(TenantModel):
    """One role's vote on a request, by one person; it repeats whose request and measure it is."""

    request = TenantKey(GateRequest, related_name="votes")
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    voter = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    choice = models.CharField(
        max_length=10, choices=[(choice.value, choice.value) for choice in Choice]
    )
    reason = models.TextField(blank=True, default="")
    digest = models.CharField(max_length=64)
    requested_by = TenantKey(Member)
    owner_at_request = TenantKey(Member, null=True)
    cast_at = models.DateTimeField(db_default=Func(function="assay_now"))
    cast_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "request", "role"],
                name="vote_once_per_role_but_steering",
                condition=~Q(role=Role.STEERING),
            ),
            models.UniqueConstraint(
                fields=["organization", "request", "voter"], name="vote_once_per_person"
            ),
            models.CheckConstraint(
                condition=~Q(voter=F("requested_by")), name="vote_not_on_own_request"
            ),
            models.CheckConstraint(
                condition=Q(owner_at_request__isnull=True) | ~Q(voter=F("owner_at_request")),
                name="vote_not_on_own_measure",
            ),
            models.CheckConstraint(
                condition=Q(decided_for__isnull=True) | ~Q(decided_for=F("requested_by")),
                name="vote_not_for_the_requester",
            ),
            models.CheckConstraint(
                condition=Q(choice=Choice.APPROVE) | (Q(choice=Choice.RETURN) & ~Q(reason="")),
                name="vote_returned_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.choice}"


class Decision(TenantModel):
    """What the votes on a request added up to, made in the act of its last vote; one a request.

    A hold or a cancellation is a LifecycleDecision and voids the open request.
    """

    request = TenantKey(GateRequest, related_name="decisions")
    measure = TenantKey(Measure, related_name="gate_decisions")
    outcome = models.CharField(
        max_length=10, choices=[(outcome.value, outcome.value) for outcome in Outcome]
    )
    from_stage = models.SmallIntegerField()
    from_step = models.SmallIntegerField(default=0, db_default=0)
    to_stage = models.SmallIntegerField()
    to_step = models.SmallIntegerField(default=0, db_default=0)
    conditions = models.TextField(blank=True, default="")
    due_on = models.DateField(null=True, blank=True)
    decided_by = TenantKey(Member)
    decided_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "request"], name="decision_one_per_request"
            ),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.ADVANCE)
                | (Q(outcome=Outcome.RETURN, due_on__isnull=False) & ~Q(conditions="")),
                name="decision_returned_has_conditions",
            ),
            models.CheckConstraint(
                condition=Q(to_stage__gt=F("from_stage"))
                | Q(to_stage=F("from_stage"), to_step__gt=F("from_step")),
                name="decision_leads_onward",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="decision_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.outcome} to {Stage(self.to_stage).name.title()}"


class StagePassage(TenantModel):
    """The day a measure entered a stage or step, by what; the database writes it."""

    measure = TenantKey(Measure, related_name="passages")
    stage = models.SmallIntegerField(choices=[(stage.value, stage.name) for stage in Stage])
    step = models.SmallIntegerField(default=0, db_default=0)
    entered_on = models.DateField()
    decision = TenantKey(Decision, null=True)
    take_over = TenantKey(TakeOver, null=True)
    entered_by = TenantKey(Member, null=True)
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "decision", "stage", "step"],
                name="passage_once_per_decision_and_place",
                condition=Q(decision__isnull=False),
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=False, take_over__isnull=True)
                | Q(decision__isnull=True, take_over__isnull=False),
                name="passage_by_decision_or_take_over",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="passage_of_measure")
        ]

    def __str__(self) -> str:
        return f"{Stage(self.stage).name.title()} on {self.entered_on}"
