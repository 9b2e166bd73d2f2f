"""Proof of presence: the password once more, asked for where the act is waiting."""

from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.models import User


@login_required
@require_POST
def presence(request: HttpRequest) -> HttpResponse:
    """Take the password again and remember when; a wrong one is counted as a failed login."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 -- login_required has seen to it
    found = get_adapter().authenticate(
        request, email=user.email, password=request.POST.get("password", "")
    )
    if found is None or found.pk != user.pk:
        answer = {"is_wrong": True}
        return render(
            request, "components/_step_up.html", answer, status=HTTPStatus.UNPROCESSABLE_ENTITY
        )
    reauthenticate_by_password(request)
    return render(request, "components/_step_up.html", {"is_done": True})
