"""The form by which an escalation is decided; the service judges what it says."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Member
from governance.rules.forced import Answer
from governance.rules.holds import Ending, ReasonCode
from governance.services.forcing import Reply
from governance.words import REASON_NAMES
from steering.queries.belongings import NamedOn
from steering.rules.escalation import NEEDS_EXPIRY
from steering.rules.levels import Decision
from steering.services.decisions import Choice
from steering.words import ANSWERS, OUTCOMES

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
        choices=[
            ("", _("Choose one")),
            *((code.value, words) for code, words in REASON_NAMES.items()),
        ],
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

    def clean(self) -> dict[str, Any]:
        """Ask for the kind of reason where the measure is held or cancelled."""
        given: dict[str, Any] = super().clean() or {}
        ends_the_run = given.get("outcome") in {Decision.HOLD, Decision.CANCEL}
        if ends_the_run and not given.get("reason_code") and "reason_code" in self.fields:
            self.add_error("reason_code", _("Choose the kind of reason."))
        return given

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


class HandOverForm(forms.Form):
    """Who gets each duty of a member: chosen for all of a role, or for one measure.

    Successors are named by e-mail address, offered from one list for however many rows; what is
    chosen for one measure goes before what is chosen for all.
    """

    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
    leaves_on = forms.DateField(
        label=_("Leaves on"),
        required=False,
        help_text=_("Left empty, the measures change hands and the member stays."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def __init__(
        self,
        *arguments: Any,
        duties: Sequence[NamedOn],
        members: Sequence[Member],
        today: date,
        may_leave: bool,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.duties, self.today = duties, today
        self.members = members
        self.successors: dict[str, int] = {}
        self._by_address = {each.email: each.pk for each in members}
        if not may_leave:
            del self.fields["leaves_on"]
        for role in dict.fromkeys(each.role for each in duties):
            to_all = _("All as %(role)s to") % {"role": role.value}
            self.fields[f"all-{role}"] = self._successor(str(to_all))
        for each in duties:
            names = {"role": each.role.value, "measure": each.name}
            to_one = _("Successor as %(role)s of %(measure)s") % names
            self.fields[each.key] = self._successor(str(to_one))

    def clean(self) -> dict[str, Any]:
        """Find the successor of each duty; refuse an address that is nobody's."""
        given: dict[str, Any] = super().clean() or {}
        given.setdefault("leaves_on", None)
        for name in [key for key in self.fields if key not in {"reason", "leaves_on"}]:
            address = (given.get(name) or "").strip().lower()
            if address and address not in self._by_address:
                self.add_error(name, _("No member who stays has this address."))
        for each in self.duties:
            address = given.get(each.key) or given.get(f"all-{each.role}") or ""
            member = self._by_address.get(address.strip().lower())
            if member is not None:
                self.successors[each.key] = member
        if not self.errors and not self.successors and given["leaves_on"] is None:
            raise forms.ValidationError(_("Name a successor for at least one measure."))
        return given

    def for_all(self) -> list[forms.BoundField]:
        """Return the fields that choose for every measure of a role."""
        return [self[name] for name in self.fields if name.startswith("all-")]

    def rows(self) -> list[tuple[NamedOn, forms.BoundField]]:
        """Return each duty with its own field."""
        return [(each, self[each.key]) for each in self.duties]

    def ends(self) -> list[forms.BoundField]:
        """Return why, and from when."""
        return [self[name] for name in ("leaves_on", "reason") if name in self.fields]

    def _successor(self, label: str) -> forms.CharField:
        attributes = {"list": "successors", "autocomplete": "off"}
        return forms.CharField(
            label=label,
            required=False,
            max_length=254,
            widget=forms.TextInput(attrs=attributes),
        )


class AnswerForm(forms.Form):
    """A forced decision is answered; nothing but these three answers it."""

    answer = forms.ChoiceField(
        label=_("Decision"),
        choices=[(each.value, words) for each, words in ANSWERS.items()],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Why"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )
    until = forms.DateField(
        label=_("On hold until, or planned anew by"),
        required=False,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("A cancellation needs no day."),
    )
    lessons = forms.CharField(
        label=_("Lessons"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked by a cancellation: what others should know of it."),
    )
    ending = forms.CharField(
        label=_("How the effect that flows already ends"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Asked by a cancellation, because actuals are approved."),
    )

    def __init__(self, *args: Any, is_flowing: bool, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        if not is_flowing:
            del self.fields["ending"]

    def reply(self) -> Reply:
        """Return what a valid form says."""
        given = self.cleaned_data
        return Reply(
            answer=Answer(given["answer"]),
            text=given["text"],
            until=given["until"],
            ending=Ending(lessons=given["lessons"], ending=given.get("ending", "")),
        )


class ShadowForm(forms.Form):
    """The shadow period begins, once."""

    reason = forms.CharField(
        label=_("Why"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )
