"""What a measure had committed to when it was rolled back below Decided; never changed again."""

from typing import ClassVar

from django.db import models
from django.db.models import Func, Q

from core.tables import TenantKey, TenantModel
from measures.models.measure import Measure


class Commitment(TenantModel):
    """One plan that was decided and is being made anew; number 1 is the original commitment.

    `document` holds its lines with every figure of plan and baseline, and its milestones, exactly
    as they stood. It counts until the measure is decided again. The database writes it.
    """

    measure = TenantKey(Measure, related_name="commitments")
    number = models.SmallIntegerField()
    document = models.JSONField()
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure", "number"], name="commitment_once_per_number"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="commitment_from_one"),
        ]

    def __str__(self) -> str:
        return f"commitment {self.number}"
