"""What the sections of a measure's page list: each one query, however many rows there are."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from core import money, tenancy
from core.errors import NotFound
from hierarchy.models import Node
from measures.models import (
    Comment,
    Dependency,
    Evidence,
    Line,
    Measure,
    Milestone,
    NodeTarget,
    Risk,
)
from measures.rules import implementation
from measures.rules.implementation import MilestoneFacts
from measures.rules.lights import LightNumbers

CENTS = 2


@dataclass(frozen=True, slots=True)
class MilestoneRow:
    """One milestone, how it stands today and by how many days it is late (negative: ahead)."""

    id: int
    name: str
    owner: str
    owner_id: int | None
    plan_end: date
    forecast_end: date | None
    actual_end: date | None
    is_mandatory: bool
    is_critical: bool
    is_imported: bool
    added_after_freeze: bool
    weight: int
    colour: str
    days_late: int
    evidence: str
    evidence_address: UUID | None
    version: int


@dataclass(frozen=True, slots=True)
class DependencyRow:
    """One dependency seen from one measure; `other` is the measure at its far end.

    `address` is None where the reader may not see the other measure, whose name is then left out;
    with `is_secret` so is what is needed of it.
    """

    id: int
    what: str
    is_blocking: bool
    other: str
    address: UUID | None
    is_accepted: bool
    version: int
    is_secret: bool = False


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One uploaded file."""

    address: UUID
    title: str
    kind: str
    file_name: str
    size: int
    sha256: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CommentRow:
    """One remark."""

    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TargetRow:
    """The target of a node for one horizon and fiscal year, as it stands."""

    horizon: str
    fiscal_year: int
    currency: str
    amount: Decimal | None
    version: int
    reason: str
    by: str
    at: datetime


def milestones(measure_id: int, today: date, numbers: LightNumbers) -> list[MilestoneRow]:
    """Return the milestones of a measure by planned end."""
    rows = (
        Milestone.objects.filter(measure_id=measure_id, removed_on__isnull=True)
        .select_related("owner", "evidence")
        .order_by("plan_end", "pk")
    )
    return [_milestone_row(row, today, numbers) for row in rows]


def _milestone_row(row: Milestone, today: date, numbers: LightNumbers) -> MilestoneRow:
    facts = MilestoneFacts(
        name=row.name,
        plan_end=row.plan_end,
        forecast_end=row.forecast_end,
        actual_end=row.actual_end,
        weight=row.weight,
        is_critical=row.is_critical,
        added_after_freeze=row.added_after_freeze,
    )
    return MilestoneRow(
        id=row.pk,
        name=row.name,
        owner="" if row.owner is None else row.owner.name,
        owner_id=row.owner_id,
        plan_end=row.plan_end,
        forecast_end=row.forecast_end,
        actual_end=row.actual_end,
        is_mandatory=row.is_mandatory,
        is_critical=row.is_critical,
        is_imported=row.is_imported,
        added_after_freeze=row.added_after_freeze,
        weight=row.weight,
        colour=implementation.milestone_colour(facts, today, numbers).value,
        days_late=implementation.lateness(facts, today),
        evidence="" if row.evidence is None else row.evidence.title,
        evidence_address=None if row.evidence is None else row.evidence.public_id,
        version=row.version,
    )


def milestone(measure_id: int, milestone_id: int) -> Milestone:
    """Return one milestone of a measure; NotFound."""
    found = Milestone.objects.filter(
        measure_id=measure_id, pk=milestone_id, removed_on__isnull=True
    ).first()
    if found is None:
        raise NotFound(what="milestone")
    return found


def line(measure_id: int, line_id: int) -> Line:
    """Return one line of a measure; NotFound."""
    found = Line.objects.filter(measure_id=measure_id, pk=line_id, removed_on__isnull=True).first()
    if found is None:
        raise NotFound(what="line")
    return found


def lines(measure_id: int) -> list[Line]:
    """Return the lines of a measure."""
    return list(Line.objects.filter(measure_id=measure_id, removed_on__isnull=True).order_by("pk"))


def risks(measure_id: int) -> list[Risk]:
    """Return the risks of a measure, open ones first."""
    rows = Risk.objects.filter(measure_id=measure_id).select_related("owner")
    return sorted(rows, key=lambda row: (row.closed_on is not None, row.due_on or date.max, row.pk))


def risk(measure_id: int, risk_id: int) -> Risk:
    """Return one risk of a measure; NotFound."""
    found = Risk.objects.filter(measure_id=measure_id, pk=risk_id).first()
    if found is None:
        raise NotFound(what="risk")
    return found


def needs(measure_id: int, visible: set[int]) -> list[DependencyRow]:
    """Return what a measure waits for; `visible` are the measures the reader may see."""
    rows = Dependency.objects.filter(measure_id=measure_id, removed_at__isnull=True)
    return [
        *(
            _dependency_row(row, row.needs, visible)
            for row in rows.select_related("needs__node").order_by("pk")
        ),
        *_secret_rows(rows, "needs_id"),
    ]


def needed_by(measure_id: int, visible: set[int]) -> list[DependencyRow]:
    """Return what waits for a measure; `visible` are the measures the reader may see."""
    rows = Dependency.objects.filter(needs_id=measure_id, removed_at__isnull=True)
    return [
        *(
            _dependency_row(row, row.measure, visible)
            for row in rows.select_related("measure__node").order_by("pk")
        ),
        *_secret_rows(rows, "measure_id"),
    ]


def _secret_rows(rows: "QuerySet[Dependency]", far: str) -> list[DependencyRow]:
    """Return the dependencies whose far end the reader does not read: that they are, no more."""
    hidden = tenancy.current().sight.rows
    if not hidden:
        return []
    found = rows.filter(**{f"{far}__in": hidden}).order_by("pk")
    return [
        DependencyRow(
            id=row.pk,
            what="",
            is_blocking=row.is_blocking,
            other="",
            address=None,
            is_accepted=row.accepted_at is not None,
            version=row.version,
            is_secret=True,
        )
        for row in found
    ]


def linked(measure_id: int) -> set[int]:
    """Return the measures at the far end of a measure's dependencies, either way."""
    ends = Dependency.objects.filter(removed_at__isnull=True).values_list("measure_id", "needs_id")
    outward = {far for _, far in ends.filter(measure_id=measure_id)}
    return outward | {far for far, _ in ends.filter(needs_id=measure_id)}


def _dependency_row(row: Dependency, other: Measure, visible: set[int]) -> DependencyRow:
    is_visible = other.pk in visible
    return DependencyRow(
        id=row.pk,
        what=row.what,
        is_blocking=row.is_blocking,
        other=other.node.name if is_visible else "",
        address=other.node.public_id if is_visible else None,
        is_accepted=row.accepted_at is not None,
        version=row.version,
    )


def evidence(measure_id: int) -> list[EvidenceRow]:
    """Return the files of a measure, newest first."""
    rows = Evidence.objects.filter(measure_id=measure_id).select_related("uploaded_by")
    return [
        EvidenceRow(
            address=row.public_id,
            title=row.title,
            kind=row.kind,
            file_name=row.file_name,
            size=row.size,
            sha256=row.sha256,
            by="" if row.uploaded_by is None else row.uploaded_by.name,
            at=row.uploaded_at,
        )
        for row in rows.order_by("-pk")
    ]


def evidence_choices(measure_id: int) -> list[tuple[int, str]]:
    """Return the files of a measure as a form offers them."""
    rows = Evidence.objects.filter(measure_id=measure_id).order_by("-pk")
    return [(pk, title) for pk, title in rows.values_list("pk", "title")]


def comments(measure_id: int) -> list[CommentRow]:
    """Return the remarks on a measure, newest first."""
    rows = Comment.objects.filter(measure_id=measure_id).select_related("author").order_by("-pk")
    return [
        CommentRow(row.text, "" if row.author is None else row.author.name, row.written_at)
        for row in rows
    ]


def targets(node: Node) -> list[TargetRow]:
    """Return the targets of a node as they stand: the latest version of each."""
    rows = (
        NodeTarget.objects.filter(node=node)
        .select_related("recorded_by")
        .order_by("horizon", "fiscal_year", "currency", "-version")
        .distinct("horizon", "fiscal_year", "currency")
    )
    return [
        TargetRow(
            horizon=row.horizon,
            fiscal_year=row.fiscal_year,
            currency=row.currency,
            amount=money.from_scaled(row.amount, CENTS),
            version=row.version,
            reason=row.reason,
            by="" if row.recorded_by is None else row.recorded_by.name,
            at=row.recorded_at,
        )
        for row in rows
    ]
