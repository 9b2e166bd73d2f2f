"""What measures tells the ledger; every subject is the measure, its parts are in the details."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureAct(Act):
    """An act on one measure."""

    subject_kind: ClassVar[str] = "measure"


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureProposed(MeasureAct):
    """A measure came to be, at Defined."""

    kind: ClassVar[str] = "measure_proposed"
    node_id: int
    package_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasureDescribed(MeasureAct):
    """Text, size or dates of a measure were changed; `fields` are their names."""

    kind: ClassVar[str] = "measure_described"
    fields: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleNamed(MeasureAct):
    """Owner, sponsor and controller are these members from now on."""

    kind: ClassVar[str] = "people_named"
    owner_id: int | None
    sponsor_id: int | None
    controller_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LineAdded(MeasureAct):
    """An effect line was added."""

    kind: ClassVar[str] = "line_added"
    line_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRevised(MeasureAct):
    """What an effect line is was changed."""

    kind: ClassVar[str] = "line_revised"
    line_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRemoved(MeasureAct):
    """An effect line was taken out of the plan."""

    kind: ClassVar[str] = "line_removed"
    line_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresSaved(MeasureAct):
    """New versions of plan, baseline or forecast; `rows` name line, series, year and version."""

    kind: ClassVar[str] = "figures_saved"
    rows: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastConfirmed(MeasureAct):
    """The forecast was submitted again as it is: it still holds."""

    kind: ClassVar[str] = "forecast_confirmed"
    rows: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastShifted(MeasureAct):
    """The open months of a line's forecast were moved by so many months."""

    kind: ClassVar[str] = "forecast_shifted"
    months: int
    rows: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastScaled(MeasureAct):
    """The open months of a fiscal year were scaled to a total, in the line's unit."""

    kind: ClassVar[str] = "forecast_scaled"
    total: str
    rows: list[dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAct(MeasureAct):
    """An act on one claim: month and scaled amount."""

    claim_id: int
    line_id: int
    fiscal_year: int
    period: int
    amount: int
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualClaimed(ClaimAct):
    """A month's actual was claimed."""

    kind: ClassVar[str] = "actual_claimed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWithdrawn(ClaimAct):
    """A claim was taken back before it was decided."""

    kind: ClassVar[str] = "claim_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualCorrected(ClaimAct):
    """A reversal entry was posted for a locked month; the amount is a difference."""

    kind: ClassVar[str] = "actual_corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimApproved(ClaimAct):
    """The controller approved a claim: it is an actual now."""

    kind: ClassVar[str] = "claim_approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRejected(ClaimAct):
    """The controller rejected a claim; the reason says why."""

    kind: ClassVar[str] = "claim_rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneAct(MeasureAct):
    """An act on one milestone."""

    milestone_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneAdded(MilestoneAct):
    """A milestone was added."""

    kind: ClassVar[str] = "milestone_added"
    plan_end: date


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRevised(MilestoneAct):
    """What a milestone is was changed."""

    kind: ClassVar[str] = "milestone_revised"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneForecast(MilestoneAct):
    """Another end is expected; None takes the expectation back."""

    kind: ClassVar[str] = "milestone_forecast"
    forecast_end: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneCompleted(MilestoneAct):
    """A milestone was completed today."""

    kind: ClassVar[str] = "milestone_completed"


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneProven(MilestoneAct):
    """Evidence was bound to a milestone."""

    kind: ClassVar[str] = "milestone_proven"
    evidence_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MilestoneRemoved(MilestoneAct):
    """A milestone was taken out of the plan."""

    kind: ClassVar[str] = "milestone_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusConfirmed(MeasureAct):
    """The owner confirmed that milestones and forecast stand as they are."""

    kind: ClassVar[str] = "status_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAct(MeasureAct):
    """An act on one risk."""

    risk_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAdded(RiskAct):
    """A risk was written down."""

    kind: ClassVar[str] = "risk_added"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskRevised(RiskAct):
    """What is known of a risk was changed."""

    kind: ClassVar[str] = "risk_revised"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskClosed(RiskAct):
    """A risk no longer threatens."""

    kind: ClassVar[str] = "risk_closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyAct(MeasureAct):
    """An act on one dependency; the subject is the measure that waits."""

    dependency_id: int
    needs_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyProposed(DependencyAct):
    """A measure says that it waits for another."""

    kind: ClassVar[str] = "dependency_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyAccepted(DependencyAct):
    """The other side accepted that it is waited for."""

    kind: ClassVar[str] = "dependency_accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyRemoved(DependencyAct):
    """The measure no longer waits."""

    kind: ClassVar[str] = "dependency_removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceAttached(MeasureAct):
    """A file was attached."""

    kind: ClassVar[str] = "evidence_attached"
    evidence_id: int
    public_id: UUID
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentWritten(MeasureAct):
    """A remark was made."""

    kind: ClassVar[str] = "comment_written"
    comment_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeConfidential(MeasureAct):
    """From here on only named readers read the measure."""

    kind: ClassVar[str] = "made_confidential"
    secret_kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderNamed(MeasureAct):
    """A member was named as a reader of a confidential measure."""

    kind: ClassVar[str] = "reader_named"
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderWithdrawn(MeasureAct):
    """A named reader reads a confidential measure no more."""

    kind: ClassVar[str] = "reader_withdrawn"
    member_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningAsked(MeasureAct):
    """One of the two proposes to open a confidential measure again."""

    kind: ClassVar[str] = "opening_proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningTakenBack(MeasureAct):
    """A proposal to open a confidential measure is there no more."""

    kind: ClassVar[str] = "opening_taken_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeOpen(MeasureAct):
    """The other one confirmed: everybody with a seat reads the measure again."""

    kind: ClassVar[str] = "made_open"
    proposed_by_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSet(Act):
    """A node was given a target, scaled by 10^2 in the organization's currency."""

    kind: ClassVar[str] = "target_set"
    subject_kind: ClassVar[str] = "node"
    target_id: int
    horizon: str
    fiscal_year: int
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RatesRecorded(Act):
    """Rates of exchange or of discount came into force, each as its next version."""

    kind: ClassVar[str] = "rates_recorded"
    subject_kind: ClassVar[str] = "rate"
    rates: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriversRecorded(MeasureAct):
    """Price and volume behind months of a line's plan were recorded."""

    kind: ClassVar[str] = "drivers_recorded"
    line_id: int
    months: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetImported(Act):
    """A file of the budget was taken: lines of the chart, amounts, or what the ledger booked."""

    kind: ClassVar[str] = "budget_imported"
    subject_kind: ClassVar[str] = "budget_batch"
    file: str
    digest: str
    new: int
    changed: int
