"""Facts of an exemplary measure, from which each governance test takes something away."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from governance.rules.facts import (
    Confirmation,
    GovernedLine,
    GovernedMilestone,
    GovernedMonth,
    MeasureFacts,
)
from governance.rules.proofs import BudgetChange, Proof
from measures.rules.calendar import FiscalCalendar, Month
from measures.rules.lines import Direction, EffectType, Nature, Recurrence
from measures.rules.stage import Lifecycle, Stage

OWNER, SPONSOR, CONTROLLER, LEAD = 1, 2, 3, 4


def month(period, plan, approved, **more):
    """A closed month of 2026; amounts as text, None for not given."""
    return GovernedMonth(
        month=Month(2026, period),
        label=FiscalCalendar().label(Month(2026, period)),
        plan=None if plan is None else Decimal(plan),
        approved=None if approved is None else Decimal(approved),
        **{"baseline": Decimal(100), **more},
    )


def line(plan="24", approved=("25", "23", "24"), **more):
    """A benefit line at full effect from April 2026, with its approved months from then on."""
    months = tuple(month(4 + at, plan, amount) for at, amount in enumerate(approved))
    return GovernedLine(
        **{
            "line_id": 1,
            "name": "Energy",
            "nature": Nature.BENEFIT,
            "direction": Direction.MORE,
            "recurrence": Recurrence.RECURRING,
            "full_effect_month": Month(2026, 4),
            "plan_size": Decimal(plan) * 12,
            "months": months,
            "baseline_evidence": "e1",
            "stated_proof": Proof.LEDGER_EXTRACT,
            "budget": BudgetChange.REDUCED,
            **more,
        }
    )


def one_off(plan="310", approved="310", **more):
    """A one-time cost in March 2026, declared final."""
    return line(
        **{
            "line_id": 2,
            "name": "Capex",
            "nature": Nature.ONE_TIME,
            "direction": Direction.LESS,
            "recurrence": Recurrence.ONE_OFF,
            "full_effect_month": None,
            "plan_size": Decimal(plan),
            "months": (month(3, plan, approved),),
            "is_declared_final": True,
            **more,
        }
    )


MILESTONE = GovernedMilestone(
    name="Compressor installed",
    due_on=date(2026, 3, 31),
    owner_id=OWNER,
    is_done=True,
    evidence="e2",
)

MEASURE = MeasureFacts(
    measure_id=1,
    stage=Stage.DEFINED,
    lifecycle=Lifecycle.ACTIVE,
    owner_id=OWNER,
    sponsor_id=SPONSOR,
    controller_id=CONTROLLER,
    size=Decimal(288),
    kind=EffectType.HARD,
    lines=(line(), one_off()),
    milestones=(MILESTONE,),
    figures_digest="d1",
    confirmation=Confirmation(confirmed_by=CONTROLLER, figures_digest="d1"),
)


def measure(**changes):
    """The exemplary measure with changes."""
    return replace(MEASURE, **changes)
