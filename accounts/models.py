"""Organizations, users and members: identity is global, all else belongs to one organization."""

from decimal import Decimal
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower, Now

from accounts.rules.letters import Digest, Outcome
from core.tables import TenantKey, TenantModel

LARGEST = Decimal(10) ** 12  # what the column of a number can hold


class PublicId(Func):
    """A new time-ordered identifier made by the database, for addresses people see."""

    function = "uuidv7"
    template = "%(function)s()"
    output_field = models.UUIDField()


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Return a new user with a hashed password; without one the user cannot log in."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person's identity: e-mail address, name, password; nothing of any organization."""

    email = models.EmailField(max_length=254)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["email"], name="user_email_once"),
            models.CheckConstraint(
                condition=Q(email=Lower("email")), name="user_email_is_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Organization(models.Model):
    """A tenant: the little that sweeps and the way in must see of every one."""

    public_id = models.UUIDField(db_default=PublicId(), unique=True, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    created_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.slug


class Profile(TenantModel):
    """What an organization is and how it counts: name, currency, fiscal start, number format."""

    name = models.CharField(max_length=200)
    currency = models.CharField(max_length=3)
    fiscal_start_month = models.SmallIntegerField(default=1)
    decimal_separator = models.CharField(max_length=1, default=".")
    group_separator = models.CharField(max_length=1, default=",", blank=True)
    cut_over_on = models.DateField(null=True, blank=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization"], name="profile_one_per_organization"),
            models.CheckConstraint(
                condition=Q(fiscal_start_month__range=(1, 12)),
                name="profile_fiscal_start_is_a_month",
            ),
            models.CheckConstraint(
                condition=~Q(decimal_separator=F("group_separator")),
                name="profile_separators_differ",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Member(TenantModel):
    """A person in one organization; everything in a tenant refers to this, never to the user.

    From the day it is known when somebody leaves (`leaves_on`) nothing new is given to them; from
    `left_on` they are no longer there. The database keeps both empty while a live measure names
    them.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    public_id = models.UUIDField(db_default=PublicId(), editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    home = models.CharField(max_length=40, blank=True, default="")
    leaves_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    digest = models.CharField(
        max_length=10,
        default=Digest.WEEKLY,
        db_default=Digest.WEEKLY.value,
        choices=[(each.value, each.name) for each in Digest],
    )
    version = models.IntegerField(default=1)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "user"], name="member_once_per_user"),
            models.UniqueConstraint(fields=["organization", "public_id"], name="member_public_id"),
            models.CheckConstraint(
                condition=Q(digest__in=[each.value for each in Digest]),
                name="member_digest_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ApiToken(TenantModel):
    """A key for programs: acts as one member of one organization; only its digest is stored."""

    member = TenantKey(Member)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "digest"], name="api_token_digest_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class TokenUse(TenantModel):
    """When a token was last used, to the minute; apart from the token, for it is no act."""

    token = TenantKey(ApiToken)
    last_used_at = models.DateTimeField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization", "token"], name="token_use_once"),
        ]


class NumberSetting(TenantModel):
    """One version of one number that a tenant has changed from its default in code."""

    key = models.CharField(max_length=80)
    value = models.DecimalField(max_digits=18, decimal_places=6)
    version = models.IntegerField()
    effective_on = models.DateField()
    reason = models.TextField()
    recorded_at = models.DateTimeField(db_default=Func(function="assay_now"))
    recorded_by = TenantKey(Member)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "key", "version"], name="number_setting_version_once"
            ),
            # NaN is larger than any number, so that this refuses it too.
            models.CheckConstraint(
                condition=Q(value__gt=-LARGEST, value__lt=LARGEST),
                name="number_setting_is_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} = {self.value}"


class Letter(TenantModel):
    """An e-mail that must go out: to whom and what it is about; never its words or a secret.

    The words are found when it is sent, by the composer of its `kind`; `subject_id` is that
    composer's, and `key` makes the same letter go once however often it is asked for.
    """

    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    member = TenantKey(Member, null=True)
    address = models.EmailField(max_length=254)
    subject_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(
        max_length=10, default="", blank=True, choices=[(each.value, each.name) for each in Outcome]
    )
    last_error = models.TextField(default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization", "kind", "key"], name="letter_once_per_kind_and_key"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="")
                | (Q(ended_at__isnull=False) & ~Q(outcome="")),
                name="letter_that_ended_has_an_outcome",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization", "next_at"],
                name="letter_due",
                condition=Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
