"""What a controller must be able to confirm: the proof window, the share achieved, the outcome."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from accounts.rules.numbers import Numbers
from governance.rules import proofs
from governance.rules.facts import GovernedLine, GovernedMonth
from measures.rules.lines import Direction, Nature, Recurrence

# Fixed by domain-rules §6, not a tenant's choice: below half the steering committee decides.
STEERING_BELOW = Decimal("0.50")


class Outcome(IntEnum):
    """How a measure may be closed, from best to worst."""

    ACHIEVED = 0
    SHORTFALL = 1
    STEERING_DECIDES = 2
    CANCEL_ONLY = 3


@dataclass(frozen=True, slots=True)
class LineProof:
    """What is proven of one line; the last four are None until `missing` is empty.

    `achieved`: approved to plan over the window, a plain ratio; None where the plan is 0.
    `score`: 1 where the plan was met, less where the result is less favourable, whatever the
    direction. `confirmed_size`: plan run-rate (or life) x achieved; `leakage`: what is less
    favourable in it than planned, never negative; both in the unit of the line.
    """

    line: GovernedLine
    window: tuple[GovernedMonth, ...]
    missing: tuple[str, ...]
    achieved: Decimal | None = None
    score: Decimal | None = None
    confirmed_size: Decimal | None = None
    leakage: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """All lines judged; `outcome` is None until every line is proven."""

    proofs: tuple[LineProof, ...]
    outcome: Outcome | None

    @property
    def missing(self) -> tuple[str, ...]:
        """Return in words what the proof still lacks, over all lines."""
        return tuple(each for proof in self.proofs for each in proof.missing)

    @property
    def is_short(self) -> bool:
        """Return whether less is proven than planned, yet enough to be closed with it."""
        return self.outcome in {Outcome.SHORTFALL, Outcome.STEERING_DECIDES}


def judge(lines: Iterable[GovernedLine], numbers: Numbers) -> Judgement:
    """Judge every line, costs and disbenefits included (domain-rules §6, conditions 2 and 3)."""
    proofs = tuple(prove(line, numbers) for line in lines)
    if any(proof.missing for proof in proofs):
        return Judgement(proofs=proofs, outcome=None)
    return Judgement(proofs=proofs, outcome=_outcome(proofs, numbers.closing_achieved))


def prove(line: GovernedLine, numbers: Numbers) -> LineProof:
    """Return what is proven of one line, on unrounded values."""
    window = proof_window(line, numbers)
    missing = tuple(_missing(line, window, numbers))
    if missing:
        return LineProof(line, window, missing)
    baseline = _sum(month.baseline for month in window) if line.is_level else Decimal(0)
    plan = _sum(month.plan for month in window) - baseline
    approved = _sum(month.approved for month in window) - baseline
    confirmed = None
    if plan and line.plan_size is not None:
        # Multiplied before divided, so that thirds do not leave a remainder.
        confirmed = line.plan_size * approved / plan
    return LineProof(
        line,
        window,
        missing=(),
        achieved=approved / plan if plan else None,
        score=_score(line, plan, approved),
        confirmed_size=confirmed,
        leakage=_leakage(line, confirmed),
    )


def proof_window(line: GovernedLine, numbers: Numbers) -> tuple[GovernedMonth, ...]:
    """Return the months that must be approved.

    A one-off: every planned or approved month. Else the latest closed months at full effect:
    three, six for a seasonal line (both the tenant's numbers); fewer when fewer have passed.
    """
    if line.recurrence is Recurrence.ONE_OFF:
        return tuple(
            month
            for month in line.months
            if month.plan is not None or month.approved is not None or month.is_pending
        )
    if line.full_effect_month is None:
        return ()
    eligible = [
        month
        for month in line.months
        if month.month >= line.full_effect_month and month.is_closed and month.plan is not None
    ]
    return tuple(eligible[-_months_needed(line, numbers) :])


def evidence_missing(line: GovernedLine, numbers: Numbers) -> str | None:
    """Return what a line is to be proven by and is not; None when it is (§6, condition 2).

    Either every approved month of the window has a file of a fitting kind, or one such file was
    named for the line as a whole.
    """
    wanted = proofs.fitting(line.nature, line.effect_type)
    if not wanted or line.stated_proof in wanted:
        return None
    window = [each for each in proof_window(line, numbers) if each.approved is not None]
    bare = [each.label for each in window if each.proof not in wanted]
    if window and not bare:
        return None
    return f"{line.name} needs {proofs.in_words(wanted)}"


def budget_missing(line: GovernedLine) -> str | None:
    """Return the line if nobody said what became of its budget; None else (§6, condition 4)."""
    if line.budget is None and proofs.needs_budget_statement(line.nature, line.effect_type):
        return line.name
    return None


def in_year_leakage(proof: LineProof, fiscal_year: int) -> Decimal | None:
    """Return what a fiscal year lacks against plan, months to come at the proven share.

    Never negative, in the unit of the line; None until the line is proven, or without a plan.
    """
    if proof.missing or proof.achieved is None:
        return None
    line = proof.line
    lacking = Decimal(0)
    for month in line.months:
        if month.month.fiscal_year != fiscal_year or month.plan is None:
            continue
        base = month.baseline or Decimal(0) if line.is_level else Decimal(0)
        plan = month.plan - base
        sustained = plan * proof.achieved
        lacking += plan - (sustained if month.approved is None else month.approved - base)
    if line.direction is Direction.EXACT:
        return abs(lacking)
    # Of a level line effects count: negative ones where less is better.
    return max(Decimal(0), _sign(line) * lacking)


def _months_needed(line: GovernedLine, numbers: Numbers) -> int:
    return numbers.seasonal_proof_months if line.is_seasonal else numbers.proof_months


def _missing(
    line: GovernedLine, window: tuple[GovernedMonth, ...], numbers: Numbers
) -> Iterator[str]:
    if line.recurrence is Recurrence.ONE_OFF:
        if not line.is_declared_final:
            yield f"{line.name}: not declared final"
        if all(month.approved is None for month in window):
            yield f"{line.name}: no approved amount"
    elif len(window) < (needed := _months_needed(line, numbers)):
        yield f"{line.name}: {len(window)} of {needed} closed months at full effect"
    for month in window:
        yield from _missing_in(line, month)
    if line.is_being_corrected:
        yield f"{line.name}: a correction awaits approval"


def _missing_in(line: GovernedLine, month: GovernedMonth) -> Iterator[str]:
    if month.is_pending:
        yield f"{line.name}: {month.label} awaits approval"
    elif month.approved is None and line.recurrence is not Recurrence.ONE_OFF:
        yield f"{line.name}: {month.label} has no approved actual"
    if line.is_level and month.baseline is None:
        yield f"{line.name}: {month.label} has no baseline to compare with"


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))


def _sign(line: GovernedLine) -> int:
    return -1 if line.direction is Direction.LESS else 1


def _score(line: GovernedLine, plan: Decimal, approved: Decimal) -> Decimal:
    """Return r of domain-rules §8 for the window, on effects where the line is a level."""
    is_exact = line.direction is Direction.EXACT
    if plan == 0:
        is_met = approved == 0 if is_exact else _sign(line) * approved >= 0
        return Decimal(int(is_met))
    if is_exact:
        return 1 - abs(approved - plan) / abs(plan)
    if line.is_level:
        return approved / plan
    return 1 + _sign(line) * (approved - plan) / abs(plan)


def _leakage(line: GovernedLine, confirmed: Decimal | None) -> Decimal | None:
    if confirmed is None or line.plan_size is None:
        return None
    if line.direction is Direction.EXACT:
        return abs(confirmed - line.plan_size)
    return max(Decimal(0), _sign(line) * (line.plan_size - confirmed))


def _outcome(proofs: tuple[LineProof, ...], achieved_from: Decimal) -> Outcome:
    scores = [proof.score for proof in proofs if proof.score is not None]
    benefits = [
        proof.score
        for proof in proofs
        if proof.score is not None and proof.line.nature is Nature.BENEFIT
    ]
    if benefits and all(score <= 0 for score in benefits):
        return Outcome.CANCEL_ONLY
    # A cost that ran over lowers the net, so it is a shortfall; it never bars the closing.
    if any(score < STEERING_BELOW for score in benefits):
        return Outcome.STEERING_DECIDES
    if any(score < achieved_from for score in scores):
        return Outcome.SHORTFALL
    return Outcome.ACHIEVED
