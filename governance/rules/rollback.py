"""Rolling a stage back: which stages can be given up, and when (domain-rules §2)."""

from enum import StrEnum

from accounts.rules.roles import Role
from governance.errors.rollback import RollBackNotNow
from measures.rules.stage import Lifecycle, Stage

OTHER = {Role.SPONSOR: Role.CONTROLLER, Role.CONTROLLER: Role.SPONSOR}


class RollBackState(StrEnum):
    """Where a proposal stands.

    Confirmed lasts only until the stage has moved in the same act. Void: the measure moved, or one
    of the two was changed, before the other had spoken.
    """

    OPEN = "open"
    CONFIRMED = "confirmed"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    VOID = "void"


def targets(stage: Stage, lifecycle: Lifecycle) -> tuple[Stage, ...]:
    """Return the stages a measure can be rolled back to, the nearest first; none unless active."""
    if lifecycle is not Lifecycle.ACTIVE:
        return ()
    return tuple(each for each in reversed(Stage) if each < stage)


def check(*, measure: str, stage: Stage, lifecycle: Lifecycle, to: Stage) -> None:
    """Refuse a roll-back that is none; RollBackNotNow says why and what can be done."""
    if lifecycle is Lifecycle.CLOSED:
        why = "it is closed: sponsor and controller reopen it instead"
    elif lifecycle is not Lifecycle.ACTIVE:
        why = "it does not run: resume or restore it first"
    elif to >= stage:
        why = f"it stands at {stage.name.title()}: choose a stage before that"
    else:
        return
    raise RollBackNotNow(measure=measure, to=to.name.title(), why=why)


def reopens_plan(stage: Stage, to: Stage) -> bool:
    """Return whether plan and baseline can be made anew: from Decided back below it."""
    return to < Stage.DECIDED <= stage
