"""The page of one measure, and the acts on the measure itself: describe it, name its people."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, render, requires
from hierarchy.queries import past as known_then
from measures.forms import DescriptionForm, PeopleForm
from measures.services import proposals
from measures.views import dialogs, past, sections
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene


@requires(Permission.VIEW)
def measure(request: Request, measure: UUID) -> HttpResponse:
    """Show the whole measure, or what was known of it on the day named by `as_of`."""
    scene = scenes.of(request, measure)
    on = known_then.asked(request.GET.get(known_then.ASKED, ""))
    if on is not None:
        return render(request, "measures/as_of.html", past.context(request, scene, on))
    return render(request, "measures/measure.html", sections.everything(request, scene))


@requires(Permission.VIEW)
def head(request: Request, measure: UUID) -> HttpResponse:
    """Show the head anew, after something below has changed."""
    scene = scenes.of(request, measure)
    return render(request, "measures/_head.html", sections.of("head", request, scene))


@requires(Permission.EDIT_MEASURE)
def describe(request: Request, measure: UUID) -> HttpResponse:
    """Change name, description, size and kind."""
    scene = scenes.of(request, measure, Permission.EDIT_MEASURE)
    form = _description(request, scene)
    if request.method == "POST" and form.is_valid():
        proposals.describe(
            actor=request.actor,
            measure_id=scene.measure.pk,
            version=dialogs.version_of(request),
            **form.cleaned_data,
        )
        return dialogs.done(request, measure, "head", _("The description is saved."))
    asked = Asked(
        "head",
        _("Describe the measure"),
        request.path,
        _("Save"),
        version=scene.measure.version,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


def _description(request: HttpRequest, scene: Scene) -> DescriptionForm:
    found = scene.measure
    initial = {
        "name": found.node.name,
        "description": found.description,
        "effect_type": found.effect_type,
        "size": scene.written(found.size),
    }
    return DescriptionForm(request.POST or None, initial=initial, reader=scene.money)


@requires(Permission.NAME_PEOPLE)
def name_people(request: Request, measure: UUID) -> HttpResponse:
    """Name owner, sponsor and controller."""
    scene = scenes.of(request, measure, Permission.NAME_PEOPLE)
    with tenancy.reading(request.actor):
        members = list(people.staying().values_list("pk", "name"))
    found = scene.measure
    initial = {role: getattr(found, role) for role in ("owner_id", "sponsor_id", "controller_id")}
    form = PeopleForm(request.POST or None, initial=initial, members=members)
    if request.method == "POST" and form.is_valid():
        # A form sent with two owners is refused in words, not by taking the last of them.
        proposals.sole_owner({each for each in request.POST.getlist("owner_id") if each})
        proposals.name_people(
            actor=request.actor,
            measure_id=found.pk,
            version=dialogs.version_of(request),
            **form.cleaned_data,
        )
        return dialogs.done(request, measure, "head", _("The people are named."))
    asked = Asked(
        "head",
        _("Name the people"),
        request.path,
        _("Save"),
        note=_("Three different people, always. A change voids an open gate request."),
        version=found.version,
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)
