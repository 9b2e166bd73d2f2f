"""Escalation: who decides at which level, when it climbs, and that only a decision ends it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.rules.numbers import Numbers
from accounts.rules.roles import Role
from core.errors import DomainError
from hierarchy.rules.levels import Level
from measures.rules.working_days import MONDAY_TO_FRIDAY
from steering.errors import (
    DecisionIncomplete,
    DecisionNotAllowed,
    EscalationDecided,
    ExpiryNeeded,
    NotItsDecider,
)
from steering.rules import escalation, levels
from steering.rules.escalation import EscalationFacts, EscalationState, Ruling, Step, Verdict
from steering.rules.levels import Asked, Decision, Holding
from steering.rules.triggers import Firing, Severity, TriggerCode

WEDNESDAY = date(2026, 7, 8)
NUMBERS = Numbers()

OWNER = Holding(Role.OWNER)
SPONSOR = Holding(Role.SPONSOR)
CONTROLLER = Holding(Role.CONTROLLER)
PROJECT_LEAD = Holding(Role.LEAD, Level.PROJECT)
PROGRAM_LEAD = Holding(Role.LEAD, Level.PROGRAM)
STEERING = Holding(Role.STEERING, Level.PORTFOLIO)
EXECUTIVE = Holding(Role.EXECUTIVE, Level.ORGANIZATION)
ADMINISTRATOR = Holding(Role.ADMINISTRATOR, Level.ORGANIZATION)
DECIDERS = [
    (0, {OWNER}),
    (1, {PROJECT_LEAD, SPONSOR}),
    (2, {PROGRAM_LEAD, CONTROLLER}),
    (3, {STEERING}),
    (4, {EXECUTIVE}),
]

FIRING = Firing(TriggerCode.MILESTONE_LATE, Severity.RED, 0, WEDNESDAY, "Order is 9 days late.")
CRITICAL = replace(FIRING, level=2, severity=Severity.CRITICAL)
OPEN = EscalationFacts(TriggerCode.MILESTONE_LATE, level=1, due_on=WEDNESDAY)
ADJUSTED = replace(
    OPEN,
    state=EscalationState.DECIDED,
    decision=Decision.ADJUST,
    expires_on=WEDNESDAY,
)


@pytest.mark.parametrize(
    ("level", "people", "expected"),
    [
        (0, {7: (OWNER,), 8: (SPONSOR,)}, Asked(0, Role.OWNER, 7)),
        (0, {8: (SPONSOR,)}, Asked(1, Role.SPONSOR, 8)),
        (1, {8: (SPONSOR,), 9: (PROJECT_LEAD,)}, Asked(1, Role.LEAD, 9)),
        (1, {7: (OWNER, PROJECT_LEAD), 9: (EXECUTIVE,)}, Asked(4, Role.EXECUTIVE, 9)),
        (1, {8: (SPONSOR, ADMINISTRATOR), 9: (CONTROLLER,)}, Asked(2, Role.CONTROLLER, 9)),
        (3, {5: (STEERING,), 6: (Holding(Role.STEERING, Level.PROJECT),)},
         Asked(3, Role.STEERING, 6)),
        (2, {}, Asked(4, Role.EXECUTIVE, None)),
    ],
)  # fmt: skip
def test_the_one_who_is_asked_can_decide_and_sits_nearest(level, people, expected):
    assert levels.asked(level, people) == expected


@pytest.mark.parametrize(("level", "expected"), DECIDERS)
def test_each_level_has_the_deciders_of_the_paper(level, expected):
    everybody = set().union(*(holdings for _, holdings in DECIDERS)) | {ADMINISTRATOR}

    assert {each for each in everybody if levels.holds_rung(level, each)} == expected


@pytest.mark.parametrize(
    ("level", "due"),
    [
        (0, date(2026, 7, 15)),
        (1, date(2026, 7, 13)),
        (2, date(2026, 7, 15)),
        (3, date(2026, 7, 22)),
        (4, date(2026, 7, 22)),
    ],
)
def test_each_level_has_its_working_days(level, due):
    assert levels.due_on(level, WEDNESDAY, NUMBERS, MONDAY_TO_FRIDAY) == due


@pytest.mark.parametrize(
    ("start", "holdings", "level"),
    [
        (0, [OWNER, EXECUTIVE], 0),
        (0, [EXECUTIVE], 4),
        (1, [OWNER, PROGRAM_LEAD], 2),
        (1, [SPONSOR], 1),
        (3, [OWNER, PROJECT_LEAD], 4),
        (0, [], 4),
    ],
)
def test_a_vacant_role_passes_upward(start, holdings, level):
    assert levels.first_staffed(start, holdings) == level


@pytest.mark.parametrize(
    ("level", "holdings", "allowed"),
    [
        (0, [OWNER], [Decision.ADJUST]),
        (1, [OWNER], []),
        (1, [OWNER, PROGRAM_LEAD], []),
        (
            1,
            [PROJECT_LEAD],
            [Decision.ADJUST, Decision.REALLOCATE, Decision.HOLD, Decision.ACCEPT],
        ),
        (2, [PROJECT_LEAD], []),
        (1, [SPONSOR], list(Decision)),
        (2, [SPONSOR], []),
        (0, [CONTROLLER], [Decision.ADJUST, Decision.HOLD, Decision.ACCEPT]),
        (3, [STEERING], list(Decision)),
        (1, [EXECUTIVE], list(Decision)),
        (4, [STEERING], []),
        (0, [ADMINISTRATOR], []),
        (0, [ADMINISTRATOR, EXECUTIVE], []),
        (0, [], []),
    ],
)
def test_who_may_decide_what_at_which_level(level, holdings, allowed):
    assert list(levels.allowed_decisions(level, holdings)) == allowed


def test_a_decider_is_named_in_words():
    assert [str(each) for rung in levels.LADDER for each in rung.deciders] == [
        "the measure's owner",
        "lead of the package or project",
        "the measure's sponsor",
        "lead of the program or portfolio or organization",
        "the measure's controller",
        "steering of the project or program or portfolio or organization",
        "executive of the project or program or portfolio or organization",
    ]


@pytest.mark.parametrize(
    ("firing", "latest", "step"),
    [
        (FIRING, None, Step(Verdict.OPEN, 0)),
        (FIRING, OPEN, Step(Verdict.REPEAT, 1)),
        (CRITICAL, OPEN, Step(Verdict.RAISE, 2)),
        (FIRING, ADJUSTED, Step(Verdict.COVERED, 1)),
        (CRITICAL, ADJUSTED, Step(Verdict.OPEN, 2)),
        (
            FIRING,
            replace(ADJUSTED, expires_on=WEDNESDAY - timedelta(days=1)),
            Step(Verdict.OPEN, 2),
        ),
        (
            FIRING,
            replace(ADJUSTED, level=4, expires_on=WEDNESDAY - timedelta(days=1)),
            Step(Verdict.OPEN, 4),
        ),
        (
            FIRING,
            replace(ADJUSTED, decision=Decision.HOLD, expires_on=None),
            Step(Verdict.OPEN, 0),
        ),
        (
            FIRING,
            replace(ADJUSTED, back_in_band_on=WEDNESDAY - timedelta(days=62)),
            Step(Verdict.OPEN, 2),
        ),
        (
            FIRING,
            replace(ADJUSTED, back_in_band_on=WEDNESDAY - timedelta(days=63)),
            Step(Verdict.OPEN, 0),
        ),
    ],
)
def test_a_firing_opens_raises_repeats_or_is_covered(firing, latest, step):
    assert escalation.on_firing(firing, latest, WEDNESDAY) == step


@pytest.mark.parametrize(
    ("facts", "level"),
    [
        (OPEN, None),
        (replace(OPEN, due_on=WEDNESDAY - timedelta(days=1)), 2),
        (replace(OPEN, level=4, due_on=WEDNESDAY - timedelta(days=1)), None),
        (replace(ADJUSTED, due_on=WEDNESDAY - timedelta(days=1)), None),
    ],
)
def test_a_missed_timer_raises_an_open_escalation_to_the_next_level(facts, level):
    assert escalation.on_clock(facts, WEDNESDAY) == level


def test_only_a_decision_ends_an_escalation():
    # Ended is one whose measure was itself closed or cancelled, by a decision of its own.
    assert list(EscalationState) == [
        EscalationState.OPEN,
        EscalationState.DECIDED,
        EscalationState.ENDED,
    ]


def decide(facts, ruling, holdings):
    escalation.check_decision(
        escalation=facts, ruling=ruling, holdings=holdings, today=WEDNESDAY, numbers=NUMBERS
    )


IN_TIME = WEDNESDAY + timedelta(days=90)


@pytest.mark.parametrize(
    ("ruling", "holdings"),
    [
        (Ruling(Decision.ADJUST, "Second supplier from May", IN_TIME), (PROJECT_LEAD,)),
        (Ruling(Decision.ACCEPT, "Known at Decided", IN_TIME), (CONTROLLER,)),
        (Ruling(Decision.CANCEL, "No volume left"), (SPONSOR,)),
        (Ruling(Decision.HOLD, "Budget is frozen"), (EXECUTIVE,)),
    ],
)
def test_a_decider_ends_it_with_a_reason(ruling, holdings):
    decide(OPEN, ruling, holdings)


@pytest.mark.parametrize(
    ("facts", "ruling", "holdings", "error"),
    [
        (ADJUSTED, Ruling(Decision.CANCEL, "No volume"), (SPONSOR,), EscalationDecided),
        (OPEN, Ruling(Decision.ADJUST, "Later", IN_TIME), (OWNER,), NotItsDecider),
        (OPEN, Ruling(Decision.CANCEL, "No volume"), (PROJECT_LEAD,), DecisionNotAllowed),
        (OPEN, Ruling(Decision.CANCEL, " "), (SPONSOR,), DecisionIncomplete),
        (OPEN, Ruling(Decision.ACCEPT, "Known"), (SPONSOR,), ExpiryNeeded),
        (OPEN, Ruling(Decision.ACCEPT, "Known", WEDNESDAY), (SPONSOR,), ExpiryNeeded),
        (
            OPEN,
            Ruling(Decision.ADJUST, "Known", IN_TIME + timedelta(days=1)),
            (SPONSOR,),
            ExpiryNeeded,
        ),
    ],
)
def test_what_does_not_decide_is_refused(facts, ruling, holdings, error):
    with pytest.raises(DomainError) as refused:
        decide(facts, ruling, holdings)

    assert type(refused.value) is error


def test_a_refusal_names_who_can_decide_and_what_is_open():
    with pytest.raises(NotItsDecider) as stranger:
        decide(OPEN, Ruling(Decision.ADJUST, "Later", IN_TIME), ())
    with pytest.raises(DecisionNotAllowed) as lead:
        decide(OPEN, Ruling(Decision.CANCEL, "No volume"), (PROJECT_LEAD,))

    assert str(stranger.value) == (
        "This escalation stands at level 1: lead of the package or project "
        "or the measure's sponsor can decide it."
    )
    assert str(lead.value) == (
        "You cannot decide “cancel” here. Open to you: adjust, reallocate, hold, accept."
    )
