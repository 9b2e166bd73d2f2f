"""One forced decision: the question, what each answer would win, and the form to answer it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.queries import numbers
from accounts.rules.roles import Permission
from core import tenancy
from core.money import from_scaled
from governance.models import ForcedDecision
from governance.queries import dependants, forced, holding
from governance.queries.forced import ForcedRow
from governance.rules.forced import Answer, ForcedState
from governance.services import forcing
from governance.words import ROLE_NAMES
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.queries import authority, tree
from steering.forms import AnswerForm
from steering.queries import zombies
from steering.queries.zombies import CENTS
from steering.views import rows
from steering.words import ANSWERED, ANSWERS, FORCED_STATES


@requires(Permission.VIEW)
@require_safe
def show(request: Request, asked: UUID) -> HttpResponse:
    """Show the question with its figures; who may answers it here."""
    found, row = forced.detail(request.actor, asked)
    return render(request, "steering/forced.html", _context(request, found, row))


@requires(Permission.VIEW)
def answer(request: Request, asked: UUID) -> HttpResponse:
    """Answer it, then show what was answered."""
    url = reverse("steering:forced", args=[request.membership.slug, asked])
    with tenancy.reading(request.actor):
        found, row = forced.detail(request.actor, asked)
        form = AnswerForm(request.POST, is_flowing=holding.flows(found.measure_id))
    if request.method != "POST":
        return redirect(request, url)
    if not form.is_valid():
        with tenancy.reading(request.actor):
            context = _context(request, found, row, form)
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return render(request, "steering/forced.html", context, status=status)
    forcing.answer(actor=request.actor, forced_id=found.pk, reply=form.reply())
    messages.success(request, _("The decision is recorded."))
    return redirect(request, url)


@requires(Permission.VIEW)
@require_safe
def asked_of_me(request: Request) -> HttpResponse:
    """Show the forced decisions that wait for the reader, and what the reader's measures miss."""
    context = {
        "forced": forced.waiting(request.actor, mine=True),
        "told": dependants.for_me(request.actor),
        **rows.figures(),
    }
    return render(request, "steering/_asked_of_me.html", context)


def _context(
    request: Request,
    found: ForcedDecision,
    row: ForcedRow,
    form: AnswerForm | None = None,
) -> dict[str, Any]:
    is_open = row.state is ForcedState.OPEN
    if form is None and is_open and forced.may_decide(request.actor, found):
        form = AnswerForm(is_flowing=holding.flows(found.measure_id))
    given = forced.answer_of(found.pk)
    today = zombies.conditions_today(found.measure_id) if is_open else row.conditions
    return {
        "row": row,
        "state": FORCED_STATES[row.state],
        "role": ROLE_NAMES[found.decider_role],  # type: ignore[index]  # a role's own code
        "options": [
            (ANSWERS[Answer(each["answer"])], from_scaled(each["effect"], CENTS))
            for each in found.options
        ],
        "today": () if today == row.conditions else today,
        "has_lapsed": not today,
        "given": given,
        "answered": "" if given is None else ANSWERED[given.outcome],
        "form": form,
        "cancel_after": numbers.current(authority.today()).forced_cancel,
        "waiting": dependants.of(request.actor, found.measure_id),
        "path": tree.path(found.measure.node)[:-1],
        **rows.shadow(),
        **rows.figures(),
    }
