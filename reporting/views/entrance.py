"""The way in: from the bare address to where a person's work is, never to a menu."""

from dataclasses import dataclass

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.queries import people
from accounts.queries.people import Membership
from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.queries import measures

PORTFOLIO = "reporting:home"
MY_WORK = "measures:my_work"

HOMES: tuple[tuple[Role, str], ...] = (
    (Role.EXECUTIVE, PORTFOLIO),
    (Role.STEERING, PORTFOLIO),
    (Role.LEAD, "governance:gate_desk"),
    (Role.SPONSOR, "governance:gate_desk"),
    (Role.CONTROLLER, "governance:approval_desk"),
    (Role.OWNER, MY_WORK),
    (Role.ADMINISTRATOR, "hierarchy:administration"),
)
"""Where each role works (interface.md); who has several starts at the first of them."""


@dataclass(frozen=True, slots=True)
class Door:
    """One organization a person may enter, and where in it they begin."""

    name: str
    url: str
    roles: tuple[str, ...]


def entrance(request: HttpRequest) -> HttpResponse:
    """Send a person home; ask which organization where there are several, say so if none."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    user_id = request.user.pk
    doors = [_door(each, user_id) for each in people.memberships(user_id)]
    if len(doors) == 1:
        return HttpResponseRedirect(doors[0].url)
    return render(request, "reporting/entrance.html", {"doors": doors})


def _door(membership: Membership, user_id: int) -> Door:
    actor = Actor(
        organization_id=membership.organization_id,
        member_id=membership.member_id,
        user_id=user_id,
        name=membership.name,
    )
    with tenancy.reading(actor):
        roles = {each.role for each in authority.ranges(actor)}
        return Door(
            name=people.profile().name,
            url=reverse(_home(membership, actor, roles), kwargs={"slug": membership.slug}),
            roles=tuple(role.value for role, _ in HOMES if role in roles),
        )


def _home(membership: Membership, actor: Actor, roles: set[Role]) -> str:
    """Return the page a member chose, else that of the first role, else of being named."""
    if membership.home in {name for _, name in HOMES}:
        return membership.home
    by_role = next((name for role, name in HOMES if role in roles), None)
    if by_role is not None:
        return by_role
    return MY_WORK if measures.visible(actor).exists() else PORTFOLIO
