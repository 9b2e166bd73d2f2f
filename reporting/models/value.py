"""Figures of every node by month: a measure's own are the leaves, all others are their sums."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.tables import TenantKey, TenantModel
from hierarchy.models import Node
from measures.models.line import PERIODS
from measures.models.measure import Measure
from measures.models.overlap import Overlap


def _sum() -> "models.BigIntegerField[int, int]":
    return models.BigIntegerField(default=0)


class RollupGroup(TenantModel):
    """The only thing over which figures are summed; `decimals` is the scale of its figures."""

    unit = models.CharField(max_length=20)
    decimals = models.SmallIntegerField()
    currency = models.CharField(max_length=3, blank=True, default="")
    effect_type = models.CharField(max_length=20)
    recurrence = models.CharField(max_length=10)
    nature = models.CharField(max_length=10)

    class Meta(TenantModel.Meta):
        db_table = "rollup_group"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "organization",
                    "unit",
                    "decimals",
                    "currency",
                    "effect_type",
                    "recurrence",
                    "nature",
                ],
                name="rollup_group_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nature} {self.effect_type} {self.recurrence} {self.currency or self.unit}"


class MonthSums(TenantModel):
    """Twelve scaled figures of one series of one group in a fiscal year, in fiscal order.

    The series of rates hold theirs in p01 of fiscal year 0, for a rate belongs to no year.
    """

    group = TenantKey(RollupGroup, db_index=False)
    bucket = models.CharField(max_length=9)
    series = models.CharField(max_length=12)
    fiscal_year = models.SmallIntegerField()
    p01 = _sum()
    p02 = _sum()
    p03 = _sum()
    p04 = _sum()
    p05 = _sum()
    p06 = _sum()
    p07 = _sum()
    p08 = _sum()
    p09 = _sum()
    p10 = _sum()
    p11 = _sum()
    p12 = _sum()

    class Meta(TenantModel.Meta):
        abstract = True

    @property
    def periods(self) -> tuple[int, ...]:
        """Return the twelve scaled figures in fiscal order."""
        return tuple(getattr(self, period) for period in PERIODS)


class RollupValue(MonthSums):
    """What a node holds; the node of a measure is a leaf."""

    node = TenantKey(Node, db_index=False)

    class Meta(MonthSums.Meta):
        abstract = False
        db_table = "rollup_value"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "node", "group", "bucket", "series", "fiscal_year"],
                name="rollup_value_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bucket} {self.series} {self.fiscal_year} of node {self.node_id}"


class RollupDeduction(MonthSums):
    """What an agreed overlap puts into the nodes of `path`, below 0: the lowest common node first.

    Rows stay and come to 0 when nothing is taken off any more.
    """

    overlap = TenantKey(Overlap, db_index=False)
    measure = TenantKey(Measure, db_index=False)
    other = TenantKey(Measure, db_index=False)
    path = ArrayField(models.BigIntegerField())

    class Meta(MonthSums.Meta):
        abstract = False
        db_table = "rollup_deduction"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "overlap", "group", "bucket", "series", "fiscal_year"],
                name="rollup_deduction_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bucket} {self.series} {self.fiscal_year} of overlap {self.overlap_id}"
