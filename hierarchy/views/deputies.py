"""Deputies: whom one stands in for, who stands in for one, and acting for another."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Member
from accounts.queries import numbers
from accounts.queries import people as members
from accounts.rules.roles import Permission, Role
from core import tenancy
from core.errors import NotFound
from hierarchy import forms, hats, pages
from hierarchy.models import Deputyship, Node
from hierarchy.pages import Request, requires
from hierarchy.places import address
from hierarchy.queries import authority, tree
from hierarchy.queries import deputies as queries
from hierarchy.rules import deputies as rules
from hierarchy.rules.deputies import State
from hierarchy.services import deputies
from hierarchy.services.deputies import StandingIn

MOST_PLACES = 200
OPEN_STATES = frozenset({State.COMING, State.IN_FORCE})


@dataclass(frozen=True, slots=True)
class Row:
    """One deputyship with where it stands today, and whether the reader may end it."""

    each: Deputyship
    state: State
    can_revoke: bool


@requires(Permission.VIEW, step_up=True)
def index(request: Request) -> HttpResponse:
    """Show the reader's deputyships, for administrators everybody's, and name a deputy."""
    if request.method != "POST":
        return _page(request, _form(request))
    form = _form(request, request.POST)
    if not form.is_valid():
        return _page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    made = deputies.name(actor=request.actor, wanted=_wanted(request, form.cleaned_data))
    messages.success(
        request,
        _("%(deputy)s stands in for %(principal)s as %(role)s until %(last)s.")
        % {
            "deputy": made.deputy.name,
            "principal": made.principal.name,
            "role": made.role,
            "last": queries.day_of(made.last_on),
        },
    )
    return pages.redirect(request, address(request, "deputies"))


@requires(Permission.VIEW)
@require_POST
def revoke(request: Request) -> HttpResponse:
    """End a deputyship now."""
    form = forms.RevokeDeputyForm(request.POST)
    if not form.is_valid():
        raise NotFound(what="deputyship")
    with tenancy.reading(request.actor):
        found = queries.by_public_id(form.cleaned_data["deputyship"])
    deputies.revoke(actor=request.actor, deputyship_id=found.pk)
    messages.success(request, _("The deputyship is revoked."))
    return pages.redirect(request, address(request, "deputies"))


@requires(Permission.VIEW)
@require_POST
def act_for(request: Request) -> HttpResponse:
    """Act for another from now on; without a member named, for oneself again."""
    form = forms.ActForForm(request.POST)
    form.full_clean()
    chosen = form.cleaned_data.get("member")
    if chosen is None:
        hats.take_off(request)
        messages.success(request, _("You act for yourself again."))
        return pages.redirect(request, address(request, "deputies"))
    hats.keep(request, chosen)
    return pages.redirect(request, reverse("measures:my_work", args=[request.membership.slug]))


@requires(Permission.VIEW)
@require_safe
def offered(request: Request) -> HttpResponse:
    """Show whom the reader could act for today, for "My work"; the page without scripts."""
    if not request.htmx:
        return pages.redirect(request, address(request, "deputies"))
    return pages.render(request, "hierarchy/_act_for.html", {"principals": _principals(request)})


def _page(
    request: Request, form: forms.DeputyForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    with tenancy.reading(request.actor):
        return pages.render(request, "hierarchy/deputies.html", _context(request, form), status)


def _context(request: Request, form: forms.DeputyForm) -> dict[str, Any]:
    own_id = request.actor.member_id or 0
    mine = _rows(request, list(queries.seen_by(own_id)))
    administered = authority.visible(request.actor, Permission.ADMINISTER_PEOPLE)
    others = queries.everybody(administered).exclude(principal_id=own_id)
    return {
        "principals": _principals(request),
        "given": [each for each in mine if each.each.principal_id == own_id],
        "held": [each for each in mine if each.each.deputy_id == own_id],
        "others": _rows(request, list(others.exclude(deputy_id=own_id))),
        "form": form,
        "longest": numbers.current(authority.today()).deputy_days,
    }


def _rows(request: Request, found: list[Deputyship]) -> list[Row]:
    today = authority.today()
    rows = []
    for each in found:
        state = rules.state_of(
            first=each.first_on,
            last=each.last_on,
            is_revoked=each.revoked_at is not None,
            today=today,
        )
        is_theirs = request.actor.member_id in {each.principal_id, each.deputy_id}
        may = is_theirs or authority.may(request.actor, Permission.ADMINISTER_PEOPLE, each.node)
        can_revoke = state in OPEN_STATES and may and request.hat is None
        rows.append(Row(each, state, can_revoke))
    return rows


def _principals(request: Request) -> list[Member]:
    return queries.principals_of(request.actor.member_id)


def _form(request: Request, given: Any = None) -> forms.DeputyForm:
    with tenancy.reading(request.actor):
        everybody = list(members.members())
        own = [each for each in everybody if each.pk == request.actor.member_id]
        administers = authority.visible(request.actor, Permission.ADMINISTER_PEOPLE).exists()
        today = authority.today()
        return forms.DeputyForm(
            given,
            principals=everybody if administers else own,
            deputies=[each for each in everybody if each not in own],
            places=_places(request),
            initial={"principal": own[0].public_id if own else "", "first_on": today},
        )


def _places(request: Request) -> list[Node]:
    """Return the root, which stands for everywhere, and the places above measures one sees."""
    root = tree.root()
    below = authority.visible(request.actor).filter(level__in=(1, 2, 3), archived_on__isnull=True)
    return [root, *below.exclude(pk=root.pk).order_by("lft")[:MOST_PLACES]]


def _wanted(request: Request, given: dict[str, Any]) -> StandingIn:
    with tenancy.reading(request.actor):
        ids = dict(
            members.members()
            .filter(public_id__in=[given["principal"], given["deputy"]])
            .values_list("public_id", "pk")
        )
        return StandingIn(
            principal_id=ids.get(given["principal"], 0),
            deputy_id=ids.get(given["deputy"], 0),
            role=Role(given["role"]),
            node_id=tree.by_public_id(given["place"]).pk,
            first_on=given["first_on"],
            last_on=given["last_on"],
            reason=given["reason"],
        )
