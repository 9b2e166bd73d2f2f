"""What hierarchy tells the ledger."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePlanted(Act):
    """An organization got its root."""

    kind: ClassVar[str] = "tree_planted"
    subject_kind: ClassVar[str] = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeAdded(Act):
    """A node was added under another."""

    kind: ClassVar[str] = "node_added"
    subject_kind: ClassVar[str] = "node"
    parent_id: int
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodesAdded(Act):
    """Many nodes were added at once, as an import does; the history holds each of them."""

    kind: ClassVar[str] = "nodes_added"
    subject_kind: ClassVar[str] = "node"
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeRenamed(Act):
    """A node got another name or code."""

    kind: ClassVar[str] = "node_renamed"
    subject_kind: ClassVar[str] = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeMoved(Act):
    """A node was hung under another parent, with all below it."""

    kind: ClassVar[str] = "node_moved"
    subject_kind: ClassVar[str] = "node"
    from_parent_id: int
    to_parent_id: int
    measures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeWasArchived(Act):
    """A node takes no more children and leaves the lists."""

    kind: ClassVar[str] = "node_archived"
    subject_kind: ClassVar[str] = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberAppointed(Act):
    """A member got a seat."""

    kind: ClassVar[str] = "member_appointed"
    subject_kind: ClassVar[str] = "seat"
    member_id: int
    node_id: int
    role: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRelieved(Act):
    """A seat was ended."""

    kind: ClassVar[str] = "member_relieved"
    subject_kind: ClassVar[str] = "seat"
    member_id: int
    node_id: int
    role: str
    valid_to: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyNamed(Act):
    """A member got a deputy for a role, at a node, from a first to a last day."""

    kind: ClassVar[str] = "deputy_named"
    subject_kind: ClassVar[str] = "deputyship"
    principal_id: int
    deputy_id: int
    role: str
    node_id: int
    first_on: date
    last_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyRevoked(Act):
    """A deputy stands in no more, before the last day that was named."""

    kind: ClassVar[str] = "deputy_revoked"
    subject_kind: ClassVar[str] = "deputyship"
    principal_id: int
    deputy_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChanged(Act):
    """An organization's name, calendar or number format was changed."""

    kind: ClassVar[str] = "profile_changed"
    subject_kind: ClassVar[str] = "organization"
    time_zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstPasswordGiven(Act):
    """A member who could not log in yet was given a first password."""

    kind: ClassVar[str] = "first_password_given"
    subject_kind: ClassVar[str] = "member"


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberInvited(Act):
    """A person was invited by e-mail to become a member."""

    kind: ClassVar[str] = "member_invited"
    subject_kind: ClassVar[str] = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationSentAgain(Act):
    """An invitation was sent again; the link before it works no more."""

    kind: ClassVar[str] = "invitation_sent_again"
    subject_kind: ClassVar[str] = "invitation"
    serial: int


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRevoked(Act):
    """An invitation was withdrawn before anybody accepted it."""

    kind: ClassVar[str] = "invitation_revoked"
    subject_kind: ClassVar[str] = "invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationAccepted(Act):
    """An invited person came in and took the seats the invitation brought."""

    kind: ClassVar[str] = "invitation_accepted"
    subject_kind: ClassVar[str] = "invitation"
    member_id: int
    invited_by: int
    seats: list[int]
