"""What people fill in when they decide; the services judge, a form only reads."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import money
from governance.rules.holds import Ending, ReasonCode
from governance.rules.proofs import BudgetChange
from governance.rules.votes import LONGEST_WORDS, Choice
from governance.words import BUDGET_NAMES, CHOICE_NAMES, REASON_NAMES
from measures.models import Line
from measures.rules.amounts import CellReader, CellRefusal

Choices = Sequence[tuple[object, object]]

BUDGETS: Choices = [(each.value, BUDGET_NAMES[each]) for each in BudgetChange]

REASONS: Choices = [("", _("Choose one")), *((code, REASON_NAMES[code]) for code in ReasonCode)]
CHOICES: Choices = [(choice.value, CHOICE_NAMES[choice]) for choice in Choice]


class House(forms.Form):
    """A form of the house: no colon after labels."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)


def day(label: Any, **options: Any) -> forms.DateField:
    """Return a calendar day, picked in the browser's own calendar and sent as year-month-day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, input_formats=["%Y-%m-%d"], widget=widget, **options)


def words(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    """Return a field for some sentences."""
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, max_length=LONGEST_WORDS, **options)


class RequestForm(House):
    """A gate is submitted."""

    note = words(
        _("Note to those who vote"), rows=2, required=False, help_text=_("What they should know.")
    )
    due_on = day(_("Decision wanted by"), required=False)


class VoteForm(House):
    """One role's vote; a return needs its conditions and their day."""

    choice = forms.ChoiceField(label=_("Your vote"), choices=CHOICES, widget=forms.RadioSelect)
    reason = words(
        _("Reason, or the conditions of a return"),
        required=False,
        help_text=_("A return says what must be done before it is submitted again."),
    )
    due_on = day(_("Conditions due on"), required=False, help_text=_("For a return."))

    def only_return(self) -> None:
        """Offer nothing but the return: closing is confirmed on a page of its own."""
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)  # noqa: S101 -- declared above
        choice.choices = [(Choice.RETURN.value, CHOICE_NAMES[Choice.RETURN])]
        choice.initial = Choice.RETURN.value


class WithdrawalForm(House):
    """A request is taken back."""

    reason = words(_("Why it is taken back"), rows=2, required=False)


class HoldForm(House):
    """A measure is put on hold."""

    reason_code = forms.ChoiceField(label=_("Kind of reason"), choices=REASONS)
    reason = words(_("Why"))
    until = day(_("On hold until"))
    review_on = day(_("Looked at again on"), required=False)

    def __init__(self, *args: Any, latest: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].widget.attrs["max"] = latest.isoformat()


class ReasonForm(House):
    """An act that needs its reason in words."""

    reason = words(_("Why"))


class PremiseForm(House):
    """What the value of a measure stands on."""

    statement = words(_("Premise"), help_text=_("Such as: the price of copper stays above 8,000."))
    checked_by_id = forms.TypedChoiceField(label=_("Who checks it"), coerce=int)
    check_on = day(_("Checked at the latest on"))

    def __init__(self, *args: Any, members: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["checked_by_id"].choices = [("", ""), *members]  # type: ignore[attr-defined]  # a choice field


class ResumptionForm(House):
    """A measure on hold runs again."""

    reason = words(_("Why"), required=False)


class ExtensionForm(House):
    """A hold is lengthened, once."""

    reason = words(_("Why"))
    until = day(_("On hold until"))

    def __init__(self, *args: Any, latest: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].widget.attrs["max"] = latest.isoformat()


class CancellationForm(House):
    """A measure is ended for good; what is not stated is worked out from its figures."""

    reason_code = forms.ChoiceField(label=_("Kind of reason"), choices=REASONS)
    reason = words(_("Why"))
    lessons = words(_("Lessons"), help_text=_("What others should know of it."))
    freed_people = forms.DecimalField(
        label=_("People freed"), required=False, min_value=0, max_digits=6, decimal_places=1,
        help_text=_("In full-time places."),
    )  # fmt: skip
    replacement = forms.TypedChoiceField(
        label=_("Replaced by"), required=False, coerce=int, empty_value=None
    )

    def __init__(
        self, *args: Any, reader: CellReader, is_flowing: bool, others: Choices, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        unit = {"unit": reader.unit_name}
        self.fields["sunk_cost"] = AmountField(
            reader,
            label=_("Sunk cost in %(unit)s") % unit,
            required=False,
            help_text=_("What has been spent; left empty, the approved cost is taken."),
        )
        self.fields["freed_budget"] = AmountField(
            reader,
            label=_("Budget freed in %(unit)s") % unit,
            required=False,
            help_text=_("What is not spent any more; left empty, the cost still forecast."),
        )
        if is_flowing:
            self.fields["ending"] = words(
                _("How the effect that flows already ends"),
                rows=2,
                help_text=_("If it goes on instead, close the measure with a shortfall."),
            )
        replacement = self.fields["replacement"]
        assert isinstance(replacement, forms.ChoiceField)  # noqa: S101 -- declared above
        replacement.choices = [("", _("No measure")), *others]
        self.order_fields(
            ["reason_code", "reason", "ending", "lessons", "sunk_cost", "freed_budget"]
        )

    def given(self) -> dict[str, Any]:
        """Return what a valid form says, as the service takes it."""
        said = self.cleaned_data
        ending = Ending(
            lessons=said["lessons"],
            freed_budget=said["freed_budget"],
            freed_people=said["freed_people"],
            replacement_id=said["replacement"],
            ending=said.get("ending", ""),
        )
        kept = ("reason_code", "reason", "sunk_cost")
        return {**{name: said[name] for name in kept}, "ending": ending}


class ConfirmationForm(House):
    """The controller confirms the figures shown and closes the measure."""

    statement = words(
        _("Statement"), help_text=_("On what you confirm the figures, such as the ledger extract.")
    )
    shortfall_reason = words(_("Reason of the shortfall"), required=False)

    def __init__(self, *args: Any, is_short: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_short:
            self.fields["shortfall_reason"].required = True
        else:
            del self.fields["shortfall_reason"]


class SignatureForm(House):
    """A shortfall is signed, on exactly the figures shown."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
    statement = words(_("Statement"), help_text=_("Why you accept it, and what follows from it."))


class ClosingForm(House):
    """A signed shortfall is closed, on exactly the figures shown."""

    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)


class LineStatementForm(House):
    """It is said what proves a line, and what became of its budget."""

    evidence_id = forms.TypedChoiceField(
        label=_("File that proves the line"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Files are attached on the page of the measure, under Evidence."),
    )
    budget = forms.ChoiceField(
        label=_("Budget line"), choices=BUDGETS, widget=forms.RadioSelect, required=False
    )
    budget_note = words(
        _("Voucher, or why the budget was not changed"),
        rows=2,
        required=False,
        help_text=_("Which budget line, by how much, and on which voucher."),
    )

    def __init__(self, *args: Any, files: Choices, has_budget: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        evidence = self.fields["evidence_id"]
        assert isinstance(evidence, forms.ChoiceField)  # noqa: S101 -- declared above
        evidence.choices = [("", _("None named")), *files]
        if not has_budget:
            del self.fields["budget"], self.fields["budget_note"]


class RejectionForm(House):
    """Claims are rejected."""

    reason = words(_("What the owner has to change"))


class BatchForm(House):
    """Which claims are shown: those near their forecast and not above a size."""

    within = forms.DecimalField(
        label=_("Within % of forecast"), min_value=0, max_value=1000, required=False
    )
    under = forms.IntegerField(label=_("At most"), min_value=0, required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)

    def __init__(self, *args: Any, months: Choices, unit: str, **options: Any) -> None:
        super().__init__(*args, **options)
        month = self.fields["month"]
        assert isinstance(month, forms.ChoiceField)  # noqa: S101 -- declared above
        month.choices = [("", _("All")), *months]
        self.fields["under"].label = _("At most, in %(unit)s") % {"unit": unit}


class LedgerForm(House):
    """How the ledger is narrowed."""

    act = forms.ChoiceField(label=_("Act"), required=False)
    kind = forms.ChoiceField(label=_("On"), required=False)
    text = forms.CharField(label=_("Name or code"), required=False, max_length=200)
    member = forms.TypedChoiceField(label=_("By"), required=False, coerce=int, empty_value=None)
    since = day(_("From"), required=False)
    until = day(_("Until"), required=False)

    def __init__(self, *args: Any, choices: Mapping[str, Choices], **options: Any) -> None:
        super().__init__(*args, **options)
        for name, known in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
            field.choices = [("", _("All")), *known]


class AmountField(forms.CharField):
    """An amount in the declared number format; empty is None, anything ambiguous is refused."""

    def __init__(self, reader: CellReader, **options: Any) -> None:
        super().__init__(**options)
        self.reader = reader
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Decimal | None:
        """Return the amount in units."""
        said = self.reader.read(super().clean(value), str(self.label))
        if isinstance(said, CellRefusal):
            raise forms.ValidationError(said.sentence, code=said.code)
        return money.from_scaled(said, self.reader.unit.decimals)


class ReopeningForm(House):
    """A closing is taken back by the second of the two: nothing is to be filled in."""


class RollBackForm(House):
    """Stages of a measure are given up: to which one, and why."""

    to_stage = forms.TypedChoiceField(label=_("Back to"), coerce=int)
    reason = words(_("Why"))

    def __init__(self, *args: Any, stages: list[tuple[int, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to_stage"].choices = stages  # type: ignore[attr-defined]  # a choice field


class CheckForm(House):
    """It is said whether a confirmed value lasts, and what of each line does not."""

    statement = words(
        _("Statement"), help_text=_("On what you judge it, such as the ledger of this year.")
    )

    def __init__(
        self, *args: Any, lines: Sequence[tuple[Line, CellReader]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        for line, reader in lines:
            self.fields[f"lost_{line.pk}"] = AmountField(
                reader,
                label=_("Lost a year of %(line)s, in %(unit)s")
                % {"line": line.name, "unit": reader.unit_name},
                required=False,
            )

    def losses(self) -> dict[int, Decimal]:
        """Return what was lost by line; a line without an entry lost nothing."""
        return {
            int(name.removeprefix("lost_")): amount
            for name, amount in self.cleaned_data.items()
            if name.startswith("lost_") and amount
        }
