"""The frozen facts that governance judges: what a measure says at one moment."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.rules.numbers import Numbers
from governance.rules.proofs import BudgetChange, Proof
from measures.rules.calendar import Month
from measures.rules.lights import Colour
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from measures.rules.stage import Lifecycle, Stage
from measures.rules.worth import NOTHING_KNOWN, PlannedWorth


@dataclass(frozen=True, slots=True)
class GovernedMonth:
    """One month of one line, amounts in the unit of the line; None is "not given", never 0.

    `is_closed` tells that the period has ended and takes no ordinary correction; `is_pending`
    that a claim waits for the controller. `proof` is the kind of file given with what was approved.
    """

    month: Month
    label: str
    plan: Decimal | None
    approved: Decimal | None
    baseline: Decimal | None = None
    is_pending: bool = False
    is_closed: bool = True
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class GovernedLine:
    """One effect line; `months` in the order of time, `plan_size` its run-rate or life.

    `baseline_evidence` is the digest of the file, empty without one. `stated_proof` is the kind of
    file that was named for the line as a whole; `budget` what was said of its budget line;
    `is_being_corrected`: a correction of one of its months waits for the controller.
    """

    line_id: int
    name: str
    nature: Nature
    direction: Direction
    recurrence: Recurrence
    full_effect_month: Month | None
    plan_size: Decimal | None
    months: tuple[GovernedMonth, ...]
    baseline_evidence: str = ""
    is_level: bool = False
    is_seasonal: bool = False
    is_declared_final: bool = False
    effect_type: EffectType = EffectType.HARD
    stated_proof: Proof | None = None
    budget: BudgetChange | None = None
    is_money: bool = True
    budget_line: str = ""
    is_being_corrected: bool = False

    @property
    def has_plan(self) -> bool:
        """Return whether any month is planned."""
        return any(month.plan is not None for month in self.months)

    @property
    def has_baseline(self) -> bool:
        """Return whether any month has its baseline figure."""
        return any(month.baseline is not None for month in self.months)


@dataclass(frozen=True, slots=True)
class GovernedMilestone:
    """One milestone; `evidence` is the digest of its file, empty without one."""

    name: str
    due_on: date | None
    owner_id: int | None
    is_mandatory: bool = True
    is_done: bool = False
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class GovernedRisk:
    """One open risk."""

    title: str
    owner_id: int | None
    mitigation: str


@dataclass(frozen=True, slots=True)
class GovernedDependency:
    """A measure this one waits for, with its owner's name.

    `colour` is its implementation light, None while unjudged.
    """

    name: str
    is_accepted: bool
    is_blocking: bool
    colour: Colour | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedBudget:
    """What is planned to be saved on one budget line in a fiscal year, and its budget, in units.

    The plans of all measures that are committed and of this one, less what overlaps take off.
    With `is_secret` a confidential measure is among them, and no amount is told.
    """

    name: str
    fiscal_year: int
    planned: Decimal
    budget: Decimal
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class Confirmation:
    """The controller's latest confirmation: figures covered, and the reason of a shortfall.

    `countersigned_by` are those who signed exactly this shortfall as sponsor; `steering_approvals`
    how many of the steering committee approved it.
    """

    confirmed_by: int
    figures_digest: str
    shortfall_reason: str = ""
    countersigned_by: tuple[int, ...] = ()
    steering_approvals: int = 0


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """All that gates, duties and closing look at.

    `size` is the rough run-rate of Identified. `highest_escalation` is the level of the highest
    open one. `figures_digest` is the database's digest of the figures approved now.
    `run_rate` and `one_time` are what limits compare, as the database sums them, in the
    organization's currency; None where the measure has no size in money. `recommendation` is
    the note of the request.
    `known_unmet` are the codes stored when a running portfolio was taken over (decisions §14).
    """

    measure_id: int
    stage: Stage
    lifecycle: Lifecycle
    owner_id: int | None = None
    sponsor_id: int | None = None
    controller_id: int | None = None
    size: Decimal | None = None
    kind: EffectType | None = None
    lines: tuple[GovernedLine, ...] = ()
    milestones: tuple[GovernedMilestone, ...] = ()
    highest_escalation: int | None = None
    figures_digest: str | None = None
    confirmation: Confirmation | None = None
    is_taken_over: bool = False
    known_unmet: tuple[str, ...] = ()
    step: int = 0
    description: str = ""
    run_rate: Decimal | None = None
    one_time: Decimal | None = None
    risks: tuple[GovernedRisk, ...] = ()
    dependencies: tuple[GovernedDependency, ...] = ()
    claimed: tuple[ClaimedBudget, ...] = ()
    evidence_kinds: frozenset[str] = frozenset()
    recommendation: str = ""
    worth: PlannedWorth = NOTHING_KNOWN
    numbers: Numbers = field(default_factory=Numbers)
