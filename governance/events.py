"""What governance tells the ledger; every subject is the measure, its parts are in the details."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureGoverned(Act):
    """A governed act on one measure."""

    subject_kind: ClassVar[str] = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerAct(Act):
    """An act on the ledger itself, which it records like any other."""

    subject_kind: ClassVar[str] = "ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPublished(LedgerAct):
    """Where the ledger ended, up to act `seq`, was signed and given out."""

    kind: ClassVar[str] = "head_published"
    published_id: int
    on: date
    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerExported(LedgerAct):
    """The ledger, or what a search of it found, was taken out as a file."""

    kind: ClassVar[str] = "ledger_exported"
    form: str
    seq: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GateAct(MeasureGoverned):
    """An act on one request; `gate` and `step` are the place it leads to."""

    request_id: int
    gate: int
    step: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRequested(GateAct):
    """A gate was submitted; `digest` is of what its voters are shown."""

    kind: ClassVar[str] = "gate_requested"
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn(GateAct):
    """A request was taken back before it was decided."""

    kind: ClassVar[str] = "request_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCast(GateAct):
    """One role voted on a request."""

    kind: ClassVar[str] = "vote_cast"
    vote_id: int
    role: str
    choice: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GateDecided(GateAct):
    """A request got its decision: the stage was entered, or it was returned with conditions."""

    kind: ClassVar[str] = "gate_decided"
    decision_id: int
    outcome: str
    from_stage: int
    due_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleAct(MeasureGoverned):
    """A decision on a measure's lifecycle."""

    decision_id: int
    reason_code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureHeld(LifecycleAct):
    """A measure was put on hold until a day."""

    kind: ClassVar[str] = "measure_held"
    expires_on: date | None
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldExtended(LifecycleAct):
    """A hold was lengthened, once, by one level higher."""

    kind: ClassVar[str] = "hold_extended"
    expires_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PhasingConfirmed(MeasureGoverned):
    """Sponsor or controller confirmed the forecast of a measure on hold as its delayed phasing."""

    kind: ClassVar[str] = "phasing_confirmed"
    rephasing_id: int
    role: str
    forecast_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorationProposed(MeasureGoverned):
    """The sponsor or a lead proposed to take a cancellation back."""

    kind: ClassVar[str] = "restoration_proposed"
    restoration_id: int
    proposed_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureRestored(LifecycleAct):
    """A second person took the cancellation back; the measure runs at its former stage."""

    kind: ClassVar[str] = "measure_restored"
    restoration_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureResumed(LifecycleAct):
    """A measure runs again, at the stage it had."""

    kind: ClassVar[str] = "measure_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureCancelled(LifecycleAct):
    """A measure ends undelivered; amounts are x 10^2, `told` the members who wait for it."""

    kind: ClassVar[str] = "measure_cancelled"
    sunk_cost: int | None
    freed_budget: int | None = None
    replacement_id: int | None = None
    told: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalRejected(LifecycleAct):
    """A proposal was rejected before it was sized."""

    kind: ClassVar[str] = "proposal_rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosureConfirmed(GateAct):
    """The controller confirmed exactly the figures with this digest, and the measure is closed."""

    kind: ClassVar[str] = "closure_confirmed"
    confirmation_id: int
    figures_digest: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStated(MeasureGoverned):
    """It was said what proves a line, and what became of its budget."""

    kind: ClassVar[str] = "line_stated"
    statement_id: int
    line_id: int
    evidence_id: int | None
    budget: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallAct(MeasureGoverned):
    """An act on one confirmed shortfall, bound to the digest of its figures."""

    confirmation_id: int
    figures_digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallConfirmed(ShortfallAct):
    """The controller confirmed less than was planned; the measure waits for its sponsor."""

    kind: ClassVar[str] = "shortfall_confirmed"
    needs_steering: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallCountersigned(ShortfallAct):
    """The sponsor signed a shortfall."""

    kind: ClassVar[str] = "shortfall_countersigned"
    approval_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShortfallApproved(ShortfallAct):
    """A member of the steering committee approved the closing below half of the plan."""

    kind: ClassVar[str] = "shortfall_approved"
    approval_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LeakageBooked(MeasureGoverned):
    """Planned value that does not come was booked; amounts scaled by the unit of the line."""

    kind: ClassVar[str] = "leakage_booked"
    leakage_id: int
    line_id: int
    cause: str
    run_rate: int | None
    in_year: int | None
    fiscal_year: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateIssued(MeasureGoverned):
    """The certificate of a closing was signed; `sha256` is of the paper as it is given out."""

    kind: ClassVar[str] = "certificate_issued"
    certificate_id: int
    public_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReopeningProposed(MeasureGoverned):
    """Controller or sponsor proposed to take a closing back."""

    kind: ClassVar[str] = "reopening_proposed"
    reopening_id: int
    confirmation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureReopened(MeasureGoverned):
    """A closed measure runs again; its closing stays, superseded."""

    kind: ClassVar[str] = "measure_reopened"
    reopening_id: int
    confirmation_id: int
    to_stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackProposed(MeasureGoverned):
    """Sponsor or controller proposed to give a stage up."""

    kind: ClassVar[str] = "roll_back_proposed"
    roll_back_id: int
    from_stage: int
    to_stage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RollBackWithdrawn(MeasureGoverned):
    """One of the two took the proposal back, or declined it."""

    kind: ClassVar[str] = "roll_back_withdrawn"
    roll_back_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StageRolledBack(MeasureGoverned):
    """The other of the two confirmed it: the measure stands at an earlier stage."""

    kind: ClassVar[str] = "stage_rolled_back"
    roll_back_id: int
    from_stage: int
    to_stage: int
    proposed_by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SustainmentChecked(MeasureGoverned):
    """It was checked months after the closing whether the value lasts."""

    kind: ClassVar[str] = "sustainment_checked"
    check_id: int
    finding_id: int
    number: int
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeOverConfirmed(MeasureGoverned):
    """The sponsor or controller confirmed a measure that was taken over."""

    kind: ClassVar[str] = "take_over_confirmed"
    take_over_id: int
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionForced(MeasureGoverned):
    """Assay opened a forced decision, or reported it in the shadow period."""

    kind: ClassVar[str] = "decision_forced"
    forced_id: int
    conditions: tuple[str, ...]
    state: str
    decider_role: str
    decider_id: int | None
    due_on: date | None
    numbers_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedDecided(MeasureGoverned):
    """Somebody answered a forced decision in time."""

    kind: ClassVar[str] = "forced_decided"
    forced_id: int
    answer_id: int
    outcome: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForcedLapsed(LifecycleAct):
    """Nobody decided in time, so Assay set the hold."""

    kind: ClassVar[str] = "forced_lapsed"
    forced_id: int
    expires_on: date | None
    numbers_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShadowBegun(Act):
    """The one period began in which forced decisions report and do not act."""

    kind: ClassVar[str] = "shadow_begun"
    subject_kind: ClassVar[str] = "organization"
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeAct(Act):
    """An act on a proposal to change the gates; the subject is the proposal."""

    subject_kind: ClassVar[str] = "scheme_proposal"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeProposed(SchemeAct):
    """A change of the gates was proposed, or a proposal changed."""

    kind: ClassVar[str] = "scheme_proposed"
    based_on: int
    effective_from: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RulesBroughtIn(SchemeAct):
    """A file of rules became a proposal; `digest` is the file's, `key` whose signature it bears."""

    kind: ClassVar[str] = "rules_brought_in"
    digest: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeWithdrawn(SchemeAct):
    """A proposal was withdrawn."""

    kind: ClassVar[str] = "scheme_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeConfirmed(SchemeAct):
    """A second administrator confirmed a proposal: the next version of the gates."""

    kind: ClassVar[str] = "scheme_confirmed"
    version: int
    effective_from: date
    proposed_by_id: int
