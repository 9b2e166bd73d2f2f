"""The tree's nodes, numbered with gaps, and the seats that members hold at them."""

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q

from accounts.models import Member, PublicId
from accounts.rules.roles import Role
from core import tenancy
from core.tables import TenantKey, TenantModel
from hierarchy.rules import deputies
from hierarchy.rules.levels import Level

if TYPE_CHECKING:  # mptt ships no types: to the checker its classes are Django's own

    class TreeManager(models.Manager["Node"]):
        """A manager in tree order."""

    class MPTTModel(models.Model):
        """A model numbered as a nested set."""

        lft: int
        rght: int
        tree_id: int
        level: int

        class Meta:
            abstract = True

else:
    from mptt.managers import TreeManager
    from mptt.models import MPTTModel


class NodeManager(TreeManager):
    """django-mptt's manager over the active organization's nodes only."""

    def get_queryset(self) -> models.QuerySet["Node"]:
        """Return the active organization's nodes in tree order."""
        rows = super().get_queryset()
        return rows.filter(organization_id=tenancy.current_organization_id())


class Node(MPTTModel, TenantModel):
    """A place in the tree. `level` says what it is; `ancestor_ids` runs from parent to root."""

    parent = TenantKey("self", null=True, blank=True, related_name="children")
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=60, blank=True, default="")
    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    ancestor_ids = ArrayField(models.BigIntegerField(), default=list)
    archived_on = models.DateField(null=True, blank=True)
    version = models.IntegerField(default=1)

    objects: ClassVar[NodeManager] = NodeManager()  # type: ignore[assignment]  # in tree order

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "public_id"], name="node_public_id"),
            models.UniqueConstraint(
                fields=["organization", "code"], name="node_code_once", condition=~Q(code="")
            ),
            models.UniqueConstraint(
                fields=["organization"], name="node_one_root", condition=Q(parent__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["organization", "id", "level"], name="node_id_and_level"
            ),
            models.CheckConstraint(
                condition=Q(level=Level.ORGANIZATION, parent__isnull=True)
                | Q(level__range=(Level.PORTFOLIO, Level.MEASURE), parent__isnull=False),
                name="node_level_fits_parent",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="node_has_a_name"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "lft"], name="node_interval"),
            models.Index(fields=["organization", "parent"], name="node_children"),
        ]

    def __str__(self) -> str:
        return self.name


class Seat(TenantModel):
    """A member's role at a node from a day to a day, inherited by everything below it."""

    member = TenantKey(Member)
    node = TenantKey(Node)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    granted_by = TenantKey(Member, null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "member", "node", "role"],
                name="seat_once",
                condition=Q(valid_to__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in Role]), name="seat_role_is_known"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "member"], name="seat_of_member"),
            models.Index(fields=["organization", "node"], name="seat_at_node"),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.node_id}"


class Invitation(TenantModel):
    """A letter to a person who is to become a member; its link names `serial` and works once."""

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    serial = models.IntegerField(default=1)
    invited_by = TenantKey(Member)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = TenantKey(Member, null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "email"],
                name="invitation_one_open_per_address",
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(revoked_at__isnull=True),
                name="invitation_accepted_or_revoked",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("sent_at")), name="invitation_ends_after_it_was_sent"
            ),
        ]

    def __str__(self) -> str:
        return f"invitation of {self.name}"


class InvitedSeat(TenantModel):
    """A seat that an invitation brings with it, from the day it is accepted."""

    invitation = TenantKey(Invitation, related_name="seats")
    node = TenantKey(Node)
    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "invitation", "node", "role"], name="invited_seat_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.node_id}"


class Deputyship(TenantModel):
    """Who stands in for whom, in which role, at a node and below, from a first to a last day.

    Both days count. It stays as it was named; only `revoked_at` and `revoked_by` come later.
    """

    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    principal = TenantKey(Member)
    deputy = TenantKey(Member)
    role = models.CharField(
        max_length=20, choices=[(role.value, role.value) for role in deputies.ROLES]
    )
    node = TenantKey(Node)
    first_on = models.DateField()
    last_on = models.DateField()
    reason = models.TextField(blank=True, default="")
    named_by = TenantKey(Member)
    named_at = models.DateTimeField(db_default=Func(function="assay_now"))
    revoked_by = TenantKey(Member, null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "public_id"], name="deputyship_public_id"
            ),
            models.CheckConstraint(
                condition=~Q(deputy=F("principal")), name="deputyship_is_of_another"
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in deputies.ROLES]),
                name="deputyship_role_is_one_of_duties",
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=F("first_on")), name="deputyship_has_its_days"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization", "deputy", "last_on"], name="deputyship_of_deputy"),
            models.Index(fields=["organization", "principal"], name="deputyship_for_principal"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.principal} as {self.role}"
