"""The tree in administration: look, add, rename, move, archive."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_GET, require_POST

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import Invalid
from hierarchy import forms, pages
from hierarchy.models import Node
from hierarchy.pages import Request, requires
from hierarchy.places import address, tabs
from hierarchy.queries import authority, overview, rights
from hierarchy.queries import tree as places
from hierarchy.rules.levels import NAMES, Level, child_level
from hierarchy.services import tree


@requires(Permission.ADMINISTER_STRUCTURE)
@require_GET
def administration(request: Request) -> HttpResponse:
    """Show the tree from where the member administers it."""
    context = {"rows": overview.tops(request.actor), "totals": overview.totals()}
    return pages.render(
        request, "hierarchy/administration.html", context | tabs(request, "administration")
    )


@requires(Permission.ADMINISTER_STRUCTURE)
@require_GET
def children(request: Request, node: UUID) -> HttpResponse:
    """Return what stands below a node, for opening it in the overview."""
    found = places.by_public_id(node)
    authority.ensure(request.actor, Permission.ADMINISTER_STRUCTURE, found)
    return pages.render(request, "hierarchy/_below.html", {"row": overview.opened(found)})


@requires(Permission.ADMINISTER_STRUCTURE)
@require_GET
def node(request: Request, node: UUID) -> HttpResponse:
    """Show one node with all that can be done to it."""
    return _page(request, node)


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def add(request: Request, node: UUID) -> HttpResponse:
    """Add a child; in the overview the new rows of the parent come back."""
    form = forms.NodeForm(request.POST)
    if not form.is_valid():
        if request.htmx:
            field, sentences = next(iter(form.errors.items()))
            raise Invalid(field=field, problem=str(sentences[0]))
        return _page(request, node, add_form=form)
    with tenancy.reading(request.actor):
        parent = places.by_public_id(node)
    tree.add(actor=request.actor, parent_id=parent.pk, **form.cleaned_data)
    if not request.htmx:
        return pages.redirect(request, address(request, "node", node=node))
    with tenancy.reading(request.actor):
        shown = {"row": overview.opened(parent), "adding": True, "totals": overview.totals()}
        return pages.render(request, "hierarchy/_below.html", shown)


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def rename(request: Request, node: UUID) -> HttpResponse:
    """Give a node another name and code."""
    form = forms.RenameForm(request.POST)
    if not form.is_valid():
        return _page(request, node, rename_form=form)
    tree.rename(actor=request.actor, node_id=_id(request, node), **form.cleaned_data)
    return pages.redirect(request, address(request, "node", node=node))


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def move(request: Request, node: UUID) -> HttpResponse:
    """Hang a node under another parent."""
    with tenancy.reading(request.actor):
        found = places.by_public_id(node)
        parents = overview.possible_parents(request.actor, found, request.POST.get("find", ""))
    form = forms.MoveForm(request.POST, parents=parents)
    if not form.is_valid():
        return _page(request, node, move_form=form)
    with tenancy.reading(request.actor):
        chosen = places.by_public_id(form.cleaned_data["parent"])
    tree.move(
        actor=request.actor,
        node_id=found.pk,
        parent_id=chosen.pk,
        version=form.cleaned_data["version"],
    )
    return pages.redirect(request, address(request, "node", node=node))


@requires(Permission.ADMINISTER_STRUCTURE)
@require_POST
def archive(request: Request, node: UUID) -> HttpResponse:
    """Close an empty node, and go to its parent."""
    form = forms.ArchiveForm(request.POST)
    if not form.is_valid():
        return _page(request, node)
    tree.archive(actor=request.actor, node_id=_id(request, node), **form.cleaned_data)
    return pages.redirect(request, address(request, "node", node=node))


def node_context(request: Request, found: Node, **given: Any) -> dict[str, Any]:
    """Return what the page of a node shows; `given` forms stand in place of fresh ones."""
    parents = overview.possible_parents(request.actor, found, request.GET.get("find", ""))
    below = child_level(Level(found.level))
    seats = rights.reaching(found)
    may_seat = authority.may(request.actor, Permission.ADMINISTER_PEOPLE, found)
    return {
        "node": found,
        "level_name": overview.level_name(found),
        "child_name": "" if below in {None, Level.MEASURE} else NAMES[below or Level.MEASURE],
        "is_root": found.level == Level.ORGANIZATION,
        "is_measure": found.level == Level.MEASURE,
        "rows": overview.opened(found).rows,
        "breadcrumbs": [
            {"label": each.name, "url": address(request, "node", node=each.public_id)}
            for each in places.path(found)[:-1]
        ]
        + [{"label": found.name, "url": ""}],
        "own_seats": [seat for seat in seats if seat.node_id == found.pk],
        "inherited_seats": [seat for seat in seats if seat.node_id != found.pk],
        "find": request.GET.get("find", ""),
        "is_long": len(parents) == overview.CANDIDATES,
        "add_form": forms.NodeForm(),
        "rename_form": forms.RenameForm(
            initial={"name": found.name, "code": found.code, "version": found.version}
        ),
        "move_form": forms.MoveForm(parents=parents, initial={"version": found.version}),
        "seat_form": forms.SeatForm(
            members=people.staying().exclude(pk=request.actor.member_id or 0),
            initial={"node": found.public_id, "valid_from": authority.today()},
        )
        if may_seat
        else None,
        **given,
        **tabs(request, "administration"),
    }


def _page(request: Request, public_id: UUID, **given: Any) -> HttpResponse:
    """Render the page of a node, with status 422 when it shows a form that did not fit."""
    with tenancy.reading(request.actor):
        found = places.by_public_id(public_id)
        authority.ensure(request.actor, Permission.ADMINISTER_STRUCTURE, found)
        return pages.render(
            request,
            "hierarchy/node.html",
            node_context(request, found, **given),
            status=HTTPStatus.OK
            if request.method in pages.READING
            else HTTPStatus.UNPROCESSABLE_ENTITY,
        )


def _id(request: Request, public_id: UUID) -> int:
    with tenancy.reading(request.actor):
        return places.by_public_id(public_id).pk
