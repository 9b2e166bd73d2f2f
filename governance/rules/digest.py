"""The digest of what voters are shown: a vote counts only while the measure still says the same."""

import json
from decimal import Decimal
from hashlib import sha256

from governance.rules.facts import GovernedLine, GovernedMilestone, MeasureFacts
from governance.rules.gates import SCHEME_VERSION, Gate
from measures.rules.stage import Stage


def of_request(gate: Gate, facts: MeasureFacts) -> str:
    """Return the SHA-256 (hex) that binds a request to value, baseline, people and evidence.

    Names and texts are left out: a corrected text voids nothing (domain-rules §3). Approved
    figures count only at Closed, for which they are the matter; at an earlier gate the month's
    work would void every open request.
    """
    shown = {
        "scheme": SCHEME_VERSION,
        "gate": gate.code,
        "criteria": [each.code for each in gate.criteria],
        "people": [facts.owner_id, facts.sponsor_id, facts.controller_id],
        "size": _number(facts.size),
        "kind": facts.kind,
        "lines": [_line(line) for line in sorted(facts.lines, key=lambda line: line.line_id)],
        "milestones": sorted(map(_milestone, facts.milestones)),
        "figures": facts.figures_digest if gate.leads_to is Stage.CLOSED else None,
    }
    text = json.dumps(shown, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _line(line: GovernedLine) -> list[object]:
    full_effect = line.full_effect_month
    return [
        line.line_id,
        line.nature,
        line.direction,
        line.recurrence,
        None if full_effect is None else full_effect.index,
        _number(line.plan_size),
        line.baseline_evidence,
        [line.is_level, line.is_seasonal, line.is_declared_final],
        [[each.month.index, _number(each.plan), _number(each.baseline)] for each in line.months],
    ]


def _milestone(milestone: GovernedMilestone) -> list[str]:
    due, owner = milestone.due_on, milestone.owner_id
    return [
        "" if due is None else due.isoformat(),
        "" if owner is None else str(owner),
        f"{milestone.is_mandatory} {milestone.is_done}",
        milestone.evidence,
    ]


def _number(amount: Decimal | None) -> str | None:
    # 1.0 and 1.00 are one amount.
    return None if amount is None else f"{amount.normalize():f}"
