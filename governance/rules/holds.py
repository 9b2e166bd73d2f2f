"""Hold, resume, extend, cancel, restore and reject: a measure's transitions and what they need."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import IntEnum, StrEnum

from accounts.rules.duties import Act
from accounts.rules.numbers import Numbers
from accounts.rules.roles import Permission, Role
from core.errors import Invalid
from governance.errors import (
    EffectStillFlows,
    HoldTooLong,
    LessonsMissing,
    NotHigher,
    NotNow,
    ReasonMissing,
    RestoredTooLate,
)
from hierarchy.rules.levels import Level
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
    EXTEND = "extend"
    CANCEL = "cancel"
    RESTORE = "restore"
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
DROPPED = frozenset({Lifecycle.CANCELLED})
ACTIVE, ON_HOLD = Lifecycle.ACTIVE, Lifecycle.ON_HOLD
CANCELLED, CLOSED = Lifecycle.CANCELLED, Lifecycle.CLOSED

UNSIZED = frozenset({Stage.DEFINED})
DELIVERING = frozenset({Stage.IMPLEMENTED})
# A hold or cancellation never changes the stage; only closing moves stage and lifecycle at once.
# A cancellation is terminal but for its restoration. Before Identified there is no sponsor yet:
# the lead rejects.
# fmt: off
TRANSITIONS: dict[Move, Transition] = {
    #                       permission                  stages         from            to
    Move.HOLD:   Transition(Permission.HOLD,            BEFORE_CLOSED, RUNNING,        ON_HOLD),
    Move.RESUME: Transition(Permission.RESUME,          BEFORE_CLOSED, HELD,           ACTIVE),
    Move.EXTEND: Transition(Permission.EXTEND_HOLD,     BEFORE_CLOSED, HELD,           ON_HOLD),
    Move.CANCEL: Transition(Permission.CANCEL,          BEFORE_CLOSED, RUNNING | HELD, CANCELLED),
    Move.RESTORE: Transition(Permission.RESTORE,        BEFORE_CLOSED, DROPPED,        ACTIVE),
    Move.REJECT: Transition(Permission.REJECT_PROPOSAL, UNSIZED,       RUNNING | HELD, CANCELLED),
    Move.CLOSE:  Transition(Permission.CONFIRM_CLOSURE, DELIVERING,    RUNNING,        CLOSED),
}
# fmt: on

# The moves that a duty may forbid; rejecting a proposal is its lead's own business.
KEPT_APART = {
    Move.HOLD: Act.HOLD,
    Move.RESUME: Act.RESUME,
    Move.EXTEND: Act.EXTEND,
    Move.CANCEL: Act.CANCEL,
    Move.RESTORE: Act.RESTORE,
}


class Rank(IntEnum):
    """How high somebody decides about a measure; the levels of escalation (domain-rules §12)."""

    NONE = 0
    PROJECT = 1
    PROGRAM = 2
    STEERING = 3
    EXECUTIVE = 4


# By a seat: the role, the levels of the nodes where it stands, and the rank it gives.
BY_SEAT: tuple[tuple[Role, frozenset[Level], Rank], ...] = (
    (Role.LEAD, frozenset({Level.PROJECT, Level.PACKAGE, Level.MEASURE}), Rank.PROJECT),
    (Role.LEAD, frozenset({Level.ORGANIZATION, Level.PORTFOLIO, Level.PROGRAM}), Rank.PROGRAM),
    (Role.STEERING, frozenset(Level), Rank.STEERING),
    (Role.EXECUTIVE, frozenset(Level), Rank.EXECUTIVE),
)
# As named on the measure.
BY_NAME: dict[Role, Rank] = {Role.SPONSOR: Rank.PROJECT, Role.CONTROLLER: Rank.PROGRAM}


@dataclass(frozen=True, slots=True)
class Held:
    """The hold a measure is under: who decided it how high, since when, and until when.

    `people` are who decided it and whom a deputy decided it for, nobody where Assay itself set it;
    `was_extended` after its one extension.
    """

    people: frozenset[int]
    rank: Rank
    since: date
    until: date
    was_extended: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """What a cancellation says besides its reason (domain-rules §11).

    Amounts in the organization's currency; None is worked out from the figures. `ending` says how
    an effect that flows already ends.
    """

    lessons: str = ""
    freed_budget: Decimal | None = None
    freed_people: Decimal | None = None
    replacement_id: int | None = None
    ending: str = ""


UNSAID = Ending()


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


def check_review(review_on: date | None, *, until: date, today: date) -> None:
    """Refuse a day of review that lies outside the hold; raises Invalid."""
    if review_on is not None and not today <= review_on <= until:
        raise Invalid(field="review date", problem="must lie between today and the hold's end.")


def check_extension(held: Held, *, by: frozenset[int], rank: Rank, until: date) -> None:
    """Refuse a second extension, one by nobody higher, or one that does not lengthen the hold.

    `by` are both hands of a deputy's act, `rank` is of whose right it is. What the highest level
    holds is extended by another of it (domain-rules §11). Raises NotHigher, Invalid.
    """
    if held.was_extended:
        raise NotHigher(why="it has been extended once already")
    is_higher = rank > held.rank
    is_peer_at_the_top = rank is Rank.EXECUTIVE and bool(held.people)
    if held.people & by or not (is_higher or is_peer_at_the_top):
        raise NotHigher(why="it takes somebody one level above who decided it")
    if until <= held.until:
        raise Invalid(field="until", problem=f"must be after {held.until}, when the hold ends now.")


def needs_recheck(held: Held, today: date, numbers: Numbers) -> bool:
    """Return whether a hold lasted so long that the stage's criteria are judged again (§11)."""
    return (today - held.since).days > numbers.hold_recheck_days


def check_ending(ending: Ending, *, stage: Stage, flows: bool) -> None:
    """Refuse a cancellation from Decided on that teaches nothing, or leaves an effect running.

    Raises LessonsMissing, EffectStillFlows.
    """
    if stage >= Stage.DECIDED and not ending.lessons.strip():
        raise LessonsMissing
    if flows and not ending.ending.strip():
        raise EffectStillFlows


def check_restorable(cancelled_on: date, today: date, numbers: Numbers) -> None:
    """Refuse to take back a cancellation after its days; raises RestoredTooLate."""
    last = cancelled_on + timedelta(days=numbers.restore_days)
    if today > last:
        raise RestoredTooLate(last=last.isoformat(), days=numbers.restore_days)


def check_reason(move: Move, reason: str) -> None:
    """Refuse an act whose reason in words is empty; raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(act=move.value.title())


def is_expired(until: date, today: date) -> bool:
    """Return whether a hold has run past its last day and needs a decision."""
    return today > until
