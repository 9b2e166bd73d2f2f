"""The list of all measures a reader may see: searched, filtered and sorted by its address."""

from dataclasses import fields

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts import exact
from accounts.rules.roles import Permission
from hierarchy.pages import Request, render, requires
from measures.queries import listing, packages, periods, stages
from measures.queries.listing import Wanted
from measures.rules.lights import Colour
from measures.rules.stage import StageNames
from measures.services.cells import number_format
from measures.words import LIFECYCLE_NAMES

COLOURS = [
    (Colour.GREEN.value, _("Green")),
    (Colour.AMBER.value, _("Amber")),
    (Colour.RED.value, _("Red")),
    (Colour.GREY.value, _("Not judged")),
]


@requires(Permission.VIEW)
def index(request: Request) -> HttpResponse:
    """Show one page of the list."""
    given = {each.name: request.GET.get(each.name, "") for each in fields(Wanted)}
    wanted = Wanted(**{**given, "sort": given["sort"] or "name"})
    page = listing.page(request.actor, wanted, exact.rows_a_page(listing.PAGE))
    names = stages.names()
    context = {
        "wanted": wanted,
        "page": page,
        "rows": [
            (row, names.of(row.stage, row.step), LIFECYCLE_NAMES[row.lifecycle])
            for row in page.rows
        ],
        "may_propose": packages.is_any_open_to(request.actor),
        "sort": wanted.sort,
        "is_filtered": wanted.is_filtered,
        "stages": _places(names),
        "lifecycles": [(each.value, name) for each, name in LIFECYCLE_NAMES.items()],
        "colours": COLOURS,
        "currency": periods.ground().currency,
        "number_format": number_format(),
        "scale": "units",
    }
    return render(request, "measures/index.html", context)


def _places(names: StageNames) -> list[tuple[str, str]]:
    """Return the choices of a filter: "3" is a stage with all of its steps, "3.1" one of them."""
    return [
        (f"{stage}.{step}", f"\N{EN DASH} {name}") if step else (f"{stage}", name)
        for stage, step, name in names.places()
    ]
