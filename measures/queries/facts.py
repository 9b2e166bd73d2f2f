"""What measures say on one day, read for many at once: the facts of lights, roll-ups and gates."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q
from django.db.models.functions import Coalesce

from measures.models import ActualClaim, Line, Measure, Milestone, SeriesVersion
from measures.models.line import PERIODS, ClaimKind, ClaimState
from measures.queries import commitments, periods
from measures.queries.commitments import NOTHING, Committed, is_drafted
from measures.queries.periods import Ground
from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Cadence, CadenceNumbers, Freshness, freshness_of
from measures.rules.implementation import MilestoneFacts
from measures.rules.lines import (
    Direction,
    EffectType,
    LineFacts,
    Nature,
    Recurrence,
    Row,
    Series,
    Unit,
)
from measures.rules.series import rows_of
from measures.rules.stage import Lifecycle, Stage, held_to


@dataclass(frozen=True, slots=True)
class LineFigures:
    """One line; `facts.key` is its name, `baseline_evidence` the digest of a file or empty.

    `facts` have the plan in force, `drafted` the latest one, which gates judge; they differ while a
    measure that was rolled back is planned anew.
    """

    line_id: int
    facts: LineFacts
    drafted: LineFacts
    baseline_evidence: str = ""
    is_declared_final: bool = False
    budget_line: str = ""


@dataclass(frozen=True, slots=True)
class MilestoneFigures:
    """One milestone; `evidence` is the digest of its file or empty."""

    milestone_id: int
    facts: MilestoneFacts
    owner_id: int | None
    is_mandatory: bool
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class MeasureFigures:
    """One measure; `clock` tells how its months stand, claims being owed from `decided_on`.

    `kept_milestones` are those it had committed to while it is planned anew, None else.
    `forecast_given_on` is the day of the last forecast that somebody gave (a seeded one is not);
    `updated_on` the day of the last word on its status, forecasts included.
    """

    measure_id: int
    node_id: int
    name: str
    stage: Stage
    step: int
    lifecycle: Lifecycle
    effect_type: EffectType
    size: Decimal | None
    owner_id: int | None
    sponsor_id: int | None
    controller_id: int | None
    owner: str
    controller: str
    created_on: date
    decided_on: date | None
    is_taken_over: bool
    clock: PeriodClock
    lines: tuple[LineFigures, ...]
    milestones: tuple[MilestoneFigures, ...]
    forecast_given_on: date | None
    updated_on: date | None
    kept_milestones: tuple[MilestoneFacts, ...] | None = None

    @property
    def judged_stage(self) -> Stage:
        """The stage by which it is held to its commitment: a roll-back sets nobody free of it."""
        return held_to(self.stage, was_decided=self.decided_on is not None)

    @property
    def line_facts(self) -> tuple[LineFacts, ...]:
        """The lines as the rules of value read them."""
        return tuple(each.facts for each in self.lines)

    @property
    def milestone_facts(self) -> tuple[MilestoneFacts, ...]:
        """The milestones in force as the rules of schedule read them."""
        if self.kept_milestones is not None:
            return self.kept_milestones
        return tuple(each.facts for each in self.milestones)

    @property
    def expected_from(self) -> date:
        """The day from which updates are owed: that of Decided (domain-rules §2)."""
        return self.decided_on or self.created_on

    def forecast_freshness(self, cadence: Cadence, numbers: CadenceNumbers) -> Freshness:
        """Return how fresh the forecast is today."""
        return self._freshness(self.forecast_given_on, cadence, numbers)

    def update_freshness(self, cadence: Cadence, numbers: CadenceNumbers) -> Freshness:
        """Return how fresh the status is today."""
        return self._freshness(self.updated_on, cadence, numbers)

    def _freshness(
        self, given_on: date | None, cadence: Cadence, numbers: CadenceNumbers
    ) -> Freshness:
        return freshness_of(
            given_on=given_on,
            expected_from=self.expected_from,
            today=self.clock.today,
            cadence=cadence,
            numbers=numbers,
        )


@dataclass(slots=True)
class _Books:
    """The rows of many lines as they are read, by line."""

    rows: dict[tuple[int, str], dict[int, Row]]
    given_at: dict[int, datetime]
    pending: dict[int, list[tuple[Month, int]]]
    before_claim: dict[int, list[tuple[Month, int | None]]]
    final: set[int]
    corrected: dict[int, dict[Month, int]]


@dataclass(frozen=True, slots=True)
class _Truth:
    """The rows of many lines, what this measure had committed to, and the calendar."""

    books: _Books
    committed: Committed | None
    ground: Ground


def of(
    measure_ids: Iterable[int], today: date, ground: Ground | None = None
) -> dict[int, MeasureFigures]:
    """Return the figures of measures as of a day, in at most nine queries however many.

    Lines and milestones that were removed are left out.
    """
    ids = list(measure_ids)
    based = periods.ground(today) if ground is None else ground
    lines: dict[int, list[Line]] = defaultdict(list)
    for line in _lines(ids):
        lines[line.measure_id].append(line)
    milestones: dict[int, list[Milestone]] = defaultdict(list)
    for milestone in _milestones(ids):
        milestones[milestone.measure_id].append(milestone)
    books = _books(ids)
    committed = commitments.of(ids)
    return {
        each.pk: _figures(
            each,
            lines[each.pk],
            milestones[each.pk],
            _Truth(books, committed.get(each.pk), based),
        )
        for each in _measures(ids)
    }


def of_one(measure_id: int, today: date, ground: Ground | None = None) -> MeasureFigures:
    """Return the figures of one measure that exists."""
    return of([measure_id], today, ground)[measure_id]


def _measures(ids: list[int]) -> Iterable[Measure]:
    rows = Measure.objects.select_related("node", "owner", "controller")
    return rows.filter(pk__in=ids).order_by("pk")


def _lines(ids: list[int]) -> Iterable[Line]:
    rows = Line.objects.select_related("baseline_evidence")
    return rows.filter(measure_id__in=ids, removed_on__isnull=True).order_by("pk")


def _milestones(ids: list[int]) -> Iterable[Milestone]:
    rows = Milestone.objects.select_related("evidence").filter(measure_id__in=ids)
    return rows.order_by("plan_end", "pk")


def _books(ids: list[int]) -> _Books:
    books = _Books({}, {}, defaultdict(list), defaultdict(list), set(), {})
    latest = (
        SeriesVersion.objects.filter(line__measure_id__in=ids, split="")
        .order_by("line_id", "split", "series", "fiscal_year", "-version")
        .distinct("line_id", "split", "series", "fiscal_year")
        .values_list("line_id", "series", "fiscal_year", "is_seeded", "recorded_at", *PERIODS)
    )
    for line, series, year, is_seeded, recorded_at, *figures in latest.iterator():
        books.rows.setdefault((line, series), {})[year] = tuple(figures)
        if series == Series.FORECAST and not is_seeded:
            books.given_at[line] = max(books.given_at.get(line, recorded_at), recorded_at)
    claims = ActualClaim.objects.filter(measure_id__in=ids).filter(
        Q(state=ClaimState.SUBMITTED, kind=ClaimKind.ACTUAL)
        | Q(state=ClaimState.APPROVED, is_final=True)
        | Q(state=ClaimState.APPROVED, kind=ClaimKind.CORRECTION)
    )
    of_origin = claims.annotate(
        year=Coalesce("corrects__fiscal_year", "fiscal_year"),
        month=Coalesce("corrects__period", "period"),
    )
    for line, year, period, amount, before, state, kind in of_origin.values_list(
        "line_id", "year", "month", "amount", "forecast_before", "state", "kind"
    ):
        month = Month(year, period)
        if kind == ClaimKind.CORRECTION:
            months = books.corrected.setdefault(line, {})
            months[month] = months.get(month, 0) + amount
            continue
        if state == ClaimState.APPROVED:
            books.final.add(line)
            continue
        books.pending[line].append((month, amount))
        books.before_claim[line].append((month, before))
    return books


def _figures(
    measure: Measure,
    lines: list[Line],
    milestones: list[Milestone],
    truth: _Truth,
) -> MeasureFigures:
    books, ground = truth.books, truth.ground
    present = [each for each in milestones if each.removed_on is None]
    given = [books.given_at[line.pk] for line in lines if line.pk in books.given_at]
    said = [*given, *(each.updated_at for each in present)]
    if measure.status_confirmed_at is not None:
        said.append(measure.status_confirmed_at)
    stage = Stage(measure.stage)
    return MeasureFigures(
        measure_id=measure.pk,
        node_id=measure.node_id,
        name=measure.node.name,
        stage=stage,
        step=measure.step,
        lifecycle=Lifecycle(measure.lifecycle),
        effect_type=EffectType(measure.effect_type),
        size=measure.size,
        owner_id=measure.owner_id,
        sponsor_id=measure.sponsor_id,
        controller_id=measure.controller_id,
        owner="" if measure.owner is None else measure.owner.name,
        controller="" if measure.controller is None else measure.controller.name,
        created_on=ground.day_of(measure.created_at),
        decided_on=measure.decided_on,
        is_taken_over=measure.taken_over_on is not None,
        clock=ground.clock(measure.decided_on),
        lines=tuple(_line(each, truth, measure) for each in lines),
        milestones=tuple(_milestone(each) for each in present),
        forecast_given_on=_last_day(given, ground),
        updated_on=_last_day(said, ground),
        kept_milestones=_kept(milestones, truth.committed) if is_drafted(measure) else None,
    )


def _kept(milestones: list[Milestone], committed: Committed | None) -> tuple[MilestoneFacts, ...]:
    """Return the milestones of the latest commitment as they run now, taken away since or not."""
    decided = {} if committed is None else committed.milestones
    return tuple(
        replace(
            _milestone(each).facts,
            plan_end=decided[each.pk].plan_end,
            weight=decided[each.pk].weight,
            is_critical=decided[each.pk].is_critical,
        )
        for each in milestones
        if each.pk in decided
    )


def _last_day(moments: list[datetime], ground: Ground) -> date | None:
    return ground.day_of(max(moments)) if moments else None


def _line(line: Line, truth: _Truth, measure: Measure) -> LineFigures:
    books, ground = truth.books, truth.ground

    def rows(series: Series) -> Mapping[int, Row]:
        return books.rows.get((line.pk, series.value), {})

    drafted = LineFacts(
        key=line.name,
        unit=Unit(line.unit, line.decimals),
        currency=line.currency,
        nature=Nature(line.nature),
        direction=Direction(line.direction),
        effect_type=EffectType(line.effect_type),
        recurrence=Recurrence(line.recurrence),
        is_level=line.is_level,
        is_seasonal=line.is_seasonal,
        full_effect=_month(line.full_effect_on, ground),
        baseline=rows(Series.BASELINE),
        plan=rows(Series.PLAN),
        original=rows(Series.PLAN) if measure.stage >= Stage.DECIDED else {},
        forecast=rows(Series.FORECAST),
        approved=rows(Series.ACTUAL),
        pending=rows_of(books.pending[line.pk]),
        forecast_before_claim=rows_of(books.before_claim[line.pk]),
        corrections=rows(Series.CORRECTION),
        corrected=rows_of(books.corrected.get(line.pk, {}).items()),
    )
    evidence = line.baseline_evidence
    return LineFigures(
        line_id=line.pk,
        facts=_in_force(drafted, line.pk, truth, is_drafted=is_drafted(measure)),
        drafted=drafted,
        baseline_evidence="" if evidence is None else evidence.sha256,
        is_declared_final=line.pk in books.final,
        budget_line=line.budget_line,
    )


def _month(day: date | None, ground: Ground) -> Month | None:
    return None if day is None else ground.calendar.month_of(day)


def _in_force(drafted: LineFacts, line_id: int, truth: _Truth, *, is_drafted: bool) -> LineFacts:
    """Return a line with its first commitment, and with the latest one while it is planned anew."""
    if truth.committed is None:
        return drafted
    first = truth.committed.original.get(line_id, NOTHING)
    facts = replace(
        drafted,
        original=first.plan,
        original_baseline=first.baseline,
        original_full_effect=_month(first.full_effect_on, truth.ground),
    )
    if not is_drafted:
        return facts
    last = truth.committed.latest.get(line_id, NOTHING)
    return replace(
        facts,
        plan=last.plan,
        baseline=last.baseline,
        full_effect=_month(last.full_effect_on, truth.ground),
    )


def _milestone(milestone: Milestone) -> MilestoneFigures:
    evidence = milestone.evidence
    return MilestoneFigures(
        milestone_id=milestone.pk,
        facts=MilestoneFacts(
            name=milestone.name,
            plan_end=milestone.plan_end,
            forecast_end=milestone.forecast_end,
            actual_end=milestone.actual_end,
            weight=milestone.weight,
            is_critical=milestone.is_critical,
            added_after_freeze=milestone.added_after_freeze,
        ),
        owner_id=milestone.owner_id,
        is_mandatory=milestone.is_mandatory,
        evidence="" if evidence is None else evidence.sha256,
    )
