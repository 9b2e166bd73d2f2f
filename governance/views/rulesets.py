"""The rule set as a file, given out to every member and read back; and one number proposed."""

from decimal import Decimal
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import numbers
from accounts.rules.numbers import NUMBERS, in_words
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import Invalid, NotFound
from governance.errors import NumbersInvalid, RulesRefused, SchemeInvalid
from governance.queries import proposals, rulesets
from governance.rules.rulesets import LARGEST, written
from governance.services import rulesets as services
from governance.services import schemes
from governance.views.scheme_forms import FileForm, NumberForm
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.places import tabs
from hierarchy.queries import authority
from hierarchy.rules.given import day_in

REFUSALS = (Invalid, NumbersInvalid, SchemeInvalid)


@requires(Permission.VIEW)
@require_safe
def file(request: Request) -> HttpResponse:
    """Give out the rules of a day, today unless named by `as_of`, as a signed file."""
    given = request.GET.get("as_of", "")
    on = day_in(given) if given else authority.today()
    if on is None:
        raise Invalid(field="as of", problem=f"must be a day like {authority.today()}.")
    response = HttpResponse(f"{rulesets.paper(on)}\n", content_type="application/json")
    name = f"{request.membership.slug}-rules-{on:%Y-%m-%d}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@requires(Permission.CHANGE_GATES)
def bring_in(request: Request) -> HttpResponse:
    """Make a file of rules the open proposal, or say line by line why not."""
    with tenancy.reading(request.actor):
        initial = {"effective_from": authority.today()}
    form = FileForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            services.bring_in(
                actor=request.actor,
                given=given["file"].read(LARGEST + 1),
                effective_from=given["effective_from"],
                reason=given["reason"],
            )
        except RulesRefused as refused:
            for line in refused.lines:
                form.add_error("file", line)
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            return _to_proposal(request, _("The file is read. This is what it would change."))
    return _form(request, {"form": form, "name": _("Bring in a file of rules"), "has_file": True})


@requires(Permission.CHANGE_GATES)
def number(request: Request) -> HttpResponse:
    """Propose one number, named by `key`, that takes two administrators."""
    key = request.GET.get("key", "")
    row = NUMBERS.get(key)
    if row is None or not row.two:
        raise NotFound(what="number")
    with tenancy.reading(request.actor):
        today, draft = authority.today(), proposals.open_one()
        given = numbers.overrides(today).get(key, Decimal(row.default))
        wanted = {} if draft is None else draft.numbers
        # One draft carries all that changes together: what it says already stands here to go on.
        initial = {
            "value": wanted.get(key, written(given)),
            "effective_from": today if draft is None else max(today, draft.effective_from),
            "reason": "" if draft is None else draft.reason,
        }
    form = NumberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            schemes.propose_number(
                actor=request.actor,
                key=key,
                value=said["value"],
                effective_from=said["effective_from"],
                reason=said["reason"],
            )
        except REFUSALS as refused:
            form.add_error(None, str(refused))
        else:
            return _to_proposal(request, _("The change is kept as a proposal."))
    return _form(request, {"form": form, "name": in_words(key)})


def _to_proposal(request: Request, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(request, reverse("governance:scheme_proposal", args=[request.membership.slug]))


def _form(request: Request, context: dict[str, Any]) -> HttpResponse:
    with tenancy.reading(request.actor):
        shown = context | tabs(request, "governance:schemes")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["form"].is_bound else HTTPStatus.OK
    return render(request, "governance/scheme_gate.html", shown, status=status)
