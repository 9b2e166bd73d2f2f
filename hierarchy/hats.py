"""For whom a browser or a program acts: itself, or as the deputy that another member named.

One at a time and never by guess: a session says it until it is told otherwise, a program says it
in each request, and a form that was opened under another name is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest

from accounts.models import Member
from core import tenancy
from core.errors import DomainError, NotFound
from core.tenancy import Actor
from hierarchy.errors import OtherHat
from hierarchy.queries import deputies

KEPT = "acts_for"  # in the session: member's public id by organization
FIELD = "acts_for"  # in a form: under whose name it was opened
READING = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Hat:
    """Whom a deputy stands in for, in which roles, until which day at the latest."""

    public_id: UUID
    name: str
    roles: tuple[str, ...]
    last_on: date


def put_on(request: HttpRequest) -> None:
    """Set `request.hat` and the actor by what the session says.

    A hat whose time is over is taken off: a page says so, a post is refused with it. Raises
    OtherHat for a form opened under another name.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    place = str(actor.organization_id)
    chosen = request.session.get(KEPT, {}).get(place, "")
    hat = None
    if chosen:
        try:
            actor, hat = worn(actor, chosen)
        except DomainError as over:
            take_off(request)
            if request.method not in READING:
                raise
            messages.warning(request, str(over))
    request.actor, request.hat = actor, hat  # type: ignore[attr-defined]
    _refuse_other(request, hat)


def worn(actor: Actor, public_id: str | UUID) -> tuple[Actor, Hat]:
    """Return a member as the deputy of another, by that one's public id.

    Raises NotFound, NoDeputy, DeputyEnded.
    """
    with tenancy.reading(actor):
        principal = _member(public_id)
        acting = replace(actor, acts_for_id=principal.pk)
        deputies.ensure_any(acting)
        held = deputies.of(acting)
        roles = tuple(sorted({each.role.value for each in held}))
        last_on = max(each.last_on for each in held)
        return acting, Hat(principal.public_id, principal.name, roles, last_on)


def keep(request: HttpRequest, public_id: UUID) -> Hat:
    """Let the session act for another from now on; NotFound, NoDeputy, DeputyEnded."""
    own = replace(request.actor, acts_for_id=None)  # type: ignore[attr-defined]
    _, hat = worn(own, public_id)
    place = str(own.organization_id)
    request.session[KEPT] = {**request.session.get(KEPT, {}), place: str(hat.public_id)}
    return hat


def take_off(request: HttpRequest) -> None:
    """Let the session act for nobody else in this organization any more."""
    place = str(request.actor.organization_id)  # type: ignore[attr-defined]
    kept = request.session.get(KEPT, {})
    request.session[KEPT] = {key: each for key, each in kept.items() if key != place}


def _member(public_id: str | UUID) -> Member:
    try:
        found = Member.objects.filter(public_id=UUID(str(public_id))).first()
    except ValueError as error:
        raise NotFound(what="member") from error
    if found is None:
        raise NotFound(what="member")
    return found


def _refuse_other(request: HttpRequest, hat: Hat | None) -> None:
    opened: str | None = request.POST.get(FIELD) if request.method not in READING else None
    now = "" if hat is None else str(hat.public_id)
    if opened is None or opened == now:
        return
    with tenancy.reading(request.actor):  # type: ignore[attr-defined]
        then = _name(lambda: _member(opened).name) if opened else "yourself"
    raise OtherHat(then=then, now="yourself" if hat is None else hat.name)


def _name(ask: Callable[[], str]) -> str:
    try:
        return ask()
    except NotFound:
        return "somebody else"
