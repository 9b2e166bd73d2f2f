"""The form by which an escalation is decided; the service judges what it says."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from governance.rules.holds import ReasonCode
from governance.words import REASON_NAMES
from steering.rules.escalation import NEEDS_EXPIRY
from steering.rules.levels import Decision
from steering.services.decisions import Choice
from steering.words import OUTCOMES

LONGEST_TEXT = 4000


class DecisionForm(forms.Form):
    """What is decided, why and until when; only what the reader may decide is offered."""

    outcome = forms.ChoiceField(label=_("Decision"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("Why, and what was chosen"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    until = forms.DateField(
        label=_("Looked at again, or held until"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A cancellation needs no day."),
    )
    reason_code = forms.ChoiceField(
        label=_("Kind of reason"),
        required=False,
        choices=[(code.value, words) for code, words in REASON_NAMES.items()],
        initial=ReasonCode.VALUE.value,
        help_text=_("Asked by a hold and a cancellation."),
    )
    ending = forms.CharField(
        label=_("How an effect that flows already ends"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked by a cancellation where actuals are approved."),
    )

    def __init__(self, *args: Any, allowed: Sequence[Decision], **options: Any) -> None:
        super().__init__(*args, **options)
        offered = [(each.value, OUTCOMES[each]) for each in allowed]
        field = self.fields["outcome"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = offered
        if set(allowed) <= NEEDS_EXPIRY:
            del self.fields["reason_code"]
        if Decision.CANCEL not in allowed:
            del self.fields["ending"]

    def choice(self) -> Choice:
        """Return what a valid form says."""
        given = self.cleaned_data
        return Choice(
            outcome=Decision(given["outcome"]),
            text=given["text"],
            until=given["until"],
            reason_code=ReasonCode(given.get("reason_code") or ReasonCode.VALUE),
            ending=given.get("ending", ""),
        )
