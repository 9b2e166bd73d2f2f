"""Holding, extending, resuming, cancelling, restoring and rejecting, each by a form of its own."""

from collections.abc import Callable
from datetime import date
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.queries import numbers
from accounts.rules.roles import Permission
from core import tenancy
from governance.forms import (
    CancellationForm,
    ExtensionForm,
    HoldForm,
    ReasonForm,
    ResumptionForm,
)
from governance.queries import dependants, holding
from governance.queries.dependants import Waiting
from governance.rules import holds
from governance.rules.holds import Move
from governance.services import lifecycle, phasing, restoring
from governance.views import scene as scenes
from governance.views.scene import Asked, Scene
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage

Act = Callable[..., object]


@requires(Permission.HOLD)
def hold(request: Request, measure: UUID) -> HttpResponse:
    """Put a measure on hold until a day."""
    scene = _scene(request, measure, Move.HOLD)
    form = HoldForm(request.POST or None, latest=_latest(request))
    asked = Asked(
        _("Put on hold"),
        _("Put on hold"),
        note=_("An open request becomes void, new spend stops. The clock of the plan runs on."),
        waiting=_waiting(request, scene),
    )
    return _decided(request, scene, asked, form, lifecycle.hold, _("The measure is on hold."))


@requires(Permission.EXTEND_HOLD)
def extend(request: Request, measure: UUID) -> HttpResponse:
    """Lengthen a hold, once."""
    scene = _scene(request, measure, Move.EXTEND)
    form = ExtensionForm(request.POST or None, latest=_latest(request))
    asked = Asked(
        _("Extend the hold"),
        _("Extend the hold"),
        note=_("Once, by one level above who decided the hold."),
        waiting=_waiting(request, scene),
    )
    return _decided(request, scene, asked, form, lifecycle.extend, _("The hold is extended."))


@requires(Permission.RESUME)
def resume(request: Request, measure: UUID) -> HttpResponse:
    """Let a measure on hold run again."""
    scene = _scene(request, measure, Move.RESUME)
    form = ResumptionForm(request.POST if request.method == "POST" else None)
    asked = Asked(_("Resume"), _("Resume"), note=_("It runs again at the stage it had."))
    return _decided(request, scene, asked, form, lifecycle.resume, _("The measure runs again."))


@requires(Permission.VIEW)
def rephase(request: Request, measure: UUID) -> HttpResponse:
    """Confirm the forecast of a measure on hold as its delayed phasing."""
    scene = scenes.of(request, measure)
    form = forms.Form(request.POST if request.method == "POST" else None)
    asked = Asked(
        _("Confirm the delayed phasing"),
        _("Confirm"),
        note=_("The forecast as it is now counts again once sponsor and controller confirm it."),
    )
    return _decided(request, scene, asked, form, phasing.confirm, _("Your word is recorded."))


@requires(Permission.CANCEL)
def cancel(request: Request, measure: UUID) -> HttpResponse:
    """End a measure without delivering it."""
    scene = _scene(request, measure, Move.CANCEL)
    with tenancy.reading(request.actor):
        flows = holding.flows(scene.measure.pk)
        others = dependants.could_replace(request.actor, scene.measure)
    form = CancellationForm(
        request.POST or None, reader=scenes.money_reader(request), is_flowing=flows, others=others
    )
    asked = Asked(
        _("Cancel the measure"),
        _("Cancel the measure"),
        note=_("Approved actuals stay, everything still to come ends."),
        is_danger=True,
        dismiss=_("Do not cancel it"),
        waiting=_waiting(request, scene),
    )
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    lifecycle.cancel(actor=request.actor, measure_id=scene.measure.pk, **form.given())
    return scenes.done(request, scene.url(), _("The measure is cancelled."))


@requires(Permission.RESTORE)
def restore(request: Request, measure: UUID) -> HttpResponse:
    """Propose to take a cancellation back, or do it as the second person."""
    scene = scenes.of(request, measure)
    with tenancy.reading(request.actor):
        found = scene.measure
        authority.ensure(request.actor, Permission.RESTORE, found.node, named(found))
        ended = holding.cancellation(found.pk)
        proposed = None if ended is None else holding.restoration(ended.pk)
        by = "" if proposed is None else holding.proposed_by(proposed)
    form = ReasonForm(request.POST or None)
    if proposed is None:
        note = _("The sponsor and a lead take it back together; the other of you confirms.")
        asked = Asked(_("Take the cancellation back"), _("Propose it"), note=note)
        said = _("It waits for the other person.")
        return _decided(request, scene, asked, form, restoring.propose, said)
    note = _("Proposed by %(name)s: %(reason)s The measure runs again at its former stage.")
    words = note % {"name": by, "reason": proposed.reason}
    asked = Asked(_("Take the cancellation back"), _("Take it back"), note=words)
    said = _("The measure runs again.")
    return _decided(request, scene, asked, form, restoring.restore, said)


@requires(Permission.REJECT_PROPOSAL)
def reject(request: Request, measure: UUID) -> HttpResponse:
    """Reject a proposal before it is sized."""
    scene = _scene(request, measure, Move.REJECT)
    form = ReasonForm(request.POST or None)
    asked = Asked(
        _("Reject the proposal"),
        _("Reject the proposal"),
        note=_("This is for good. The proposer reads the reason."),
        is_danger=True,
    )
    return _decided(request, scene, asked, form, lifecycle.reject, _("The proposal is rejected."))


def _latest(request: Request) -> date:
    with tenancy.reading(request.actor):
        today = authority.today()
        return holds.latest_end(today, numbers.current(today))


def _waiting(request: Request, scene: Scene) -> list[Waiting]:
    with tenancy.reading(request.actor):
        return dependants.of(request.actor, scene.measure.pk)


def _scene(request: Request, measure: UUID, move: Move) -> Scene:
    """Return the measure; a form that would only be refused is not offered."""
    with tenancy.reading(request.actor):
        scene = scenes.of(request, measure)
        found = scene.measure
        permission = holds.TRANSITIONS[move].permission
        authority.ensure(request.actor, permission, found.node, named(found))
        holds.after(move, stage=Stage(found.stage), lifecycle=Lifecycle(found.lifecycle))
    return scene


def _decided(
    request: Request, scene: Scene, asked: Asked, form: forms.Form, act: Act, said: Promise
) -> HttpResponse:
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    act(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(), said)
