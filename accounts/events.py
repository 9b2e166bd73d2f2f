"""What accounts tells the ledger."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationFounded(Act):
    """An organization and its first member came to be."""

    kind: ClassVar[str] = "organization_founded"
    subject_kind: ClassVar[str] = "organization"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAdded(Act):
    """A person became a member."""

    kind: ClassVar[str] = "member_added"
    subject_kind: ClassVar[str] = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenIssued(Act):
    """An API token was made for a member."""

    kind: ClassVar[str] = "token_issued"
    subject_kind: ClassVar[str] = "api_token"
    member_id: int
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRevoked(Act):
    """An API token was ended."""

    kind: ClassVar[str] = "token_revoked"
    subject_kind: ClassVar[str] = "api_token"


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberChanged(Act):
    """A number of the rules was changed."""

    kind: ClassVar[str] = "number_changed"
    subject_kind: ClassVar[str] = "number"
    key: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordReset(Act):
    """A member set a new password by the link of a letter."""

    kind: ClassVar[str] = "password_reset"
    subject_kind: ClassVar[str] = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestChosen(Act):
    """A member chose how often a letter of what is due comes."""

    kind: ClassVar[str] = "digest_chosen"
    subject_kind: ClassVar[str] = "member"
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeaves(Act):
    """It was decided from which day a member is no longer there; all they held was handed over."""

    kind: ClassVar[str] = "member_leaves"
    subject_kind: ClassVar[str] = "member"
    leaves_on: date
    measures: int
    seats: int
    tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLeft(Act):
    """The day on which a member leaves has come."""

    kind: ClassVar[str] = "member_left"
    subject_kind: ClassVar[str] = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberCameBack(Act):
    """A member who had left is there again."""

    kind: ClassVar[str] = "member_came_back"
    subject_kind: ClassVar[str] = "member"
