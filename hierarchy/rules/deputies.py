"""Deputies: which duties can be stood in for, which acts that allows, and for how long."""

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from accounts.rules.roles import NAMED, Permission, Role
from hierarchy.errors import DeputyTooLate, DeputyTooLong

# An owner's work is done by a lead; an administrator's rights are given by seats alone.
ROLES = (Role.SPONSOR, Role.CONTROLLER, Role.LEAD, Role.STEERING, Role.EXECUTIVE)

# What a deputy does as "A for B". Everything else is done in one's own name or not at all.
ACTS = frozenset(
    {
        Permission.VOTE_GATE,
        Permission.APPROVE_ACTUAL,
        Permission.CONFIRM_CLOSURE,
        Permission.HOLD,
        Permission.RESUME,
        Permission.EXTEND_HOLD,
        Permission.CANCEL,
        Permission.RESTORE,
        Permission.COUNTERSIGN_SHORTFALL,
        Permission.APPROVE_SHORTFALL,
        Permission.ROLL_BACK,
    }
)
# What a deputy may look at besides, to know what is decided.
LOOKS = frozenset({Permission.VIEW, Permission.USE_API})
# Whoever is named on a measure has a duty there of their own, and an administrator approves
# nothing; a lead does not confirm value (domain-rules §3).
NEVER = NAMED | {Role.ADMINISTRATOR}
NEVER_CONTROLLER = NEVER | {Role.LEAD}


class State(StrEnum):
    """Where a deputyship stands on a day."""

    COMING = "coming"
    IN_FORCE = "in force"
    ENDED = "ended"
    REVOKED = "revoked"


def state_of(*, first: date, last: date, is_revoked: bool, today: date) -> State:
    """Return the state of a deputyship whose first and last day both count."""
    if is_revoked:
        return State.REVOKED
    if today < first:
        return State.COMING
    return State.IN_FORCE if today <= last else State.ENDED


def check_term(*, first: date, last: date, today: date, longest: int) -> None:
    """Refuse a term in the past or longer than `longest` days; DeputyTooLate, DeputyTooLong."""
    if first < today or last < first:
        raise DeputyTooLate(today=today.isoformat())
    latest = first + timedelta(days=longest - 1)
    if last > latest:
        raise DeputyTooLong(latest=latest.isoformat(), days=longest)


def barring(role: Role, own: Iterable[Role]) -> frozenset[Role]:
    """Return what a deputy is there in their own right that forbids standing in in a role.

    `own` are the names the deputy has on the measure, and the seats at it or above.
    """
    never = NEVER_CONTROLLER if role is Role.CONTROLLER else NEVER
    return frozenset(own) & never
