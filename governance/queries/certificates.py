"""What a certificate of a closing says, read at the closing; and the certificates of a measure."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from accounts.models import Organization
from accounts.queries import numbers, people
from audit.models import Event
from core import tenancy
from governance.models import (
    ClosureCertificate,
    ClosureConfirmation,
    GateRequest,
    ReopeningConfirmation,
    SustainmentCheck,
)
from governance.queries import facts, shortfalls, statements
from governance.queries.statements import Stated
from governance.rules import closure
from governance.rules.closure import Judgement, LineProof
from governance.rules.facts import GovernedMonth
from hierarchy.models import Node
from measures.models import Evidence, Line, Measure
from measures.queries import periods

Content = dict[str, object]

KIND = "assay.closure-certificate/1"


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate of a measure, its signed `paper`; superseded once its closing was reopened."""

    public_id: UUID
    outcome: str
    issued_by: str
    issued_at: datetime
    is_superseded: bool
    paper: str


def of_measure(measure_id: int) -> list[CertificateRow]:
    """Return the certificates of a measure, the newest first."""
    rows = ClosureCertificate.objects.filter(measure_id=measure_id).order_by("-pk")
    reopened = set(
        ReopeningConfirmation.objects.filter(reopening__measure_id=measure_id).values_list(
            "reopening__confirmation_id", flat=True
        )
    )
    return [
        CertificateRow(
            row.public_id,
            row.confirmation.outcome,
            row.issued_by.name,
            row.issued_at,
            row.confirmation_id in reopened,
            row.paper,
        )
        for row in rows.select_related("confirmation", "issued_by")
    ]


def content(
    measure: Measure, request: GateRequest, confirmation: ClosureConfirmation, told: Event
) -> Content:
    """Return all that a certificate says: ids and the names of now, figures as exact text.

    `told` is the ledger's entry of the closing.
    """
    found = facts.one(measure.pk)
    judgement = closure.judge(found.lines, found.numbers)
    organization = Organization.objects.get(pk=tenancy.current_organization_id())
    ground, profile = periods.ground(), people.profile()
    year = ground.calendar.month_of(ground.today).fiscal_year
    return {
        "organization_id": organization.pk,
        "organization": organization.slug,
        "organization_name": profile.name,
        "number_format": {"decimal": profile.decimal_separator, "group": profile.group_separator},
        "measure": _measure(measure),
        "people": _people(measure),
        "closed_on": ground.today.isoformat(),
        "outcome": confirmation.outcome,
        "confirmation_id": confirmation.pk,
        "confirmed_at": confirmation.confirmed_at.isoformat(),
        "confirmed_by": _person(confirmation.confirmed_by_id, confirmation.confirmed_by.name),
        "confirmed_for": _principal(confirmation),
        "statement": confirmation.statement,
        "shortfall_reason": confirmation.shortfall_reason,
        "figures_digest": confirmation.figures_digest,
        "signatures": _signatures(confirmation),
        "request": _request(request),
        "scheme_version": request.scheme_version,
        "numbers_version": numbers.version(),
        "fiscal_year": year,
        "lines": _lines(measure, judgement, year),
        "checks": _checks(confirmation),
        "ledger": {"act": told.act, "seq": told.seq, "hash": told.hash},
    }


def _measure(measure: Measure) -> Content:
    node = measure.node
    above = dict(Node.objects.filter(pk__in=node.ancestor_ids).values_list("pk", "name"))
    return {
        "id": str(node.public_id),
        "code": node.code,
        "name": node.name,
        "description": measure.description,
        "path": [above[pk] for pk in reversed(node.ancestor_ids) if pk in above],
    }


def _people(measure: Measure) -> Content:
    named = {
        "owner": measure.owner_id,
        "sponsor": measure.sponsor_id,
        "controller": measure.controller_id,
    }
    names = people.names_of(set(named.values()))
    return {role: _person(pk, names.get(pk or 0, "")) for role, pk in named.items()}


def _person(member_id: int | None, name: str) -> Content:
    return {"id": member_id, "name": name}


def _principal(confirmation: ClosureConfirmation) -> Content | None:
    """Return in whose place a deputy confirmed; None where nobody stood in."""
    found = confirmation.decided_for
    return None if found is None else _person(found.pk, found.name)


def _signatures(confirmation: ClosureConfirmation) -> list[Content]:
    return [
        {
            "role": row.role.value,
            "by": row.by,
            "at": row.at.isoformat(),
            "statement": row.statement,
        }
        for row in shortfalls.signatures(confirmation)
    ]


def _request(request: GateRequest) -> Content:
    return {
        "id": str(request.public_id),
        "digest": request.digest,
        "requested_by": _person(request.requested_by_id, request.requested_by.name),
        "requested_at": request.requested_at.isoformat(),
    }


def _checks(confirmation: ClosureConfirmation) -> list[Content]:
    rows = SustainmentCheck.objects.filter(confirmation=confirmation).order_by("number")
    return [{"number": row.number, "due_on": row.due_on.isoformat()} for row in rows]


def _lines(measure: Measure, judgement: Judgement, fiscal_year: int) -> list[Content]:
    lines = Line.objects.in_bulk([proof.line.line_id for proof in judgement.proofs])
    stated = statements.of([measure.pk])
    files = Evidence.objects.in_bulk([each.evidence_id for each in stated.values()])
    return [
        _line(
            proof,
            lines[proof.line.line_id],
            stated.get(proof.line.line_id, Stated()),
            fiscal_year,
            files,
        )
        for proof in judgement.proofs
    ]


def _line(
    proof: LineProof, line: Line, said: Stated, fiscal_year: int, files: dict[int, Evidence]
) -> Content:
    window = {month.month for month in proof.window}
    return {
        "id": line.pk,
        "name": line.name,
        "nature": line.nature,
        "effect_type": line.effect_type,
        "recurrence": line.recurrence,
        "direction": line.direction,
        "unit": line.currency or line.unit,
        "decimals": line.decimals,
        "window": [month.label for month in proof.window],
        "months": [
            {**_month(month), "in_window": month.month in window}
            for month in proof.line.months
            if month.plan is not None or month.approved is not None
        ],
        "plan_size": _text(proof.line.plan_size),
        "achieved": _text(proof.achieved),
        "confirmed_size": _text(proof.confirmed_size),
        "leakage": _text(proof.leakage),
        "leakage_in_year": _text(closure.in_year_leakage(proof, fiscal_year)),
        "evidence": _evidence(files.get(said.evidence_id or 0)),
        "budget": _budget(said),
    }


def _month(month: GovernedMonth) -> Content:
    return {
        "month": month.label,
        "plan": _text(month.plan),
        "approved": _text(month.approved),
        "baseline": _text(month.baseline),
        "proof": None if month.proof is None else month.proof.value,
    }


def _evidence(found: Evidence | None) -> Content | None:
    if found is None:
        return None
    return {"title": found.title, "kind": found.kind, "sha256": found.sha256}


def _budget(said: Stated) -> Content | None:
    if said.budget is None:
        return None
    return {"change": said.budget.value, "note": said.budget_note, "by": said.stated_by}


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)
