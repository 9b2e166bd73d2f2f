"""The life of one escalation: opened once, raised when time runs out, ended by a decision."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from accounts.rules.numbers import Numbers
from steering.errors import (
    DecisionIncomplete,
    DecisionNotAllowed,
    EscalationDecided,
    ExpiryNeeded,
    HoldDecidesItself,
    NotItsDecider,
)
from steering.rules.levels import (
    HIGHEST,
    LADDER,
    OF_CLOSED,
    Decision,
    Holding,
    allowed_decisions,
)
from steering.rules.triggers import Firing, TriggerCode

# A relapse within two periods re-opens one level higher (domain-rules §12).
RELAPSE_DAYS = 62

# These leave the measure running, so each says when it is looked at again.
NEEDS_EXPIRY = frozenset({Decision.ADJUST, Decision.REALLOCATE, Decision.ACCEPT})


class EscalationState(StrEnum):
    """Open until decided; to acknowledge, to comment or to fall silent changes nothing.

    Ended is one whose measure was closed or cancelled meanwhile, by a decision of its own.
    """

    OPEN = "open"
    DECIDED = "decided"
    ENDED = "ended"


class Verdict(StrEnum):
    """What a firing does: open a new one, raise or repeat the open one, or nothing (covered)."""

    OPEN = "open"
    RAISE = "raise"
    REPEAT = "repeat"
    COVERED = "covered"


@dataclass(frozen=True, slots=True)
class EscalationFacts:
    """The latest escalation of one measure and rule.

    `back_in_band_on`: the first day after the decision on which the trigger no longer fired.
    """

    code: TriggerCode
    level: int
    due_on: date
    state: EscalationState = EscalationState.OPEN
    decision: Decision | None = None
    expires_on: date | None = None
    back_in_band_on: date | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What to do with a firing, and the level at which the escalation then stands."""

    verdict: Verdict
    level: int


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision as it is given: what, why, and until when it holds."""

    decision: Decision
    reason: str
    expires_on: date | None = None


def on_firing(firing: Firing, latest: EscalationFacts | None, today: date) -> Step:
    """Return what a firing does, given the latest escalation of the same measure and rule.

    One open escalation a measure and rule: repeats add to it. A decision covers what it was taken
    for until it expires; what outlasts it, or relapses within two periods, comes back one level
    higher (domain-rules §12).
    """
    if latest is None:
        return Step(Verdict.OPEN, firing.level)
    if latest.state is EscalationState.OPEN:
        if firing.level > latest.level:
            return Step(Verdict.RAISE, firing.level)
        return Step(Verdict.REPEAT, latest.level)
    return _after_decision(firing, latest, today)


def _after_decision(firing: Firing, latest: EscalationFacts, today: date) -> Step:
    higher = min(latest.level + 1, HIGHEST)
    if latest.back_in_band_on is not None:
        is_relapse = today <= latest.back_in_band_on + timedelta(days=RELAPSE_DAYS)
        return Step(Verdict.OPEN, max(higher, firing.level) if is_relapse else firing.level)
    if latest.expires_on is None:
        # A hold or cancellation ended the case; the measure runs again, so it begins anew.
        return Step(Verdict.OPEN, firing.level)
    if today <= latest.expires_on and firing.level <= latest.level:
        return Step(Verdict.COVERED, latest.level)
    return Step(Verdict.OPEN, max(higher, firing.level))


def on_clock(escalation: EscalationFacts, today: date) -> int | None:
    """Return the next level once the timer is missed; None while in time, decided or at the top."""
    is_missed = escalation.state is EscalationState.OPEN and today > escalation.due_on
    return escalation.level + 1 if is_missed and escalation.level < HIGHEST else None


def open_decisions(
    code: TriggerCode, level: int, holdings: tuple[Holding, ...]
) -> tuple[Decision, ...]:
    """Return what one member may decide about an escalation of a rule; empty: nothing.

    A hold that ends is answered by a decision about the hold; of a closed measure nothing can be
    held, cancelled or reallocated.
    """
    if code is TriggerCode.HOLD_EXPIRING:
        return ()
    allowed = allowed_decisions(level, holdings)
    if code is TriggerCode.VALUE_LOST:
        return tuple(each for each in allowed if each in OF_CLOSED)
    return allowed


def check_decision(
    *,
    escalation: EscalationFacts,
    ruling: Ruling,
    holdings: tuple[Holding, ...],
    today: date,
    numbers: Numbers,
) -> None:
    """Refuse a decision that does not end the escalation.

    Raises EscalationDecided, NotItsDecider, DecisionNotAllowed, DecisionIncomplete, ExpiryNeeded.
    """
    if escalation.state is not EscalationState.OPEN:
        raise EscalationDecided
    if escalation.code is TriggerCode.HOLD_EXPIRING:
        raise HoldDecidesItself
    allowed = open_decisions(escalation.code, escalation.level, holdings)
    if not allowed:
        deciders = " or ".join(str(each) for each in LADDER[escalation.level].deciders)
        raise NotItsDecider(level=escalation.level, deciders=deciders)
    if ruling.decision not in allowed:
        raise DecisionNotAllowed(decision=ruling.decision.value, allowed=", ".join(allowed))
    if not ruling.reason.strip():
        raise DecisionIncomplete
    _check_expiry(ruling, today, numbers)


def _check_expiry(ruling: Ruling, today: date, numbers: Numbers) -> None:
    if ruling.decision not in NEEDS_EXPIRY:
        return
    latest = today + timedelta(days=numbers.acceptance_days)
    if ruling.expires_on is None or not today < ruling.expires_on <= latest:
        raise ExpiryNeeded(decision=ruling.decision.value, latest=latest.isoformat())
