"""The gates in administration: the table, one gate edited, the proposal and its effect."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.queries import numbers
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import DomainError, Invalid, NotFound
from governance.errors import SchemeInvalid
from governance.models import Scheme, SchemeProposal
from governance.queries import proposals
from governance.queries import schemes as read
from governance.rules import differences
from governance.rules.gates import Gate
from governance.rules.gates import Scheme as Rules
from governance.rules.schemes import read as rules_of
from governance.services import schemes
from governance.views import scene, scheme_forms
from governance.views.scheme_forms import GateForm, StageForm, StepForm
from governance.words import ROLE_NAMES
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.places import tabs
from hierarchy.queries import authority
from hierarchy.rules.given import whole_number
from measures.queries import confidential

OPEN_REFUSALS = (SchemeInvalid, Invalid)


@dataclass(frozen=True, slots=True)
class GateRow:
    """One gate as the table shows it."""

    gate: Gate
    stage: int
    submitters: str
    deciders: str


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version with what it changed."""

    scheme: Scheme
    is_current: bool
    differences: tuple[str, ...]


@requires(Permission.CHANGE_GATES)
@require_safe
def index(request: Request) -> HttpResponse:
    """Show the gates in force, the draft that waits, and every version."""
    current = read.current()
    draft = proposals.open_one()
    context = {
        "rows": _rows(current),
        "version": current.version,
        "draft": draft,
        "versions": _versions(current.version),
        "first": current.stages[0].label,
        "step_form": _step_form(),
        **scene.figures(),
    }
    return render(request, "governance/schemes.html", context | tabs(request, "governance:schemes"))


@requires(Permission.CHANGE_GATES)
def gate(request: Request) -> HttpResponse:
    """Show and change one gate, named by `stage` and `step`, of the draft or the last version.

    Of the first stage, to which no gate leads, the name.
    """
    stage, step = (whole_number(request.GET.get(name, "")) or 0 for name in ("stage", "step"))
    with tenancy.reading(request.actor):
        document, starts_on = _edited()
        try:
            initial = scheme_forms.initial_of(document, stage, step)
        except KeyError as missing:
            raise NotFound(what="gate") from missing
    kind = StageForm if (stage, step) == scheme_forms.FIRST else GateForm
    form = kind(request.POST or None, initial={**initial, **starts_on})
    if request.method == "POST" and form.is_valid():
        said = form.into(document, stage, step)
        refused = _propose(request, form, said)
        if refused is None:
            return _to_proposal(request, _("The change is kept as a proposal."))
        form.add_error(None, str(refused))
    context = {"form": form, "name": initial["label"], "stage": stage, "step": step}
    return _form(request, context)


@requires(Permission.CHANGE_GATES)
@require_POST
def add_step(request: Request) -> HttpResponse:
    """Add a step inside a stage to the draft, or take one out."""
    with tenancy.reading(request.actor):
        document, starts_on = _edited()
    stage, step = (whole_number(request.POST.get(name, "")) for name in ("from_stage", "from_step"))
    if stage is not None and step is not None and step > 0:
        said = scheme_forms.without_step(document, stage, step)
        day = starts_on["effective_from"]
        schemes.propose(actor=request.actor, document=said, effective_from=day, reason="")
        return _to_proposal(request, _("The step is taken out of the proposal."))
    form = StepForm(request.POST, document=document)
    if form.is_valid():
        refused = _propose(request, form, form.into(document))
        if refused is None:
            return _to_proposal(request, _("The step is added to the proposal."))
        form.add_error(None, str(refused))
    return _form(request, {"form": form, "name": _("Add a step"), "stage": None})


@requires(Permission.CHANGE_GATES)
@require_safe
def proposal(request: Request) -> HttpResponse:
    """Show what the draft changes in words, and what it would do to live measures."""
    draft = proposals.open_one()
    if draft is None:
        raise NotFound(what="proposal")
    current = rules_of(proposals.latest().document, proposals.latest().version)
    then = rules_of(draft.document, current.version + 1)
    context = {
        "draft": draft,
        "differences": [
            *differences.between(current, then),
            *differences.of_numbers(draft.numbers, numbers.current(draft.effective_from)),
        ],
        "preview": proposals.preview(current, then),
        "confidential": confidential.hidden_count(),
        "rows": _rows(then),
        "is_mine": draft.proposed_by_id == request.actor.member_id,
        **scene.figures(),
    }
    return render(
        request, "governance/scheme_proposal.html", context | tabs(request, "governance:schemes")
    )


@requires(Permission.CHANGE_GATES, step_up=True)
@require_POST
def confirm(request: Request) -> HttpResponse:
    """Confirm exactly the draft that was shown, as a second administrator."""
    made = schemes.confirm(actor=request.actor, proposal_id=_shown(request))
    messages.success(request, _("Version %(version)s is confirmed.") % {"version": made.version})
    return redirect(request, reverse("governance:schemes", args=[request.membership.slug]))


@requires(Permission.CHANGE_GATES)
@require_POST
def withdraw(request: Request) -> HttpResponse:
    """Withdraw the draft that was shown."""
    schemes.withdraw(actor=request.actor, proposal_id=_shown(request))
    messages.success(request, _("The proposal is withdrawn."))
    return redirect(request, reverse("governance:schemes", args=[request.membership.slug]))


def _step_form() -> StepForm:
    document, starts_on = _edited()
    return StepForm(document=document, initial=starts_on)


def _shown(request: Request) -> int:
    return whole_number(request.POST.get("proposal", "")) or 0


def _edited() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the document that is edited, and the day and reason a form of it begins with."""
    draft: SchemeProposal | None = proposals.open_one()
    today = authority.today()
    if draft is None:
        return proposals.document(), {"effective_from": today, "reason": ""}
    day = max(draft.effective_from, today)
    return draft.document, {"effective_from": day, "reason": draft.reason}


def _propose(
    request: Request, form: GateForm | StageForm | StepForm, said: dict[str, Any]
) -> DomainError | None:
    """Propose what was filled in; return what the form can say about it, raise all else."""
    given = form.cleaned_data
    try:
        schemes.propose(
            actor=request.actor,
            document=said,
            effective_from=given["effective_from"],
            reason=given["reason"],
        )
    except OPEN_REFUSALS as refused:
        return refused
    return None


def _to_proposal(request: Request, sentence: str) -> HttpResponse:
    messages.success(request, sentence)
    return redirect(request, reverse("governance:scheme_proposal", args=[request.membership.slug]))


def _form(request: Request, context: dict[str, Any]) -> HttpResponse:
    """Show a form, empty or with what is wrong with it; what was typed stays in it."""
    with tenancy.reading(request.actor):
        shown = context | tabs(request, "governance:schemes")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if context["form"].is_bound else HTTPStatus.OK
    return render(request, "governance/scheme_gate.html", shown, status=status)


def _rows(rules: Rules) -> list[GateRow]:
    return [
        GateRow(
            gate=each,
            stage=int(each.leads_to),
            submitters=", ".join(str(ROLE_NAMES[role]) for role in each.submitted_by),
            deciders=", ".join(str(ROLE_NAMES[vote.role]) for vote in each.votes),
        )
        for each in rules.gates
    ]


def _versions(current: int) -> list[VersionRow]:
    rows = proposals.versions()
    former = {each.version: each for each in rows}
    return [
        VersionRow(each, each.version == current, tuple(_changes(each, former))) for each in rows
    ]


def _changes(scheme: Scheme, former: dict[int, Scheme]) -> list[str]:
    before = former.get(scheme.version - 1)
    if before is None:
        return []
    gates = differences.between(
        rules_of(before.document, before.version), rules_of(scheme.document, scheme.version)
    )
    changed = [
        f"{key.replace('_', ' ').capitalize()}: {said}." for key, said in scheme.numbers.items()
    ]
    return [*gates, *changed]
