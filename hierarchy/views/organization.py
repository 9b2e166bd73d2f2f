"""The organization in administration: profile, numbers of the rules, tokens."""

from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from accounts.queries import numbers as number_queries
from accounts.queries import people
from accounts.rules.numbers import NUMBERS, Unit, in_words
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from hierarchy import forms, pages
from hierarchy.pages import Request, requires
from hierarchy.places import address, tabs
from hierarchy.queries import authority
from hierarchy.services import administration
from hierarchy.services.administration import ProfileValues


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number of the rules as the page shows it; figures as they are written in the rules."""

    key: str
    label: str
    meaning: str
    unit: str
    value: str
    default: str
    lower: str
    upper: str
    source: str
    is_changed: bool
    needs_two: bool


@requires(Permission.ADMINISTER_STRUCTURE)
def profile(request: Request) -> HttpResponse:
    """Show and change what the organization is and how it counts."""
    with tenancy.reading(request.actor):
        found, zone = people.profile(), people.time_zone()
        initial = {
            "name": found.name,
            "currency": found.currency,
            "fiscal_start_month": found.fiscal_start_month,
            "decimal_separator": found.decimal_separator,
            "group_separator": found.group_separator,
            "time_zone": zone,
        }
        form = forms.ProfileForm(
            request.POST or None, initial=initial, is_fixed=administration.has_figures()
        )
        if request.method in pages.READING or not form.is_valid():
            return pages.render(
                request,
                "hierarchy/profile.html",
                {"form": form} | tabs(request, "profile"),
                status=_status(request),
            )
    administration.change_profile(actor=request.actor, values=ProfileValues(**form.cleaned_data))
    return pages.redirect(request, address(request, "profile"))


@requires(Permission.CHANGE_NUMBERS)
def numbers(request: Request) -> HttpResponse:
    """Show every number of the rules that is the organization's to choose."""
    context = {"rows": _number_rows()} | tabs(request, "numbers")
    return pages.render(request, "hierarchy/numbers.html", context)


@requires(Permission.CHANGE_NUMBERS)
def number(request: Request) -> HttpResponse:
    """Show one number, named by `key`, with its history, and change it from a day on."""
    key = request.GET.get("key", "")
    if key not in NUMBERS:
        raise NotFound(what="number")
    with tenancy.reading(request.actor):
        row = next(each for each in _number_rows() if each.key == key)
        form = forms.NumberForm(
            request.POST or None,
            initial={"value": row.value, "effective_on": authority.today()},
        )
        if request.method in pages.READING or not form.is_valid():
            context = {
                "row": row,
                "form": form,
                "versions": number_queries.versions(key),
                "breadcrumbs": [
                    {"label": "Numbers", "url": address(request, "numbers")},
                    {"label": row.label, "url": ""},
                ],
            }
            return pages.render(
                request,
                "hierarchy/number.html",
                context | tabs(request, "numbers"),
                status=_status(request),
            )
    administration.change_number(actor=request.actor, key=key, **form.cleaned_data)
    return pages.redirect(request, f"{address(request, 'number')}?key={key}")


@requires(Permission.USE_API, step_up=True)
def tokens(request: Request) -> HttpResponse:
    """List tokens, and make one of one's own; the secret is shown this once."""
    if request.method != "POST":
        return _tokens(request, forms.TokenForm())
    form = forms.TokenForm(request.POST)
    if not form.is_valid():
        return _tokens(request, form)
    secret = administration.issue_token(actor=request.actor, **form.cleaned_data)
    response = _tokens(request, forms.TokenForm(), secret=secret)
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.USE_API)
@require_POST
def revoke(request: Request) -> HttpResponse:
    """End a token now."""
    form = forms.RevokeForm(request.POST)
    form.full_clean()
    administration.revoke_token(actor=request.actor, token_id=form.cleaned_data.get("token", 0))
    return pages.redirect(request, address(request, "tokens"))


def _tokens(request: Request, form: forms.TokenForm, secret: str = "") -> HttpResponse:
    with tenancy.reading(request.actor):
        context = {
            "tokens": administration.seen_tokens(request.actor),
            "form": form,
            "secret": secret,
        }
        return pages.render(
            request,
            "hierarchy/tokens.html",
            context | tabs(request, "tokens"),
            status=HTTPStatus.OK if not form.errors else HTTPStatus.UNPROCESSABLE_ENTITY,
        )


def _number_rows() -> list[NumberRow]:
    in_force = number_queries.current(authority.today())
    changed = in_force.given
    return [
        NumberRow(
            key=key,
            label=in_words(key),
            meaning=_meaning(row.meaning, row.unit),
            unit=row.unit.value,
            value=_written(changed.get(key, Decimal(row.default))),
            default=_written(Decimal(row.default)),
            lower=_written(Decimal(row.lower)),
            upper=_written(Decimal(row.upper)),
            source=row.source,
            is_changed=key in changed,
            needs_two=row.two,
        )
        for key, row in NUMBERS.items()
    ]


def _meaning(meaning: str, unit: Unit) -> str:
    """Return what a number means, led by what it counts: "days a hold may last at most"."""
    if unit is not Unit.RATIO:
        return f"{unit} {meaning}"
    return f"share {meaning}" if meaning.startswith("of ") else meaning


def _written(value: Decimal) -> str:
    """Return a number without the zeros that only its column added."""
    return (
        f"{value:f}".rstrip("0").rstrip(".")
        if value != value.to_integral_value()
        else (f"{value:.0f}")
    )


def _status(request: Request) -> HTTPStatus:
    """Return 422 for a form that came back because it did not fit."""
    if request.method in pages.READING:
        return HTTPStatus.OK
    return HTTPStatus.UNPROCESSABLE_ENTITY
