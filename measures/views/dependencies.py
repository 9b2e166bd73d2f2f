"""Dependencies on the measure's page: find the other measure, propose, accept, remove."""

from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, render, requires
from measures.forms import Choices, DependencyForm
from measures.queries import listing
from measures.services import dependencies
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked

SECTION = "dependencies"
MOST_FOUND = 12


@requires(Permission.UPDATE_MILESTONE)
def add(request: Request, measure: UUID) -> HttpResponse:
    """Choose a visible measure and say what is needed from it."""
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    chosen = dialogs.chosen(request, "needs_id")
    form = DependencyForm(request.POST or None, found=_found(request, scene.measure.pk, chosen))
    if form.is_valid():
        dependencies.propose(actor=request.actor, measure_id=scene.measure.pk, **form.cleaned_data)
        return dialogs.done(request, measure, SECTION, _("The other side is asked to accept."))
    asked = Asked(
        SECTION,
        _("Add a dependency"),
        request.path,
        _("Propose"),
        note=_("The owner of the other measure accepts it."),
        find_url=scene.url("measures:dependency_find"),
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)


@requires(Permission.VIEW)
def find(request: Request, measure: UUID) -> HttpResponse:
    """Show the measures that a search finds, to choose one from."""
    scene = scenes.of(request, measure)
    form = DependencyForm(found=_found(request, scene.measure.pk, 0))
    return render(request, "measures/_found.html", {"scene": scene, "form": form})


@requires(Permission.UPDATE_MILESTONE)
@require_POST
def accept(request: Request, measure: UUID) -> HttpResponse:
    """Accept, for the measure needed, that another waits for it."""
    dependencies.accept(
        actor=request.actor,
        dependency_id=dialogs.chosen(request, "dependency"),
        version=dialogs.version_of(request),
    )
    return dialogs.done(request, measure, SECTION, _("The dependency is accepted."))


@requires(Permission.UPDATE_MILESTONE)
def remove(request: Request, measure: UUID) -> HttpResponse:
    """End a dependency, after asking once."""
    scene = scenes.of(request, measure, Permission.UPDATE_MILESTONE)
    dependency_id = dialogs.chosen(request, "dependency")
    if request.method == "POST":
        dependencies.remove(
            actor=request.actor,
            dependency_id=dependency_id,
            version=dialogs.version_of(request),
        )
        return dialogs.done(request, measure, SECTION, _("The dependency is removed."))
    asked = Asked(
        SECTION,
        _("Remove the dependency"),
        request.get_full_path(),
        _("Remove"),
        note=_("Neither measure waits for the other any more."),
        version=listing.dependency_version(scene.measure.pk, dependency_id),
        is_danger=True,
    )
    return dialogs.ask(request, scene, asked, forms.Form())


def _found(request: Request, measure_id: int, chosen: int) -> Choices:
    with tenancy.reading(request.actor):
        rows = listing.found(
            request.actor,
            request.GET.get("q", ""),
            but=measure_id,
            chosen=chosen,
            limit=MOST_FOUND,
        )
    return [(each.id, f"{each.name} ({each.code})" if each.code else each.name) for each in rows]
