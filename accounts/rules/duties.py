"""Who may never do both: the duties that are kept apart wherever a person acts on a measure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from accounts.rules.roles import Role


class Act(StrEnum):
    """The acts whose doer is restricted, whatever seats and deputies the person has."""

    APPROVE_ACTUAL = "approve actuals"
    VOTE_IDENTIFIED = "vote on Identified"
    VOTE_DETAILED = "vote on Detailed"
    VOTE_DECIDED = "vote on Decided"
    VOTE_IMPLEMENTED = "vote on Implemented"
    CONFIRM_CLOSURE = "confirm the closure"
    COUNTERSIGN_SHORTFALL = "countersign the shortfall"
    APPROVE_SHORTFALL = "approve the closing below half"
    REOPEN = "reopen"
    ROLL_BACK = "roll a stage back"
    CHECK_SUSTAINMENT = "check whether the value lasts"
    HOLD = "put on hold"
    RESUME = "resume"
    EXTEND = "extend a hold"
    CANCEL = "cancel"
    RESTORE = "restore"
    DECIDE_ESCALATION = "decide the escalation"


class Conflict(StrEnum):
    """Why a duty refuses a person; SENTENCES says it in words."""

    OWNER_IS_SPONSOR = "owner_is_sponsor"
    OWNER_IS_CONTROLLER = "owner_is_controller"
    SPONSOR_IS_CONTROLLER = "sponsor_is_controller"
    FORBIDDEN_ROLE = "forbidden_role"
    OWN_CLAIM = "own_claim"
    NOT_THE_CONTROLLER = "not_the_controller"


SENTENCES: dict[Conflict, str] = {
    Conflict.OWNER_IS_SPONSOR: "Owner and sponsor of one measure must be different people.",
    Conflict.OWNER_IS_CONTROLLER: "Owner and controller of one measure must be different people.",
    Conflict.SPONSOR_IS_CONTROLLER: (
        "Sponsor and controller of one measure must be different people."
    ),
    Conflict.FORBIDDEN_ROLE: (
        "The owner of the measure, and whoever holds a seat that this act is kept apart from, "
        "cannot do it."
    ),
    Conflict.OWN_CLAIM: (
        "Who claimed an actual cannot approve it. Another controller must be named, "
        "or the claim entered by the owner."
    ),
    Conflict.NOT_THE_CONTROLLER: "Only the controller of this measure can do this.",
}

# The crosses of the table in domain-rules §3: a role listed here bars the person from the act,
# also when another seat of the same person would allow it.
NEVER: dict[Act, frozenset[Role]] = {
    Act.APPROVE_ACTUAL: frozenset({Role.OWNER, Role.SPONSOR, Role.LEAD, Role.ADMINISTRATOR}),
    Act.VOTE_IDENTIFIED: frozenset({Role.OWNER, Role.SPONSOR, Role.ADMINISTRATOR}),
    Act.VOTE_DETAILED: frozenset({Role.OWNER, Role.SPONSOR, Role.ADMINISTRATOR}),
    Act.VOTE_DECIDED: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.VOTE_IMPLEMENTED: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.CONFIRM_CLOSURE: frozenset({Role.OWNER, Role.SPONSOR, Role.LEAD, Role.ADMINISTRATOR}),
    Act.COUNTERSIGN_SHORTFALL: frozenset({Role.OWNER, Role.CONTROLLER, Role.ADMINISTRATOR}),
    Act.APPROVE_SHORTFALL: frozenset(
        {Role.OWNER, Role.SPONSOR, Role.CONTROLLER, Role.ADMINISTRATOR}
    ),
    Act.REOPEN: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.ROLL_BACK: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.CHECK_SUSTAINMENT: frozenset({Role.OWNER, Role.SPONSOR, Role.LEAD, Role.ADMINISTRATOR}),
    Act.HOLD: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.RESUME: frozenset({Role.OWNER, Role.CONTROLLER, Role.ADMINISTRATOR}),
    Act.EXTEND: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.CANCEL: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.RESTORE: frozenset({Role.OWNER, Role.ADMINISTRATOR}),
    Act.DECIDE_ESCALATION: frozenset({Role.ADMINISTRATOR}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is where the act happens: seats held there or above, and names on the measure.

    A deputy is judged by both standings: the deputy's own and that of the person stood in for.
    """

    member_id: int
    seats: frozenset[Role]
    named: frozenset[Role]

    @property
    def bars(self) -> frozenset[Role]:
        """Return the roles that can bar the person from an act.

        An owner, sponsor or controller is barred as named on the measure; a seat of that name at
        a node above says nothing about this measure.
        """
        return self.named | (self.seats & {Role.LEAD, Role.ADMINISTRATOR})


def people_conflicts(
    *, owner_id: int | None, sponsor_id: int | None, controller_id: int | None
) -> tuple[Conflict, ...]:
    """Return which of the three people of a measure are the same person (domain-rules §3).

    A place nobody is named for yet (None) never conflicts.
    """
    pairs = (
        (owner_id, sponsor_id, Conflict.OWNER_IS_SPONSOR),
        (owner_id, controller_id, Conflict.OWNER_IS_CONTROLLER),
        (sponsor_id, controller_id, Conflict.SPONSOR_IS_CONTROLLER),
    )
    return tuple(conflict for one, other, conflict in pairs if one is not None and one == other)


def barred_by(act: Act, standing: Standing) -> frozenset[Role]:
    """Return the roles of a person that forbid the act; empty when no duty is in the way."""
    return NEVER[act] & standing.bars


def claim_conflicts(standing: Standing, *, entered_by: Iterable[int]) -> tuple[Conflict, ...]:
    """Return why a person may not approve a claim; `entered_by` are all who entered its figures."""
    conflicts = []
    if barred_by(Act.APPROVE_ACTUAL, standing):
        conflicts.append(Conflict.FORBIDDEN_ROLE)
    if Role.CONTROLLER not in standing.named:
        conflicts.append(Conflict.NOT_THE_CONTROLLER)
    if standing.member_id in entered_by:
        conflicts.append(Conflict.OWN_CLAIM)
    return tuple(conflicts)
