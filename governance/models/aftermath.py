"""What follows a closing: its certificate, the checks that the value lasts, and a reopening."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member, PublicId
from accounts.rules.roles import Role
from core.tables import TenantKey, TenantModel
from governance.models.lifecycle import ClosureConfirmation
from measures.models import Measure

TWO_TO_REOPEN = (Role.CONTROLLER, Role.SPONSOR)


class ClosureCertificate(TenantModel):
    """The signed paper of one closing, as one line of JSON, exactly as it is given out."""

    measure = TenantKey(Measure, related_name="certificates")
    confirmation = TenantKey(ClosureConfirmation, related_name="certificates")
    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    paper = models.TextField()
    issued_by = TenantKey(Member)
    issued_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="certificate_public_id"
            ),
            models.UniqueConstraint(
                fields=["organization", "confirmation"], name="certificate_once_per_closing"
            ),
            models.CheckConstraint(condition=~Q(paper=""), name="certificate_says_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="certificate_of_measure")
        ]

    def __str__(self) -> str:
        return f"certificate of {self.issued_at:%Y-%m-%d}"


class SustainmentCheck(TenantModel):
    """A day on which the confirmed value is looked at again; the database plans it at closing."""

    measure = TenantKey(Measure, related_name="sustainment_checks")
    confirmation = TenantKey(ClosureConfirmation, related_name="checks")
    number = models.SmallIntegerField()
    due_on = models.DateField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "confirmation", "number"], name="check_once_per_number"
            ),
            models.CheckConstraint(condition=Q(number__in=[1, 2]), name="check_is_first_or_second"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="check_of_measure"),
            models.Index(fields=["organization", "due_on"], name="check_due"),
        ]

    def __str__(self) -> str:
        return f"check {self.number} due {self.due_on}"


class FindingOutcome(models.TextChoices):
    """Whether the value lasts."""

    CONFIRMED = "confirmed"
    FAILED = "failed"


class SustainmentFinding(TenantModel):
    """What a controller found at a check; a failure is booked as leakage in the same act."""

    measure = TenantKey(Measure, related_name="sustainment_findings")
    check_made = TenantKey(SustainmentCheck, related_name="findings")
    outcome = models.CharField(max_length=10, choices=FindingOutcome.choices)
    statement = models.TextField()
    found_by = TenantKey(Member)
    found_at = models.DateTimeField(db_default=Func(function="assay_now"))
    found_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "check_made"], name="finding_once_per_check"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=FindingOutcome.values), name="finding_outcome_is_known"
            ),
            models.CheckConstraint(condition=~Q(statement=""), name="finding_has_a_statement"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} on {self.found_at:%Y-%m-%d}"


class Reopening(TenantModel):
    """A proposal of controller or sponsor to reopen one closing; the other one confirms it."""

    measure = TenantKey(Measure, related_name="reopenings")
    confirmation = TenantKey(ClosureConfirmation, related_name="reopenings")
    reason = models.TextField()
    proposed_as = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in TWO_TO_REOPEN]
    )
    proposed_by = TenantKey(Member)
    proposed_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "confirmation"], name="reopening_once_per_closing"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reopening_has_a_reason"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="reopening_of_measure")
        ]

    def __str__(self) -> str:
        return f"reopening proposed on {self.proposed_at:%Y-%m-%d}"


class ReopeningConfirmation(TenantModel):
    """The second of two: it takes effect in its transaction, and supersedes the closing."""

    reopening = TenantKey(Reopening, related_name="confirmations")
    confirmed_by = TenantKey(Member)
    confirmed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    confirmed_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "reopening"], name="reopening_confirmed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"reopened on {self.confirmed_at:%Y-%m-%d}"
