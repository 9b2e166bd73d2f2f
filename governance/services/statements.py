"""Stating what proves a line as a whole and what became of its budget, ahead of the closing."""

from dataclasses import dataclass

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from governance.errors.closing import BudgetUnexplained, EvidenceDoesNotProve
from governance.events import LineStated
from governance.models import LineStatement
from governance.rules import proofs
from governance.rules.proofs import BudgetChange
from measures.models import Evidence, Line
from measures.rules.lines import EffectType, Nature
from measures.services import lock


@dataclass(frozen=True, slots=True)
class Statement:
    """What is said of one line; either half may be left out, not both."""

    evidence_id: int | None = None
    budget: BudgetChange | str = ""
    budget_note: str = ""


@tenancy.act
def state(*, actor: Actor, line_id: int, statement: Statement) -> LineStatement:
    """State evidence and budget of a line; it replaces what was stated of it before.

    A request or a shortfall already confirmed on other words is no longer current then. Raises
    NotFound, NotAllowed, MeasureEnded, EvidenceDoesNotProve, BudgetUnexplained, Invalid.
    """
    measure, line = lock.line(actor, line_id, Permission.ATTACH_EVIDENCE)
    budget = _budget(line, statement)
    by = people.member(actor.member_id or 0)
    evidence = _evidence(line, statement.evidence_id)
    if evidence is None and not budget:
        raise Invalid(field="statement", problem="name the file, the budget, or both.")
    made: LineStatement = LineStatement.objects.create(
        measure=measure,
        line=line,
        evidence=evidence,
        budget=budget,
        budget_note=statement.budget_note.strip(),
        stated_by=by,
    )
    audit.record(
        LineStated(
            subject_id=measure.pk,
            statement_id=made.pk,
            line_id=line.pk,
            evidence_id=made.evidence_id,
            budget=made.budget,
            reason=made.budget_note,
        )
    )
    return made


def _budget(line: Line, statement: Statement) -> str:
    if statement.budget and statement.budget not in set(BudgetChange):
        raise Invalid(field="budget", problem="choose reduced, raised or unchanged.")
    if statement.budget and not statement.budget_note.strip():
        raise BudgetUnexplained(line=line.name)
    return str(statement.budget)


def _evidence(line: Line, evidence_id: int | None) -> Evidence | None:
    if evidence_id is None:
        return None
    found = Evidence.objects.filter(pk=evidence_id, measure_id=line.measure_id).first()
    if found is None:
        raise NotFound(what="file")
    wanted = proofs.fitting(Nature(line.nature), EffectType(line.effect_type))
    if found.kind not in wanted and wanted:
        raise EvidenceDoesNotProve(file=found.title, line=line.name, wanted=proofs.in_words(wanted))
    return found
