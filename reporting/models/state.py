"""Where the roll-up stands: what each measure last put in, and how far each organization is."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.tables import TenantKey, TenantModel
from hierarchy.models import Node
from measures.models.measure import Measure


class RollupLeaf(TenantModel):
    """Where a measure's figures have been added: its node, the nodes above it, and for which day.

    A measure that has moved is found by its node's ancestors being others than these.
    """

    measure = TenantKey(Measure, db_index=False)
    node = TenantKey(Node, db_index=False)
    ancestor_ids = ArrayField(models.BigIntegerField())
    computed_for = models.DateField()

    class Meta(TenantModel.Meta):
        db_table = "rollup_leaf"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "measure"], name="rollup_leaf_one_per_measure"
            ),
            models.UniqueConstraint(
                fields=["organization", "node"], name="rollup_leaf_one_per_node"
            ),
        ]

    def __str__(self) -> str:
        return f"measure {self.measure_id}"


class RollupState(TenantModel):
    """How often the roll-up was written, when last, for which day, and what the check found."""

    version = models.BigIntegerField(default=0)
    drained_at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    checked_at = models.DateTimeField(null=True)
    drift_rows = models.IntegerField(null=True)

    class Meta(TenantModel.Meta):
        db_table = "rollup_state"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization"], name="rollup_state_one_per_organization"
            ),
        ]

    def __str__(self) -> str:
        return f"version {self.version}"
