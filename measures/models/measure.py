"""The measure itself: its people, its stage and its lifecycle, hung on a node of the tree."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Member
from core.tables import TenantKey, TenantModel
from hierarchy.models import Node
from measures.rules.lines import EffectType
from measures.rules.stage import Lifecycle, Stage

LARGEST = Decimal(10) ** 16  # what the column can hold


class Measure(TenantModel):
    """A checkable change in the business; name, code and address are its node's.

    `size` is the rough yearly run-rate in the organization's currency or in `size_unit`;
    `step` is where it stands inside its stage where the gate scheme has added steps (0: none).
    `version` steps by one with every change of this row and is what pages lock on. `decided_on`,
    filled by the guard, is the day it was first decided, from which claims are owed and freshness
    runs; a roll-back does not take it away.
    """

    node = TenantKey(Node, related_name="measures")
    description = models.TextField(blank=True, default="")
    effect_type = models.CharField(
        max_length=20, choices=[(kind.value, kind.value) for kind in EffectType]
    )
    size = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    size_unit = models.CharField(max_length=20, blank=True, default="")
    proposer = TenantKey(Member, null=True)
    owner = TenantKey(Member, null=True)
    sponsor = TenantKey(Member, null=True)
    controller = TenantKey(Member, null=True)
    stage = models.SmallIntegerField(
        default=Stage.DEFINED, choices=[(stage.value, stage.name) for stage in Stage]
    )
    step = models.SmallIntegerField(default=0, db_default=0)
    lifecycle = models.CharField(
        max_length=10,
        default=Lifecycle.ACTIVE,
        choices=[(state.value, state.value) for state in Lifecycle],
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    taken_over_on = models.DateField(null=True, blank=True)
    decided_on = models.DateField(null=True, editable=False)
    status_confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Func(function="assay_now"))
    created_in = models.BigIntegerField(db_default=Func(function="assay_transaction"))
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "node"], name="measure_one_per_node"),
            models.CheckConstraint(
                condition=Q(owner__isnull=True)
                | Q(controller__isnull=True)
                | ~Q(owner=F("controller")),
                name="measure_owner_is_not_controller",
            ),
            models.CheckConstraint(
                condition=Q(owner__isnull=True) | Q(sponsor__isnull=True) | ~Q(owner=F("sponsor")),
                name="measure_owner_is_not_sponsor",
            ),
            models.CheckConstraint(
                condition=Q(sponsor__isnull=True)
                | Q(controller__isnull=True)
                | ~Q(sponsor=F("controller")),
                name="measure_sponsor_is_not_controller",
            ),
            models.CheckConstraint(
                condition=Q(stage__lt=Stage.IDENTIFIED)
                | Q(owner__isnull=False, sponsor__isnull=False),
                name="measure_identified_has_owner_and_sponsor",
            ),
            models.CheckConstraint(
                condition=Q(stage__lt=Stage.DETAILED) | Q(controller__isnull=False),
                name="measure_detailed_has_controller",
            ),
            models.CheckConstraint(
                condition=Q(decided_on__isnull=True)
                | Q(owner__isnull=False, sponsor__isnull=False, controller__isnull=False),
                name="measure_committed_has_its_people",
            ),
            models.CheckConstraint(
                condition=Q(stage__range=(Stage.DEFINED, Stage.CLOSED)),
                name="measure_stage_is_known",
            ),
            models.CheckConstraint(condition=Q(step__range=(0, 9)), name="measure_step_is_known"),
            models.CheckConstraint(
                condition=Q(stage=Stage.CLOSED, lifecycle=Lifecycle.CLOSED)
                | (~Q(stage=Stage.CLOSED) & ~Q(lifecycle=Lifecycle.CLOSED)),
                name="measure_closed_is_stage_closed",
            ),
            # NaN is larger than any number, so that this refuses it too.
            models.CheckConstraint(
                condition=Q(size__gt=-LARGEST, size__lt=LARGEST), name="measure_size_is_a_number"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "owner"], name="measure_of_owner"),
            models.Index(fields=["organization", "sponsor"], name="measure_of_sponsor"),
            models.Index(fields=["organization", "controller"], name="measure_of_controller"),
        ]

    def __str__(self) -> str:
        return f"measure {self.pk}"
