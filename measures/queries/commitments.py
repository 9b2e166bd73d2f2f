"""What measures had committed to before they were rolled back, read from what the database kept."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict

from measures.models import Commitment, Measure
from measures.rules.lines import Row, Series
from measures.rules.stage import Stage


class _LineDocument(TypedDict):
    line: int
    full_effect_on: str | None
    series: list[list[str | int | None]]


class _MilestoneDocument(TypedDict):
    milestone: int
    plan_end: str
    weight: int
    critical: bool


class _Document(TypedDict):
    lines: list[_LineDocument]
    milestones: list[_MilestoneDocument]


@dataclass(frozen=True, slots=True)
class CommittedLine:
    """A line as it was decided: its figures and the month from which its effect was to be full."""

    full_effect_on: date | None = None
    baseline: Mapping[int, Row] = field(default_factory=dict)
    plan: Mapping[int, Row] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CommittedMilestone:
    """A milestone as it was decided."""

    plan_end: date
    weight: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class Committed:
    """The first commitment of a measure and its latest one, by line and milestone.

    The latest one counts while the measure stands below Decided.
    """

    original: Mapping[int, CommittedLine]
    latest: Mapping[int, CommittedLine]
    milestones: Mapping[int, CommittedMilestone]


NOTHING = CommittedLine()


def of(measure_ids: Iterable[int]) -> dict[int, Committed]:
    """Return what measures had committed to; those never rolled back below Decided are left out."""
    kept: dict[int, list[_Document]] = defaultdict(list)
    rows = Commitment.objects.filter(measure_id__in=list(measure_ids)).order_by("number")
    for measure, document in rows.values_list("measure_id", "document"):
        kept[measure].append(document)
    return {measure: _committed(documents) for measure, documents in kept.items()}


def is_drafted(measure: Measure) -> bool:
    """Tell whether a measure was decided and is being planned anew."""
    return measure.decided_on is not None and measure.stage < Stage.DECIDED


def open_lines(measure: Measure, line_ids: Iterable[int]) -> set[int]:
    """Return of the lines of a measure those that take forecasts and claims.

    All from Decided on; of one that is planned anew those it had committed to; none before.
    """
    if not is_drafted(measure):
        return set(line_ids) if measure.stage >= Stage.DECIDED else set()
    return set(line_ids) & set(of([measure.pk])[measure.pk].latest)


def _committed(documents: list[_Document]) -> Committed:
    first, last = documents[0], documents[-1]
    return Committed(
        original={each["line"]: _line(each) for each in first["lines"]},
        latest={each["line"]: _line(each) for each in last["lines"]},
        milestones={
            each["milestone"]: CommittedMilestone(
                date.fromisoformat(each["plan_end"]), each["weight"], each["critical"]
            )
            for each in last["milestones"]
        },
    )


def _line(document: _LineDocument) -> CommittedLine:
    starts = document["full_effect_on"]
    rows: dict[str, dict[int, Row]] = defaultdict(dict)
    for name, split, year, *figures in document["series"]:
        if split == "":
            rows[str(name)][int(year or 0)] = tuple(
                None if each is None else int(each) for each in figures
            )
    return CommittedLine(
        None if starts is None else date.fromisoformat(starts),
        rows[Series.BASELINE],
        rows[Series.PLAN],
    )
