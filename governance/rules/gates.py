"""The five gates as one table: where each leads, who submits, who votes, what must be met."""

from dataclasses import dataclass
from enum import StrEnum

from accounts.rules.duties import Act
from accounts.rules.roles import Role
from governance.errors import GateBlocked, GateNotNow
from governance.rules import criteria
from governance.rules.criteria import Criterion, Moment, Unmet
from governance.rules.facts import MeasureFacts
from measures.rules.stage import Lifecycle, Stage

# Stored with every request; a change of this table raises it (decisions §13).
SCHEME_VERSION = 1


class GateCode(StrEnum):
    """The name of a gate is the stage it opens."""

    IDENTIFIED = "identified"
    DETAILED = "detailed"
    DECIDED = "decided"
    IMPLEMENTED = "implemented"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RequiredVote:
    """The vote of one role, and what that role answers for."""

    role: Role
    subject: str


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate. `votes_above_limit` come on top where a value limit of the tenant is exceeded."""

    code: GateCode
    name: str
    act: Act
    leads_from: Stage
    leads_to: Stage
    submitted_by: tuple[Role, ...]
    votes: tuple[RequiredVote, ...]
    criteria: tuple[Criterion, ...]
    effect: str
    votes_above_limit: tuple[RequiredVote, ...] = ()

    def __str__(self) -> str:
        return self.name


IDENTIFIED = Gate(
    code=GateCode.IDENTIFIED,
    name="Identified",
    act=Act.VOTE_IDENTIFIED,
    leads_from=Stage.DEFINED,
    leads_to=Stage.IDENTIFIED,
    submitted_by=(Role.OWNER, Role.LEAD),
    votes=(RequiredVote(Role.LEAD, "the measure is worth planning"),),
    criteria=(
        criteria.HAS_OWNER,
        criteria.HAS_SPONSOR,
        criteria.HAS_SIZE,
        criteria.HAS_KIND,
    ),
    effect="The measure counts in the pipeline; its plan can be entered.",
)
DETAILED = Gate(
    code=GateCode.DETAILED,
    name="Detailed",
    act=Act.VOTE_DETAILED,
    leads_from=Stage.IDENTIFIED,
    leads_to=Stage.DETAILED,
    submitted_by=(Role.OWNER, Role.LEAD),
    votes=(
        RequiredVote(Role.LEAD, "the plan is complete"),
        RequiredVote(Role.CONTROLLER, "baseline and method only"),
    ),
    criteria=(
        criteria.HAS_CONTROLLER,
        criteria.HAS_PLAN,
        criteria.HAS_BASELINE,
        criteria.HAS_MILESTONES,
    ),
    effect="The plan is changed only with a reason.",
)
DECIDED = Gate(
    code=GateCode.DECIDED,
    name="Decided",
    act=Act.VOTE_DECIDED,
    leads_from=Stage.DETAILED,
    leads_to=Stage.DECIDED,
    submitted_by=(Role.OWNER, Role.LEAD),
    votes=(
        RequiredVote(Role.SPONSOR, "the commitment"),
        RequiredVote(Role.CONTROLLER, "the figures that are frozen"),
    ),
    # Judged once more, because the plan may have been edited since Detailed and is now frozen.
    criteria=(
        criteria.HAS_OWNER,
        criteria.HAS_SPONSOR,
        criteria.HAS_CONTROLLER,
        criteria.HAS_PLAN,
        criteria.HAS_BASELINE,
        criteria.HAS_MILESTONES,
    ),
    effect="Plan and baseline are frozen; the forecast opens, seeded with the plan.",
)
IMPLEMENTED = Gate(
    code=GateCode.IMPLEMENTED,
    name="Implemented",
    act=Act.VOTE_IMPLEMENTED,
    leads_from=Stage.DECIDED,
    leads_to=Stage.IMPLEMENTED,
    submitted_by=(Role.OWNER, Role.LEAD),
    votes=(RequiredVote(Role.SPONSOR, "the work is handed over"),),
    criteria=(criteria.MILESTONES_DONE,),
    effect="Milestones are closed; actuals are the main input.",
)
CLOSED = Gate(
    code=GateCode.CLOSED,
    name="Closed",
    act=Act.CONFIRM_CLOSURE,
    leads_from=Stage.IMPLEMENTED,
    leads_to=Stage.CLOSED,
    submitted_by=(Role.OWNER, Role.LEAD),
    votes=(RequiredVote(Role.CONTROLLER, "exactly the figures approved now"),),
    criteria=(
        criteria.NO_OPEN_MILESTONE,
        criteria.NO_ESCALATION,
        criteria.MONTHS_PROVEN,
        criteria.EVIDENCE_FITS,
        criteria.BUDGET_STATED,
        criteria.SOME_VALUE,
        criteria.SHORTFALL_EXPLAINED,
        criteria.FIGURES_CONFIRMED,
        criteria.COUNTERSIGNED,
        criteria.STEERING_DECIDED,
    ),
    effect="Everything is frozen; the confirmed value is final.",
)

GATES: dict[GateCode, Gate] = {
    gate.code: gate for gate in (IDENTIFIED, DETAILED, DECIDED, IMPLEMENTED, CLOSED)
}


def gate_from(stage: Stage) -> Gate | None:
    """Return the gate that begins at `stage`; None at Closed, where nothing begins."""
    return next((gate for gate in GATES.values() if gate.leads_from is stage), None)


def unmet(gate: Gate, facts: MeasureFacts, moment: Moment) -> tuple[Unmet, ...]:
    """Return all that is unmet at this moment, in the order of the table, never only the first."""
    asked = (each for each in gate.criteria if each.moment <= moment)
    return tuple(missing for each in asked if (missing := each.judge(facts)) is not None)


def check_open(gate: Gate, facts: MeasureFacts) -> None:
    """Refuse a gate that does not begin where the measure stands; raises GateNotNow."""
    if facts.lifecycle is not Lifecycle.ACTIVE or facts.stage is not gate.leads_from:
        raise GateNotNow(
            gate=gate.name, stage=facts.stage.name.title(), lifecycle=facts.lifecycle.value
        )


def check_passable(gate: Gate, facts: MeasureFacts, moment: Moment) -> None:
    """Refuse a passage: GateNotNow, or GateBlocked with all `missing` criteria (Unmet)."""
    check_open(gate, facts)
    if missing := unmet(gate, facts, moment):
        raise GateBlocked(gate=gate.name, missing=missing)


def unmet_on_take_over(facts: MeasureFacts) -> tuple[Unmet, ...]:
    """Return what the gates behind a measure taken over would have asked and is not there.

    Stored and shown, never repaired (decisions §14). A criterion of two gates is named once.
    """
    found: dict[str, Unmet] = {}
    for gate in GATES.values():
        if gate.leads_to <= facts.stage:
            found |= {each.code: each for each in unmet(gate, facts, Moment.REQUEST)}
    return tuple(found.values())


def open_findings(facts: MeasureFacts) -> tuple[Unmet, ...]:
    """Return of the findings stored at take-over those that still stand today."""
    return tuple(each for each in unmet_on_take_over(facts) if each.code in facts.known_unmet)


def can_be_taken_over_at(stage: Stage) -> bool:
    """Return whether a running portfolio may bring in a measure at `stage`: never at Closed."""
    return stage <= Stage.IMPLEMENTED
