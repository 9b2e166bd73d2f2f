"""Making a measure confidential, naming its readers, and opening it again, which takes two."""

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import (
    AlreadyConfidential,
    AlreadyReader,
    NoOpening,
    NotConfidential,
    NotYoursToOpen,
    OpeningProposed,
    OpeningTakesTwo,
    SecretNeedsPeople,
)
from measures.events import (
    MadeConfidential,
    MadeOpen,
    OpeningAsked,
    OpeningTakenBack,
    ReaderNamed,
    ReaderWithdrawn,
)
from measures.models import Confidentiality, Measure, NamedReader
from measures.models.confidential import SecretKind
from measures.queries import confidential
from measures.queries.measures import named
from measures.services import lock
from measures.services.comments import LONGEST_TEXT


@tenancy.act
def make(*, actor: Actor, measure_id: int, kind: str, reason: str) -> Confidentiality:
    """Make a measure confidential: from now on its people and named readers alone read it.

    By owner, sponsor or a lead, in their own name. Raises NotFound, NotAllowed, Invalid,
    AlreadyConfidential, SecretNeedsPeople.
    """
    measure = _locked(actor, measure_id, Permission.MAKE_CONFIDENTIAL)
    if kind not in SecretKind.values:
        raise Invalid(field="kind", problem="choose headcount, acquisition or other.")
    said = _reason(reason)
    if confidential.of(measure.pk) is not None:
        raise AlreadyConfidential(measure=measure.node.name)
    if measure.owner_id is None or measure.sponsor_id is None:
        raise SecretNeedsPeople(measure=measure.node.name)
    made: Confidentiality = Confidentiality.objects.create(
        measure=measure, kind=kind, reason=said, made_by_id=_person(actor)
    )
    audit.record(MadeConfidential(subject_id=measure.pk, reason=said, secret_kind=kind))
    return made


@tenancy.act
def name_reader(*, actor: Actor, measure_id: int, member_id: int, reason: str) -> NamedReader:
    """Name a member as a reader; by owner or sponsor. NotConfidential, AlreadyReader, NotFound."""
    measure, secret = _secret(actor, measure_id, Permission.NAME_READERS)
    member = people.staying().filter(pk=member_id).first()
    if member is None:
        raise NotFound(what="member")
    said = _reason(reason)
    if member.pk in confidential.reading(measure, confidential.readers(secret)):
        raise AlreadyReader(member=member.name)
    made: NamedReader = NamedReader.objects.create(
        measure=measure,
        confidentiality=secret,
        member=member,
        reason=said,
        named_by_id=_person(actor),
    )
    audit.record(ReaderNamed(subject_id=measure.pk, reason=said, member_id=member.pk))
    return made


@tenancy.act
def withdraw_reader(*, actor: Actor, measure_id: int, reader_id: int, reason: str) -> None:
    """Let a named reader read no more; by owner or sponsor. NotConfidential, NotFound."""
    measure, secret = _secret(actor, measure_id, Permission.NAME_READERS)
    reader = NamedReader.objects.filter(
        pk=reader_id, confidentiality=secret, withdrawn_at__isnull=True
    ).first()
    if reader is None:
        raise NotFound(what="reader")
    said = _reason(reason)
    reader.withdrawn_at = tenancy.current().now
    reader.withdrawn_by_id = actor.member_id
    reader.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record(ReaderWithdrawn(subject_id=measure.pk, reason=said, member_id=reader.member_id))


@tenancy.act
def propose_opening(*, actor: Actor, measure_id: int, reason: str) -> None:
    """Propose to open a measure again; by sponsor or controller.

    Raises NotConfidential, NotYoursToOpen, OpeningProposed, Invalid.
    """
    measure, secret = _openable(actor, measure_id)
    if secret.opening_by_id is not None:
        raise OpeningProposed(member=_name(secret.opening_by_id))
    said = _reason(reason)
    secret.opening_by_id = actor.member_id
    secret.opening_reason = said
    secret.save(update_fields=["opening_by", "opening_reason"])
    audit.record(OpeningAsked(subject_id=measure.pk, reason=said))


@tenancy.act
def take_back_opening(*, actor: Actor, measure_id: int) -> None:
    """Take a proposal to open back, or refuse it; by either of the two. NoOpening."""
    measure, secret = _openable(actor, measure_id)
    if secret.opening_by_id is None:
        raise NoOpening(measure=measure.node.name)
    secret.opening_by_id = None
    secret.save(update_fields=["opening_by"])
    audit.record(OpeningTakenBack(subject_id=measure.pk))


@tenancy.act
def confirm_opening(*, actor: Actor, measure_id: int) -> None:
    """Open a measure again as the other one proposed; NoOpening, OpeningTakesTwo."""
    measure, secret = _openable(actor, measure_id)
    first = secret.opening_by_id
    if first is None:
        raise NoOpening(measure=measure.node.name)
    both = confidential.openers(measure)
    if first == actor.member_id or first not in both:
        other = next((each for each in both if each != first), None)
        raise OpeningTakesTwo(first=_name(first), second=_name(other))
    secret.opened_by_id = actor.member_id
    secret.opened_at = tenancy.current().now
    secret.save(update_fields=["opened_by", "opened_at"])
    audit.record(
        MadeOpen(subject_id=measure.pk, reason=secret.opening_reason, proposed_by_id=first)
    )


def _person(actor: Actor) -> int:
    """Return who acts: Assay itself keeps no secrets, and the database says so too."""
    if actor.member_id is None:
        raise NotAllowed(act=Permission.MAKE_CONFIDENTIAL.value)
    return actor.member_id


def _locked(actor: Actor, measure_id: int, permission: Permission) -> Measure:
    """Lock a measure whatever its lifecycle: what has ended may be secret too."""
    found = next(iter(lock.locked([measure_id])), None)
    if found is None:
        raise NotFound(what="measure")
    authority.ensure(actor, permission, found.node, named(found))
    return found


def _secret(
    actor: Actor, measure_id: int, permission: Permission
) -> tuple[Measure, Confidentiality]:
    measure = _locked(actor, measure_id, permission)
    secret = confidential.of(measure.pk)
    if secret is None:
        raise NotConfidential(measure=measure.node.name)
    return measure, secret


def _openable(actor: Actor, measure_id: int) -> tuple[Measure, Confidentiality]:
    measure, secret = _secret(actor, measure_id, Permission.OPEN_CONFIDENTIAL)
    both = confidential.openers(measure)
    if actor.member_id not in both:
        raise NotYoursToOpen(openers=" and ".join(_name(each) for each in both))
    return measure, secret


def _reason(given: str) -> str:
    said = given.strip()
    if not said or len(said) > LONGEST_TEXT:
        raise Invalid(field="reason", problem=f"say why, in 1 to {LONGEST_TEXT} characters.")
    return said


def _name(member_id: int | None) -> str:
    return people.names_of({member_id}).get(member_id or 0, "the other one")
