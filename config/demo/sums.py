"""Adds up scripts by the product's own rule, so that the generated bulk can be fitted to totals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from config.demo.script import Amounts, LineScript, MeasureScript, Setting
from measures.rules.calendar import Month, PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, unjudged
from measures.rules.lines import (
    Bucket,
    EffectType,
    GroupKey,
    LineFacts,
    Nature,
    Recurrence,
    Rows,
    Unit,
)
from measures.rules.rates import RateKey, RateKind, Rates
from measures.rules.series import rows_of
from measures.rules.stage import Lifecycle
from reporting.rules.contribution import ContributionFacts, RollupSeries, RowKey, contribute


@dataclass(frozen=True, slots=True)
class Ending:
    """How a measure stands that does not simply run; `proven` is the share confirmed at closing."""

    lifecycle: Lifecycle = Lifecycle.ACTIVE
    on: date | None = None
    proven: Fraction | None = None


RUNNING = Ending()


def year_of(
    script: MeasureScript, ending: Ending, setting: Setting, today: date, decided_on: date
) -> tuple[int, int]:
    """Return plan and outlook of this fiscal year, hard recurring benefits alone, in cents."""
    clock = PeriodClock(today, setting.calendar, claims_from=setting.calendar.month_of(decided_on))
    grey = unjudged(Colour.GREY, "not_decided")
    rows = contribute(
        ContributionFacts(
            stage=script.stage,
            lifecycle=ending.lifecycle,
            clock=clock,
            lines=tuple(_facts(line, ending, setting) for line in script.lines),
            implementation=grey,
            potential=grey,
            forecast=Freshness.FRESH,
            reporting_currency=setting.currency,
            rates=_rates(setting),
            cancelled_on=ending.on if ending.lifecycle is Lifecycle.CANCELLED else None,
            closed_on=ending.on if ending.lifecycle is Lifecycle.CLOSED else None,
        )
    ).rows
    group = GroupKey(
        Unit(), setting.currency, EffectType.HARD, Recurrence.RECURRING, Nature.BENEFIT
    )
    plan, outlook = (
        sum(rows.get(RowKey(group, Bucket.COMMITTED, series, clock.fiscal_year), ()))
        for series in (RollupSeries.PLAN, RollupSeries.OUTLOOK)
    )
    return plan, outlook


def _rates(setting: Setting) -> Rates:
    """Return the plan rates of a setting; no other moves a sum at plan rates."""
    plan = [each for each in setting.rates if each.kind == RateKind.PLAN]
    given = {RateKey(RateKind.PLAN, each.currency, each.fiscal_year): each.value for each in plan}
    return Rates(setting.currency, given)


def _facts(line: LineScript, ending: Ending, setting: Setting) -> LineFacts:
    scale = 10**line.decimals

    def rows(amounts: Iterable[tuple[Month, int]]) -> Rows:
        return rows_of((month, amount * scale) for month, amount in amounts)

    forecast: Amounts = {**line.plan, **(line.forecast or {})}
    pending = {month: line.claims[month] for month in line.waiting if month in line.claims}
    approved = {month: at for month, at in line.claims.items() if month not in pending}
    return LineFacts(
        key=line.name,
        unit=Unit(line.unit, line.decimals),
        currency=line.currency or setting.currency,
        nature=line.nature,
        direction=line.direction,
        effect_type=line.effect_type,
        recurrence=line.recurrence,
        is_level=line.is_level,
        is_seasonal=line.is_seasonal,
        full_effect=line.full_effect,
        baseline=rows(line.budget.items()),
        plan=rows(line.plan.items()),
        original=rows(line.plan.items()),
        forecast=rows(forecast.items()),
        approved=rows(approved.items()),
        pending=rows(pending.items()),
        forecast_before_claim=rows((month, line.plan.get(month, 0)) for month in pending),
        proven=ending.proven,
    )
