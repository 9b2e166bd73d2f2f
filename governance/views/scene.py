"""What each page and act on one measure starts from, and one form a time over the page."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Profile
from accounts.queries import people
from core import tenancy
from hierarchy.pages import Request, redirect, render
from measures.models import Measure
from measures.queries import measures
from measures.rules.amounts import CellReader, NumberFormat
from measures.rules.lines import MONEY, Unit

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Scene:
    """One measure as the page of a reader names it."""

    slug: str
    measure: Measure

    @property
    def public_id(self) -> UUID:
        """Return the address of the measure: its node's."""
        found: UUID = self.measure.node.public_id
        return found

    def url(self, name: str = "measures:measure") -> str:
        """Return the address of one of the measure's pages."""
        return reverse(name, kwargs={"slug": self.slug, "measure": self.public_id})


@dataclass(frozen=True, slots=True)
class Asked:
    """A form as it is shown; `waiting` are the measures that wait for this one.

    `dismiss` is said instead of "Cancel" where that is what the form does to the measure.
    `digest` is of what the reader was shown before, where the act binds to it.
    """

    heading: Words
    submit: Words
    note: Words = ""
    is_danger: bool = False
    dismiss: Words = ""
    waiting: Sequence[object] = ()
    digest: str = ""


def of(request: Request, public_id: UUID) -> Scene:
    """Return the measure at an address; NotFound where it is not visible."""
    with tenancy.reading(request.actor):
        return Scene(request.membership.slug, measures.by_public_id(request.actor, public_id))


def number_format(profile: Profile) -> NumberFormat:
    """Return the organization's own signs of numbers."""
    return NumberFormat(profile.decimal_separator, profile.group_separator)


def figures() -> dict[str, Any]:
    """Return how amounts are written: the organization's signs and currency."""
    profile = people.profile()
    return {
        "number_format": number_format(profile),
        "scale": "units",
        "currency": profile.currency,
    }


def money_reader(request: Request) -> CellReader:
    """Return what reads amounts in the organization's own currency."""
    with tenancy.reading(request.actor):
        profile = people.profile()
        return CellReader(Unit(MONEY), profile.currency, number_format(profile))


def ask(request: Request, scene: Scene, asked: Asked, form: forms.Form) -> HttpResponse:
    """Show a form, empty or with what is wrong with it; what was typed stays in it."""
    template = "governance/_form.html" if request.htmx else "governance/form.html"
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"scene": scene, "asked": asked, "form": form, **_figures_read(request)}
    return render(request, template, context, status=status)


def done(request: Request, url: str, sentence: Words) -> HttpResponse:
    """Say what was done on the page that the reader goes on with."""
    messages.success(request, str(sentence))
    return redirect(request, url)


def _figures_read(request: Request) -> dict[str, Any]:
    with tenancy.reading(request.actor):
        return figures()
