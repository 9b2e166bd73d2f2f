"""The premise of a measure: stated and declared void, each by a form of its own over the page."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance.forms import PremiseForm, ReasonForm
from governance.queries import premises
from governance.services import premises as services
from governance.views import scene as scenes
from governance.views.scene import Asked
from hierarchy.pages import Request, requires
from hierarchy.queries import authority
from measures.queries import stages
from measures.queries.measures import named
from measures.rules.stage import Stage


@requires(Permission.EDIT_MEASURE)
def state(request: Request, measure: UUID) -> HttpResponse:
    """State what the value stands on, in place of what was stated before."""
    scene = scenes.of(request, measure)
    with tenancy.reading(request.actor):
        found = scene.measure
        authority.ensure(request.actor, Permission.EDIT_MEASURE, found.node, named(found))
        members = [(each.pk, each.name) for each in people.staying()]
        current = premises.of_measure(found.pk)
    initial = (
        {}
        if current is None
        else {
            "statement": current.premise.statement,
            "checked_by_id": current.premise.checked_by_id,
        }
    )
    form = PremiseForm(request.POST or None, members=members, initial=initial)
    asked = Asked(
        _("State the premise"),
        _("State it"),
        note=_(
            "What the value takes for granted. Once it is decided, a void premise forces an answer."
        ),
    )
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    services.state(actor=request.actor, measure_id=found.pk, **form.cleaned_data)
    return scenes.done(request, scene.url(), _("The premise is stated."))


@requires(Permission.VOID_PREMISE)
def declare_void(request: Request, measure: UUID) -> HttpResponse:
    """Declare that the premise shown does not hold any more."""
    scene = scenes.of(request, measure)
    with tenancy.reading(request.actor):
        found = scene.measure
        authority.ensure(request.actor, Permission.VOID_PREMISE, found.node, named(found))
        current = premises.of_measure(found.pk)
        decided = stages.names().of(Stage.DECIDED)
    if current is None:
        raise NotFound(what="premise")
    form = ReasonForm(request.POST or None)
    asked = Asked(
        _("Declare the premise void"),
        _("Declare it void"),
        note=_("“%(premise)s” From %(stage)s on, a decision about the measure is forced.")
        % {"premise": current.premise.statement, "stage": decided},
        is_danger=True,
    )
    if not form.is_valid():
        return scenes.ask(request, scene, asked, form)
    services.declare_void(
        actor=request.actor,
        measure_id=found.pk,
        premise_id=current.premise.pk,
        reason=form.cleaned_data["reason"],
    )
    return scenes.done(request, scene.url(), _("The premise is declared void."))
