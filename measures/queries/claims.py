"""Claims that wait: who claimed what, against which forecast, with which evidence, how late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from django.db import models

from accounts.rules.roles import Role
from core.errors import NotFound
from core.tenancy import Actor
from measures.models import ActualClaim, Measure
from measures.models.line import ClaimState
from measures.queries import measures, periods
from measures.queries.periods import Ground
from measures.rules.calendar import Month, MonthState, PeriodStage
from measures.rules.lines import Nature, Unit


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim as its controller meets it; amounts scaled by `unit`.

    `deviation` is (amount - forecast) / |forecast|, None without a forecast other than 0.
    `is_late` tells that the approval day has passed, `was_late` that it was claimed late. Of a
    correction `corrects` is the month it corrects.
    """

    claim_id: int
    measure_id: int
    public_id: UUID
    measure: str
    line_id: int
    line: str
    nature: Nature
    unit: Unit
    currency: str
    month: Month
    label: str
    amount: int
    forecast: int | None
    deviation: Fraction | None
    is_final: bool
    note: str
    state: ClaimState
    claimed_by_id: int | None
    claimed_by: str
    claimed_at: datetime
    was_late: bool
    decide_by: date
    is_late: bool
    evidence_id: UUID | None
    evidence: str
    decision_reason: str
    stage: PeriodStage
    corrects_id: int | None = None
    corrects: str = ""

    @property
    def may_be_corrected(self) -> bool:
        """Whether a reversal entry can be posted for it: an approved actual of a locked month."""
        return self.corrects_id is None and self.state is ClaimState.APPROVED and self.is_late


def waiting_for(actor: Actor, ground: Ground | None = None) -> list[ClaimRow]:
    """Return the claims that wait for the actor as controller, the largest first.

    Their own claims, which they may not decide, are left out.
    """
    rows = _with_all(
        ActualClaim.objects.filter(
            state=ClaimState.SUBMITTED,
            measure__in=Measure.objects.filter(measures.in_charge(actor, Role.CONTROLLER)),
        ).exclude(claimed_by_id__in=actor.people)
    )
    based = periods.ground() if ground is None else ground
    return by_size(_row(each, based) for each in rows)


def of_measure(measure_id: int, ground: Ground | None = None) -> list[ClaimRow]:
    """Return all claims of a measure, the latest month first."""
    rows = _with_all(ActualClaim.objects.filter(measure_id=measure_id))
    based = periods.ground() if ground is None else ground
    ordered = rows.order_by("-fiscal_year", "-period", "line_id", "-pk")
    return [_row(each, based) for each in ordered]


def some(rows: "models.QuerySet[ActualClaim]", ground: Ground | None = None) -> list[ClaimRow]:
    """Return chosen claims in the order in which they were made."""
    based = periods.ground() if ground is None else ground
    return [_row(each, based) for each in _with_all(rows).order_by("pk")]


def one(claim_id: int, measure_id: int | None = None) -> ClaimRow:
    """Return one claim, of a certain measure if given; NotFound."""
    rows = _with_all(ActualClaim.objects.filter(pk=claim_id))
    found = (rows if measure_id is None else rows.filter(measure_id=measure_id)).first()
    if found is None:
        raise NotFound(what="claim")
    return _row(found, periods.ground())


def within(
    rows: Iterable[ClaimRow], share: Fraction, most: Decimal | int | None = None
) -> list[ClaimRow]:
    """Return claims that stray from their forecast by at most a share, and are not above a size.

    `most` is in whole units: the filter behind approving a month in one act (domain-rules §4).
    """
    return [
        row
        for row in rows
        if row.deviation is not None
        and abs(row.deviation) <= share
        and (most is None or abs(row.amount) <= most * 10**row.unit.decimals)
    ]


def by_size(rows: Iterable[ClaimRow]) -> list[ClaimRow]:
    """Return claims the largest first, whatever the decimals of their units."""
    return sorted(
        rows,
        key=lambda row: (-abs(Fraction(row.amount, 10**row.unit.decimals)), row.claim_id),
    )


def _with_all(rows: "models.QuerySet[ActualClaim]") -> "models.QuerySet[ActualClaim]":
    return rows.select_related("measure__node", "line", "claimed_by", "evidence", "corrects")


def _row(claim: ActualClaim, ground: Ground) -> ClaimRow:
    month = Month(claim.fiscal_year, claim.period)
    clock, claimed_on = ground.clock(), ground.day_of(claim.claimed_at)
    forecast = claim.forecast_before
    return ClaimRow(
        claim_id=claim.pk,
        measure_id=claim.measure_id,
        public_id=claim.measure.node.public_id,
        measure=claim.measure.node.name,
        line_id=claim.line_id,
        line=claim.line.name,
        nature=Nature(claim.line.nature),
        unit=Unit(claim.line.unit, claim.line.decimals),
        currency=claim.line.currency,
        month=month,
        label=ground.label(month),
        amount=claim.amount,
        forecast=forecast,
        deviation=Fraction(claim.amount - forecast, abs(forecast)) if forecast else None,
        is_final=claim.is_final,
        note=claim.note,
        state=ClaimState(claim.state),
        claimed_by_id=claim.claimed_by_id,
        claimed_by="" if claim.claimed_by is None else claim.claimed_by.name,
        claimed_at=claim.claimed_at,
        was_late=claimed_on > ground.calendar.claim_deadline(month, ground.numbers.claim_deadline),
        decide_by=clock.locked_on(month),
        is_late=clock.state(month) is MonthState.LOCKED,
        evidence_id=None if claim.evidence is None else claim.evidence.public_id,
        evidence="" if claim.evidence is None else claim.evidence.title,
        decision_reason=claim.decision_reason,
        stage=clock.stage(month),
        corrects_id=claim.corrects_id,
        corrects=_origin(claim, ground),
    )


def _origin(claim: ActualClaim, ground: Ground) -> str:
    """Return the month that a correction corrects, empty for an actual."""
    origin = claim.corrects
    return "" if origin is None else ground.label(Month(origin.fiscal_year, origin.period))
