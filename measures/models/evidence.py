"""Evidence files and comments: what was shown and said, kept as it was."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from accounts.models import Member, PublicId
from core.tables import TenantKey, TenantModel
from measures.models.measure import Measure


class EvidenceKind(models.TextChoices):
    """What a file proves; closing demands the kind that the line's method names."""

    BASELINE = "baseline"
    LEDGER_EXTRACT = "ledger_extract"
    INVOICE_SET = "invoice_set"
    CONTRACT_VOLUME = "contract_volume"
    HEADCOUNT_LIST = "headcount_list"
    BUDGET_CUT = "budget_cut"
    COMPLETION = "completion"
    HAND_OVER = "hand_over"
    OTHER = "other"


class Evidence(TenantModel):
    """One uploaded file; its bytes lie under `stored_as` and have this SHA-256."""

    measure = TenantKey(Measure, related_name="evidence")
    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    kind = models.CharField(max_length=20, choices=EvidenceKind.choices)
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    uploaded_by = TenantKey(Member, null=True)
    uploaded_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="evidence_public_id"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="evidence_is_not_empty"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="evidence_of_measure")
        ]

    def __str__(self) -> str:
        return self.title


class Comment(TenantModel):
    """A remark on a measure; it explains, and stops nothing."""

    measure = TenantKey(Measure, related_name="comments")
    author = TenantKey(Member, null=True)
    text = models.TextField()
    written_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="comment_says_something"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "measure"], name="comment_of_measure")
        ]

    def __str__(self) -> str:
        return self.text[:60]
