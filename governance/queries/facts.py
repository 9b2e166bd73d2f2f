"""Reads measures into the frozen facts that the rules of governance judge, many at a time."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.db.models import F, Func, TextField
from django.utils.module_loading import import_string

from accounts.rules.roles import Role
from core import money
from core.errors import NotFound
from governance.models import ClosureConfirmation, ShortfallApproval, TakeOver
from governance.queries import statements, surroundings
from governance.queries.statements import Stated
from governance.rules.facts import (
    Confirmation,
    GovernedLine,
    GovernedMilestone,
    GovernedMonth,
    MeasureFacts,
)
from governance.rules.proofs import Proof
from measures.models import Measure
from measures.queries import facts as figures
from measures.queries import periods
from measures.queries import rates as known_rates
from measures.queries.facts import LineFigures, MeasureFigures
from measures.queries.periods import Ground
from measures.rules import worth
from measures.rules.calendar import Month, MonthState
from measures.rules.lines import MONEY, Direction, LineFacts, Recurrence
from measures.rules.series import as_corrected, as_effects, life, months_in, run_rate, value_at

HighestLevels = Callable[[Collection[int]], Mapping[int, int]]

# The database's own digest of the figures approved now, as closing will compare it.
FIGURES_DIGEST = Func(
    F("organization_id"), F("pk"), function="assay_figures_digest", output_field=TextField()
)


def one(measure_id: int, today: date | None = None) -> MeasureFacts:
    """Return the facts of one measure; NotFound."""
    found = of([measure_id], today).get(measure_id)
    if found is None:
        raise NotFound(what="measure")
    return found


def of(measure_ids: Iterable[int], today: date | None = None) -> dict[int, MeasureFacts]:
    """Return the facts of measures as they stand now; the same few queries however many."""
    ids = list(measure_ids)
    ground = periods.ground(today)
    digests = dict(
        Measure.objects.filter(pk__in=ids)
        .annotate(figures_digest=FIGURES_DIGEST)
        .values_list("pk", "figures_digest")
    )
    confirmations = _confirmations(ids)
    taken = TakeOver.objects.filter(measure_id__in=ids)
    findings: dict[int, list[dict[str, str]]] = dict(taken.values_list("measure_id", "unmet"))
    escalations = _highest_levels()(ids)
    said = _Said(
        statements.of(ids), statements.proofs_of_months(ids), statements.being_corrected(ids)
    )
    around = surroundings.of(ids)
    rates = known_rates.current()
    return {
        each.measure_id: MeasureFacts(
            measure_id=each.measure_id,
            stage=each.stage,
            lifecycle=each.lifecycle,
            owner_id=each.owner_id,
            sponsor_id=each.sponsor_id,
            controller_id=each.controller_id,
            size=each.size,
            kind=each.effect_type,
            lines=tuple(_line(line, said, ground) for line in each.lines),
            milestones=_milestones(each),
            highest_escalation=escalations.get(each.measure_id),
            figures_digest=digests[each.measure_id],
            confirmation=confirmations.get(each.measure_id),
            is_taken_over=each.measure_id in findings,
            known_unmet=tuple(row["code"] for row in findings.get(each.measure_id, ())),
            **around[each.measure_id],
            worth=worth.planned([line.drafted for line in each.lines], rates),
            numbers=ground.numbers,
        )
        for each in figures.of(ids, ground.today, ground).values()
    }


def _no_levels(_measure_ids: Collection[int]) -> Mapping[int, int]:
    return {}


def _highest_levels() -> HighestLevels:
    """Return who knows the open escalations: an app above this one, named in the settings."""
    path: str = getattr(settings, "OPEN_ESCALATIONS", "")
    if not path:
        return _no_levels
    found: HighestLevels = import_string(path)
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """What was said of lines beside their figures, and which files came with the months."""

    stated: Mapping[int, Stated]
    proofs: Mapping[tuple[int, Month], Proof]
    being_corrected: frozenset[int]


def _line(line: LineFigures, said: _Said, ground: Ground) -> GovernedLine:
    facts = line.drafted
    stated = said.stated.get(line.line_id, Stated())
    months = months_in(facts.plan, facts.baseline, facts.approved, facts.pending)
    return GovernedLine(
        line_id=line.line_id,
        name=facts.key,
        nature=facts.nature,
        direction=facts.direction,
        recurrence=facts.recurrence,
        full_effect_month=facts.full_effect,
        plan_size=plan_size(facts),
        months=tuple(
            _month(facts, month, said.proofs.get((line.line_id, month)), ground) for month in months
        ),
        baseline_evidence=line.baseline_evidence,
        is_level=facts.is_level,
        is_money=facts.unit.code == MONEY,
        budget_line=line.budget_line,
        is_seasonal=facts.is_seasonal,
        is_declared_final=line.is_declared_final,
        effect_type=facts.effect_type,
        stated_proof=stated.proof,
        budget=stated.budget,
        is_being_corrected=line.line_id in said.being_corrected,
    )


def _month(facts: LineFacts, month: Month, proof: Proof | None, ground: Ground) -> GovernedMonth:
    decimals = facts.unit.decimals
    return GovernedMonth(
        month=month,
        label=ground.label(month),
        plan=money.from_scaled(value_at(facts.plan, month), decimals),
        approved=money.from_scaled(value_at(as_corrected(facts), month), decimals),
        baseline=money.from_scaled(value_at(facts.baseline, month), decimals),
        is_pending=value_at(facts.pending, month) is not None,
        # Until periods are closed by an act, their calendar end closes them (decisions §12).
        is_closed=ground.clock().state(month) is not MonthState.OPEN,
        proof=proof,
    )


def plan_size(line: LineFacts) -> Decimal | None:
    """Return the plan's run-rate, or its life where the effect is bounded (domain-rules §5).

    Of a level line the plain difference to its baseline, negative where less is better.
    """
    effects = as_effects(line)
    if effects.recurrence is Recurrence.RECURRING:
        size = run_rate(effects.plan, effects.full_effect, is_seasonal=effects.is_seasonal)
    else:
        whole = life(effects.plan)
        size = None if whole is None else Fraction(whole)
    if size is None:
        return None
    if line.is_level and line.direction is Direction.LESS:
        size = -size
    return (Decimal(size.numerator) / Decimal(size.denominator)).scaleb(-line.unit.decimals)


def _milestones(measure: MeasureFigures) -> tuple[GovernedMilestone, ...]:
    return tuple(
        GovernedMilestone(
            name=each.facts.name,
            due_on=each.facts.plan_end,
            owner_id=each.owner_id,
            is_mandatory=each.is_mandatory,
            is_done=each.facts.actual_end is not None,
            evidence=each.evidence,
        )
        for each in measure.milestones
    )


def _confirmations(measure_ids: Collection[int]) -> dict[int, Confirmation]:
    rows = list(
        ClosureConfirmation.objects.filter(measure_id__in=measure_ids)
        .order_by("measure_id", "-pk")
        .distinct("measure_id")
    )
    signed: dict[int, list[int]] = defaultdict(list)
    steering: dict[int, int] = defaultdict(int)
    if rows:
        approvals = ShortfallApproval.objects.filter(confirmation__in=rows)
        said = approvals.values_list("confirmation_id", "role", "approved_by_id", "decided_for_id")
        for pk, role, by, whose in said:
            if role == Role.SPONSOR:
                signed[pk].append(whose or by)
            else:
                steering[pk] += 1
    return {
        row.measure_id: Confirmation(
            row.controller_then,
            row.figures_digest,
            row.shortfall_reason,
            tuple(signed[row.pk]),
            steering[row.pk],
        )
        for row in rows
    }
