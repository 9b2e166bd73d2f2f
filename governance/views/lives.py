"""The history of one thing, whatever it is: each change with before, after, who, when and why."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from accounts.queries import people
from accounts.rules.roles import Permission
from core.errors import NotFound
from governance.models import GateRequest
from governance.queries import lives, objects
from governance.queries.lives import Thing
from governance.queries.objects import SETTINGS
from governance.views import entries
from hierarchy.models import Node
from hierarchy.pages import Request, ensure_anywhere, render, requires
from hierarchy.queries import authority, tree
from hierarchy.rules.given import whole_number
from measures.models import Measure
from measures.queries import measures, stages

PAGE = 30


@dataclass(frozen=True, slots=True)
class Title:
    """What a history is of, and where the reader came from."""

    name: str
    url: str


@requires(Permission.VIEW)
@require_safe
def measure(request: Request, measure: UUID) -> HttpResponse:
    """Show the life of a measure with its lines, figures, claims, milestones, risks, decisions."""
    found = measures.by_public_id(request.actor, measure)
    _ensure_on_measure(request, found)
    title = Title(found.node.name, _address(request, "measures:measure", measure=measure))
    return _page(request, Thing("measure", found.pk), title)


@requires(Permission.VIEW_LEDGER)
@require_safe
def node(request: Request, node: UUID) -> HttpResponse:
    """Show the life of a node, its seats and targets."""
    found = Node.objects.filter(public_id=node).first()
    if found is None:
        raise NotFound(what="page")
    authority.ensure(request.actor, Permission.VIEW_LEDGER, found)
    title = Title(found.name, _address(request, "reporting:node", node=node))
    return _page(request, Thing("node", found.pk), title)


@requires(Permission.VIEW)
@require_safe
def member(request: Request, member: UUID) -> HttpResponse:
    """Show the life of a member with seats and tokens: to administrators, and to oneself."""
    found = people.everybody().filter(public_id=member).first()
    if found is None:
        raise NotFound(what="member")
    if found.pk != request.actor.member_id:
        ensure_anywhere(request.actor, Permission.ADMINISTER_PEOPLE)
    title = Title(found.name, _address(request, "hierarchy:member", member=member))
    return _page(request, Thing("member", found.pk), title)


@requires(Permission.VIEW_LEDGER)
@require_safe
def settings(request: Request) -> HttpResponse:
    """Show the life of what the organization has agreed: profile, numbers, schemes."""
    authority.ensure(request.actor, Permission.VIEW_LEDGER, tree.root())
    title = Title(gettext("Settings"), _address(request, "hierarchy:numbers"))
    return _page(request, Thing(SETTINGS), title)


@requires(Permission.VIEW)
@require_safe
def gate_request(request: Request, asked: UUID) -> HttpResponse:
    """Show the life of a request with its votes and its decision."""
    found = GateRequest.objects.filter(public_id=asked).select_related("measure__node").first()
    if found is None or not measures.visible(request.actor).filter(pk=found.measure_id).exists():
        raise NotFound(what="request")
    _ensure_on_measure(request, found.measure)
    gate = stages.names().of(found.gate, found.step)
    words = {"gate": gate, "measure": found.measure.node.name}
    title = Title(
        gettext("Request for %(gate)s: %(measure)s") % words,
        _address(request, "governance:request", asked=asked),
    )
    return _page(request, Thing("request", found.pk), title)


@requires(Permission.VIEW)
@require_safe
def escalation(request: Request, escalation: UUID) -> HttpResponse:
    """Show the life of an escalation with the decisions that were taken on it."""
    pk, measure_id = objects.escalation_at(escalation)
    found = measures.visible(request.actor).filter(pk=measure_id).first()
    if found is None:
        raise NotFound(what="escalation")
    _ensure_on_measure(request, found)
    words = {"measure": found.node.name}
    title = Title(
        gettext("Escalation of %(measure)s") % words,
        _address(request, "steering:escalation", escalation=escalation),
    )
    return _page(request, Thing("escalation", pk), title)


def _ensure_on_measure(request: Request, found: Measure) -> None:
    authority.ensure(request.actor, Permission.VIEW_LEDGER, found.node, measures.named(found))


def _address(request: Request, name: str, **named: object) -> str:
    return reverse(name, kwargs={"slug": request.membership.slug, **named})


def _page(request: Request, thing: Thing, title: Title) -> HttpResponse:
    before = whole_number(request.GET.get("before", ""))
    page = lives.of(thing, before, limit=PAGE)
    context: dict[str, Any] = {
        "title": title,
        "entries": entries.shown(page.rows),
        "older": page.before,
        "is_older": before is not None,
        "url": request.path,
    }
    name = "governance/_life.html" if request.htmx else "governance/life.html"
    return render(request, name, context)
