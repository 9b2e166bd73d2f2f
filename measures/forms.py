"""What people fill in on the pages of measures; the services judge, a form only reads."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core import money
from measures.models.register import Grade
from measures.rules.amounts import CellReader, CellRefusal
from measures.rules.lines import MONEY, Direction, EffectType, Nature, Recurrence
from measures.services.comments import LONGEST_TEXT
from measures.words import EVIDENCE_KIND_NAMES, HORIZON_NAMES

Choices = Sequence[tuple[object, object]]

EFFECT_TYPES: Choices = [
    (EffectType.HARD, _("Hard: a budgeted P&L line falls or income rises")),
    (EffectType.AVOIDANCE, _("Cost avoidance: a provable rise is prevented")),
    (EffectType.CASH, _("Cash or working capital")),
    (EffectType.QUALITATIVE, _("Qualitative: no money is claimed")),
    (EffectType.MANDATORY, _("Mandatory or enabler: cost without benefit by intention")),
]
NATURES: Choices = [
    (Nature.BENEFIT, _("Benefit (gross effect)")),
    (Nature.RUNNING, _("Running cost")),
    (Nature.ONE_TIME, _("One-time cost to achieve")),
]
RECURRENCES: Choices = [
    (Recurrence.RECURRING, _("Recurring")),
    (Recurrence.ONE_OFF, _("One-off")),
    (Recurrence.TEMPORARY, _("Temporary: recurring with an end")),
]
DIRECTIONS: Choices = [
    (Direction.MORE, _("More is better")),
    (Direction.LESS, _("Less is better")),
    (Direction.EXACT, _("Exactly as planned is best")),
]
GRADES: Choices = [
    (Grade.LOW, _("Low")),
    (Grade.MEDIUM, _("Medium")),
    (Grade.HIGH, _("High")),
]
EVIDENCE_KINDS: Choices = list(EVIDENCE_KIND_NAMES.items())
HORIZONS: Choices = list(HORIZON_NAMES.items())


class AmountField(forms.CharField):
    """An amount in the declared number format; empty is None, anything ambiguous is refused."""

    def __init__(self, reader: CellReader, **options: Any) -> None:
        super().__init__(**options)
        self.reader = reader
        self.widget.attrs |= {"inputmode": "decimal", "autocomplete": "off"}

    def clean(self, value: Any) -> Decimal | None:
        """Return the amount in units."""
        text = super().clean(value)
        said = self.reader.read(text, str(self.label or _("Amount")))
        if isinstance(said, CellRefusal):
            raise forms.ValidationError(said.sentence, code=said.code)
        return money.from_scaled(said, self.reader.unit.decimals)


class Days(forms.DateField):
    """A calendar day, picked in the browser's own calendar and sent as year-month-day."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(input_formats=["%Y-%m-%d"], **options)


def chosen(label: Any, choices: Choices, *, empty: object = None, **options: Any) -> Any:
    """Return a select of rows by id; with `empty` nothing need be chosen (None)."""
    offered = list(choices) if empty is None else [("", empty), *choices]
    return forms.TypedChoiceField(
        label=label,
        choices=offered,
        coerce=int,
        empty_value=None,
        required=empty is None,
        **options,
    )


class House(forms.Form):
    """A form of the house: no colon after labels, ids told apart by prefix on long pages."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)


class ProposalForm(House):
    """A new measure at Defined."""

    name = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        max_length=LONGEST_TEXT,
        label=_("Description"),
        help_text=_("What changes, in the words of the people who do it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    effect_type = forms.ChoiceField(label=_("Expected kind of effect"), choices=EFFECT_TYPES)
    code = forms.CharField(
        label=_("Code"), max_length=60, required=False, help_text=_("If your organization has one.")
    )

    def __init__(self, *args: Any, reader: CellReader, packages: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {"package_id": chosen(_("Package"), packages), **self.fields}
        self.fields["size"] = _size(reader)


class DescriptionForm(House):
    """Name, description, size and kind of a measure."""

    name = forms.CharField(label=_("Title"), max_length=200)
    description = forms.CharField(
        label=_("Description"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )
    effect_type = forms.ChoiceField(label=_("Kind of effect"), choices=EFFECT_TYPES)

    def __init__(self, *args: Any, reader: CellReader, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["size"] = _size(reader)


def _size(reader: CellReader) -> AmountField:
    return AmountField(
        reader,
        label=_("Rough run-rate"),
        required=False,
        help_text=_("%(unit)s a year, as far as known.") % {"unit": reader.unit_name},
    )


class PeopleForm(House):
    """The three people of a measure; three different people, always."""

    def __init__(self, *args: Any, members: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        nobody = _("nobody yet")
        self.fields["owner_id"] = chosen(
            _("Owner"), members, empty=nobody, help_text=_("Answers for it; exactly one.")
        )
        self.fields["sponsor_id"] = chosen(
            _("Sponsor"), members, empty=nobody, help_text=_("Wants it and decides on it.")
        )
        self.fields["controller_id"] = chosen(
            _("Controller"), members, empty=nobody, help_text=_("Confirms its figures.")
        )


class LineForm(House):
    """An effect or cost in one unit."""

    name = forms.CharField(label=_("Name"), max_length=120)
    nature = forms.ChoiceField(label=_("What it is"), choices=NATURES)
    effect_type = forms.ChoiceField(label=_("Kind of effect"), choices=EFFECT_TYPES)
    recurrence = forms.ChoiceField(label=_("How long"), choices=RECURRENCES)
    direction = forms.ChoiceField(label=_("Direction"), choices=DIRECTIONS)
    unit = forms.CharField(
        label=_("Unit"),
        max_length=20,
        initial=MONEY,
        help_text=_("“money”, or the name of another unit such as “hours”."),
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("For money: such as EUR.")
    )
    decimals = forms.IntegerField(label=_("Decimals"), min_value=0, max_value=6, initial=2)
    full_effect_on = Days(
        label=_("Full effect from"),
        required=False,
        help_text=_("The month from which the effect is complete."),
    )
    ends_on = Days(label=_("Ends on"), required=False, help_text=_("For a temporary effect."))
    is_seasonal = forms.BooleanField(label=_("Seasonal"), required=False)
    is_level = forms.BooleanField(label=_("A level, compared with its baseline"), required=False)
    budget_line = forms.CharField(label=_("Budget line"), max_length=120, required=False)

    def __init__(
        self, *args: Any, evidence: Choices = (), is_new: bool = True, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["baseline_evidence_id"] = chosen(
            _("Evidence of the baseline"), evidence, empty=_("none yet")
        )
        if not is_new:
            for kept in ("unit", "currency", "decimals"):
                self.fields[kept].disabled = True

    def clean(self) -> dict[str, Any]:
        """Tie the currency to money."""
        said = super().clean() or {}
        said["currency"] = said.get("currency", "").upper()
        if said.get("unit") == MONEY and not said["currency"]:
            self.add_error("currency", _("Money needs its currency."))
        if said.get("unit") != MONEY and said["currency"]:
            self.add_error("currency", _("Only money has a currency."))
        return said


class ShiftForm(House):
    """Move the open months of a line's forecast."""

    months = forms.IntegerField(
        label=_("Months later"),
        min_value=-24,
        max_value=24,
        initial=1,
        help_text=_("A negative number pulls the forecast forward."),
    )

    def __init__(self, *args: Any, lines: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {"line_id": chosen(_("Line"), lines), **self.fields}


class ScaleForm(House):
    """Scale the open months of the year to a new rest."""

    def __init__(self, *args: Any, lines: Choices, reader: CellReader, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["line_id"] = chosen(_("Line"), lines)
        self.fields["total"] = AmountField(
            reader,
            label=_("What the rest of this fiscal year will bring"),
            help_text=_("Shared out over the open months as they stand to one another."),
        )


class ClaimForm(House):
    """What a month brought, with its evidence."""

    def __init__(
        self,
        *args: Any,
        reader: CellReader,
        months: Choices,
        evidence: Choices,
        refresh_url: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.fields["month"] = forms.ChoiceField(label=_("Month"), choices=list(months))
        if refresh_url:
            # The amount alone is fetched anew: what else was typed stays. Until it has come, nobody
            # can type what it would overwrite, nor send the amount of another month.
            amount = "#dialog-value input[name=amount]"
            self.fields["month"].widget.attrs |= {
                "hx-get": refresh_url,
                "hx-trigger": "change",
                "hx-target": amount,
                "hx-select": "input[name=amount]",
                "hx-swap": "outerHTML",
                "hx-disabled-elt": f"#dialog-value button[type=submit], {amount}",
            }
        self.fields["amount"] = AmountField(
            reader,
            label=_("Amount in %(unit)s") % {"unit": reader.unit_name},
            help_text=_("Filled with the forecast of the month."),
        )
        self.fields["evidence_id"] = chosen(
            _("Evidence"), evidence, empty=_("none"), help_text=_("Attach the file first.")
        )
        self.fields["note"] = forms.CharField(
            label=_("Note"),
            required=False,
            max_length=LONGEST_TEXT,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields["is_final"] = forms.BooleanField(
            label=_("Nothing more will come: the effect is complete"), required=False
        )


class MilestoneForm(House):
    """A dated step."""

    name = forms.CharField(label=_("Name"), max_length=200)
    plan_end = Days(label=_("Planned end"))
    is_mandatory = forms.BooleanField(label=_("Mandatory"), required=False, initial=True)
    is_critical = forms.BooleanField(label=_("Critical: judged alone when late"), required=False)
    weight = forms.IntegerField(label=_("Weight"), min_value=1, max_value=100, initial=1)

    def __init__(self, *args: Any, members: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner_id"] = chosen(_("Owner"), members, empty=_("nobody yet"))


class MilestoneForecastForm(House):
    """When a milestone will be reached."""

    forecast_end = Days(label=_("Expected end"))


class CompletionForm(House):
    """A milestone is done, today."""

    def __init__(self, *args: Any, evidence: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["evidence_id"] = chosen(
            _("Evidence"),
            evidence,
            empty=_("none"),
            help_text=_(
                "A mandatory one is done, with evidence, before the measure counts as delivered."
            ),
        )


class RiskForm(House):
    """What may go wrong."""

    title = forms.CharField(label=_("What may go wrong"), max_length=200)
    likelihood = forms.ChoiceField(label=_("Likelihood"), choices=GRADES, initial=Grade.MEDIUM)
    impact = forms.ChoiceField(label=_("Impact"), choices=GRADES, initial=Grade.MEDIUM)
    mitigation = forms.CharField(
        label=_("What is done about it"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    due_on = Days(label=_("Until"), required=False)

    def __init__(self, *args: Any, members: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["owner_id"] = chosen(_("Who watches it"), members, empty=_("nobody yet"))


class DependencyForm(House):
    """What a measure waits for."""

    what = forms.CharField(
        label=_("What is needed from it"), max_length=200, help_text=_("In a few words.")
    )
    is_blocking = forms.BooleanField(
        label=_("Blocking: without it this measure stands still"), required=False, initial=True
    )

    def __init__(self, *args: Any, found: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields = {
            "needs_id": chosen(_("Waits for"), found, widget=forms.RadioSelect),
            **self.fields,
        }


class EvidenceForm(House):
    """A file that proves something."""

    title = forms.CharField(label=_("What it shows"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind"), choices=EVIDENCE_KINDS)
    file = forms.FileField(
        label=_("File"),
        help_text=_("PDF, PNG, JPEG, Excel, Word, CSV or plain text; at most 10 MiB."),
        allow_empty_file=True,
    )


class CommentForm(House):
    """A remark."""

    text = forms.CharField(
        label=_("Comment"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )


class TargetForm(House):
    """The ambition given to a node."""

    horizon = forms.ChoiceField(label=_("Horizon"), choices=HORIZONS)
    fiscal_year = forms.IntegerField(label=_("Fiscal year"), min_value=2000, max_value=2100)
    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, reader: CellReader, **options: Any) -> None:
        super().__init__(*args, **options)
        amount = AmountField(reader, label=_("Amount in %(unit)s") % {"unit": reader.unit_name})
        self.fields["amount"] = amount
        self.order_fields(["horizon", "fiscal_year", "amount", "reason"])
