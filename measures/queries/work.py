"""My work: what a member owes this week on the measures they own, and what waits for them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from core.tenancy import Actor
from measures.models import Dependency, Measure, Milestone
from measures.queries import claims, facts, lights, periods
from measures.queries.claims import ClaimRow
from measures.queries.facts import LineFigures, MeasureFigures
from measures.queries.lights import StoredLights
from measures.queries.periods import Ground
from measures.rules.calendar import Month
from measures.rules.freshness import Cadence, CadenceNumbers, Freshness, cadence_of
from measures.rules.lights import Colour
from measures.rules.lines import Unit
from measures.rules.series import value_at
from measures.rules.stage import Lifecycle, Stage

RUNNING = [Lifecycle.ACTIVE.value, Lifecycle.ON_HOLD.value]
OFF_TRACK = {Colour.AMBER, Colour.RED}
BY_AGE = [Freshness.EXPIRED, Freshness.STALE, Freshness.DUE]


@dataclass(frozen=True, slots=True)
class Place:
    """The measure that a piece of work belongs to."""

    measure_id: int
    public_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ForecastDue:
    """A forecast that is no longer fresh; `given_on` None: only the seeded one is there."""

    place: Place
    freshness: Freshness
    given_on: date | None
    due_on: date


@dataclass(frozen=True, slots=True)
class ClaimDue:
    """A month that has ended and has no claim yet; amounts scaled by `unit`."""

    place: Place
    line_id: int
    line: str
    unit: Unit
    currency: str
    month: Month
    label: str
    plan: int | None
    forecast: int | None
    due_on: date
    locks_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class MilestoneDue:
    """An open milestone of mine, or of a measure of mine, that is due soon or overdue."""

    place: Place
    milestone_id: int
    version: int
    name: str
    plan_end: date
    forecast_end: date | None
    days_late: int
    is_critical: bool


@dataclass(frozen=True, slots=True)
class GateDue:
    """A measure whose next gate is to be prepared, and where it stands."""

    place: Place
    stage: Stage
    step: int


@dataclass(frozen=True, slots=True)
class DependencyDue:
    """Another measure waits for one of mine, and nobody has accepted it yet."""

    place: Place
    dependency_id: int
    version: int
    what: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Work:
    """Everything that waits for one member today, the most urgent first in each list."""

    forecasts: tuple[ForecastDue, ...]
    claims: tuple[ClaimDue, ...]
    milestones: tuple[MilestoneDue, ...]
    gates: tuple[GateDue, ...]
    dependencies: tuple[DependencyDue, ...]
    decisions: tuple[ClaimRow, ...]
    owned: int

    @property
    def updates(self) -> int:
        """How many things the member is to tell or to prepare; claims to confirm are none."""
        lists = (self.forecasts, self.claims, self.milestones, self.gates, self.dependencies)
        return sum(map(len, lists))

    @property
    def count(self) -> int:
        """How many things wait."""
        return self.updates + len(self.decisions)


def of(actor: Actor, ground: Ground | None = None) -> Work:
    """Return what waits for a member: as owner, as owner of a milestone, as controller."""
    based = periods.ground() if ground is None else ground
    owned = {each.measure_id: each for each in _owned(actor)}
    figures = facts.of(owned, based.today, based)
    stored = lights.of(owned)
    active = [each for each in figures.values() if each.judged_stage >= Stage.DECIDED]
    forecasts = [
        due for each in active if (due := _forecast(each, owned, stored, based)) is not None
    ]
    waiting = [due for each in active for due in _claims(each, owned, based)]
    return Work(
        forecasts=tuple(sorted(forecasts, key=lambda due: BY_AGE.index(due.freshness))),
        claims=tuple(sorted(waiting, key=lambda due: (due.due_on, due.place.name))),
        milestones=tuple(_milestones(actor, based)),
        gates=tuple(_gates(figures.values(), owned)),
        dependencies=tuple(_dependencies(owned)),
        decisions=tuple(claims.waiting_for(actor, based)),
        owned=len(owned),
    )


def claimable(figures: MeasureFigures, public_id: UUID, ground: Ground) -> list[ClaimDue]:
    """Return the months of a measure that may be claimed today, those that have ended first.

    The running month is among them; a locked one, or one with a claim, is not.
    """
    place = Place(figures.measure_id, public_id, figures.name)
    running = figures.clock.month
    return _unclaimed(figures, place, ground, lambda month: month <= running)


def _owned(actor: Actor) -> list[Place]:
    rows = Measure.objects.filter(owner_id=actor.member_id, lifecycle__in=RUNNING)
    if actor.member_id is None:
        return []
    return [
        Place(*row)
        for row in rows.order_by("pk").values_list("pk", "node__public_id", "node__name")
    ]


def _forecast(
    figures: MeasureFigures,
    owned: dict[int, Place],
    stored: dict[int, StoredLights],
    ground: Ground,
) -> ForecastDue | None:
    numbers = ground.cadence_numbers
    cadence = _cadence(stored.get(figures.measure_id), numbers)
    freshness = figures.forecast_freshness(cadence, numbers)
    if freshness is Freshness.FRESH or not any(each.facts.forecast for each in figures.lines):
        return None
    since = max(figures.forecast_given_on or figures.expected_from, figures.expected_from)
    days = numbers.weekly_days if cadence is Cadence.WEEKLY else numbers.monthly_days
    return ForecastDue(
        place=owned[figures.measure_id],
        freshness=freshness,
        given_on=figures.forecast_given_on,
        due_on=since + timedelta(days=days),
    )


def _cadence(stored: StoredLights | None, numbers: CadenceNumbers) -> Cadence:
    seen = set() if stored is None else {stored.implementation.uncapped, stored.potential.uncapped}
    return cadence_of(
        is_off_track=bool(seen & OFF_TRACK), is_top_value=False, days_to_gate=None, numbers=numbers
    )


def _claims(figures: MeasureFigures, owned: dict[int, Place], ground: Ground) -> list[ClaimDue]:
    """Return the months that have ended, are not locked, and were planned or forecast."""
    running = figures.clock.month
    place = owned[figures.measure_id]
    due = _unclaimed(figures, place, ground, lambda month: month < running)
    return [each for each in due if each.plan or each.forecast]


def _unclaimed(
    figures: MeasureFigures, place: Place, ground: Ground, is_wanted: Callable[[Month], bool]
) -> list[ClaimDue]:
    clock = figures.clock
    found = [
        _claim(place, line, month, ground)
        for line in figures.lines
        for month in clock.claimable()
        if is_wanted(month)
        and value_at(line.facts.approved, month) is None
        and value_at(line.facts.pending, month) is None
        and clock.owes_claims(month)
    ]
    return sorted(found, key=lambda due: (due.month, due.line_id))


def _claim(place: Place, line: LineFigures, month: Month, ground: Ground) -> ClaimDue:
    due_on = ground.calendar.claim_deadline(month, ground.numbers.claim_deadline)
    return ClaimDue(
        place=place,
        line_id=line.line_id,
        line=line.facts.key,
        unit=line.facts.unit,
        currency=line.facts.currency,
        month=month,
        label=ground.label(month),
        plan=value_at(line.facts.plan, month),
        forecast=value_at(line.facts.forecast, month),
        due_on=due_on,
        locks_on=ground.clock().locked_on(month),
        is_late=ground.today > due_on,
    )


def _milestones(actor: Actor, ground: Ground) -> Iterable[MilestoneDue]:
    until = ground.today + timedelta(days=ground.numbers.look_ahead_days)
    mine = Milestone.objects.filter(owner_id=actor.member_id)
    of_mine = Milestone.objects.filter(owner__isnull=True, measure__owner_id=actor.member_id)
    rows = (mine | of_mine).filter(
        removed_on__isnull=True,
        actual_end__isnull=True,
        plan_end__lte=until,
        measure__lifecycle__in=RUNNING,
    )
    if actor.member_id is None:
        return
    for row in rows.select_related("measure__node").order_by("plan_end", "pk"):
        node = row.measure.node
        yield MilestoneDue(
            place=Place(row.measure_id, node.public_id, node.name),
            milestone_id=row.pk,
            version=row.version,
            name=row.name,
            plan_end=row.plan_end,
            forecast_end=row.forecast_end,
            days_late=(ground.today - row.plan_end).days,
            is_critical=row.is_critical,
        )


def _gates(figures: Iterable[MeasureFigures], owned: dict[int, Place]) -> Iterable[GateDue]:
    """Return the next gates; that of Implemented only once its milestones are done."""
    for each in figures:
        if each.lifecycle is not Lifecycle.ACTIVE or each.stage >= Stage.CLOSED:
            continue
        open_ones = [
            milestone
            for milestone in each.milestones
            if milestone.is_mandatory and milestone.facts.actual_end is None
        ]
        if each.stage is Stage.DECIDED and open_ones:
            continue
        yield GateDue(owned[each.measure_id], each.stage, each.step)


def _dependencies(owned: dict[int, Place]) -> Iterable[DependencyDue]:
    rows = Dependency.objects.filter(
        needs_id__in=list(owned), accepted_at__isnull=True, removed_at__isnull=True
    ).select_related("measure__node")
    for row in rows.order_by("pk"):
        yield DependencyDue(
            place=owned[row.needs_id],
            dependency_id=row.pk,
            version=row.version,
            what=row.what,
            waiting=row.measure.node.name,
        )
