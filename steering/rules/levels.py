"""The five levels of escalation: who decides at each, by when, and what may be decided."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from accounts.rules.numbers import Numbers
from accounts.rules.roles import Role
from hierarchy.rules.levels import Level
from measures.rules.working_days import WorkingDays


class Decision(StrEnum):
    """What ends an escalation; nothing else does (domain-rules §12)."""

    ADJUST = "adjust"
    REALLOCATE = "reallocate"
    HOLD = "hold"
    CANCEL = "cancel"
    ACCEPT = "accept"


@dataclass(frozen=True, slots=True)
class Decider:
    """A role that decides: `at` are the levels of the nodes where its seat stands.

    Empty `at` means named on the measure. A seat higher up than the level asks for takes the
    place of a vacant one below it, because the level then passes upward.
    """

    role: Role
    at: frozenset[Level] = frozenset()

    def __str__(self) -> str:
        where = " or ".join(level.name.lower() for level in sorted(self.at, reverse=True))
        return f"{self.role} of the {where}" if where else f"the measure's {self.role}"


@dataclass(frozen=True, slots=True)
class Rung:
    """One level: who decides, how many working days they have, and what they may decide."""

    name: str
    deciders: tuple[Decider, ...]
    working_days: Callable[[Numbers], int]
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Holding:
    """A role a member has: named on the measure (`at` None) or by a seat at a node above it."""

    role: Role
    at: Level | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom an escalation asks: the level at which somebody can decide, the role, and the member.

    `member_id` is None where nobody at all holds a level from there on.
    """

    level: int
    role: Role
    member_id: int | None


PROJECT = frozenset({Level.PACKAGE, Level.PROJECT})
PROGRAM = frozenset({Level.PROGRAM, Level.PORTFOLIO, Level.ORGANIZATION})
ABOVE = frozenset({Level.PROJECT, Level.PROGRAM, Level.PORTFOLIO, Level.ORGANIZATION})

ANY_DECISION = tuple(Decision)

# Domain-rules §12. An owner plans the way back, but neither accepts nor stops the own measure.
LADDER: tuple[Rung, ...] = (
    Rung(
        name="owner",
        deciders=(Decider(Role.OWNER),),
        working_days=lambda numbers: numbers.action_plan,
        decisions=(Decision.ADJUST,),
    ),
    Rung(
        name="project lead or sponsor",
        deciders=(Decider(Role.LEAD, PROJECT), Decider(Role.SPONSOR)),
        working_days=lambda numbers: numbers.lead_decision,
        decisions=ANY_DECISION,
    ),
    Rung(
        name="program lead or controller",
        deciders=(Decider(Role.LEAD, PROGRAM), Decider(Role.CONTROLLER)),
        working_days=lambda numbers: numbers.program_decision,
        decisions=ANY_DECISION,
    ),
    Rung(
        name="steering committee",
        deciders=(Decider(Role.STEERING, ABOVE),),
        working_days=lambda numbers: numbers.steering_decision,
        decisions=ANY_DECISION,
    ),
    Rung(
        name="executive",
        deciders=(Decider(Role.EXECUTIVE, ABOVE),),
        working_days=lambda numbers: numbers.executive_decision,
        decisions=ANY_DECISION,
    ),
)
HIGHEST = len(LADDER) - 1

# What a role may decide wherever it decides; hold and cancel as in accounts.rules.roles.
DECIDES: dict[Role, frozenset[Decision]] = {
    Role.OWNER: frozenset({Decision.ADJUST}),
    Role.LEAD: frozenset(Decision) - {Decision.CANCEL},
    Role.SPONSOR: frozenset(Decision),
    Role.CONTROLLER: frozenset({Decision.ADJUST, Decision.HOLD, Decision.ACCEPT}),
    Role.STEERING: frozenset(Decision),
    Role.EXECUTIVE: frozenset(Decision),
}


# Nothing can be held, cancelled or reallocated of a measure that is closed.
OF_CLOSED = frozenset({Decision.ADJUST, Decision.ACCEPT})


def due_on(level: int, since: date, numbers: Numbers, working: WorkingDays) -> date:
    """Return the last day for a decision at `level`, counted in working days from `since`."""
    return working.after(since, LADDER[level].working_days(numbers))


def holds_rung(level: int, holding: Holding) -> bool:
    """Return whether a role held makes its holder a decider at `level`."""
    return any(_fills(decider, holding) for decider in LADDER[level].deciders)


def _fills(decider: Decider, holding: Holding) -> bool:
    if holding.role is not decider.role:
        return False
    return holding.at in decider.at if decider.at else holding.at is None


def first_staffed(level: int, holdings: Iterable[Holding]) -> int:
    """Return `level`, or the next above it that somebody holds: a vacant role passes upward.

    `holdings` are those of all members; with nobody at all the highest level is returned.
    """
    held = tuple(holdings)
    return next(
        (
            rung
            for rung in range(level, HIGHEST)
            if any(holds_rung(rung, holding) for holding in held)
        ),
        HIGHEST,
    )


def asked(level: int, people: Mapping[int, tuple[Holding, ...]]) -> Asked:
    """Return who decides at `level`, or above it where it is vacant (domain-rules §12).

    `people` are all members with what they hold. Of several the first role of the rung is asked,
    by the seat nearest to the measure. Who could decide nothing there does not fill a level: an
    administrator never, the measure's owner only level 0.
    """
    for rung in range(level, HIGHEST + 1):
        candidates = [
            (place, -(holding.at or 0), member_id, decider.role)
            for place, decider in enumerate(LADDER[rung].deciders)
            for member_id, holdings in people.items()
            for holding in holdings
            if _fills(decider, holding) and allowed_decisions(rung, holdings)
        ]
        if candidates:
            _, _, member_id, role = min(candidates)
            return Asked(rung, role, member_id)
    return Asked(HIGHEST, LADDER[HIGHEST].deciders[0].role, None)


def allowed_decisions(level: int, holdings: Iterable[Holding]) -> tuple[Decision, ...]:
    """Return what one member may decide about an escalation standing at `level`; empty: nothing.

    Who decides at a higher level may decide below it too. The owner of the measure decides at
    level 0 only, whatever seats they hold, for a measure is not judged by its owner.
    """
    own = tuple(holdings)
    if any(holding.role is Role.ADMINISTRATOR for holding in own):
        return ()
    if any(holding == Holding(Role.OWNER) for holding in own):
        return LADDER[0].decisions if level == 0 else ()
    open_to = {
        decision
        for rung in range(level, HIGHEST + 1)
        for holding in own
        if holds_rung(rung, holding)
        for decision in DECIDES[holding.role]
    }
    return tuple(decision for decision in Decision if decision in open_to)
