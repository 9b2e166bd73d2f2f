"""One form a time: as a dialog over the measure's page, or as a page of its own without scripts."""

import json
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from core import tenancy
from hierarchy.pages import Request, redirect, render
from hierarchy.rules.given import whole_number
from measures.views import scene as scenes
from measures.views import sections
from measures.views.scene import Scene

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as it is shown: what it is about, where it goes, and the section it belongs to."""

    section: str
    heading: Words
    action: str
    submit: Words
    note: Words = ""
    version: int | None = None
    has_file: bool = False
    is_danger: bool = False
    remove_url: str = ""
    find_url: str = ""


def ask(
    request: Request, scene: Scene, asked: Asked, form: forms.Form, *, is_refused: bool = False
) -> HttpResponse:
    """Show a form, empty or with what is wrong with it; what was typed stays in it."""
    template = "measures/_form.html" if request.htmx else "measures/form.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_refused else HTTPStatus.OK
    context = {
        "scene": scene,
        "asked": asked,
        "form": form,
        # A form sent back keeps the version it was made from: else it would overwrite in silence.
        "version": request.POST.get("version", asked.version),
        "year": request.POST.get("year") or request.GET.get("year", ""),
        "number_format": scene.number_format,
    }
    response = render(request, template, context, status=status)
    if is_refused:
        response["HX-Retarget"] = f"#dialog-{asked.section}"
        response["HX-Reswap"] = "innerHTML"
    return response


def chosen(request: Request, name: str) -> int:
    """Return the row that an address or a form names; 0, which none has, if it names none."""
    given = request.POST.get(name) or request.GET.get(name) or ""
    return whole_number(given) or 0


def version_of(request: Request) -> int:
    """Return the version that a form was made from; -1, which never fits, if it names none."""
    given = whole_number(request.POST.get("version", ""))
    return -1 if given is None else given


def done(request: Request, measure: UUID, section: str, sentence: Words) -> HttpResponse:
    """Answer an act that is done: the section anew for HTMX, else the page at that section.

    Who came from the list of their work goes on with that list.
    """
    if request.GET.get("from") == "work":
        return back_to_work(request, sentence)
    with tenancy.reading(request.actor):
        scene = scenes.of(request, measure)
        if not request.htmx:
            messages.success(request, str(sentence))
            return redirect(request, f"{scene.url()}{sections.year_query(request)}#{section}")
        context = sections.of(section, request, scene)
        response = render(request, f"measures/_{section}.html", {**context, "done": sentence})
    response["HX-Trigger-After-Settle"] = json.dumps({"measure-changed": {"section": section}})
    return response


def back_to_work(request: Request, sentence: Words) -> HttpResponse:
    """Say what was done above the list of the reader's work."""
    messages.success(request, str(sentence))
    return redirect(request, reverse("measures:my_work", args=[request.membership.slug]))
