"""Overlaps: what two measures would both count on one line of the chart, and who agreed to it."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Greatest, Least

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from measures.models.budget import BudgetLine
from measures.models.line import Line
from measures.models.measure import Measure
from measures.rules.lines import Rows
from measures.rules.overlap import OverlapState, rows_from


class Overlap(TenantModel):
    """Amounts that two lines on one budget line count both, by month, in hundredths.

    Proposed for `measure`, confirmed by the sponsor of `other` and by a controller of either, each
    another person: then it is taken off where both come together. `amounts` are whole fiscal years
    from `first_year` on. Nothing of it changes but where it stands, and an ended one stays ended.
    """

    budget = TenantKey(BudgetLine)
    measure = TenantKey(Measure)
    line = TenantKey(Line, db_index=False)
    other = TenantKey(Measure)
    other_line = TenantKey(Line, db_index=False)
    first_year = models.SmallIntegerField()
    amounts = ArrayField(models.BigIntegerField())
    reason = models.TextField()
    state = models.CharField(
        max_length=8,
        default=OverlapState.PROPOSED.value,
        choices=[(each.value, each.value) for each in OverlapState],
    )
    proposed_by = TenantKey(Member, db_index=False)
    proposed_at = models.DateTimeField(db_default=Func(function="assay_now"))
    sponsor_by = TenantKey(Member, null=True, db_index=False)
    sponsor_at = models.DateTimeField(null=True)
    controller_by = TenantKey(Member, null=True, db_index=False)
    controller_at = models.DateTimeField(null=True)
    ended_by = TenantKey(Member, null=True, db_index=False)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.TextField(blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                F("organization"),
                Least("line", "other_line"),
                Greatest("line", "other_line"),
                name="overlap_once_of_two_lines",
                condition=Q(state__in=["proposed", "agreed"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} overlap of {self.measure_id} and {self.other_id}"

    @property
    def rows(self) -> Rows:
        """Return the amounts as rows by fiscal year."""
        return rows_from(self.first_year, self.amounts)
