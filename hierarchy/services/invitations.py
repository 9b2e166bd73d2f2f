"""Acts on invitations: a letter with a link that makes a person a member, once."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet

from accounts.errors import AlreadyMember
from accounts.models import Member, User
from accounts.queries import numbers, people
from accounts.rules.roles import Permission, Role
from accounts.services import letters
from accounts.services import people as members
from audit import services as audit
from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor
from hierarchy.errors import (
    InvitationOver,
    InvitedAlready,
    InvitedSomebodyElse,
    NodeArchived,
    NoMailServer,
    SignInFirst,
)
from hierarchy.events import (
    InvitationAccepted,
    InvitationRevoked,
    InvitationSentAgain,
    MemberInvited,
)
from hierarchy.models import Invitation, InvitedSeat, Seat
from hierarchy.queries import authority, tree
from hierarchy.services.tree import checked_name

KIND = "invitation"
SALT = "assay.invitation"


@dataclass(frozen=True, slots=True)
class Promise:
    """A seat that comes with an invitation."""

    node_id: int
    role: Role


@dataclass(frozen=True, slots=True)
class Claim:
    """What the link of an invitation names."""

    organization_id: int
    public_id: UUID
    serial: int


@dataclass(frozen=True, slots=True)
class Entry:
    """Who comes in by a link: the person logged in (None: nobody), or a new password."""

    user_id: int | None
    password: str = ""


@tenancy.act
def invite(*, actor: Actor, name: str, email: str, seats: tuple[Promise, ...]) -> Invitation:
    """Invite a person by e-mail, with the seats they get when they accept.

    Raises NotAllowed, Invalid, NoMailServer, AlreadyMember for a member who can log in,
    InvitedAlready, NodeArchived, NotFound.
    """
    tenancy.lock_organization("invitations")
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, tree.root())
    _ensure_mail()
    address = email.strip().lower()
    member = people.members().filter(email=address).first()
    if member is not None and people.can_log_in(member):
        raise AlreadyMember(email=address)
    if _open().filter(email=address).exists():
        raise InvitedAlready(email=address)
    for promise in seats:
        node = tree.node(promise.node_id)
        authority.ensure(actor, Permission.ADMINISTER_PEOPLE, node)
        if node.archived_on is not None:
            raise NodeArchived(node=node.name)
    now = tenancy.current().now
    invitation = Invitation.objects.create(
        name=checked_name(name),
        email=address,
        invited_by=people.member(actor.member_id or 0),
        sent_at=now,
        expires_at=now + _lifetime(),
    )
    InvitedSeat.objects.bulk_create(
        InvitedSeat(invitation=invitation, node_id=each.node_id, role=each.role)
        for each in dict.fromkeys(seats)
    )
    _post(invitation)
    audit.record(MemberInvited(subject_id=invitation.pk))
    return invitation


@tenancy.act
def send_again(*, actor: Actor, public_id: UUID) -> Invitation:
    """Send an open invitation anew, with a new term; the link before it works no more.

    The one who sends it again is from now on the one who invites. Raises NotFound, NotAllowed,
    NoMailServer, InvitationOver.
    """
    invitation = _locked(actor, public_id)
    _ensure_mail()
    for promise in invitation.seats.select_related("node"):
        authority.ensure(actor, Permission.ADMINISTER_PEOPLE, promise.node)
    now = tenancy.current().now
    invitation.serial += 1
    invitation.invited_by = people.member(actor.member_id or 0)
    invitation.sent_at, invitation.expires_at = now, now + _lifetime()
    invitation.save(update_fields=["serial", "invited_by", "sent_at", "expires_at"])
    _post(invitation)
    audit.record(InvitationSentAgain(subject_id=invitation.pk, serial=invitation.serial))
    return invitation


@tenancy.act
def revoke(*, actor: Actor, public_id: UUID) -> Invitation:
    """Withdraw an open invitation: its link works no more. NotFound, NotAllowed, InvitationOver."""
    invitation = _locked(actor, public_id)
    invitation.revoked_at = tenancy.current().now
    invitation.save(update_fields=["revoked_at"])
    audit.record(InvitationRevoked(subject_id=invitation.pk))
    return invitation


def token_of(invitation: Invitation) -> str:
    """Return what the link of an invitation carries: signed, and bound to its latest sending."""
    named = (invitation.organization_id, str(invitation.public_id), invitation.serial)
    return signing.dumps(named, salt=SALT)


def key_of(invitation: Invitation) -> str:
    """Return what names the letter of an invitation's latest sending."""
    return f"{invitation.pk} no. {invitation.serial}"


def claim_of(token: str) -> Claim:
    """Return what a link names; NotFound for one that was not made here."""
    try:
        organization_id, public_id, serial = signing.loads(token, salt=SALT)
    except signing.BadSignature as refusal:
        raise NotFound(what="invitation") from refusal
    return Claim(organization_id, UUID(public_id), serial)


def standing(claim: Claim) -> Invitation:
    """Return the invitation a link opens, now; InvitationOver. Needs the organization's context."""
    invitation = _open().filter(public_id=claim.public_id, serial=claim.serial).first()
    if invitation is None or invitation.expires_at <= tenancy.current().now:
        raise InvitationOver
    inviter = people.actor_of(invitation.invited_by)
    places = [each.node for each in invitation.seats.select_related("node")] or [tree.root()]
    # What an administrator promised ends with the right to give it.
    if invitation.invited_by.left_on is not None or not all(
        authority.may(inviter, Permission.ADMINISTER_PEOPLE, node) for node in places
    ):
        raise InvitationOver
    return invitation


def accept(*, claim: Claim, entry: Entry) -> Member:
    """Make the invited person a member with the promised seats, and use the link up.

    Raises InvitationOver; SignInFirst and InvitedSomebodyElse where the address has a login,
    which only its own password opens.
    """
    return _accept(actor=tenancy.system(claim.organization_id), claim=claim, entry=entry)


@tenancy.act
def _accept(*, actor: Actor, claim: Claim, entry: Entry) -> Member:
    tenancy.lock_organization("invitations")
    tenancy.lock_organization()
    invitation = standing(claim)
    user = _user(invitation, entry)
    member = Member.objects.filter(user=user).first()
    if member is None:
        member = members.add(actor=actor, name=invitation.name, email=invitation.email)
    elif member.leaves_on is not None:
        members.bring_back(member)
    seats = _take_seats(invitation, member)
    invitation.accepted_at, invitation.accepted_by = tenancy.current().now, member
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(
        InvitationAccepted(
            subject_id=invitation.pk,
            member_id=member.pk,
            invited_by=invitation.invited_by_id,
            seats=seats,
        )
    )
    return member


def _user(invitation: Invitation, entry: Entry) -> User:
    """Return the login of the invited address: made, given its first password, or proven."""
    user = User.objects.select_for_update().filter(email=invitation.email).first()
    if user is None:
        return User.objects.create_user(invitation.email, entry.password, name=invitation.name)
    if not user.has_usable_password():
        user.set_password(entry.password)
        user.save(update_fields=["password"])
        return user
    if entry.user_id is None:
        raise SignInFirst(email=invitation.email)
    if entry.user_id != user.pk:
        raise InvitedSomebodyElse(email=invitation.email)
    return user


def _take_seats(invitation: Invitation, member: Member) -> list[int]:
    """Give the promised seats from today, but for nodes archived since and seats held already."""
    today = authority.today()
    promised = invitation.seats.filter(node__archived_on__isnull=True)
    taken: list[int] = []
    for promise in promised.order_by("pk"):
        held = Seat.objects.filter(
            member=member, node_id=promise.node_id, role=promise.role, valid_to__isnull=True
        )
        if held.exists():
            continue
        seat = Seat.objects.create(
            member=member,
            node_id=promise.node_id,
            role=promise.role,
            valid_from=today,
            granted_by_id=invitation.invited_by_id,
        )
        taken.append(seat.pk)
    return taken


def _locked(actor: Actor, public_id: UUID) -> Invitation:
    tenancy.lock_organization("invitations")
    authority.ensure(actor, Permission.ADMINISTER_PEOPLE, tree.root())
    invitation = Invitation.objects.filter(public_id=public_id).first()
    if invitation is None:
        raise NotFound(what="invitation")
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise InvitationOver
    return invitation


def _open() -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        accepted_at__isnull=True, revoked_at__isnull=True
    ).select_related("invited_by")


def _lifetime() -> timedelta:
    return timedelta(days=numbers.current(authority.today()).invitation_days)


def _ensure_mail() -> None:
    if not settings.ENVIRONMENT.sends_mail:
        raise NoMailServer


def _post(invitation: Invitation) -> None:
    letters.post(
        kind=KIND,
        key=key_of(invitation),
        address=invitation.email,
        subject_id=invitation.pk,
    )
