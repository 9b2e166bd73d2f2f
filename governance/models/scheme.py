"""Gate schemes: what an organization proposes for its gates, and the versions it has confirmed."""

from typing import ClassVar

from django.db import models
from django.db.models import Func

from accounts.models import Member
from core.tables import TenantKey, TenantModel

NONE = models.Value({}, output_field=models.JSONField())


class SchemeProposal(TenantModel):
    """A draft of the next version as it was saved.

    The latest one that is neither confirmed nor withdrawn is the open one. Who saved it last
    answers for all of it and cannot confirm it. `effective_from` is the day from which it is to
    hold. `numbers` are the numbers of the rules that change with it, as texts by key.
    `is_withdrawn` ends a draft.
    """

    based_on = models.IntegerField()
    document = models.JSONField()
    numbers = models.JSONField(default=dict, db_default=NONE)
    reason = models.TextField(blank=True, default="")
    effective_from = models.DateField()
    is_withdrawn = models.BooleanField(default=False)
    proposed_by = TenantKey(Member)
    proposed_at = models.DateTimeField(db_default=Func(function="assay_now"))

    def __str__(self) -> str:
        return f"proposal of {self.proposed_at:%Y-%m-%d}"


class Scheme(TenantModel):
    """One version of an organization's gates; never changed, so that decisions can point at it.

    Version 1 is the built-in one, written by the database when the organization is founded, and
    nobody's proposal. With a version the database records the `numbers` it changes.
    """

    version = models.IntegerField()
    document = models.JSONField()
    numbers = models.JSONField(default=dict, db_default=NONE)
    reason = models.TextField(blank=True, default="")
    effective_from = models.DateField()
    proposal = TenantKey(SchemeProposal, null=True)
    proposed_by = TenantKey(Member, null=True)
    proposed_at = models.DateTimeField(null=True)
    confirmed_by = TenantKey(Member, null=True)
    confirmed_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "version"], name="scheme_version_once"),
            models.UniqueConstraint(
                fields=["organization", "proposal"], name="scheme_proposal_confirmed_once"
            ),
            models.CheckConstraint(
                condition=models.Q(version=1) | models.Q(proposal__isnull=False),
                name="scheme_comes_from_a_proposal",
            ),
            models.CheckConstraint(
                condition=models.Q(proposed_by__isnull=True)
                | ~models.Q(proposed_by=models.F("confirmed_by")),
                name="scheme_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"gate scheme {self.version}"
