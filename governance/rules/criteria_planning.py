"""Criteria of the catalogue that a scheme may add: size, cost, payback, risks, dependencies."""

from collections.abc import Sequence
from decimal import Decimal

from accounts.rules.roles import Role
from governance.rules.criteria import Criterion, Moment, escalation_decider
from governance.rules.facts import GovernedDependency, GovernedRisk, MeasureFacts
from governance.rules.parameters import Parameter, Template, Values, fixed
from measures.rules.lights import Colour
from measures.rules.lines import Nature

MONTHS_A_YEAR = 12


def _described(values: Values) -> Criterion:
    least = int(values["characters"])
    return Criterion(
        code="description",
        wanted=f"the measure is described in at least {least} characters",
        sentence="The description is too short: {lacking}.",
        supplied_by=Role.OWNER,
        anchor="head",
        lacking=lambda facts: (
            ()
            if len(facts.description.strip()) >= least
            else (f"{len(facts.description.strip())} of {least} characters",)
        ),
    )


def _sized(values: Values) -> Criterion:
    least = values["run_rate"]
    return Criterion(
        code="size_at_least",
        wanted=f"the rough run-rate is at least {least:,}",
        sentence="The rough size is below what this gate asks for: {lacking}.",
        supplied_by=Role.OWNER,
        anchor="head",
        lacking=lambda facts: (
            ()
            if facts.size is not None and abs(facts.size) >= least
            else (f"{facts.size or 0:,} of {least:,}",)
        ),
    )


def _milestones_planned(values: Values) -> Criterion:
    least = int(values["count"])
    return Criterion(
        code="milestones_at_least",
        wanted=f"milestones are planned: at least {least}",
        sentence="Too few milestones: {lacking}.",
        supplied_by=Role.OWNER,
        anchor="milestones",
        lacking=lambda facts: (
            ()
            if len(facts.milestones) >= least
            else (f"{len(facts.milestones)} of {least} are planned",)
        ),
    )


def _risks_known(values: Values) -> Criterion:
    least = int(values["count"])

    def lacking(facts: MeasureFacts) -> Sequence[str]:
        if len(facts.risks) < least:
            return (f"{len(facts.risks)} of {least} are recorded",)
        return [_gap(each) for each in facts.risks if _gap(each)]

    return Criterion(
        code="risks",
        wanted=f"risks are recorded, each with an owner and a mitigation: at least {least}",
        sentence="Risks: {lacking}.",
        supplied_by=Role.OWNER,
        anchor="risks",
        lacking=lacking,
    )


def _gap(risk: GovernedRisk) -> str:
    if risk.owner_id is None:
        return f"{risk.title} (no owner)"
    return "" if risk.mitigation.strip() else f"{risk.title} (no mitigation)"


def _budget_lines_missing(facts: MeasureFacts) -> Sequence[str]:
    return [each.name for each in facts.lines if not each.budget_line.strip()]


def _one_time_cost_missing(facts: MeasureFacts) -> Sequence[str]:
    has_cost = any(each.nature is Nature.ONE_TIME and each.has_plan for each in facts.lines)
    return () if has_cost else ("no planned line",)


def _dependencies_unaccepted(facts: MeasureFacts) -> Sequence[str]:
    return [_asked_of(each) for each in facts.dependencies if not each.is_accepted]


def _dependencies_red(facts: MeasureFacts) -> Sequence[str]:
    return [_asked_of(each) for each in facts.dependencies if _is_red(each)]


def _asked_of(dependency: GovernedDependency) -> str:
    """Return the measure that is waited for, with its owner: who can answer for it."""
    return f"{dependency.name} ({dependency.owner})" if dependency.owner else dependency.name


def _is_red(dependency: GovernedDependency) -> bool:
    return dependency.is_blocking and dependency.colour is Colour.RED


def _over_claimed(facts: MeasureFacts) -> Sequence[str]:
    most = 1 + facts.numbers.overclaim_tolerance
    over = [each for each in facts.claimed if each.planned > each.budget * most]
    return [
        f"{each.name} in {each.fiscal_year}"
        + ("" if each.is_secret else f" ({each.planned:,.0f} on a budget of {each.budget:,.0f})")
        for each in over
    ]


def _paid_back(values: Values) -> Criterion:
    most = values["months"]
    return Criterion(
        code="payback",
        wanted=f"the one-time cost is earned back within {most} months at full effect",
        sentence="Payback is not within the hurdle: {lacking}.",
        supplied_by=Role.OWNER,
        anchor="value",
        lacking=lambda facts: _payback_missed(facts, most),
    )


def _payback_missed(facts: MeasureFacts, most: Decimal) -> Sequence[str]:
    cost, net = _planned(facts, Nature.ONE_TIME), _planned(facts, Nature.BENEFIT)
    net -= _planned(facts, Nature.RUNNING)
    if cost == 0:
        return ()
    if net <= 0:
        return ("nothing is earned back in a year",)
    months = cost * MONTHS_A_YEAR / net
    return () if months <= most else (f"{months:.1f} months, the hurdle is {most}",)


def _worth_it(values: Values) -> Criterion:
    hurdle, months = values["hurdle"], int(values["months"])
    return Criterion(
        code="worth",
        wanted=(
            f"the plan's net present value is at least {hurdle:f}, or its cash is paid back within "
            f"{months} months"
        ),
        sentence="The plan is not worth what this gate asks for: {lacking}.",
        supplied_by=Role.OWNER,
        anchor="money",
        lacking=lambda facts: _worth_missed(facts, hurdle, months),
    )


def _worth_missed(facts: MeasureFacts, hurdle: Decimal, months: int) -> Sequence[str]:
    worth = facts.worth
    if worth.payback_months is not None and worth.payback_months <= months:
        return ()
    if worth.npv is not None and worth.npv >= hurdle:
        return ()
    if worth.npv is None:
        return (worth.why.rstrip(".") or "nothing is known of its cash",)
    when = "never" if worth.payback_months is None else f"after {worth.payback_months} months"
    return (f"net present value {worth.npv:.2f}, paid back {when}",)


def _planned(facts: MeasureFacts, nature: Nature) -> Decimal:
    """Return the planned size of the money lines of one nature."""
    sizes = (each.plan_size for each in facts.lines if each.nature is nature and each.is_money)
    return sum((abs(size) for size in sizes if size is not None), Decimal(0))


def _first_effect_not_reached(facts: MeasureFacts) -> Sequence[str]:
    months = [month for line in facts.lines for month in line.months]
    is_reached = any(
        month.approved is not None or (month.is_closed and month.plan is not None)
        for month in months
    )
    return () if is_reached else ("no planned month has passed",)


def _without_escalation(values: Values) -> Criterion:
    level = int(values["level"])
    return Criterion(
        code="no_escalation_from",
        wanted=f"no escalation of level {level} or higher is open",
        sentence="An escalation is open at {lacking}: its decider must decide it first.",
        supplied_by=Role.LEAD,
        anchor="decisions",
        lacking=lambda facts: (
            (f"level {facts.highest_escalation}",)
            if facts.highest_escalation is not None and facts.highest_escalation >= level
            else ()
        ),
        supplier=escalation_decider,
    )


def evidence_of(kind: str) -> Criterion:
    """Return the criterion that a file of one kind is attached to the measure."""
    name = kind.replace("_", " ")
    return Criterion(
        code=f"evidence_{kind}",
        wanted=f"evidence of the kind “{name}” is attached",
        sentence=f"No evidence of the kind “{name}” is attached.",
        supplied_by=Role.OWNER,
        anchor="evidence",
        lacking=lambda facts: () if kind in facts.evidence_kinds else (name,),
    )


HAS_BUDGET_LINES = Criterion(
    code="budget_line",
    wanted="every line names its budget line or account",
    sentence="Lines without a budget line: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="value",
    lacking=_budget_lines_missing,
)
NOT_OVER_CLAIMED = Criterion(
    code="over_claim",
    wanted="no budget line is claimed beyond its budget, overlaps taken off",
    sentence=(
        "Committed measures and this one would save more than the budget of {lacking}. Agree on "
        "what they overlap in, or plan less."
    ),
    supplied_by=Role.OWNER,
    anchor="overlaps",
    lacking=_over_claimed,
)
HAS_ONE_TIME_COST = Criterion(
    code="one_time_cost",
    wanted="the one-time cost is planned, even where it is 0",
    sentence="The one-time cost is not planned: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="value",
    lacking=_one_time_cost_missing,
)
DEPENDENCIES_ACCEPTED = Criterion(
    code="dependencies_accepted",
    wanted="every dependency is accepted by the other side",
    sentence="Dependencies not accepted by the other side: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="dependencies",
    lacking=_dependencies_unaccepted,
)
NO_RED_DEPENDENCY = Criterion(
    code="no_red_dependency",
    wanted="no measure that this one waits for is red",
    sentence="Waits for a measure that is red: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="dependencies",
    lacking=_dependencies_red,
)
FIRST_EFFECT = Criterion(
    code="first_effect",
    wanted="the first month of effect has passed, or an actual is approved",
    sentence="The effect has not begun: {lacking}.",
    supplied_by=Role.OWNER,
    anchor="value",
    lacking=_first_effect_not_reached,
)
RECOMMENDED = Criterion(
    code="recommendation",
    wanted="the request carries a recommendation in words",
    sentence="The request says nothing: a recommendation belongs into its note.",
    supplied_by=Role.OWNER,
    anchor="gate",
    lacking=lambda facts: () if facts.recommendation.strip() else ("note",),
    moment=Moment.SUBMISSION,
)


def _count(default: int, most: int, unit: str) -> tuple[Parameter, ...]:
    return (Parameter("count", Decimal(default), Decimal(1), Decimal(most), unit),)


TEMPLATES: tuple[Template, ...] = (
    Template(
        "description",
        _described,
        (Parameter("characters", Decimal(40), Decimal(1), Decimal(2000), "characters"),),
    ),
    Template(
        "size_at_least",
        _sized,
        (Parameter("run_rate", Decimal(10_000), Decimal(1), Decimal(10**9), "a year"),),
    ),
    Template("milestones_at_least", _milestones_planned, _count(3, 50, "milestones")),
    Template("risks", _risks_known, _count(1, 20, "risks")),
    fixed(HAS_BUDGET_LINES),
    fixed(HAS_ONE_TIME_COST),
    fixed(DEPENDENCIES_ACCEPTED),
    fixed(NO_RED_DEPENDENCY),
    Template(
        "payback",
        _paid_back,
        (Parameter("months", Decimal(24), Decimal(1), Decimal(240), "months"),),
    ),
    Template(
        "worth",
        _worth_it,
        (
            Parameter("hurdle", Decimal(0), Decimal(-(10**9)), Decimal(10**12), "of the currency"),
            Parameter("months", Decimal(24), Decimal(1), Decimal(240), "months"),
        ),
    ),
    fixed(FIRST_EFFECT),
    Template(
        "no_escalation_from",
        _without_escalation,
        (Parameter("level", Decimal(2), Decimal(0), Decimal(4), "level"),),
    ),
    fixed(RECOMMENDED),
)
