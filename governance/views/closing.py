"""Closing a measure: what is proven line by line, and the controller's confirmation of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.queries import people
from accounts.rules.roles import Permission, Role
from core import tenancy
from governance.forms import ConfirmationForm
from governance.models import ClosureConfirmation
from governance.queries import certificates, passage, reopenings, sustained
from governance.queries.passage import Closing
from governance.queries.shortfalls import Pending, SignatureRow
from governance.queries.statements import Stated
from governance.queries.sustained import CheckRow
from governance.rules.closure import LineProof
from governance.services import closure
from governance.views import rows
from governance.views import scene as scenes
from governance.views.scene import Scene
from governance.words import BUDGET_NAMES, CLOSED_AS, CLOSURE_OUTCOMES, FINDINGS, ROLE_NAMES
from hierarchy.pages import Request, is_present, render, requires
from hierarchy.queries import authority
from measures.models import Line
from measures.queries.measures import named
from measures.rules.lines import Unit
from measures.words import NATURE_NAMES

NOTHING_STATED = Stated()


@dataclass(frozen=True, slots=True)
class ProofView:
    """One line of the proof, amounts in `unit`; over the window, unless it says otherwise."""

    proof: LineProof
    name: str
    nature: Promise
    unit: str
    decimals: int
    plan: Decimal | None
    approved: Decimal | None
    stated: Stated = NOTHING_STATED

    @property
    def budget(self) -> Promise | str:
        """Return what became of the budget in words; empty where nobody has said it."""
        return "" if self.stated.budget is None else BUDGET_NAMES[self.stated.budget]

    @property
    def is_filed(self) -> bool:
        """Return whether every month of the window came with a file that proves."""
        window = self.proof.window
        return bool(window) and all(month.proof is not None for month in window)

    @property
    def window(self) -> str:
        """Return the months of the proof window in words."""
        months = self.proof.window
        if not months:
            return ""
        first, last = months[0].label, months[-1].label
        return first if first == last else f"{first} – {last}"


@requires(Permission.CONFIRM_CLOSURE, step_up=True)
def confirm(request: Request, measure: UUID) -> HttpResponse:
    """Confirm exactly the figures that were shown, and close the measure."""
    scene = scenes.of(request, measure)
    if request.method != "POST":
        return render(request, "governance/closure.html", _context(request, scene))
    with tenancy.reading(request.actor):
        context = _context(request, scene)
    form = ConfirmationForm(request.POST, is_short=context["is_short"])
    if not form.is_valid():
        template = "governance/_closure_form.html" if request.htmx else "governance/closure.html"
        refused = {**context, "form": form, "digest": request.POST.get("digest", "")}
        return render(request, template, refused, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    closure.confirm(
        actor=request.actor,
        measure_id=scene.measure.pk,
        digest=request.POST.get("digest", ""),
        **form.cleaned_data,
    )
    if context["is_short"]:
        said = _("The shortfall is confirmed; it waits for the signature of the sponsor.")
        return scenes.done(request, scene.url("governance:closure"), said)
    return scenes.done(request, scene.url(), _("The value is confirmed and the measure is closed."))


def _context(request: Request, scene: Scene) -> dict[str, Any]:
    found = passage.closing(request.actor, scene.measure)
    outcome = found.judgement.outcome
    is_short = found.judgement.is_short
    made = found.confirmation
    return {
        "scene": scene,
        "closing": found,
        "proofs": _proofs(found),
        "outcome": "" if outcome is None else CLOSURE_OUTCOMES[outcome],
        "is_short": is_short,
        "criteria": rows.criteria(row for row in found.criteria if not row.at_decision),
        "asked": None if found.request is None else rows.one(found.request),
        "confirmation": made,
        "closed_as": "" if made is None else CLOSED_AS[made.outcome],
        "confirmed_by": _confirmer(made),
        "signatures": _signatures(found.signatures),
        "pending": _pending(found.pending),
        "certificates": [
            (CLOSED_AS[row.outcome], row) for row in certificates.of_measure(scene.measure.pk)
        ],
        "checks": [] if made is None else _checks(request, scene, made),
        "reopenings": reopenings.of(request.actor, scene.measure),
        "form": _form(found, is_short=is_short),
        "digest": found.figures_digest,
        "needs_password": not is_present(request),
        "password_url": _password_url(request),
        **scenes.figures(),
    }


def _confirmer(made: ClosureConfirmation | None) -> str:
    if made is None:
        return ""
    names = people.names_of({made.confirmed_by_id, made.decided_for_id})
    return people.written(names, made.confirmed_by_id, made.decided_for_id)


def _signatures(found: Iterable[SignatureRow]) -> list[tuple[Promise, SignatureRow]]:
    return [(ROLE_NAMES[row.role], row) for row in found]


def _pending(found: Pending | None) -> dict[str, Any] | None:
    """Return a shortfall that waits, with the words for its roles."""
    if found is None:
        return None
    return {
        "row": found,
        "confirmed_by": _confirmer(found.confirmation),
        "signatures": _signatures(found.signatures),
        "waits_for": [ROLE_NAMES[role] for role in found.waits_for],
        "is_mine": found.my_role is not None,
        "is_for_steering": found.my_role is Role.STEERING,
    }


def _checks(
    request: Request, scene: Scene, made: ClosureConfirmation
) -> list[tuple[Promise, CheckRow, bool]]:
    """Return the checks of a closing with their words, and whether the reader can make them."""
    found = scene.measure
    is_mine = authority.may(
        request.actor, Permission.CHECK_SUSTAINMENT, found.node, named(found)
    ) and sustained.may_check(request.actor, found)
    return [
        (FINDINGS[row.outcome], row, is_mine and row.is_due) for row in sustained.of_closing(made)
    ]


def _form(found: Closing, *, is_short: bool) -> ConfirmationForm | None:
    if not found.may_confirm or found.request is None:
        return None
    return ConfirmationForm(is_short=is_short)


def _password_url(request: Request) -> str:
    return f"{reverse('account_reauthenticate')}?next={request.path}"


def _proofs(found: Closing) -> list[ProofView]:
    proofs = found.judgement.proofs
    lines = Line.objects.in_bulk([proof.line.line_id for proof in proofs])
    return [
        _proof(proof, lines[proof.line.line_id], found.stated.get(proof.line.line_id))
        for proof in proofs
    ]


def _proof(proof: LineProof, line: Line, stated: Stated | None) -> ProofView:
    unit = Unit(line.unit, line.decimals)
    return ProofView(
        proof=proof,
        name=line.name,
        nature=NATURE_NAMES[proof.line.nature],
        unit=line.currency or unit.code,
        decimals=line.decimals,
        plan=_sum([month.plan for month in proof.window]),
        approved=_sum([month.approved for month in proof.window]),
        stated=stated or NOTHING_STATED,
    )


def _sum(amounts: list[Decimal | None]) -> Decimal | None:
    """Return the sum of what is given; None where nothing is."""
    given = [amount for amount in amounts if amount is not None]
    return sum(given, Decimal(0)) if given else None
