"""Gates as the rules know them: where each leads, who submits, who decides, what must be met."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from accounts.rules.duties import Act
from accounts.rules.roles import Role
from governance.errors import GateBlocked, GateNotNow
from governance.rules import criteria, criteria_planning
from governance.rules.criteria import Criterion, Moment, Unmet
from governance.rules.facts import MeasureFacts
from measures.rules.stage import Lifecycle, Stage, StageRole

Place = tuple[Stage, int]
"""Where a measure stands: its stage, and the step that a scheme has added inside it (0: none)."""


class GateCode(StrEnum):
    """The name of a gate that opens a stage; one to an added step is `decided_1` and the like."""

    IDENTIFIED = "identified"
    DETAILED = "detailed"
    DECIDED = "decided"
    IMPLEMENTED = "implemented"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RequiredVote:
    """The vote of one role, and what that role answers for; `quorum` votes of it are wanted."""

    role: Role
    subject: str
    quorum: int = 1


@dataclass(frozen=True, slots=True)
class SteeringRule:
    """From which run-rate or one-time cost the steering committee decides as well, by how many.

    Amounts in the organization's currency; a measure at or above either limit is over it.
    """

    run_rate: Decimal | None
    one_time: Decimal | None
    quorum: int

    def is_over(self, facts: MeasureFacts) -> bool:
        """Return whether a measure reaches a limit."""
        return _reaches(facts.run_rate, self.run_rate) or _reaches(facts.one_time, self.one_time)


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate of a scheme, or two that are passed together ("fast track").

    `evidence` are the kinds of file demanded. `due_days` are working days from the request to
    the decision. `fast_track_below`: run-rate below which it may be passed with the next one.
    """

    code: str
    name: str
    acts: tuple[Act, ...]
    leads_from: Stage
    leads_to: Stage
    submitted_by: tuple[Role, ...]
    votes: tuple[RequiredVote, ...]
    criteria: tuple[Criterion, ...]
    effect: str
    from_step: int = 0
    to_step: int = 0
    due_days: int = 10
    evidence: tuple[str, ...] = ()
    steering: SteeringRule | None = None
    fast_track_below: Decimal | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def act(self) -> Act:
        """Return the duty of deciding it: of the last gate where two are passed together."""
        return self.acts[-1]

    @property
    def start(self) -> Place:
        """Return where a measure stands before it."""
        return self.leads_from, self.from_step

    @property
    def goal(self) -> Place:
        """Return where a measure stands behind it."""
        return self.leads_to, self.to_step

    def for_value(self, *, is_over_limit: bool) -> "Gate":
        """Return the gate with the votes it wants of a measure over the limit, or below it."""
        if self.steering is None or not is_over_limit:
            return self
        committee = RequiredVote(Role.STEERING, "the size of it", self.steering.quorum)
        others = tuple(vote for vote in self.votes if vote.role is not Role.STEERING)
        return replace(self, votes=(*others, committee))


@dataclass(frozen=True, slots=True)
class StageRule:
    """What an organization calls a stage, and the steps it has added inside it."""

    role: StageRole
    label: str
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """The gates of one organization in one version, in the order they are passed."""

    version: int
    stages: tuple[StageRule, ...]
    gates: tuple[Gate, ...]

    def gate_from(self, stage: Stage, step: int = 0) -> Gate | None:
        """Return the gate that begins at a place; None at Closed, where nothing begins.

        From a step that this version no longer has, the next gate behind it.
        """
        found = next((gate for gate in self.gates if gate.goal > (stage, step)), None)
        return None if found is None else replace(found, leads_from=stage, from_step=step)

    def fast_track(self, facts: MeasureFacts) -> Gate | None:
        """Return the next two gates as one where a small measure may pass them together."""
        gate = self.gate_from(facts.stage, facts.step)
        if gate is None or gate.fast_track_below is None:
            return None
        following = self.gate_from(*gate.goal)
        is_small = facts.run_rate is not None and facts.run_rate < gate.fast_track_below
        return together(gate, following) if following is not None and is_small else None

    def passing(self, start: Place, goal: Place) -> Gate:
        """Return what leads from one place to another: a gate, or two passed together."""
        passed = [gate for gate in self.gates if start < gate.goal <= goal]
        first = replace(passed[0], leads_from=start[0], from_step=start[1])
        return first if len(passed) == 1 else together(first, passed[-1])

    def gate_to(self, stage: Stage) -> Gate:
        """Return the gate that opens a stage."""
        return next(gate for gate in self.gates if gate.goal == (stage, 0))

    def label(self, stage: Stage, step: int = 0) -> str:
        """Return what a place is called; of a step that is gone, the name of its stage."""
        rule = self.stages[stage]
        return rule.steps[step - 1] if 0 < step <= len(rule.steps) else rule.label


def together(first: Gate, last: Gate) -> Gate:
    """Return two gates as one: what both ask and all who decide either."""
    votes: dict[Role, RequiredVote] = {}
    for vote in (*first.votes, *last.votes):
        former = votes.get(vote.role)
        votes[vote.role] = (
            vote
            if former is None
            else RequiredVote(
                vote.role,
                former.subject
                if former.subject == vote.subject
                else f"{former.subject}; {vote.subject}",
                max(former.quorum, vote.quorum),
            )
        )
    asked = {each.code: each for each in (*first.criteria, *last.criteria)}
    return replace(
        last,
        name=f"{first.name} and {last.name}",
        acts=(*first.acts, *last.acts),
        leads_from=first.leads_from,
        from_step=first.from_step,
        submitted_by=tuple(role for role in last.submitted_by if role in first.submitted_by),
        votes=tuple(votes.values()),
        criteria=tuple(asked.values()),
        due_days=max(first.due_days, last.due_days),
        steering=max(
            (rule for rule in (first.steering, last.steering) if rule is not None),
            key=lambda rule: rule.quorum,
            default=None,
        ),
        fast_track_below=None,
    )


# What the database or a paper demands of a gate whatever a scheme says; a scheme adds to it.
FIXED_CRITERIA: dict[Stage, tuple[Criterion, ...]] = {
    Stage.IDENTIFIED: (criteria.HAS_OWNER, criteria.HAS_SPONSOR),
    Stage.DETAILED: (criteria.HAS_CONTROLLER,),
    Stage.DECIDED: (
        criteria.HAS_OWNER,
        criteria.HAS_SPONSOR,
        criteria.HAS_CONTROLLER,
        criteria_planning.NOT_OVER_CLAIMED,
    ),
    Stage.CLOSED: (
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
}
ACTS: dict[Stage, Act] = {
    Stage.DEFINED: Act.VOTE_IDENTIFIED,
    Stage.IDENTIFIED: Act.VOTE_IDENTIFIED,
    Stage.DETAILED: Act.VOTE_DETAILED,
    Stage.DECIDED: Act.VOTE_DECIDED,
    Stage.IMPLEMENTED: Act.VOTE_IMPLEMENTED,
    Stage.CLOSED: Act.CONFIRM_CLOSURE,
}
EFFECTS: dict[Stage, str] = {
    Stage.DEFINED: "",
    Stage.IDENTIFIED: "The measure counts in the pipeline; its plan can be entered.",
    Stage.DETAILED: "The plan is changed only with a reason.",
    Stage.DECIDED: "Plan and baseline are frozen; the forecast opens, seeded with the plan.",
    Stage.IMPLEMENTED: "Milestones are closed; actuals are the main input.",
    Stage.CLOSED: "Everything is frozen; the confirmed value is final.",
}


def unmet(gate: Gate, facts: MeasureFacts, moment: Moment) -> tuple[Unmet, ...]:
    """Return all that is unmet at this moment, in the order of the table, never only the first."""
    asked = (each for each in gate.criteria if each.moment <= moment)
    return tuple(missing for each in asked if (missing := each.judge(facts)) is not None)


def check_open(gate: Gate, facts: MeasureFacts) -> None:
    """Refuse a gate that does not begin where the measure stands; raises GateNotNow."""
    if facts.lifecycle is not Lifecycle.ACTIVE or (facts.stage, facts.step) != gate.start:
        raise GateNotNow(
            gate=gate.name, stage=facts.stage.name.title(), lifecycle=facts.lifecycle.value
        )


def check_passable(gate: Gate, facts: MeasureFacts, moment: Moment) -> None:
    """Refuse a passage: GateNotNow, or GateBlocked with all `missing` criteria (Unmet)."""
    check_open(gate, facts)
    if missing := unmet(gate, facts, moment):
        raise GateBlocked(gate=gate.name, missing=missing)


def unmet_on_take_over(gates: Iterable[Gate], facts: MeasureFacts) -> tuple[Unmet, ...]:
    """Return what the gates behind a measure taken over would have asked and is not there.

    Stored and shown, never repaired (decisions §14). A criterion of two gates is named once.
    """
    found: dict[str, Unmet] = {}
    for gate in gates:
        if gate.goal <= (facts.stage, facts.step):
            found |= {each.code: each for each in unmet(gate, facts, Moment.REQUEST)}
    return tuple(found.values())


def open_findings(gates: Iterable[Gate], facts: MeasureFacts) -> tuple[Unmet, ...]:
    """Return of the findings stored at take-over those that still stand today."""
    return tuple(
        each for each in unmet_on_take_over(gates, facts) if each.code in facts.known_unmet
    )


def can_be_taken_over_at(stage: Stage) -> bool:
    """Return whether a running portfolio may bring in a measure at `stage`: never at Closed."""
    return stage <= Stage.IMPLEMENTED


def _reaches(amount: Decimal | None, limit: Decimal | None) -> bool:
    return amount is not None and limit is not None and amount >= limit
