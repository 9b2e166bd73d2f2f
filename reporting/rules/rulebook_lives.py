"""The chapters on the life of a measure: hold, forced decision, closing, lights, escalation."""

from governance.rules import closure
from governance.rules.forced import SHADOW_DAYS
from governance.rules.gates import Scheme
from governance.rules.holds import TRANSITIONS
from measures.rules.amounts import percent_text
from measures.rules.stage import Lifecycle
from reporting.rules.book import Chapter, Style, Table, capital, words
from steering.rules.levels import LADDER
from steering.rules.triggers import TRIGGERS


def moves(scheme: Scheme, style: Style) -> Chapter:
    """Return what hold, cancellation and restoration need, and where they lead."""
    rows = tuple(
        (
            capital(move.value),
            words(sorted(_plain(state) for state in row.leads_from)),
            _plain(row.leads_to),
            words(scheme.label(stage) for stage in sorted(row.stages)),
        )
        for move, row in TRANSITIONS.items()
    )
    return Chapter(
        "moves",
        "Hold, cancel, restore",
        tuple(
            style.say(each)
            for each in (
                (
                    "A hold has a reason, a decider and a last day, {hold_days} ahead at most. "
                    "{hold_notice_days} before it the hold asks what becomes of it; {hold_silence} "
                    "after it, undecided, Assay proposes to cancel."
                ),
                (
                    "After {hold_recheck_days} on hold the criteria are judged again before it "
                    "resumes. A hold is extended once, by one level above who decided it."
                ),
                (
                    "A hold that reaches over the end of a fiscal year costs that year its plan: "
                    "once the last period is locked, what the months on hold lack is booked as "
                    "leakage and not carried over."
                ),
                (
                    "A cancellation names its reason and, once decided, what was learnt; it can "
                    "be taken back within {restore_days}."
                ),
            )
        ),
        (Table(("Move", "From", "To", "At stage"), rows),),
    )


def _plain(state: Lifecycle) -> str:
    return state.value.replace("_", " ")


def forced(style: Style) -> Chapter:
    """Return the six conditions and what follows from one (domain-rules §11)."""
    rows = tuple(
        (f"({code})", style.say(sentence))
        for code, sentence in (
            (
                "a",
                (
                    "The life outlook lies below {forced_ratio} of its plan for {forced_periods} "
                    "that are closed."
                ),
            ),
            ("b", "What is left to gain does not exceed what is left to spend."),
            ("c", "The latest day for an effect has passed, and the measure is not implemented."),
            ("d", "A gate is overdue by more than {forced_gate_days}."),
            ("e", "The premise of the measure was declared void."),
            (
                "f",
                (
                    "Spend is ahead of its plan to the end, with less than {forced_milestones} of "
                    "milestones done."
                ),
            ),
        )
    )
    return Chapter(
        "forced",
        "Forced decision",
        (
            style.say(
                "One condition is enough. New spend is frozen, and the sponsor, above the limit of "
                "the steering committee that committee, decides within {forced_answer}: re-plan, "
                "hold or cancel. Without a decision Assay sets a hold; {forced_cancel} later it "
                "proposes to cancel. Between two re-plans lie {replan_months} at least."
            ),
            (
                "Mandatory measures and enablers are left out of (a) and (b). Nobody can switch "
                "this "
                f"off; once, for {SHADOW_DAYS} days at the beginning, it reports without acting. "
                f"Its "
                "numbers change from the next cycle on."
            ),
        ),
        (Table(("Condition", "It holds when"), rows),),
    )


def closing(style: Style) -> Chapter:
    """Return what a closing proves and who decides it (domain-rules §6)."""
    half = percent_text(closure.STEERING_BELOW, style.format)
    rows = (
        (style.say("{closing_achieved} of the plan or more"), "closed as achieved", "controller"),
        (
            f"{half} or more, but less",
            "closed with a shortfall, booked as leakage",
            "controller; the sponsor countersigns",
        ),
        (
            f"less than {half}",
            "closed with a shortfall, booked as leakage",
            style.say(
                "controller; the sponsor countersigns; {steering_approvals} of the steering "
                "committee"
            ),
        ),
        ("nothing", "cancelled, never closed", "sponsor"),
    )
    return Chapter(
        "closing",
        "Closing",
        tuple(
            style.say(each)
            for each in (
                (
                    "Every line is proven: {proof_months} at full effect are approved with "
                    "evidence, "
                    "{seasonal_proof_months} of a seasonal line, all of a one-off."
                ),
                (
                    "No milestone and no escalation from level 2 on is open; what became of the "
                    "budget "
                    "is stated. The controller confirms exactly the figures approved then."
                ),
                (
                    "The value is checked again after {first_check_months} and after "
                    "{second_check_months}; what does not last is booked as leakage. Controller "
                    "and "
                    "sponsor together can reopen."
                ),
            )
        ),
        (Table(("Proven", "Outcome", "Decided by"), rows),),
    )


def lights(style: Style) -> Chapter:
    """Return how both lights are judged (domain-rules §4, §7, §8, §10)."""
    rows = tuple(
        tuple(style.say(cell) for cell in row)
        for row in (
            ("Milestone", "up to {milestone_green_days} late", "up to {milestone_amber_days} late"),
            (
                "Implementation Status of a measure",
                "from {implementation_green} of points",
                "from {implementation_amber}",
            ),
            (
                "Potential Status of a measure",
                "from {potential_green} of plan",
                "from {potential_amber}",
            ),
            ("Status of a node", "from {node_green} of weight", "from {node_amber}"),
        )
    )
    return Chapter(
        "statuses",
        "Statuses",
        tuple(
            style.say(each)
            for each in (
                (
                    "Two lights that never merge: the Implementation Status of the work, the "
                    "Potential "
                    "Status of the value. What lies below amber is red."
                ),
                (
                    "Milestones count from {look_back_days} back to {look_ahead_days} ahead. An "
                    "open critical milestone that is late gives the status its own colour."
                ),
                (
                    "Potential is the worst of this fiscal year, year to date, run-rate and whole "
                    "life; a window below {materiality} of the life plan is skipped."
                ),
                (
                    "An actual is claimed within {claim_deadline} after the end of its month and "
                    "approved within {approval_deadline}; then the month is locked, and what is "
                    "missing caps the light."
                ),
                (
                    "An update is due every {monthly_days} and stale {monthly_grace_days} later; "
                    "every "
                    "{weekly_days}, and {weekly_grace_days}, for what is red or amber, makes up "
                    "the "
                    "top {watched_share} of value, or stands within {gate_within_days} of a gate."
                ),
            )
        ),
        (Table(("Light", "Green", "Amber"), rows),),
    )


def escalations(style: Style) -> Chapter:
    """Return the triggers and the levels (domain-rules §12)."""
    triggers = tuple(
        (
            each.code.value,
            each.name,
            capital(each.condition),
            each.severity.value,
            str(each.first_level),
        )
        for each in TRIGGERS
    )
    rungs = tuple(
        (
            str(level),
            capital(rung.name),
            words(str(each) for each in rung.deciders),
            f"{rung.working_days(style.numbers)} working days",
            words(rung.decisions),
        )
        for level, rung in enumerate(LADDER)
    )
    return Chapter(
        "escalations",
        "Escalations",
        (
            style.say(
                "An escalation is closed by a decision and nothing else. Undecided by its day it "
                "climbs one level. A deviation is accepted for {acceptance_days} at most."
            ),
        ),
        (
            Table(("Rule", "Name", "Fires when", "Severity", "First level"), triggers, "Triggers"),
            Table(("Level", "Name", "Decided by", "Within", "Decisions"), rungs, "Levels"),
        ),
    )
