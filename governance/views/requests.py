"""Submitting a gate, one request with what its voters are shown, and voting on it."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance.forms import RequestForm, VoteForm, WithdrawalForm
from governance.models import GateRequest
from governance.queries import (
    criteria,
    decisions,
    desk,
    facts,
    passage,
    requests,
    schemes,
    snapshot,
)
from governance.queries.desk import RequestRow
from governance.rules import differences
from governance.rules.holds import Move
from governance.rules.votes import Choice, RequestState
from governance.services import gates
from governance.views import rows, shown
from governance.views import scene as scenes
from governance.views.scene import Scene
from governance.words import MOVE_NAMES
from hierarchy.pages import Request, render, requires
from hierarchy.queries import authority
from measures.queries import measures
from measures.queries.measures import named
from measures.rules.stage import Stage


@requires(Permission.SUBMIT_GATE)
@require_POST
def submit(request: Request, measure: UUID) -> HttpResponse:
    """Submit the next gate of a measure."""
    scene = scenes.of(request, measure)
    form = RequestForm(request.POST)
    if not form.is_valid():
        context = {"scene": scene, "request_form": form}
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        template = "governance/_request_form.html" if request.htmx else "governance/submit.html"
        return render(request, template, context, status=status)
    given = form.cleaned_data
    made = gates.request(
        actor=request.actor,
        measure_id=scene.measure.pk,
        note=given["note"],
        due_on=given["due_on"],
        fast_track="fast_track" in request.POST,
    )
    return scenes.done(
        request, _address(request, made.public_id), _("The gate is requested; its voters see it.")
    )


@requires(Permission.VIEW)
@require_safe
def show(request: Request, asked: UUID) -> HttpResponse:
    """Show what was submitted, what it says now, the votes, and the forms to vote or withdraw."""
    return render(request, "governance/request.html", _page(request, asked))


@requires(Permission.VOTE_GATE, step_up=True)
@require_POST
def vote(request: Request, asked: UUID) -> HttpResponse:
    """Vote on exactly what was shown."""
    with tenancy.reading(request.actor):
        found, _scene = _found(request, asked)
    form = VoteForm(request.POST)
    if not form.is_valid():
        return _refused(request, asked, "vote", form)
    given = form.cleaned_data
    gates.vote(
        actor=request.actor,
        request_id=found.pk,
        choice=Choice(given["choice"]),
        digest=request.POST.get("digest", ""),
        reason=given["reason"],
        due_on=given["due_on"],
    )
    return scenes.done(request, _address(request, asked), _("Your vote is recorded."))


@requires(Permission.SUBMIT_GATE)
@require_POST
def withdraw(request: Request, asked: UUID) -> HttpResponse:
    """Take a request back."""
    with tenancy.reading(request.actor):
        found, _scene = _found(request, asked)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _refused(request, asked, "withdraw", form)
    gates.withdraw(actor=request.actor, request_id=found.pk, reason=form.cleaned_data["reason"])
    return scenes.done(request, _address(request, asked), _("The request is withdrawn."))


def _refused(
    request: Request, asked: UUID, name: str, form: VoteForm | WithdrawalForm
) -> HttpResponse:
    """Show the form again with what is wrong with it; what was typed stays in it."""
    with tenancy.reading(request.actor):
        context = {**_page(request, asked), f"{name}_form": form}
    template = f"governance/_{name}_form.html" if request.htmx else "governance/request.html"
    return render(request, template, context, status=HTTPStatus.UNPROCESSABLE_ENTITY)


def _found(request: Request, public_id: UUID) -> tuple[GateRequest, Scene]:
    """Return a request and its measure; NotFound where the measure is not visible."""
    found = requests.by_public_id(public_id)
    measure = measures.visible(request.actor).filter(pk=found.measure_id).first()
    if measure is None:
        raise NotFound(what="request")
    return found, Scene(request.membership.slug, measure)


def _page(request: Request, public_id: UUID) -> dict[str, Any]:
    found, scene = _found(request, public_id)
    every = desk.of_measure(request.actor, scene.measure.pk)
    row = next(each for each in every if each.request_id == found.pk)
    settled = decisions.of_requests([found.pk])
    is_open = row.state is RequestState.OPEN
    said = snapshot.read(found.snapshot)
    return {
        "scene": scene,
        "each": rows.one(row),
        "row": row,
        "decision": settled.get(found.pk),
        "criteria": _criteria(found, scene) if is_open else [],
        "to_be_named": shown.to_be_named(scene.measure, requests.gate_of(found)) if is_open else [],
        "said": shown.of(said),
        "rules": _rules_changed(found) if row.is_stale else [],
        "changes": shown.changes(said, snapshot.now(found)) if row.is_stale else [],
        "earlier": [rows.one(each) for each in every if each.request_id != found.pk],
        "vote_form": _vote_form(row),
        "ends": _ends(request, scene, row),
        "withdraw_form": WithdrawalForm() if is_open and _may_submit(request, scene) else None,
        "is_closing": row.stage is Stage.CLOSED,
        "may_read_history": authority.may(
            request.actor, Permission.VIEW_LEDGER, scene.measure.node, named(scene.measure)
        ),
        **scenes.figures(),
    }


def _rules_changed(found: GateRequest) -> list[str]:
    """Return in sentences what the gates ask otherwise than when the request was submitted."""
    book = schemes.book([found])
    return differences.between(book.of(found), book.current)


def _criteria(found: GateRequest, scene: Scene) -> list[rows.CriterionView]:
    judged = facts.one(found.measure_id)
    return rows.criteria(criteria.rows(requests.gate_of(found), judged, scene.measure))


def _vote_form(row: RequestRow) -> VoteForm | None:
    if row.my_role is None:
        return None
    form = VoteForm()
    if row.stage is Stage.CLOSED:
        form.only_return()
    return form


def _ends(request: Request, scene: Scene, row: RequestRow) -> list[tuple[str, Promise, bool]]:
    """Return the outcomes besides the votes that the reader may decide: hold and cancel."""
    if row.state is not RequestState.OPEN or row.is_stale:
        return []
    possible = passage.moves(request.actor, scene.measure)
    names = {Move.HOLD: "governance:gate_hold", Move.CANCEL: "governance:gate_cancel"}
    slug = request.membership.slug
    return [
        (
            f"{reverse(name, args=[slug, row.address])}?{urlencode({'digest': row.digest})}",
            MOVE_NAMES[move],
            move is Move.CANCEL,
        )
        for move, name in names.items()
        if move in possible
    ]


def _may_submit(request: Request, scene: Scene) -> bool:
    found = scene.measure
    return authority.may(request.actor, Permission.SUBMIT_GATE, found.node, named(found))


def _address(request: Request, public_id: UUID) -> str:
    return reverse("governance:request", args=[request.membership.slug, public_id])
