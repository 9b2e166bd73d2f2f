"""Handing a member's measures over, singly or in bulk, and letting the member leave on a day."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Member
from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.models import Node
from hierarchy.pages import READING, Request, redirect, render, requires
from hierarchy.queries import authority, invitations, tree
from hierarchy.services import administration
from steering.forms import HandOverForm
from steering.queries import belongings
from steering.queries.belongings import NamedOn
from steering.services import leaving
from steering.services.leaving import Assignment


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
def leave(request: Request, member: UUID) -> HttpResponse:
    """Show all a member holds, below a node (?node=) or everywhere; hand over, and let leave."""
    with tenancy.reading(request.actor):
        authority.ensure(request.actor, Permission.ADMINISTER_PEOPLE, tree.root())
        leaver = administration.member_at(member)
        node = _node(request)
        duties = belongings.duties(leaver.pk, node)
        form = HandOverForm(
            request.POST or None,
            duties=duties,
            members=_successors(leaver),
            today=authority.today(),
            may_leave=leaver.pk != request.actor.member_id,
        )
        if request.method in READING or not form.is_valid():
            status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
            context = _context(request, leaver, node, form)
            return render(request, "steering/leaving.html", context, status=status)
    return _done(request, leaver, duties, form)


def _done(
    request: Request, leaver: Member, duties: Iterable[NamedOn], form: HandOverForm
) -> HttpResponse:
    assignments = [
        Assignment(each.measure_id, each.role, form.successors[each.key])
        for each in duties
        if each.key in form.successors
    ]
    reason, on = form.cleaned_data["reason"], form.cleaned_data["leaves_on"]
    if on is not None:
        leaving.leave(
            actor=request.actor, member=leaver, on=on, assignments=assignments, reason=reason
        )
        said = _("%(name)s leaves on %(day)s; everything is handed over.")
        messages.success(request, said % {"name": leaver.name, "day": on.isoformat()})
        return redirect(request, reverse("hierarchy:people", kwargs=_slug(request)))
    count = leaving.hand_over(actor=request.actor, assignments=assignments, reason=reason)
    said = ngettext(
        "%(count)s measure was handed over.", "%(count)s measures were handed over.", count
    )
    messages.success(request, said % {"count": count})
    return redirect(request, request.get_full_path())


def _context(
    request: Request, leaver: Member, node: Node | None, form: HandOverForm
) -> dict[str, Any]:
    return {
        "leaver": leaver,
        "held": belongings.of(leaver),
        "form": form,
        "node": node,
        "places": invitations.places(),
        "is_self": leaver.pk == request.actor.member_id,
        "breadcrumbs": [
            {"label": _("People"), "url": reverse("hierarchy:people", kwargs=_slug(request))},
            {
                "label": leaver.name,
                "url": reverse(
                    "hierarchy:member", kwargs=_slug(request) | {"member": leaver.public_id}
                ),
            },
            {"label": _("Hand over"), "url": ""},
        ],
    }


def _successors(leaver: Member) -> list[Member]:
    return list(people.staying().exclude(pk=leaver.pk))


def _node(request: Request) -> Node | None:
    given = request.GET.get("node", "")
    try:
        return tree.by_public_id(UUID(given)) if given else None
    except ValueError:
        return None


def _slug(request: Request) -> dict[str, object]:
    return {"slug": request.membership.slug}
