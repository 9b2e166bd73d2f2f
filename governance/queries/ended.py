"""What a cancellation cost: what was spent, what is freed, and what each line's plan loses."""

from dataclasses import dataclass
from decimal import Decimal

from core.money import from_scaled
from governance.models import LifecycleDecision
from governance.rules.holds import Move
from measures.queries import confidential, facts, periods
from measures.rules import series
from measures.rules.calendar import Month
from measures.rules.lines import LineFacts, Nature

CENTS = 2


@dataclass(frozen=True, slots=True)
class LineLost:
    """What one benefit line loses, in its unit; None where nothing was planned.

    `in_year`: the months of the fiscal year from the cancellation on; `run_rate` and `carry_over`
    are lost whole (domain-rules §15).
    """

    line: str
    unit: str
    in_year: Decimal | None
    run_rate: Decimal | None
    carry_over: Decimal | None


@dataclass(frozen=True, slots=True)
class Ended:
    """What is on record of a cancellation; amounts in the organization's currency, None not said.

    `replacement` is the measure that takes its place, by its name if the reader reads it.
    """

    currency: str
    sunk_cost: Decimal | None
    freed_budget: Decimal | None
    freed_people: Decimal | None
    ending: str
    lessons: str
    replacement: str
    lost: tuple[LineLost, ...]


def of(decision: LifecycleDecision) -> Ended | None:
    """Return what a decision ended; None if it is no cancellation."""
    if decision.act != Move.CANCEL:
        return None
    ground = periods.ground()
    figures = facts.of_one(decision.measure_id, ground.today, ground)
    month = ground.calendar.month_of(ground.day_of(decision.decided_at))
    other = decision.replacement_id
    return Ended(
        currency=ground.currency,
        sunk_cost=from_scaled(decision.sunk_cost, CENTS),
        freed_budget=from_scaled(decision.freed_budget, CENTS),
        freed_people=decision.freed_people,
        ending=decision.ending,
        lessons=decision.lessons,
        replacement="" if other is None else confidential.names_of([other])[other],
        lost=tuple(
            _lost(line, month)
            for line in figures.line_facts
            if figures.decided_on is not None and line.nature is Nature.BENEFIT
        ),
    )


def _lost(line: LineFacts, month: Month) -> LineLost:
    effect = series.as_effects(line)
    loss = series.cancellation_loss(effect, month)
    rate = None if loss.run_rate is None else round(loss.run_rate)
    places = line.unit.decimals
    return LineLost(
        line=line.key,
        unit=line.currency or line.unit.code,
        in_year=from_scaled(loss.in_year, places),
        run_rate=from_scaled(rate, places),
        carry_over=from_scaled(loss.carry_over, places),
    )
