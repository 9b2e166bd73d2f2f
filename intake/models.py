"""What was imported: the file, what came of it, what was refused and what was found."""

from typing import ClassVar

from django.db import models
from django.db.models import Func

from accounts.models import Member, PublicId
from core.tables import TenantKey, TenantModel


class ImportRun(TenantModel):
    """One import that created something; kept as it was told to the administrator who ran it.

    `created` counts by kind, `standing` the new measures by stage, `refused` and `findings` are
    the rows concerned, `rounded` the sums of each line before and after rounding (as text).
    """

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    file_name = models.CharField(max_length=255)
    file_digest = models.CharField(max_length=64)
    mapping_name = models.CharField(max_length=100)
    mapping_digest = models.CharField(max_length=64)
    cut_over_on = models.DateField()
    rows = models.IntegerField()
    already = models.IntegerField(default=0)
    respelled = models.IntegerField(default=0)
    created = models.JSONField(default=dict)
    standing = models.JSONField(default=dict)
    refused = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    rounded = models.JSONField(default=list)
    imported_by = TenantKey(Member)
    imported_at = models.DateTimeField(db_default=Func(function="assay_now"))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="import_run_public_id"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_name} on {self.imported_at:%Y-%m-%d}"
