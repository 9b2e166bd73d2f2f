"""The latest escalation of each measure and rule, as the rules judge what fires next."""

from collections.abc import Iterable
from dataclasses import dataclass

from steering.models import Escalation, EscalationDecision
from steering.rules.escalation import EscalationFacts, EscalationState
from steering.rules.levels import Decision
from steering.rules.triggers import TriggerCode


@dataclass(frozen=True, slots=True)
class Latest:
    """An escalation beside its facts."""

    row: Escalation
    facts: EscalationFacts

    @property
    def is_watched(self) -> bool:
        """Tell whether it was decided and the number is not back in band yet."""
        return self.facts.state is EscalationState.DECIDED and self.facts.back_in_band_on is None


def of(measure_ids: Iterable[int]) -> dict[tuple[int, TriggerCode], Latest]:
    """Return the latest escalations of measures; two queries however many."""
    rows = list(
        Escalation.objects.filter(measure_id__in=list(measure_ids))
        .order_by("measure_id", "rule", "-pk")
        .distinct("measure_id", "rule")
    )
    decisions = {
        each.escalation_id: each
        for each in EscalationDecision.objects.filter(escalation_id__in=[row.pk for row in rows])
    }
    return {
        (row.measure_id, TriggerCode(row.rule)): Latest(row, _facts(row, decisions.get(row.pk)))
        for row in rows
    }


def facts_of(row: Escalation) -> EscalationFacts:
    """Return one escalation as the rules judge it."""
    return _facts(row, EscalationDecision.objects.filter(escalation=row).first())


def _facts(row: Escalation, decision: EscalationDecision | None) -> EscalationFacts:
    return EscalationFacts(
        code=TriggerCode(row.rule),
        level=row.level,
        due_on=row.due_on,
        state=EscalationState(row.state),
        decision=None if decision is None else Decision(decision.outcome),
        expires_on=None if decision is None else decision.expires_on,
        back_in_band_on=row.back_in_band_on,
    )
