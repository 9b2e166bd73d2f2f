"""Hold, resume, cancel and reject: the transitions of a measure's lifecycle and what they need."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from accounts.rules.duties import Act
from accounts.rules.numbers import Numbers
from accounts.rules.roles import Permission
from governance.errors import HoldTooLong, NotNow, ReasonMissing
from measures.rules.stage import Lifecycle, Stage


class ReasonCode(StrEnum):
    """Why a measure is put on hold or cancelled (domain-rules §11)."""

    BUDGET = "budget"
    DEPENDENCY = "dependency"
    PRIORITY = "priority"
    VALUE = "value"
    EXTERNAL = "external"
    QUALITY = "quality"


class Move(StrEnum):
    """What can be done to a lifecycle; the value reads in "... is not possible"."""

    HOLD = "hold"
    RESUME = "resume"
    CANCEL = "cancel"
    REJECT = "reject"
    CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: the permission it takes, where the measure must stand, and where it leads."""

    permission: Permission
    stages: frozenset[Stage]
    leads_from: frozenset[Lifecycle]
    leads_to: Lifecycle


BEFORE_CLOSED = frozenset(Stage) - {Stage.CLOSED}
RUNNING = frozenset({Lifecycle.ACTIVE})
HELD = frozenset({Lifecycle.ON_HOLD})
ACTIVE, ON_HOLD = Lifecycle.ACTIVE, Lifecycle.ON_HOLD
CANCELLED, CLOSED = Lifecycle.CANCELLED, Lifecycle.CLOSED

UNSIZED = frozenset({Stage.DEFINED})
DELIVERING = frozenset({Stage.IMPLEMENTED})
# A hold or cancellation never changes the stage; only closing moves stage and lifecycle at once.
# A cancellation is terminal. Before Identified there is no sponsor yet: the lead rejects.
# fmt: off
TRANSITIONS: dict[Move, Transition] = {
    #                       permission                  stages         from            to
    Move.HOLD:   Transition(Permission.HOLD,            BEFORE_CLOSED, RUNNING,        ON_HOLD),
    Move.RESUME: Transition(Permission.RESUME,          BEFORE_CLOSED, HELD,           ACTIVE),
    Move.CANCEL: Transition(Permission.CANCEL,          BEFORE_CLOSED, RUNNING | HELD, CANCELLED),
    Move.REJECT: Transition(Permission.REJECT_PROPOSAL, UNSIZED,       RUNNING | HELD, CANCELLED),
    Move.CLOSE:  Transition(Permission.CONFIRM_CLOSURE, DELIVERING,    RUNNING,        CLOSED),
}
# fmt: on

# The moves that a duty may forbid; rejecting a proposal is its lead's own business.
KEPT_APART = {Move.HOLD: Act.HOLD, Move.RESUME: Act.RESUME, Move.CANCEL: Act.CANCEL}


def after(move: Move, *, stage: Stage, lifecycle: Lifecycle) -> Lifecycle:
    """Return the lifecycle a move leads to; raises NotNow where it does not begin."""
    row = TRANSITIONS[move]
    if stage not in row.stages or lifecycle not in row.leads_from:
        raise NotNow(act=move.value.title(), stage=stage.name.title(), lifecycle=lifecycle.value)
    return row.leads_to


def possible(*, stage: Stage, lifecycle: Lifecycle) -> tuple[Move, ...]:
    """Return the moves that begin where the measure stands, whoever may make them."""
    return tuple(
        move
        for move, row in TRANSITIONS.items()
        if stage in row.stages and lifecycle in row.leads_from
    )


def latest_end(today: date, numbers: Numbers) -> date:
    """Return the last day on which a hold beginning today may expire (domain-rules §11: 90 d)."""
    return today + timedelta(days=numbers.hold_days)


def check_hold(*, until: date, reason: str, today: date, numbers: Numbers) -> None:
    """Refuse a hold without reason or beyond its limit; raises ReasonMissing, HoldTooLong."""
    check_reason(Move.HOLD, reason)
    latest = latest_end(today, numbers)
    if not today < until <= latest:
        raise HoldTooLong(latest=latest.isoformat(), days=numbers.hold_days)


def check_reason(move: Move, reason: str) -> None:
    """Refuse an act whose reason in words is empty; raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(act=move.value.title())


def is_expired(until: date, today: date) -> bool:
    """Return whether a hold has run past its last day and needs a decision."""
    return today > until
