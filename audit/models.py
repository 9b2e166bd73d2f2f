"""The ledger's rows: history, events, heads; and what is still to be done or must not be twice."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from core.tables import TenantKey, TenantModel


class HistoryRow(TenantModel):
    """One change of one governed row, before and after; written by trigger only."""

    table_name = models.TextField()
    row_id = models.BigIntegerField()
    operation = models.CharField(max_length=6)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    actor_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    transaction_id = models.BigIntegerField()

    class Meta(TenantModel.Meta):
        db_table = "audit_history"
        indexes: ClassVar = [
            models.Index(fields=["organization", "table_name", "row_id", "id"], name="history_row"),
            models.Index(fields=["organization", "transaction_id", "id"], name="history_by_act"),
        ]


class Event(TenantModel):
    """One governed act, chained to the one before; the trigger fills all but what it is told."""

    seq = models.BigIntegerField(default=0)
    act = models.TextField()
    subject_kind = models.TextField()
    subject_id = models.BigIntegerField(null=True)
    actor_id = models.BigIntegerField(null=True)
    decided_for_id = models.BigIntegerField(null=True)
    reason = models.TextField(default="")
    details = models.JSONField(default=dict)
    effective_on = models.DateField(null=True)
    request_id = models.UUIDField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())
    database_user = models.TextField(default="")
    transaction_id = models.BigIntegerField(default=0)
    history_from = models.BigIntegerField(null=True)
    history_to = models.BigIntegerField(null=True)
    history_digest = models.TextField(default="")
    previous_hash = models.TextField(default="")
    hash = models.TextField(default="")

    class Meta(TenantModel.Meta):
        db_table = "audit_event"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "seq"], name="event_seq_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "subject_kind", "subject_id", "seq"], name="event_subject"
            ),
            models.Index(
                fields=["organization", "transaction_id", "history_to"], name="event_transaction"
            ),
            # What the ledger is searched by; each ends in the order in which it is read.
            models.Index(fields=["organization", "act", "seq"], name="event_by_act"),
            models.Index(fields=["organization", "actor_id", "seq"], name="event_by_actor"),
            models.Index(
                fields=["organization", "decided_for_id", "seq"],
                name="event_decided_for",
                condition=models.Q(decided_for_id__isnull=False),
            ),
            models.Index(fields=["organization", "recorded_at"], name="event_by_time"),
        ]


class Head(TenantModel):
    """Where an organization's chain ends; only the chain's trigger writes it."""

    seq = models.BigIntegerField()
    hash = models.TextField()

    class Meta(TenantModel.Meta):
        db_table = "audit_head"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="head_one_per_organization"),
        ]


class PublishedHead(TenantModel):
    """Where the chain ended when a day began, as it was signed and given out.

    `paper` is the signed line itself (audit.papers), which is compared with the ledger later.
    """

    on = models.DateField()
    seq = models.BigIntegerField()
    hash = models.TextField()
    paper = models.TextField()
    published_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "audit_published_head"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "on"], name="head_published_once_a_day")
        ]


class Delivery(TenantModel):
    """An effect that must follow an event: sent until a worker has done it, once."""

    event = TenantKey(Event)
    task = models.TextField()
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    last_error = models.TextField(default="")

    class Meta(TenantModel.Meta):
        db_table = "audit_delivery"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "event", "task"], name="delivery_once_per_event_and_task"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "next_at"],
                name="delivery_due",
                condition=models.Q(done_at__isnull=True),
            ),
        ]


class IdempotencyKey(TenantModel):
    """A request that has been answered: the same key gets the same answer, never a second act."""

    member_id = models.BigIntegerField()
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    response_status = models.SmallIntegerField(null=True)
    response_body = models.TextField(default="")
    response_location = models.TextField(default="")
    created_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        db_table = "audit_idempotency_key"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "member_id", "key"], name="idempotency_key_once"
            ),
        ]


class Kept(TenantModel):
    """A row of a table outside the ledger's history, as it stood when a day ended.

    The latest of a day by which it was known is what was known; written by trigger only, and only
    on its day. `owner_id` is the node or measure whose row it is, for who may not read that.
    """

    table_name = models.TextField()
    row_id = models.BigIntegerField()
    owner_id = models.BigIntegerField()
    day = models.DateField()
    content = models.JSONField()

    class Meta(TenantModel.Meta):
        db_table = "audit_kept"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "table_name", "row_id", "day"], name="kept_once_a_day"
            ),
        ]
