"""Gates: criterion by criterion met and missing, passages, take-over, and the table as a page."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.rules.roles import Role
from governance.errors import GateBlocked, GateNotNow
from governance.rules import criteria, criteria_planning, describe, gates
from governance.rules.criteria import Moment
from governance.rules.default_scheme import DEFAULT
from governance.rules.facts import ClaimedBudget, Confirmation
from governance.rules.gates import GateCode
from governance.rules.proofs import Proof
from measures.rules.lines import EffectType
from measures.rules.stage import Lifecycle, Stage
from tests.rules.governance_facts import (
    CONTROLLER,
    MILESTONE,
    OWNER,
    SPONSOR,
    line,
    measure,
    month,
    one_off,
)

SHORT = (line(approved=("17", "17", "17")),)
HALF = (line(approved=("11", "11", "11")),)
CLAIMED = ClaimedBudget("6210 Packaging", 2026, Decimal(1_300_000), Decimal(1_200_000))
WITHIN = replace(CLAIMED, planned=Decimal(1_200_000))
NOTHING = (line(approved=("0", "0", "0")),)
CONFIRMED = Confirmation(CONTROLLER, "d1")

CASES = [
    (criteria.HAS_OWNER, {"owner_id": None}, "The measure has no owner."),
    (criteria.HAS_SPONSOR, {"sponsor_id": None}, "The measure has no sponsor."),
    (criteria.HAS_SIZE, {"size": None}, "The measure has no rough size."),
    (criteria.HAS_KIND, {"kind": None}, "The kind of effect is not chosen."),
    (criteria.HAS_CONTROLLER, {"controller_id": None}, "The measure has no controller."),
    (
        criteria_planning.NOT_OVER_CLAIMED,
        {"claimed": (WITHIN, CLAIMED)},
        (
            "Committed measures and this one would save more than the budget of 6210 Packaging in "
            "2026 (1,300,000 on a budget of 1,200,000). Agree on what they overlap in, or plan "
            "less."
        ),
    ),
    (
        criteria_planning.NOT_OVER_CLAIMED,
        {"claimed": (replace(CLAIMED, is_secret=True),)},
        (
            "Committed measures and this one would save more than the budget of 6210 Packaging in "
            "2026. Agree on what they overlap in, or plan less."
        ),
    ),
    (criteria.HAS_PLAN, {"lines": ()}, "Not planned by month: no effect line yet."),
    (
        criteria.HAS_PLAN,
        {"lines": (line(months=(month(4, None, None),)), line(name="Gas", full_effect_month=None))},
        "Not planned by month: Energy (no month planned); Gas (no full-effect month).",
    ),
    (
        criteria.HAS_BASELINE,
        {"lines": (line(baseline_evidence=""), line(name="Gas", months=()))},
        "Baseline missing: Energy (no evidence); Gas (no figure).",
    ),
    (
        criteria.HAS_MILESTONES,
        {"milestones": ()},
        "Milestones without date or owner: no milestone yet.",
    ),
    (
        criteria.HAS_MILESTONES,
        {
            "milestones": (
                replace(MILESTONE, name="Order", due_on=None),
                replace(MILESTONE, name="Test", owner_id=None),
                MILESTONE,
            )
        },
        "Milestones without date or owner: Order; Test.",
    ),
    (
        criteria.MILESTONES_DONE,
        {
            "milestones": (
                replace(MILESTONE, name="Order", is_done=False),
                replace(MILESTONE, name="Test", evidence=""),
                replace(MILESTONE, name="Party", is_mandatory=False, is_done=False),
            )
        },
        "Mandatory milestones not done with evidence: Order (open); Test (no evidence).",
    ),
    (
        criteria.NO_OPEN_MILESTONE,
        {"milestones": (replace(MILESTONE, is_done=False),)},
        "Mandatory milestones still open: Compressor installed.",
    ),
    (
        criteria.NO_ESCALATION,
        {"highest_escalation": 2},
        "An escalation is open at level 2: its decider must decide it first.",
    ),
    (criteria.MONTHS_PROVEN, {"lines": ()}, "Not proven yet: no effect line."),
    (
        criteria.MONTHS_PROVEN,
        {"lines": (line(approved=("25", "23", None)), one_off(is_declared_final=False))},
        "Not proven yet: Energy: Jun 2026 has no approved actual; Capex: not declared final.",
    ),
    (
        criteria.SOME_VALUE,
        {"lines": NOTHING},
        "Nothing of the planned value is proven: the only way out is to cancel.",
    ),
    (
        criteria.EVIDENCE_FITS,
        {"lines": (line(stated_proof=None), one_off(stated_proof=Proof.HEADCOUNT_LIST))},
        (
            "Evidence missing: Energy needs a ledger extract, an invoice set, a contract with its "
            "volume, a headcount list or a budget-cut voucher; "
            "Capex needs a ledger extract or an invoice set."
        ),
    ),
    (
        criteria.BUDGET_STATED,
        {"lines": (line(budget=None), line(name="Gas", budget=None))},
        "Nobody has said what became of the budget of: Energy; Gas.",
    ),
    (
        criteria.COUNTERSIGNED,
        {"lines": SHORT},
        "The shortfall still needs the signature of the sponsor.",
    ),
    (
        criteria.COUNTERSIGNED,
        {"lines": SHORT, "confirmation": replace(CONFIRMED, countersigned_by=(OWNER,))},
        "The shortfall still needs the signature of the sponsor.",
    ),
    (
        criteria.STEERING_DECIDED,
        {"lines": HALF},
        (
            "Less than half of the planned value is proven: "
            "the steering committee has given 0 of 1 approvals."
        ),
    ),
    (
        criteria.STEERING_DECIDED,
        {"lines": HALF, "confirmation": None},
        (
            "Less than half of the planned value is proven: "
            "the steering committee has given 0 of 1 approvals."
        ),
    ),
    (
        criteria.SHORTFALL_EXPLAINED,
        {"lines": SHORT},
        "The value falls short of the plan and no reason is given.",
    ),
    (
        criteria.SHORTFALL_EXPLAINED,
        {"lines": SHORT, "confirmation": None},
        "The value falls short of the plan and no reason is given.",
    ),
    (
        criteria.FIGURES_CONFIRMED,
        {"confirmation": None},
        "Missing: the confirmation of the controller.",
    ),
    (
        criteria.FIGURES_CONFIRMED,
        {"confirmation": replace(CONFIRMED, confirmed_by=OWNER)},
        "Missing: the confirmation of the controller.",
    ),
    (
        criteria.FIGURES_CONFIRMED,
        {"figures_digest": "d2"},
        "Missing: a confirmation of the figures as they are now.",
    ),
]


@pytest.mark.parametrize(("criterion", "changes", "sentence"), CASES)
def test_each_criterion_is_met_by_the_measure_and_missing_without_its_fact(
    criterion, changes, sentence
):
    whole, lacking = measure(), measure(**changes)

    missing = criterion.judge(lacking)

    assert criterion.judge(whole) is None
    assert (criterion.is_met(whole), criterion.is_met(lacking)) == (True, False)
    assert missing == criteria.Unmet(
        criterion.code, sentence, criterion.supplied_by, criterion.anchor
    )
    assert str(missing) == f"{sentence} ({criterion.supplied_by})"


def test_the_cases_try_every_criterion_of_the_gates():
    of_gates = {each.code for gate in DEFAULT.gates for each in gate.criteria}

    assert {criterion.code for criterion, _, _ in CASES} == of_gates


@pytest.mark.parametrize(
    ("criterion", "changes"),
    [
        (criteria.NO_ESCALATION, {"highest_escalation": 1}),
        (criteria.MILESTONES_DONE, {"milestones": ()}),
        (criteria.HAS_PLAN, {"lines": (one_off(),)}),
        (criteria.HAS_BASELINE, {"lines": (one_off(baseline_evidence=""),)}),
        (
            criteria.SHORTFALL_EXPLAINED,
            {"lines": SHORT, "confirmation": Confirmation(CONTROLLER, "d1", "Volume fell")},
        ),
        (
            criteria.COUNTERSIGNED,
            {"lines": SHORT, "confirmation": replace(CONFIRMED, countersigned_by=(SPONSOR,))},
        ),
        (criteria.STEERING_DECIDED, {"lines": SHORT, "confirmation": None}),
        (
            criteria.STEERING_DECIDED,
            {"lines": HALF, "confirmation": replace(CONFIRMED, steering_approvals=1)},
        ),
        (criteria.BUDGET_STATED, {"lines": (line(budget=None, effect_type=EffectType.AVOIDANCE),)}),
        (criteria.BUDGET_STATED, {"lines": (one_off(budget=None),)}),
        (
            criteria.EVIDENCE_FITS,
            {"lines": (line(stated_proof=None, effect_type=EffectType.QUALITATIVE),)},
        ),
    ],
)
def test_a_criterion_asks_no_more_than_its_sentence(criterion, changes):
    assert criterion.is_met(measure(**changes))


def test_the_gates_lead_from_stage_to_stage_without_a_gap():
    steps = [(gate.leads_from, gate.leads_to) for gate in DEFAULT.gates]

    assert steps == list(zip(list(Stage)[:-1], list(Stage)[1:], strict=True))
    assert [gate.code.upper() for gate in DEFAULT.gates] == [to.name for _, to in steps]


@pytest.mark.parametrize("stage", Stage)
def test_each_stage_but_the_last_has_its_gate(stage):
    gate = DEFAULT.gate_from(stage)

    assert (gate and gate.leads_from) == (None if stage is Stage.CLOSED else stage)


@pytest.mark.parametrize(
    ("code", "votes"),
    [
        (GateCode.IDENTIFIED, [Role.LEAD]),
        (GateCode.DETAILED, [Role.LEAD, Role.CONTROLLER]),
        (GateCode.DECIDED, [Role.SPONSOR, Role.CONTROLLER]),
        (GateCode.IMPLEMENTED, [Role.SPONSOR]),
        (GateCode.CLOSED, [Role.CONTROLLER]),
    ],
)
def test_each_gate_is_decided_by_the_roles_of_the_paper(code, votes):
    gate = DEFAULT.gate_to(Stage[code.name])

    assert [vote.role for vote in gate.votes] == votes
    assert gate.submitted_by == (Role.OWNER, Role.LEAD)
    assert (gate.steering is not None) == (code is GateCode.DECIDED)


@pytest.mark.parametrize("gate", DEFAULT.gates, ids=str)
def test_a_complete_measure_passes_every_gate(gate):
    facts = measure(stage=gate.leads_from)

    gates.check_passable(gate, facts, Moment.DECISION)

    assert gates.unmet(gate, facts, Moment.DECISION) == ()


def test_a_blocked_gate_names_all_that_is_missing():
    facts = measure(owner_id=None, sponsor_id=None, size=None, kind=None)

    with pytest.raises(GateBlocked) as refused:
        gates.check_passable(DEFAULT.gate_to(Stage.IDENTIFIED), facts, Moment.REQUEST)

    assert [each.code for each in refused.value.details["missing"]] == [
        "owner",
        "sponsor",
        "size",
        "kind",
    ]
    assert str(refused.value) == (
        "Identified still needs: The measure has no owner. (lead); "
        "The measure has no sponsor. (lead); The measure has no rough size. (owner); "
        "The kind of effect is not chosen. (owner)"
    )


def test_what_only_the_decision_brings_is_not_asked_at_the_request():
    facts = measure(stage=Stage.IMPLEMENTED, confirmation=None, lines=SHORT)

    closed = DEFAULT.gate_to(Stage.CLOSED)
    at_request = gates.unmet(closed, facts, Moment.REQUEST)
    at_confirmation = gates.unmet(closed, facts, Moment.CONFIRMATION)
    at_decision = gates.unmet(closed, facts, Moment.DECISION)

    confirmed = ["shortfall_explained", "figures_confirmed"]
    assert at_request == ()
    assert [each.code for each in at_confirmation] == confirmed
    assert [each.code for each in at_decision] == [*confirmed, "countersigned"]


@pytest.mark.parametrize(
    ("stage", "lifecycle"),
    [
        (Stage.DEFINED, Lifecycle.ACTIVE),
        (Stage.DECIDED, Lifecycle.ACTIVE),
        (Stage.DETAILED, Lifecycle.ON_HOLD),
        (Stage.DETAILED, Lifecycle.CANCELLED),
    ],
)
def test_a_gate_is_not_open_to_a_measure_that_stands_elsewhere(stage, lifecycle):
    with pytest.raises(GateNotNow) as refused:
        gates.check_open(DEFAULT.gate_to(Stage.DECIDED), measure(stage=stage, lifecycle=lifecycle))

    assert refused.value.details == {
        "gate": "Decided",
        "stage": stage.name.title(),
        "lifecycle": lifecycle.value,
    }


def test_a_take_over_names_what_the_gates_behind_it_would_have_asked():
    taken = measure(stage=Stage.DECIDED, size=None, controller_id=None, milestones=())

    found = gates.unmet_on_take_over(DEFAULT.gates, taken)

    assert [each.code for each in found] == ["size", "controller", "milestones"]


def test_a_finding_of_the_take_over_stands_until_it_is_supplied():
    stored = ("size", "milestones")
    taken = measure(stage=Stage.DECIDED, size=None, known_unmet=stored, is_taken_over=True)

    assert [each.code for each in gates.open_findings(DEFAULT.gates, taken)] == ["size"]
    assert gates.open_findings(DEFAULT.gates, replace(taken, size=Decimal(1))) == ()


@pytest.mark.parametrize("stage", Stage)
def test_nothing_is_taken_over_as_closed(stage):
    assert gates.can_be_taken_over_at(stage) == (stage is not Stage.CLOSED)


def test_the_table_as_a_page_names_every_gate_criterion_and_number():
    page = describe.as_markdown()

    headings = [row.removeprefix("## ") for row in page.splitlines() if row.startswith("## ")]
    assert headings == [
        *(gate.name for gate in DEFAULT.gates),
        "What no organization can lower",
        "Criteria to choose from",
        "Hold, resume, extend, cancel, restore, close",
        "Who may do what",
        "What is kept apart",
        "Numbers an organization may change",
    ]
    assert (
        "| figures_confirmed | the controller has confirmed exactly the figures approved now "
        "| controller | at the confirmation and the decision |"
    ) in page.splitlines()
    assert page == describe.as_markdown()
