"""Escalations as templates show them: rows with their words, and how figures are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.queries import people
from measures.rules.amounts import NumberFormat
from steering.queries.escalations import DecisionRow, EscalationRow
from steering.words import DECIDED, SEVERITIES, STATES, Words


@dataclass(frozen=True, slots=True)
class Shown:
    """One escalation beside the words for its severity and state."""

    row: EscalationRow
    severity: Words
    state: Words


def shown(rows: Iterable[EscalationRow]) -> list[Shown]:
    """Return rows with their words."""
    return [Shown(row, SEVERITIES[row.severity], STATES[row.state]) for row in rows]


def outcome(decision: DecisionRow | None) -> Words:
    """Return what was decided in a word; empty without a decision."""
    return "" if decision is None else DECIDED[decision.outcome]


def figures() -> dict[str, Any]:
    """Return how amounts are written: the organization's signs and currency."""
    profile = people.profile()
    number_format = NumberFormat(profile.decimal_separator, profile.group_separator)
    return {"number_format": number_format, "scale": "units", "currency": profile.currency}
