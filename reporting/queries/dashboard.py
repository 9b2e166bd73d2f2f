"""The dashboard of any node: every figure of it in three queries, whatever lies below."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Q, Subquery

from core import tenancy
from core.money import from_scaled
from hierarchy.models import Node
from measures.models import NodeTarget
from measures.queries import rates as known_rates
from measures.queries.periods import Ground
from measures.rules.calendar import Month, MonthState, PeriodClock
from measures.rules.lights import Reason
from measures.rules.lines import GroupKey, Nature
from measures.rules.stage import Lifecycle, Stage
from reporting.models import RollupCount, RollupState
from reporting.queries import stored
from reporting.queries.stored import COLUMNS, tally_from
from reporting.rules import figures, management, rollup
from reporting.rules.figures import Column, Horizon, Measured, Rows, Targets
from reporting.rules.management import FxEffect
from reporting.rules.rollup import Tally

OF_ONE_CHILD = {"node_red_child", "node_escalation"}
CENTS = 2  # targets are money of the organization


@dataclass(frozen=True, slots=True)
class GroupChoice:
    """A group to look at; `address` is what stands in the page's address."""

    address: str
    key: GroupKey
    plan: Decimal | None
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class NodeLight:
    """A light as pages show it, with its reasons in words and the red measures behind it."""

    colour: str
    reasons: tuple[Reason, ...] = ()
    reds: int = 0
    held: bool = False

    @property
    def reason(self) -> str:
        """The leading reason in English words."""
        return self.reasons[0].sentence if self.reasons else ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The parts of the sentence at the head; the shares are exact, pages cut them."""

    outlook: Decimal | None
    plan: Decimal | None
    reached: Decimal | None
    confirmed_share: Decimal | None


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """One month of the cumulative curve, not yet summed up, in units."""

    ends_on: date
    label: str
    plan: Decimal | None
    outlook: Decimal | None
    approved: Decimal | None
    is_closed: bool


@dataclass(frozen=True, slots=True)
class FunnelStep:
    """How many measures stand at a stage, and their plan of this year's lead groups in units."""

    stage: Stage
    count: int
    value: Decimal


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything a node's page shows above its children.

    `unclaimed` is due and not claimed, `fresh_share` the share of value with fresh data. `version`
    is None before the first drain; `group` is None where no measure below has figures yet. `fx`
    is what actual rates make of the group, in none of its figures; `left_out` the currencies and
    years that no figure at plan rates holds.
    """

    fiscal_year: int
    groups: tuple[GroupChoice, ...]
    group: GroupKey | None
    sentence: Sentence
    columns: tuple[Column, ...]
    confirmed_share: Decimal | None
    claimed: Decimal | None
    unclaimed: Decimal | None
    fresh_share: Decimal | None
    curve: tuple[CurvePoint, ...]
    funnel: tuple[FunnelStep, ...]
    hardness_weighted: Decimal
    implementation: NodeLight
    potential: NodeLight
    measures: int
    lifecycles: Mapping[Lifecycle, int]
    watermelons: int
    version: int | None
    drained_at: datetime | None
    fx: FxEffect | None = None
    left_out: tuple[tuple[str, int], ...] = ()

    @property
    def unit(self) -> str:
        """The unit of the figures: a currency, or the unit's own name."""
        if self.group is None:
            return ""
        return self.group.currency or self.group.unit.code


def dashboard(node: Node, ground: Ground, group: str = "") -> Dashboard:
    """Return the figures of a node in one group: the one at an address, else the largest.

    Figures of two groups are never added (domain-rules §4); the page offers the others.
    """
    rows = stored.rows_of(node.pk)
    row = _row(node)
    tally = Tally() if row is None else tally_of(row)
    clock = ground.clock()
    is_withheld = node.pk in tenancy.current().sight.sums
    told = stored.keys_below(node.pk) if is_withheld else rows
    known = figures.groups_in(told, clock.fiscal_year)
    chosen = figures.group_at(group, known) or (known[0] if known else None)
    targets = _targets(node, ground) if _is_aimed_at(chosen, known, ground) else {}
    shown = _Shown(rows, chosen, clock)
    rates = known_rates.for_currencies(ground.currency, management.currencies_in(rows))
    fx = None if chosen is None else management.fx_of(rows, chosen, rates, clock.fiscal_year)
    return Dashboard(
        fiscal_year=clock.fiscal_year,
        groups=tuple(shown.choice(each) for each in known),
        group=chosen,
        sentence=shown.sentence(),
        columns=tuple(shown.column(each, targets.get(each, Targets())) for each in Horizon),
        confirmed_share=shown.confirmed_share(),
        claimed=shown.units(Measured.CLAIMED),
        unclaimed=shown.units(Measured.UNCLAIMED),
        fresh_share=figures.ratio(rollup.fresh_share(tally)),
        curve=shown.curve(),
        funnel=_funnel(tally),
        hardness_weighted=_cents(rollup.hardness_weighted(tally)),
        implementation=light_of(row, tally, "implementation"),
        potential=light_of(row, tally, "potential"),
        measures=tally["measures"],
        lifecycles={each: tally[f"lifecycle.{each}"] for each in Lifecycle},
        watermelons=tally["watermelons"],
        version=None if row is None else row.version,
        drained_at=None if row is None else row.drained_at,
        fx=fx,
        left_out=tuple(management.left_out(rows, rates)),
    )


def _row(node: Node) -> Any:  # with the moment of the last drain beside its own columns
    drained_at = Subquery(RollupState.objects.values("drained_at")[:1])
    return RollupCount.objects.filter(node_id=node.pk).annotate(drained_at=drained_at).first()


def tally_of(row: RollupCount) -> Tally:
    """Return the tally in a stored row."""
    return tally_from(getattr(row, column) for column in COLUMNS.values())


def light_of(row: RollupCount | None, tally: Tally, light: str) -> NodeLight:
    """Return a node's stored light; grey before the first drain."""
    if row is None:
        return NodeLight("grey")
    reasons = reasons_from(getattr(row, f"{light}_reasons"), row.node_id)
    return NodeLight(getattr(row, light), reasons, tally.red_leaves(light))


def reasons_from(found: Iterable[Mapping[str, Any]], node_id: int) -> tuple[Reason, ...]:
    """Return stored reasons as the rules' own, which know their sentences.

    Where the reader does not read all below, no reason tells what one child weighs: of a total it
    would give away the child's.
    """
    told = tuple(Reason(each["code"], each["params"]) for each in found)
    if not tenancy.current().sight.hidden_below(node_id):
        return told
    kept = tuple(each for each in told if each.code not in OF_ONE_CHILD)
    return kept if kept or not told else (Reason("node_withheld"),)


@dataclass(frozen=True, slots=True)
class _Shown:
    """The figures of one node in one group."""

    rows: Rows
    group: GroupKey | None
    clock: PeriodClock

    def scaled(self, measured: Measured, horizon: Horizon = Horizon.FISCAL_YEAR) -> int | None:
        if self.group is None:
            return None
        return figures.figure(self.rows, self.group, measured, horizon, self.clock.fiscal_year)

    def units(self, measured: Measured) -> Decimal | None:
        return self._units(self.scaled(measured))

    def _units(self, value: int | None) -> Decimal | None:
        return None if self.group is None else from_scaled(value, self.group.unit.decimals)

    def choice(self, group: GroupKey) -> GroupChoice:
        plan = figures.figure(
            self.rows, group, Measured.PLAN, Horizon.FISCAL_YEAR, self.clock.fiscal_year
        )
        amount = from_scaled(plan, group.unit.decimals)
        return GroupChoice(figures.address(group), group, amount, group == self.group)

    def sentence(self) -> Sentence:
        parts = rollup.headline(
            self.scaled(Measured.OUTLOOK),
            self.scaled(Measured.PLAN),
            approved=self.scaled(Measured.CONFIRMED) or 0,
            pending=self.scaled(Measured.CLAIMED) or 0,
            decisions=0,
        )
        return Sentence(
            outlook=self._units(parts.outlook),
            plan=self._units(parts.plan),
            reached=figures.ratio(parts.outlook_share),
            confirmed_share=figures.ratio(parts.confirmed_share),
        )

    def column(self, horizon: Horizon, targets: Targets) -> Column:
        if self.group is None:
            return figures.empty_column(horizon, targets, CENTS)
        return figures.column(self.rows, self.group, horizon, self.clock.fiscal_year, targets)

    def confirmed_share(self) -> Decimal | None:
        return self.sentence().confirmed_share

    def curve(self) -> tuple[CurvePoint, ...]:
        if self.group is None:
            return ()
        months = figures.months_with(self.rows, self.group)
        plan, outlook, approved = (
            figures.by_month(self.rows, self.group, each, months)
            for each in (Measured.PLAN, Measured.OUTLOOK, Measured.CONFIRMED)
        )
        return tuple(
            self._point(month, values)
            for month, *values in zip(months, plan, outlook, approved, strict=True)
        )

    def _point(self, month: Month, values: list[int | None]) -> CurvePoint:
        plan, outlook, approved = map(self._units, values)
        calendar = self.clock.calendar
        return CurvePoint(
            ends_on=calendar.last_day(month),
            label=calendar.label(month),
            plan=plan,
            outlook=outlook,
            approved=approved,
            is_closed=self.clock.state(month) is not MonthState.OPEN,
        )


def _is_aimed_at(group: GroupKey | None, known: list[GroupKey], ground: Ground) -> bool:
    """Return whether targets are meant for a group: a node has one target and no more groups.

    It is held against the group that speaks for the node, if that is a benefit in its currency.
    """
    if group is None:
        return True
    is_leading = group == known[0] and group.nature is Nature.BENEFIT
    return is_leading and group.currency == ground.currency


def _targets(node: Node, ground: Ground) -> dict[Horizon, Targets]:
    """Return the latest targets of a node and its children for this fiscal year."""
    fiscal_year = ground.clock().fiscal_year
    latest = (
        NodeTarget.objects.filter(
            Q(node_id=node.pk) | Q(node__parent_id=node.pk, node__archived_on__isnull=True),
            fiscal_year=fiscal_year,
            currency=ground.currency,
        )
        .order_by("node_id", "horizon", "-version")
        .distinct("node_id", "horizon")
        .values_list("node_id", "horizon", "amount")
    )
    own: dict[Horizon, int] = {}
    below: dict[Horizon, list[int]] = {}
    for place, horizon, amount in latest:
        if place == node.pk:
            own[Horizon(horizon)] = amount
        else:
            below.setdefault(Horizon(horizon), []).append(amount)
    return {each: Targets(own.get(each), tuple(below.get(each, ()))) for each in {*own, *below}}


def _funnel(tally: Tally) -> tuple[FunnelStep, ...]:
    return tuple(
        FunnelStep(
            stage=stage,
            count=tally[f"stage.{stage.value}"],
            value=_cents(tally[f"stage.{stage.value}.value"]),
        )
        for stage in Stage
    )


def _cents(scaled: Fraction | int) -> Decimal:
    """Return an amount of money in units; tallies hold cents."""
    exact = Fraction(scaled)
    return (Decimal(exact.numerator) / exact.denominator).scaleb(-CENTS)
