"""Price and volume behind a line's plan, as a dialog on the measure's page."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import AmountField, Days, House
from measures.models import Line
from measures.queries import sections
from measures.rules.amounts import CellReader
from measures.rules.calendar import Month
from measures.rules.drivers import Drivers
from measures.rules.lines import Unit
from measures.services import drivers as service
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked
from measures.views.scene import Scene

SECTION = "value"
FINEST = 6


class DriversForm(House):
    """The same price and volume for every month from a first to a last."""

    first_on = Days(label=_("First month"), help_text=_("Any day of it."))
    last_on = Days(label=_("Last month"), help_text=_("Any day of it."))

    def __init__(self, *args: Any, scene: Scene, line: Line, **options: Any) -> None:
        super().__init__(*args, **options)
        self.calendar = scene.ground.calendar
        price = CellReader(Unit("price", FINEST), line.currency, scene.number_format)
        volume = CellReader(Unit("volume", FINEST), "", scene.number_format)
        for name, reader, label in (
            ("baseline_price", price, _("Price without the measure")),
            ("new_price", price, _("Price with the measure")),
            ("baseline_volume", volume, _("Volume a month without the measure")),
            ("new_volume", volume, _("Volume a month with the measure")),
        ):
            self.fields[name] = AmountField(reader, label=label)

    def clean(self) -> dict[str, Any]:
        """Read the months and the four figures together."""
        given = super().clean() or {}
        if self.errors:
            return given
        first, last = (self.calendar.month_of(given[name]) for name in ("first_on", "last_on"))
        if not 0 <= last.index - first.index < service.MOST_MONTHS:
            raise forms.ValidationError(_("The last month must not lie before the first."))
        months = [Month.at(index) for index in range(first.index, last.index + 1)]
        figures = (
            given[name] for name in ("baseline_price", "new_price", "baseline_volume", "new_volume")
        )
        return {"months": months, "drivers": Drivers(*figures)}


@requires(Permission.EDIT_MEASURE)
def record(request: Request, measure: UUID) -> HttpResponse:
    """Say what the planned months of a line are made of."""
    scene = scenes.of(request, measure, Permission.EDIT_MEASURE)
    with tenancy.reading(request.actor):
        line = sections.line(scene.measure.pk, dialogs.chosen(request, "line"))
    form = DriversForm(request.POST or None, scene=scene, line=line)
    if form.is_valid():
        service.record(actor=request.actor, line_id=line.pk, **form.cleaned_data)
        return dialogs.done(request, measure, SECTION, _("Price and volume are recorded."))
    note = _("The price effect at the new volume and the volume effect at the price without it.")
    asked = Asked(SECTION, line.name, request.get_full_path(), _("Record"), note=note)
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)
