"""Each criterion of the catalogue that a scheme may add: met, missing, and by its parameters."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.rules.roles import Role
from governance.rules import catalogue, criteria_planning
from governance.rules.catalogue import CATALOGUE
from governance.rules.facts import GovernedDependency, GovernedRisk
from governance.rules.gates import FIXED_CRITERIA
from measures.rules.lights import Colour
from measures.rules.worth import PlannedWorth
from tests.rules.governance_facts import MILESTONE, line, measure, month, one_off

RISK = GovernedRisk("Supplier fails", 1, "A second source")
NEEDED = GovernedDependency("New compressor", is_accepted=True, is_blocking=True)
RED = replace(NEEDED, colour=Colour.RED)
COSTLY = (line(plan="10"), one_off(plan="310"))

CASES = [
    (
        "description",
        {"characters": "5"},
        {"description": "Heat is recovered."},
        {"description": " no "},
        "The description is too short: 2 of 5 characters.",
    ),
    (
        "size_at_least",
        {"run_rate": "100"},
        {"size": Decimal(-100)},
        {"size": Decimal(99)},
        "The rough size is below what this gate asks for: 99 of 100.",
    ),
    (
        "milestones_at_least",
        {"count": "2"},
        {"milestones": (MILESTONE, MILESTONE)},
        {},
        "Too few milestones: 1 of 2 are planned.",
    ),
    ("risks", {}, {"risks": (RISK,)}, {}, "Risks: 0 of 1 are recorded."),
    (
        "risks",
        {"count": "2"},
        {"risks": (RISK, RISK)},
        {"risks": (replace(RISK, owner_id=None), replace(RISK, mitigation=" "))},
        "Risks: Supplier fails (no owner); Supplier fails (no mitigation).",
    ),
    (
        "budget_line",
        {},
        {"lines": (line(budget_line="4711"),)},
        {"lines": (line(),)},
        "Lines without a budget line: Energy.",
    ),
    (
        "one_time_cost",
        {},
        {"lines": (line(), one_off())},
        {"lines": (line(),)},
        "The one-time cost is not planned: no planned line.",
    ),
    (
        "dependencies_accepted",
        {},
        {"dependencies": (NEEDED,)},
        {"dependencies": (replace(NEEDED, is_accepted=False),)},
        "Dependencies not accepted by the other side: New compressor.",
    ),
    (
        "no_red_dependency",
        {},
        {"dependencies": (NEEDED, replace(RED, is_blocking=False))},
        {"dependencies": (RED,)},
        "Waits for a measure that is red: New compressor.",
    ),
    (
        "payback",
        {"months": "31"},
        {"lines": COSTLY},
        {"lines": (line(plan="9"), one_off(plan="310"))},
        "Payback is not within the hurdle: 34.4 months, the hurdle is 31.",
    ),
    (
        "payback",
        {},
        {"lines": (line(plan="1"),)},
        {"lines": (line(plan="0"), one_off())},
        "Payback is not within the hurdle: nothing is earned back in a year.",
    ),
    (
        "worth",
        {"hurdle": "10000", "months": "12"},
        {"worth": PlannedWorth(Decimal(10_000), 13)},
        {"worth": PlannedWorth(Decimal(9_999), 13)},
        (
            "The plan is not worth what this gate asks for: net present value 9999.00, paid back "
            "after 13 months."
        ),
    ),
    (
        "first_effect",
        {},
        {},
        {"lines": (line(months=(month(4, "24", None, is_closed=False),)),)},
        "The effect has not begun: no planned month has passed.",
    ),
    (
        "no_escalation_from",
        {"level": "1"},
        {"highest_escalation": 0},
        {"highest_escalation": 1},
        "An escalation is open at level 1: its decider must decide it first.",
    ),
    (
        "recommendation",
        {},
        {"recommendation": "Do it."},
        {"recommendation": " "},
        "The request says nothing: a recommendation belongs into its note.",
    ),
]


@pytest.mark.parametrize(("code", "parameters", "met", "lacking", "sentence"), CASES)
def test_each_criterion_asks_what_its_sentence_says(code, parameters, met, lacking, sentence):
    criterion = CATALOGUE[code].with_values(parameters)

    assert criterion.code == code
    assert criterion.is_met(measure(**met))
    assert criterion.judge(measure(**lacking)).sentence == sentence


def test_the_cases_try_every_criterion_that_can_be_added():
    assert {code for code, *_ in CASES} == {each.code for each in criteria_planning.TEMPLATES}


def test_a_demanded_kind_of_evidence_is_met_by_a_file_of_that_kind():
    criterion = criteria_planning.evidence_of("contract_volume")

    assert criterion.is_met(measure(evidence_kinds=frozenset({"contract_volume"})))
    missing = criterion.judge(measure(evidence_kinds=frozenset({"other"})))
    assert missing.sentence == "No evidence of the kind “contract volume” is attached."


def test_a_parameter_not_given_has_its_default():
    wanted = CATALOGUE["payback"].with_values({}).wanted

    assert wanted == "the one-time cost is earned back within 24 months at full effect"


def test_the_catalogue_knows_every_code_once():
    known = catalogue.known()

    assert all(criterion.code == code for code, criterion in known.items())
    always = {each.code for asked in FIXED_CRITERIA.values() for each in asked}
    demanded = {f"evidence_{kind}" for kind in catalogue.EVIDENCE_KINDS}
    assert set(known) == {*CATALOGUE, *always, *demanded}


def test_who_waits_for_another_is_told_whose_it_is():
    waiting = measure(dependencies=(replace(NEEDED, is_accepted=False, owner="Anna Berg"),))

    unmet = CATALOGUE["dependencies_accepted"].with_values({}).judge(waiting)

    assert unmet.sentence == (
        "Dependencies not accepted by the other side: New compressor (Anna Berg)."
    )


@pytest.mark.parametrize(
    ("level", "role"), [(2, Role.LEAD), (3, Role.STEERING), (4, Role.EXECUTIVE)]
)
def test_an_escalation_is_supplied_by_who_decides_its_level(level, role):
    unmet = CATALOGUE["no_escalation_from"].with_values({}).judge(measure(highest_escalation=level))

    assert unmet.supplied_by is role
