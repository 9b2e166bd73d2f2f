"""Holding, resuming, cancelling a measure and rejecting a proposal, each by a form of its own."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.queries import numbers
from accounts.rules.roles import Permission
from core import tenancy
from governance.forms import CancellationForm, HoldForm, ReasonForm, ResumptionForm
from governance.rules import holds
from governance.rules.holds import Move
from governance.services import lifecycle
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
    with tenancy.reading(request.actor):
        today = authority.today()
        latest = holds.latest_end(today, numbers.current(today))
    form = HoldForm(request.POST or None, latest=latest)
    asked = Asked(
        _("Put on hold"),
        _("Put on hold"),
        note=_("An open request becomes void. The clock of the plan runs on."),
    )
    return _decided(request, scene, asked, form, lifecycle.hold, _("The measure is on hold."))


@requires(Permission.RESUME)
def resume(request: Request, measure: UUID) -> HttpResponse:
    """Let a measure on hold run again."""
    scene = _scene(request, measure, Move.RESUME)
    form = ResumptionForm(request.POST if request.method == "POST" else None)
    asked = Asked(_("Resume"), _("Resume"), note=_("It runs again at the stage it had."))
    return _decided(request, scene, asked, form, lifecycle.resume, _("The measure runs again."))


@requires(Permission.CANCEL)
def cancel(request: Request, measure: UUID) -> HttpResponse:
    """End a measure without delivering it."""
    scene = _scene(request, measure, Move.CANCEL)
    form = CancellationForm(request.POST or None, reader=scenes.money_reader(request))
    asked = Asked(
        _("Cancel the measure"),
        _("Cancel the measure"),
        note=_("This is for good: approved actuals stay, everything still to come ends."),
        is_danger=True,
    )
    return _decided(request, scene, asked, form, lifecycle.cancel, _("The measure is cancelled."))


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
