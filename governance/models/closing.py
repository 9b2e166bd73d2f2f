"""What a closing stands on beside the figures: statements, countersignatures, booked leakage."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from accounts.rules.roles import Role
from core.money import LARGEST_SCALED
from core.tables import TenantKey, TenantModel
from governance.models.aftermath import SustainmentFinding
from governance.models.lifecycle import ClosureConfirmation, LifecycleDecision
from governance.rules.proofs import BudgetChange
from measures.models import Evidence, Line, Measure


class LineStatement(TenantModel):
    """What proves a line as a whole, and what became of its budget; the latest one counts.

    `budget_note` names the voucher, or says why the budget was not changed.
    """

    measure = TenantKey(Measure, related_name="line_statements")
    line = TenantKey(Line, related_name="statements")
    evidence = TenantKey(Evidence, null=True)
    budget = models.CharField(
        max_length=10,
        blank=True,
        default="",
        choices=[(each.value, each.value) for each in BudgetChange],
    )
    budget_note = models.TextField(blank=True, default="")
    stated_by = TenantKey(Member)
    stated_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(budget="")
                | (Q(budget__in=[each.value for each in BudgetChange]) & ~Q(budget_note="")),
                name="line_statement_budget_is_explained",
            ),
            models.CheckConstraint(
                condition=~Q(budget="") | Q(evidence__isnull=False),
                name="line_statement_says_something",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="line_statement_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.budget or 'evidence'}"


class ShortfallApproval(TenantModel):
    """A sponsor's or steering signature under one shortfall, on exactly its figures.

    Who and when are filled by the database's guard, which refuses any other figures.
    """

    measure = TenantKey(Measure, related_name="shortfall_approvals")
    confirmation = TenantKey(ClosureConfirmation, related_name="approvals")
    role = models.CharField(
        max_length=10, choices=[(role.value, role.value) for role in (Role.SPONSOR, Role.STEERING)]
    )
    figures_digest = models.CharField(max_length=64)
    statement = models.TextField()
    approved_by = TenantKey(Member)
    decided_for = TenantKey(Member, null=True)
    approved_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "confirmation", "approved_by"],
                name="shortfall_approved_once_per_person",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.SPONSOR.value, Role.STEERING.value]),
                name="shortfall_approved_by_sponsor_or_steering",
            ),
            models.CheckConstraint(
                condition=~Q(statement=""), name="shortfall_approval_has_a_statement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} on {self.approved_at:%Y-%m-%d}"


class LeakageCause(models.TextChoices):
    """Why planned value does not come; the steps of the bridge (domain-rules §5)."""

    SIZE = "size"
    SUSTAINMENT = "sustainment"
    HOLD = "hold"


class Leakage(TenantModel):
    """Planned value of a line that does not come, by cause; scaled by the unit of the line.

    `run_rate` is the yearly rate (the life of a one-off), `in_year` what `fiscal_year` lacks;
    None where the plan gives no such figure. `finding` is the failed check of a leakage in
    sustainment, `hold` the one that reached over the end of the year: nobody confirmed or booked
    that, Assay did, and the database works `in_year` out.
    """

    measure = TenantKey(Measure, related_name="leakages")
    line = TenantKey(Line, related_name="leakages")
    confirmation = TenantKey(ClosureConfirmation, null=True, related_name="leakages")
    hold = TenantKey(LifecycleDecision, null=True, related_name="leakages")
    finding = TenantKey(SustainmentFinding, null=True, related_name="leakages")
    cause = models.CharField(max_length=12, choices=LeakageCause.choices)
    run_rate = models.BigIntegerField(null=True)
    in_year = models.BigIntegerField(null=True)
    fiscal_year = models.SmallIntegerField()
    reason = models.TextField()
    booked_by = TenantKey(Member, null=True)
    booked_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="leakage_has_a_reason"),
            models.CheckConstraint(
                condition=Q(cause__in=LeakageCause.values), name="leakage_cause_is_known"
            ),
            models.CheckConstraint(
                condition=Q(cause__in=[LeakageCause.SIZE, LeakageCause.HOLD], finding__isnull=True)
                | Q(cause=LeakageCause.SUSTAINMENT, finding__isnull=False),
                name="leakage_in_sustainment_has_a_finding",
            ),
            models.CheckConstraint(
                condition=Q(
                    cause=LeakageCause.HOLD,
                    hold__isnull=False,
                    confirmation__isnull=True,
                    booked_by__isnull=True,
                )
                | (
                    ~Q(cause=LeakageCause.HOLD)
                    & Q(hold__isnull=True, confirmation__isnull=False, booked_by__isnull=False)
                ),
                name="leakage_of_a_hold_is_booked_by_assay",
            ),
            models.UniqueConstraint(
                fields=["organization", "line", "fiscal_year"],
                condition=Q(cause=LeakageCause.HOLD),
                name="leakage_of_hold_once_a_year",
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{field}__isnull": True})
                    | Q(**{f"{field}__gte": 0, f"{field}__lt": LARGEST_SCALED * 100}),
                    name=f"leakage_{field}_is_an_amount",
                )
                for field in ("run_rate", "in_year")
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="leakage_of_measure")
        ]

    def __str__(self) -> str:
        return f"{self.cause} {self.run_rate}"
