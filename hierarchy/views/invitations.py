"""Invitations: sent and withdrawn in administration, accepted by whoever got the letter."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.queries import people as members
from accounts.rules.roles import Permission, Role
from core import tenancy
from hierarchy import forms, pages
from hierarchy.pages import Request, requires
from hierarchy.places import address, tabs
from hierarchy.queries import invitations as invited
from hierarchy.queries import tree as nodes
from hierarchy.services import invitations
from hierarchy.services.invitations import Claim, Entry, Promise


def context() -> dict[str, Any]:
    """Return what the page of people shows: members, open invitations, and the form to invite."""
    return {
        "members": members.members(),
        "invitations": invited.open_ones(),
        "invitation_form": forms.InvitationForm(places=invited.places()),
        "member_form": forms.MemberForm(),
        "sends_mail": settings.ENVIRONMENT.sends_mail,
    }


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
@require_POST
def invite(request: Request) -> HttpResponse:
    """Invite a person by e-mail."""
    with tenancy.reading(request.actor):
        form = forms.InvitationForm(request.POST, places=invited.places())
        if not form.is_valid():
            shown = context() | {"invitation_form": form} | tabs(request, "people")
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return pages.render(request, "hierarchy/people.html", shown, status=status)
        promises = tuple(
            Promise(nodes.by_public_id(node).pk, Role(role)) for role, node in form.promised()
        )
    given = form.cleaned_data
    invitations.invite(
        actor=request.actor, name=given["name"], email=given["email"], seats=promises
    )
    return pages.redirect(request, address(request, "people") + "#invitations")


@requires(Permission.ADMINISTER_PEOPLE, step_up=True)
@require_POST
def send_again(request: Request, invitation: UUID) -> HttpResponse:
    """Send an invitation anew."""
    invitations.send_again(actor=request.actor, public_id=invitation)
    return pages.redirect(request, address(request, "people") + "#invitations")


@requires(Permission.ADMINISTER_PEOPLE)
@require_POST
def revoke(request: Request, invitation: UUID) -> HttpResponse:
    """Withdraw an invitation."""
    invitations.revoke(actor=request.actor, public_id=invitation)
    return pages.redirect(request, address(request, "people") + "#invitations")


@never_cache
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation to who has its link, and take it: by a new password, or by the login."""
    claim = invitations.claim_of(token)
    with tenancy.reading(tenancy.system(claim.organization_id)):
        invitation = invitations.standing(claim)
        organization = members.profile().name
    user = User.objects.filter(email=invitation.email).first()
    has_login = user is not None and user.has_usable_password()
    known = User(email=invitation.email, name=invitation.name)
    form = None if has_login else forms.WelcomeForm(request.POST or None, user=known)
    if request.method == "POST" and (form is None or form.is_valid()):
        return _come_in(request, claim, form)
    shown = {
        "invitation": invitation,
        "organization_name": organization,
        "form": form,
        "is_them": user is not None and request.user.pk == user.pk,
        "login_url": f"{reverse('account_login')}?next={request.path}",
    }
    failed = form is not None and form.is_bound
    status = HTTPStatus.UNPROCESSABLE_ENTITY if failed else HTTPStatus.OK
    return render(request, "account/invitation.html", shown, status=status)


def _come_in(request: HttpRequest, claim: Claim, form: forms.WelcomeForm | None) -> HttpResponse:
    password = "" if form is None else form.cleaned_data["password"]
    member = invitations.accept(claim=claim, entry=Entry(request.user.pk, password))
    home = reverse("entrance")
    if form is None:
        return HttpResponseRedirect(home, status=HTTPStatus.SEE_OTHER)
    user = User.objects.get(pk=member.user_id)
    entered: HttpResponse = perform_password_login(
        request, {"email": user.email}, Login(user=user, redirect_url=home)
    )
    return entered
