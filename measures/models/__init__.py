"""The measure's rows, one file a subject."""

from measures.models.budget import Booking, BudgetAmount, BudgetBatch, BudgetLine
from measures.models.calendar import CalendarPattern, Holiday, PeriodClose
from measures.models.commitment import Commitment
from measures.models.confidential import Confidentiality, NamedReader
from measures.models.driver import LineDriver
from measures.models.envelope import Envelope, Overspend
from measures.models.evidence import Comment, Evidence
from measures.models.line import ActualClaim, Line, SeriesVersion
from measures.models.measure import Measure
from measures.models.milestone import Milestone
from measures.models.overlap import Overlap
from measures.models.rate import Rate
from measures.models.register import Dependency, Risk
from measures.models.status import MeasureStatus, RollupDirty
from measures.models.target import NodeTarget

__all__ = [
    "ActualClaim",
    "Booking",
    "BudgetAmount",
    "BudgetBatch",
    "BudgetLine",
    "CalendarPattern",
    "Comment",
    "Commitment",
    "Confidentiality",
    "Dependency",
    "Envelope",
    "Evidence",
    "Holiday",
    "Line",
    "LineDriver",
    "Measure",
    "MeasureStatus",
    "Milestone",
    "NamedReader",
    "NodeTarget",
    "Overlap",
    "Overspend",
    "PeriodClose",
    "Rate",
    "Risk",
    "RollupDirty",
    "SeriesVersion",
]
