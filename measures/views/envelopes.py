"""The envelopes of a node: what may be committed, what stands against it, and what was asked."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.models import Node
from hierarchy.pages import Request, redirect, render, requires
from hierarchy.queries import authority, tree
from measures.forms import AmountField, House
from measures.queries import envelopes, periods
from measures.rules.amounts import CellReader
from measures.rules.envelopes import Cost, OverspendState
from measures.rules.lines import MONEY, Unit
from measures.services import envelopes as service
from measures.services.cells import number_format

COST_NAMES = {Cost.ONE_TIME.value: _("One-time cost"), Cost.RUNNING.value: _("Running cost")}
STATE_NAMES = {
    OverspendState.ASKED.value: _("Waits to be decided"),
    OverspendState.APPROVED.value: _("Approved"),
    OverspendState.REJECTED.value: _("Rejected"),
}
DECISIONS = [("approve", _("Approve")), ("reject", _("Reject"))]


class _Reasoned(House):
    """A form that closes with a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=service.LONGEST_REASON)

    def __init__(self, *args: Any, **options: Any) -> None:
        # Three of them stand on one page, and every label belongs to its own field.
        options.setdefault("auto_id", f"{type(self).__name__}_%s")
        super().__init__(*args, **options)


class EnvelopeForm(_Reasoned):
    """The next version of an envelope."""

    nature = forms.ChoiceField(label=_("Kind of cost"), choices=list(COST_NAMES.items()))
    fiscal_year = forms.IntegerField(label=_("Fiscal year"), min_value=2000, max_value=2100)
    effective_on = forms.DateField(
        label=_("Holds from"), widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: Any, reader: CellReader, **options: Any) -> None:
        super().__init__(*args, **options)
        words = _("Amount in %(unit)s") % {"unit": reader.unit_name}
        self.fields["amount"] = AmountField(reader, label=words)
        self.order_fields(["nature", "fiscal_year", "amount", "effective_on", "reason"])


class AskForm(_Reasoned):
    """A wish to commit to more than an envelope in force holds."""

    def __init__(
        self, *args: Any, reader: CellReader, given: list[tuple[int, str]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["envelope"] = forms.TypedChoiceField(
            label=_("Envelope"), coerce=int, choices=given
        )
        words = _("More, in %(unit)s") % {"unit": reader.unit_name}
        self.fields["extra"] = AmountField(reader, label=words)
        self.order_fields(["envelope", "extra", "reason"])


class DecideForm(_Reasoned):
    """The decision on what was asked."""

    overspend = forms.IntegerField(widget=forms.HiddenInput)
    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS)


@requires(Permission.VIEW)
def show(request: Request, node: UUID) -> HttpResponse:
    """Show the envelopes of a node."""
    return _page(request, node, {})


@requires(Permission.VIEW)
def set_one(request: Request, node: UUID) -> HttpResponse:
    """Give a node the next version of an envelope."""
    with tenancy.reading(request.actor):
        found = _found(request, node)
        form = EnvelopeForm(request.POST or None, reader=_reader())
    if not form.is_valid():
        return _page(request, node, {"form": form})
    said = form.cleaned_data
    service.set_envelope(
        actor=request.actor,
        node_id=found.pk,
        key=(Cost(said["nature"]), said["fiscal_year"]),
        amount=said["amount"],
        effective_on=said["effective_on"],
        reason=said["reason"],
    )
    messages.success(request, _("The envelope is set."))
    return _back(request, node)


@requires(Permission.VIEW)
def ask(request: Request, node: UUID) -> HttpResponse:
    """Ask to commit to more than an envelope holds."""
    with tenancy.reading(request.actor):
        given = _choices(envelopes.of(_found(request, node)))
        form = AskForm(request.POST or None, reader=_reader(), given=given)
    if not form.is_valid():
        return _page(request, node, {"ask_form": form})
    said = form.cleaned_data
    service.ask_overspend(
        actor=request.actor,
        envelope_id=said["envelope"],
        extra=said["extra"],
        reason=said["reason"],
    )
    messages.success(request, _("Asked. An executive or the steering committee decides."))
    return _back(request, node)


@requires(Permission.VIEW)
def decide(request: Request, node: UUID) -> HttpResponse:
    """Approve or reject what was asked beyond an envelope."""
    form = DecideForm(request.POST or None)
    if not form.is_valid():
        return _page(request, node, {"decide_form": form})
    service.decide_overspend(
        actor=request.actor,
        overspend_id=form.cleaned_data["overspend"],
        approve=form.cleaned_data["decision"] == "approve",
        reason=form.cleaned_data["reason"],
    )
    messages.success(request, _("Decided."))
    return _back(request, node)


def _page(request: Request, node: UUID, bound: dict[str, forms.Form]) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if bound else HTTPStatus.OK
    with tenancy.reading(request.actor):
        found = _found(request, node)
        rows = envelopes.of(found)
        wishes = envelopes.overspends(found)
        ground = periods.ground()
        reader = _reader()
        first = {"fiscal_year": ground.clock().fiscal_year, "effective_on": ground.today}
        may_decide = authority.may(request.actor, Permission.DECIDE_OVERSPEND, found)
        context = {
            "node": found,
            "path": tree.path(found),
            "rows": [(row, COST_NAMES[row.nature]) for row in rows],
            "wishes": [(row, COST_NAMES[row.nature], STATE_NAMES[row.state]) for row in wishes],
            "versions": [
                (row, COST_NAMES[row.nature], envelopes.units(row.amount))
                for row in envelopes.history(found)
            ],
            "waiting": _waiting(request, wishes) if may_decide else None,
            "may_set": authority.may(request.actor, Permission.SET_ENVELOPE, service.giver(found)),
            "may_ask": bool(rows) and authority.may(request.actor, Permission.ASK_OVERSPEND, found),
            "form": EnvelopeForm(initial=first, reader=reader),
            "ask_form": AskForm(reader=reader, given=_choices(rows)),
            "decide_form": DecideForm(),
            "currency": ground.currency,
            "number_format": number_format(),
            "scale": "units",
        }
        return render(request, "measures/envelopes.html", context | bound, status=status)


def _waiting(
    request: Request, wishes: list[envelopes.OverspendRow]
) -> envelopes.OverspendRow | None:
    """Return what this member can decide next: never what they asked themselves."""
    return next(
        (
            each
            for each in wishes
            if each.state == OverspendState.ASKED and each.asked_by_id != request.actor.member_id
        ),
        None,
    )


def _found(request: Request, node: UUID) -> Node:
    found = tree.by_public_id(node)
    authority.ensure(request.actor, Permission.VIEW, found)
    return found


def _choices(rows: list[envelopes.EnvelopeRow]) -> list[tuple[int, str]]:
    return [(row.id, f"{COST_NAMES[row.nature]} {row.fiscal_year}") for row in rows]


def _reader() -> CellReader:
    return CellReader(Unit(MONEY), periods.ground().currency, number_format())


def _back(request: Request, node: UUID) -> HttpResponse:
    address = reverse("measures:envelopes", kwargs={"slug": request.membership.slug, "node": node})
    return redirect(request, address)
