"""Hold and cancel as outcomes of a gate, each by a form on exactly the request that was shown."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.queries import numbers
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance.forms import CancellationForm, HoldForm
from governance.models import GateRequest
from governance.queries import dependants, holding, requests
from governance.rules import holds
from governance.rules.holds import Move
from governance.services import outcomes
from governance.services.outcomes import Cancellation, Hold, Shown
from governance.views import scene as scenes
from governance.views.scene import Asked, Scene
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from measures.queries import measures
from measures.queries.measures import named
from measures.rules.stage import Lifecycle, Stage


@requires(Permission.HOLD, step_up=True)
def hold(request: Request, asked: UUID) -> HttpResponse:
    """Decide a gate by putting its measure on hold until a day."""
    found, scene = _found(request, asked, Move.HOLD)
    with tenancy.reading(request.actor):
        today = authority.today()
        latest = holds.latest_end(today, numbers.current(today))
        waiting = dependants.of(request.actor, scene.measure.pk)
    form = HoldForm(request.POST or None, latest=latest)
    shown = Asked(
        _("Decide: put on hold"),
        _("Put on hold"),
        note=_("This settles the request: it becomes void, and new spend stops. The clock of the "
               "plan runs on."),
        waiting=waiting,
        digest=_digest(request, found),
    )  # fmt: skip
    if not form.is_valid():
        return scenes.ask(request, scene, shown, form)
    outcomes.hold(actor=request.actor, shown=_shown(request, found), said=Hold(**form.cleaned_data))
    return scenes.done(request, _address(request, asked), _("The measure is on hold."))


@requires(Permission.CANCEL, step_up=True)
def cancel(request: Request, asked: UUID) -> HttpResponse:
    """Decide a gate by ending its measure."""
    found, scene = _found(request, asked, Move.CANCEL)
    with tenancy.reading(request.actor):
        flows = holding.flows(scene.measure.pk)
        others = dependants.could_replace(request.actor, scene.measure)
        waiting = dependants.of(request.actor, scene.measure.pk)
    form = CancellationForm(
        request.POST or None, reader=scenes.money_reader(request), is_flowing=flows, others=others
    )
    shown = Asked(
        _("Decide: cancel the measure"),
        _("Cancel the measure"),
        note=_("This settles the request. Approved actuals stay, everything still to come ends."),
        is_danger=True,
        dismiss=_("Do not cancel it"),
        waiting=waiting,
        digest=_digest(request, found),
    )
    if not form.is_valid():
        return scenes.ask(request, scene, shown, form)
    outcomes.cancel(
        actor=request.actor, shown=_shown(request, found), said=Cancellation(**form.given())
    )
    return scenes.done(request, _address(request, asked), _("The measure is cancelled."))


def _found(request: Request, public_id: UUID, move: Move) -> tuple[GateRequest, Scene]:
    """Return a request and its measure; a form that would only be refused is not offered."""
    with tenancy.reading(request.actor):
        found = requests.by_public_id(public_id)
        measure = measures.visible(request.actor).filter(pk=found.measure_id).first()
        if measure is None:
            raise NotFound(what="request")
        permission = holds.TRANSITIONS[move].permission
        authority.ensure(request.actor, permission, measure.node, named(measure))
        holds.after(move, stage=Stage(measure.stage), lifecycle=Lifecycle(measure.lifecycle))
    return found, Scene(request.membership.slug, measure)


def _digest(request: Request, found: GateRequest) -> str:
    """Return what was shown: the page of the request says it in the address of the form."""
    given = request.POST.get("digest") or request.GET.get("digest") or found.digest
    return str(given)


def _shown(request: Request, found: GateRequest) -> Shown:
    return Shown(found.pk, request.POST.get("digest", ""))


def _address(request: Request, public_id: UUID) -> str:
    return reverse("governance:request", args=[request.membership.slug, public_id])
