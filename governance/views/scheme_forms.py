"""The forms of the gates: one gate, a step added or removed; what is chosen becomes a document."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from governance.forms import House, day, words
from governance.rules.catalogue import CATALOGUE, EVIDENCE_KINDS
from governance.rules.parameters import Parameter, number_in
from governance.rules.schemes import DECIDERS, HAS_STEPS, LONGEST_LABEL, MOST_DUE_DAYS, SUBMITTERS
from governance.words import ROLE_NAMES
from measures.models.evidence import EvidenceKind
from measures.rules.stage import Stage
from measures.words import EVIDENCE_KIND_NAMES

Document = dict[str, Any]
FIRST = (0, 0)  # the stage and step at which every measure begins, by no gate


def amount(label: Any, help_text: Any = "") -> forms.CharField:
    """Return a field for an amount in the organization's currency; the rules judge it."""
    return forms.CharField(label=label, required=False, max_length=20, help_text=help_text)


def several(
    label: Any, choices: list[tuple[str, Any]], **options: Any
) -> forms.MultipleChoiceField:
    """Return a field of boxes to tick."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, widget=forms.CheckboxSelectMultiple, required=False, **options
    )


class Proposed(House):
    """What every change of the gates says besides: from when on, and why."""

    effective_from = day(_("Holds from"))
    reason = words(_("Why"), rows=2, required=False)


class GateForm(Proposed):
    """One gate: its name, who submits and decides, what must be met, by when."""

    field_order = ("label", "submitters", "deciders", "criteria")

    label = forms.CharField(label=_("Name"), max_length=LONGEST_LABEL)
    submitters = several(_("Submitted by"), [(role.value, ROLE_NAMES[role]) for role in SUBMITTERS])
    deciders = several(
        _("Decided by"),
        [(role.value, ROLE_NAMES[role]) for role in DECIDERS],
        help_text=_("Leads, executives and the steering committee by their seat."),
    )
    criteria = several(
        _("Criteria"),
        [
            (code, capfirst(each.wanted))
            for code, each in (
                (code, template.with_values({})) for code, template in CATALOGUE.items()
            )
        ],
    )
    evidence = several(
        _("Evidence that must be attached"),
        [(kind, EVIDENCE_KIND_NAMES[EvidenceKind(kind)]) for kind in EVIDENCE_KINDS],
    )
    due_days = forms.IntegerField(
        label=_("Decided within (working days)"), min_value=1, max_value=MOST_DUE_DAYS
    )
    run_rate = amount(_("Steering committee from a run-rate of"))
    one_time = amount(_("Steering committee from a one-time cost of"))
    quorum = forms.IntegerField(
        label=_("Members who must approve (quorum)"), required=False, min_value=1, max_value=20
    )
    fast_track = amount(
        _("Passed with the next gate below a run-rate of"), _("Empty: always passed alone.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for code, template in CATALOGUE.items():
            for each in template.parameters:
                self.fields[f"{code}.{each.name}"] = forms.CharField(
                    label=_parameter_label(code, each),
                    required=False,
                    max_length=20,
                    help_text=f"{each.lower:,} – {each.upper:,}",
                )
        last = ["effective_from", "reason"]
        others = [name for name in self.fields if "." not in name and name not in last]
        first = list(self.field_order)
        rest = [name for name in others if name not in first]
        self.order_fields([*first, *self._parameters(), *rest, *last])

    def _parameters(self) -> list[str]:
        return [name for name in self.fields if "." in name]

    def into(self, document: Document, stage: int, step: int) -> Document:
        """Return a document with this gate as it was filled in; nothing is judged here."""
        found = deepcopy(document)
        gate = gate_in(found, stage, step)
        given = self.cleaned_data
        rule = found["stages"][stage]
        if step:
            rule["steps"][step - 1] = given["label"].strip()
        else:
            rule["label"] = given["label"].strip()
        subjects = {each["role"]: each.get("subject", "") for each in gate["deciders"]}
        gate["submitters"] = given["submitters"]
        gate["deciders"] = [
            {"role": role, "subject": subjects.get(role, "")} for role in given["deciders"]
        ]
        gate["criteria"] = [
            {"code": code, "parameters": self._values(code)} for code in given["criteria"]
        ]
        gate["evidence"] = given["evidence"]
        gate["due_days"] = given["due_days"]
        limits = {name: given[name].strip() or None for name in ("run_rate", "one_time")}
        has_limit = any(limits.values())
        gate["steering"] = {**limits, "quorum": given["quorum"] or 0} if has_limit else None
        below = given["fast_track"].strip()
        gate["fast_track"] = {"below": below} if below else None
        return found

    def _values(self, code: str) -> dict[str, str]:
        values = {
            each.name: self.cleaned_data[f"{code}.{each.name}"].strip()
            for each in CATALOGUE[code].parameters
        }
        return {name: value for name, value in values.items() if value}


class StageForm(Proposed):
    """The first stage, to which no gate leads: its name is all there is to say of it."""

    label = forms.CharField(label=_("Name"), max_length=LONGEST_LABEL)
    field_order = ("label",)

    def into(self, document: Document, stage: int, _step: int) -> Document:
        """Return a document with the stage so called; nothing is judged here."""
        found = deepcopy(document)
        found["stages"][stage]["label"] = self.cleaned_data["label"].strip()
        return found


class NumberForm(Proposed):
    """A new value for one number that takes two administrators."""

    field_order = ("value",)

    value = forms.DecimalField(label=_("New value"), max_digits=12, decimal_places=6)
    reason = words(_("Why"), rows=2)


class FileForm(Proposed):
    """A file of rules; what it says is judged when it is read."""

    field_order = ("file",)

    file = forms.FileField(
        label=_("File of rules"),
        help_text=_("As it was exported from a rulebook, here or at another organization."),
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
    )


class StepForm(Proposed):
    """A step is added inside a stage; it begins as decided by the sponsor, and is edited then."""

    stage = forms.ChoiceField(label=_("Inside the stage"))
    label = forms.CharField(label=_("Name of the step"), max_length=LONGEST_LABEL)
    field_order = ("stage", "label")

    def __init__(self, *args: Any, document: Document, **options: Any) -> None:
        super().__init__(*args, **options)
        stage = self.fields["stage"]
        assert isinstance(stage, forms.ChoiceField)  # noqa: S101 -- declared above
        stage.choices = [(int(each), document["stages"][each]["label"]) for each in HAS_STEPS]

    def into(self, document: Document) -> Document:
        """Return a document with the step behind the others of its stage."""
        found = deepcopy(document)
        stage = int(self.cleaned_data["stage"])
        steps = found["stages"][stage]["steps"]
        steps.append(self.cleaned_data["label"].strip())
        at = sum((each["stage"], each["step"]) < (stage, len(steps)) for each in found["gates"])
        found["gates"].insert(at, _new_gate(stage, len(steps)))
        return found


def _parameter_label(code: str, parameter: Parameter) -> str:
    """Return the criterion, the parameter and its unit, nothing said twice."""
    name = parameter.name.replace("_", " ")
    unit = "" if parameter.unit in (name, code.replace("_", " ")) else f" ({parameter.unit})"
    return f"{capfirst(code.replace('_', ' '))}: {name}{unit}"


def without_step(document: Document, stage: int, step: int) -> Document:
    """Return a document without one step; those behind it move up."""
    found = deepcopy(document)
    del found["stages"][stage]["steps"][step - 1]
    found["gates"] = [
        each for each in found["gates"] if (each["stage"], each["step"]) != (stage, step)
    ]
    for each in found["gates"]:
        if each["stage"] == stage and each["step"] > step:
            each["step"] -= 1
    return found


def gate_in(document: Document, stage: int, step: int) -> Document:
    """Return one gate of a document; KeyError where there is none."""
    for each in document["gates"]:
        if (each["stage"], each["step"]) == (stage, step):
            found: Document = each
            return found
    raise KeyError(stage, step)


def initial_of(document: Document, stage: int, step: int) -> Document:
    """Return what the form of one gate begins with, or of the first stage; KeyError for others."""
    if (stage, step) == FIRST:
        return {"label": document["stages"][stage]["label"]}
    gate = gate_in(document, stage, step)
    steering, fast = gate["steering"] or {}, gate["fast_track"] or {}
    rule = document["stages"][stage]
    parameters = {
        f"{each['code']}.{name}": value
        for each in gate["criteria"]
        for name, value in each.get("parameters", {}).items()
    }
    defaults = {
        f"{code}.{each.name}": number_in(str(each.default))
        for code, template in CATALOGUE.items()
        for each in template.parameters
    }
    return {
        "label": rule["steps"][step - 1] if step else rule["label"],
        "submitters": gate["submitters"],
        "deciders": [each["role"] for each in gate["deciders"]],
        "criteria": [each["code"] for each in gate["criteria"]],
        "evidence": gate["evidence"],
        "due_days": gate["due_days"],
        "run_rate": steering.get("run_rate") or "",
        "one_time": steering.get("one_time") or "",
        "quorum": steering.get("quorum"),
        "fast_track": fast.get("below", ""),
        **defaults,
        **parameters,
    }


def _new_gate(stage: int, step: int) -> Document:
    decider = "lead" if stage <= Stage.DETAILED else "sponsor"
    return {
        "stage": stage,
        "step": step,
        "submitters": [role.value for role in SUBMITTERS],
        "deciders": [{"role": decider, "subject": ""}],
        "criteria": [],
        "evidence": [],
        "due_days": 10,
        "steering": None,
        "fast_track": None,
    }
