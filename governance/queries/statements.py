"""What was stated of the lines of measures before their closing, and what proves each month."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from governance.models import LineStatement
from governance.rules.proofs import BudgetChange, Proof
from measures.models import ActualClaim
from measures.models.line import ClaimKind, ClaimState
from measures.rules.calendar import Month

KINDS = frozenset(Proof)


@dataclass(frozen=True, slots=True)
class Stated:
    """The latest statement on a line; `evidence` is the title of the file, empty without one."""

    proof: Proof | None = None
    evidence_id: int | None = None
    evidence: str = ""
    budget: BudgetChange | None = None
    budget_note: str = ""
    stated_by: str = ""


def of(measure_ids: Collection[int]) -> dict[int, Stated]:
    """Return the latest statement by line."""
    rows = (
        LineStatement.objects.filter(measure_id__in=measure_ids)
        .order_by("line_id", "-pk")
        .distinct("line_id")
        .select_related("evidence", "stated_by")
    )
    return {row.line_id: _stated(row) for row in rows}


def proofs_of_months(measure_ids: Collection[int]) -> Mapping[tuple[int, Month], Proof]:
    """Return by line and month what kind of file came with the approved actual, if it proves."""
    rows = ActualClaim.objects.filter(
        measure_id__in=measure_ids,
        state=ClaimState.APPROVED,
        kind=ClaimKind.ACTUAL,
        evidence__kind__in=KINDS,
    ).values_list("line_id", "fiscal_year", "period", "evidence__kind")
    return {(line, Month(year, period)): Proof(kind) for line, year, period, kind in rows}


def being_corrected(measure_ids: Collection[int]) -> frozenset[int]:
    """Return the lines of which a correction waits for its approval."""
    rows = ActualClaim.objects.filter(
        measure_id__in=measure_ids, state=ClaimState.SUBMITTED, kind=ClaimKind.CORRECTION
    )
    return frozenset(rows.values_list("line_id", flat=True))


def _stated(row: LineStatement) -> Stated:
    evidence = row.evidence
    is_proof = evidence is not None and evidence.kind in KINDS
    return Stated(
        proof=Proof(evidence.kind) if evidence is not None and is_proof else None,
        evidence_id=row.evidence_id,
        evidence="" if evidence is None else evidence.title,
        budget=BudgetChange(row.budget) if row.budget else None,
        budget_note=row.budget_note,
        stated_by=row.stated_by.name,
    )
