"""Counts and weights of every node, by the names of `reporting.rules.rollup.Tally`."""

from typing import ClassVar

from django.db import models

from core.tables import TenantKey, TenantModel
from hierarchy.models import Node


def _number() -> "models.BigIntegerField[int, int]":
    return models.BigIntegerField(default=0)


class RollupCount(TenantModel):
    """The tally of a node, both its lights with their reasons, and a version that follows both.

    Every sum is that of the measures below, a dot of the tally's name written as an underscore.
    A measure's own row counts as one; its lights are what it counts as.
    """

    node = TenantKey(Node, db_index=False)
    version = models.BigIntegerField(default=1)
    implementation = models.CharField(max_length=6, default="grey")
    potential = models.CharField(max_length=6, default="grey")
    implementation_reasons = models.JSONField(default=list)
    potential_reasons = models.JSONField(default=list)
    has_open_level_3 = models.BooleanField(default=False)

    measures = _number()
    counted = _number()
    not_money = _number()
    watermelons = _number()
    weight = _number()
    value = _number()
    fresh_value = _number()
    judged_plan = _number()
    judged_outlook = _number()
    lifecycle_active = _number()
    lifecycle_on_hold = _number()
    lifecycle_cancelled = _number()
    lifecycle_closed = _number()
    stage_0 = _number()
    stage_0_value = _number()
    stage_1 = _number()
    stage_1_value = _number()
    stage_2 = _number()
    stage_2_value = _number()
    stage_3 = _number()
    stage_3_value = _number()
    stage_4 = _number()
    stage_4_value = _number()
    stage_5 = _number()
    stage_5_value = _number()
    implementation_green = _number()
    implementation_green_weight = _number()
    implementation_amber = _number()
    implementation_amber_weight = _number()
    implementation_red = _number()
    implementation_red_weight = _number()
    potential_green = _number()
    potential_green_weight = _number()
    potential_amber = _number()
    potential_amber_weight = _number()
    potential_red = _number()
    potential_red_weight = _number()
    kept_implementation_green = _number()
    kept_implementation_green_weight = _number()
    kept_implementation_amber = _number()
    kept_implementation_amber_weight = _number()
    kept_implementation_red = _number()
    kept_implementation_red_weight = _number()
    kept_potential_green = _number()
    kept_potential_green_weight = _number()
    kept_potential_amber = _number()
    kept_potential_amber_weight = _number()
    kept_potential_red = _number()
    kept_potential_red_weight = _number()
    implementation_red_not_money = _number()
    potential_red_not_money = _number()

    class Meta(TenantModel.Meta):
        db_table = "rollup_count"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "node"], name="rollup_count_one_per_node"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measures} measures at node {self.node_id}"
