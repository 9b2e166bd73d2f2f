"""Confidential measures: since when, why, who reads them by name, and how they are opened again."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.models.measure import Measure


class SecretKind(models.TextChoices):
    """Why a measure is confidential."""

    HEADCOUNT = "headcount"
    ACQUISITION = "acquisition"
    OTHER = "other"


class Confidentiality(TenantModel):
    """One time during which only named readers read a measure; it ends when it is opened.

    Opening is proposed by sponsor or controller and confirmed by the other one; a proposal that
    is taken back leaves its columns empty again, and its history in the ledger.
    """

    measure = TenantKey(Measure, related_name="confidentialities")
    kind = models.CharField(max_length=12, choices=SecretKind.choices)
    reason = models.TextField()
    made_by = TenantKey(Member)
    made_at = models.DateTimeField(db_default=Func(function="assay_now"))
    opening_by = TenantKey(Member, null=True)
    opening_at = models.DateTimeField(null=True)
    opening_reason = models.TextField(blank=True, default="")
    opened_by = TenantKey(Member, null=True)
    opened_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure"],
                name="confidential_once_per_measure",
                condition=Q(opened_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SecretKind.values), name="confidential_kind_is_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="confidential_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of measure {self.measure_id}"


class NamedReader(TenantModel):
    """A member whom owner or sponsor named as a reader, for one time that a measure is secret."""

    measure = TenantKey(Measure, related_name="named_readers")
    confidentiality = TenantKey(Confidentiality, related_name="readers")
    member = TenantKey(Member)
    reason = models.TextField()
    named_by = TenantKey(Member)
    named_at = models.DateTimeField(db_default=Func(function="assay_now"))
    withdrawn_by = TenantKey(Member, null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "confidentiality", "member"],
                name="reader_once_each_time",
                condition=Q(withdrawn_at__isnull=True),
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="reader_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"reader {self.member_id} of measure {self.measure_id}"
