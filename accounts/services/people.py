"""Members: adding a person to the organization."""

from datetime import date

from accounts.errors import AlreadyMember
from accounts.events import DigestChosen, MemberAdded, MemberCameBack
from accounts.models import Member, User
from accounts.queries import people
from accounts.rules.letters import Digest
from audit import services as audit
from core import tenancy
from core.tenancy import Actor


@tenancy.act
def add(*, actor: Actor, name: str, email: str, password: str | None = None) -> Member:
    """Make a person a member; a user of that address is taken, else made. AlreadyMember.

    Whether the actor may is judged by the caller above, where seats are known.
    """
    address = email.strip().lower()
    if Member.objects.filter(email=address).exists():
        raise AlreadyMember(email=address)
    user = User.objects.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, password, name=name)
    member: Member = Member.objects.create(user=user, name=name, email=address)
    audit.record(MemberAdded(subject_id=member.pk))
    return member


@tenancy.act
def choose_digest(*, actor: Actor, choice: Digest) -> Member:
    """Choose how often the actor gets a letter of what is due; NotFound for Assay itself."""
    member = people.member(actor.member_id or 0)
    member.digest = choice
    member.save(update_fields=["digest"])
    audit.record(DigestChosen(subject_id=member.pk, digest=choice))
    return member


def announce(member: Member, leaves_on: date, today: date) -> None:
    """Note from which day a member is no longer there, inside an act that judges and records it."""
    member.leaves_on = leaves_on
    member.left_on = leaves_on if leaves_on <= today else None
    member.version += 1
    member.save(update_fields=["leaves_on", "left_on", "version"])


def bring_back(member: Member) -> None:
    """Make a member who left present again, inside an act that judges it; nothing is given back."""
    member.leaves_on = member.left_on = None
    member.version += 1
    member.save(update_fields=["leaves_on", "left_on", "version"])
    audit.record(MemberCameBack(subject_id=member.pk))
