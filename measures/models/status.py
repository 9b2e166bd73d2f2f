"""The two lights of a measure as a worker last judged them, and what waits to be judged."""

from typing import ClassVar

from django.db import models
from django.db.models import Func

from core.tables import TenantKey, TenantModel
from measures.models.measure import Measure


class MeasureStatus(TenantModel):
    """Both lights with their reasons, the day they were judged for and the numbers' version."""

    measure = TenantKey(Measure, related_name="statuses")
    computed_for = models.DateField()
    computed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    input_version = models.BigIntegerField(default=0)
    implementation = models.CharField(max_length=6)
    implementation_uncapped = models.CharField(max_length=6)
    implementation_reasons = models.JSONField(default=list)
    potential = models.CharField(max_length=6)
    potential_uncapped = models.CharField(max_length=6)
    potential_reasons = models.JSONField(default=list)
    figures = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure"], name="status_one_per_measure"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.implementation}/{self.potential}"


class RollupDirty(TenantModel):
    """A measure whose lights and contribution must be derived anew; written by trigger."""

    measure_id = models.BigIntegerField()
    marked_at = models.DateTimeField(db_default=Func(function="clock_timestamp"))

    class Meta(TenantModel.Meta):
        db_table = "rollup_dirty"
        indexes: ClassVar = [models.Index(fields=["organization", "id"], name="rollup_dirty_queue")]
