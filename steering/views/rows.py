"""Escalations as templates show them: rows with their words, and how figures are written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.queries import people
from core.errors import NotFound
from governance.queries import forced
from hierarchy.models import Node
from hierarchy.pages import Request
from hierarchy.queries import authority
from measures.rules.amounts import NumberFormat
from steering.queries import escalations
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


def shadow() -> dict[str, Any]:
    """Return until when forced decisions only report; None once they act."""
    period = forced.shadow()
    is_on = period is not None and forced.in_shadow(authority.today())
    return {"shadow_until": period.ends_on if is_on and period is not None else None}


def chosen_node(request: Request) -> Node | None:
    """Return the node a page was asked for (?node=), or None; NotFound."""
    given = request.GET.get("node", "")
    if not given:
        return None
    try:
        return escalations.place(request.actor, UUID(given))
    except ValueError as error:
        raise NotFound(what="node") from error
