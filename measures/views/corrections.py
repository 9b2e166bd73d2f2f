"""Correcting a locked month: the owner says by how much it was wrong, and proves it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.pages import Request, requires
from measures.forms import AmountField, Choices, House, chosen
from measures.queries import claims as rows
from measures.queries import sections
from measures.rules.amounts import CellReader
from measures.services import corrections
from measures.services.cells import reader_of
from measures.services.comments import LONGEST_TEXT
from measures.views import dialogs
from measures.views import scene as scenes
from measures.views.dialogs import Asked

SECTION = "value"


class CorrectionForm(House):
    """By how much a locked month was wrong, with the file that proves it."""

    def __init__(self, *args: Any, reader: CellReader, evidence: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"] = AmountField(
            reader,
            label=_("Difference in %(unit)s") % {"unit": reader.unit_name},
            help_text=_("With its sign: what is added to the month, or taken from it."),
        )
        self.fields["evidence_id"] = chosen(
            _("Evidence"), evidence, help_text=_("Attach the file first.")
        )
        self.fields["note"] = forms.CharField(
            label=_("What was wrong"),
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 2}),
        )


@requires(Permission.CLAIM_ACTUAL)
def correct(request: Request, measure: UUID) -> HttpResponse:
    """Post a reversal entry for an approved actual of a locked month."""
    scene = scenes.of(request, measure, Permission.CLAIM_ACTUAL)
    with tenancy.reading(request.actor):
        origin = rows.one(dialogs.chosen(request, "claim"), scene.measure.pk)
        line = sections.line(scene.measure.pk, origin.line_id)
        form = CorrectionForm(
            request.POST or None,
            reader=reader_of(line, scene.number_format),
            evidence=sections.evidence_choices(scene.measure.pk),
        )
    if form.is_valid():
        corrections.correct(actor=request.actor, claim_id=origin.claim_id, **form.cleaned_data)
        sentence = _("The correction is posted in the open month; the controller decides.")
        return dialogs.done(request, measure, SECTION, sentence)
    kept = {name: request.GET[name] for name in ("from", "year") if name in request.GET}
    asked = Asked(
        SECTION,
        _("Correct %(month)s") % {"month": origin.label},
        f"{request.path}?{urlencode({'claim': origin.claim_id, **kept})}",
        _("Post the correction"),
        note=_("%(line)s. The locked month stays; the difference is posted in the open one.")
        % {"line": line.name},
    )
    return dialogs.ask(request, scene, asked, form, is_refused=form.is_bound)
