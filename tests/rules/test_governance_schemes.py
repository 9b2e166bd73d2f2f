"""Gate schemes as documents: what they may say, what no tenant lowers, and how they are read."""

from dataclasses import replace
from decimal import Decimal

import pytest

from accounts.rules.roles import Role
from governance.rules import catalogue, schemes, votes
from governance.rules.criteria import Moment
from governance.rules.default_scheme import DEFAULT, DOCUMENT
from governance.rules.gates import unmet
from governance.rules.votes import Ballot, Choice, Outcome
from measures.models.evidence import EvidenceKind
from measures.rules.stage import Stage, StageRole
from tests.factories.schemes import document, with_step
from tests.rules.governance_facts import measure

STEERING = {"run_rate": "500000", "one_time": None, "quorum": 2}

REFUSED = [
    ([], "A scheme is an object with stages and gates."),
    (
        {},
        (
            "The six stages keep their roles and their order: idea, sized, planned, committed, "
            "delivering, confirmed."
        ),
    ),
    (document(s1={"label": ""}), "Every stage and step needs a name of at most 40 characters."),
    (document(s1={"label": "Detailed"}), "Two stages or steps bear the same name."),
    (document(s5={"steps": ["After"]}), "Closed: nothing comes after it, so it takes no steps."),
    (
        document(s3={"steps": ["Started"]}),
        (
            "There must be exactly one gate to each stage and step, in this order: Identified, "
            "Detailed, Decided, Started, Implemented, Closed."
        ),
    ),
    (
        document(g1={"deciders": []}),
        "Identified: nobody decides it; at least one decider is needed.",
    ),
    (
        document(g1={"deciders": [{"role": "lead"}, {"role": "lead"}]}),
        "Identified: a role is named twice among its deciders.",
    ),
    (
        document(g1={"deciders": [{"role": "owner"}]}),
        "Identified: the owner is kept apart from deciding it.",
    ),
    (
        document(g2={"deciders": [{"role": "sponsor"}]}),
        "Detailed: the sponsor is kept apart from deciding it.",
    ),
    (
        document(g1={"deciders": [{"role": "janitor"}]}),
        "Identified: “janitor” is not a role that can decide.",
    ),
    (
        document(g3={"deciders": [{"role": "sponsor"}]}),
        "Decided: the controller must be among its deciders.",
    ),
    (
        document(g5={"deciders": [{"role": "controller"}, {"role": "executive"}]}),
        "Closed: the controller alone confirms it; what else closing needs is fixed.",
    ),
    (
        document(g5={"steering": STEERING}),
        "Closed: the controller alone confirms it, whatever its size.",
    ),
    (
        document(g3={"submitters": ["sponsor"]}),
        "Decided: it is submitted by the owner, the lead or both, and by nobody else.",
    ),
    (
        document(g3={"criteria": [{"code": "luck"}]}),
        "Decided: “luck” is not a criterion of the catalogue.",
    ),
    (
        document(g3={"criteria": [{"code": "plan"}, {"code": "plan"}]}),
        "Decided: the criterion “plan” is named twice.",
    ),
    (
        document(g3={"criteria": [{"code": "payback", "parameters": {"months": "-3"}}]}),
        "Decided: “payback”: months must lie between 1 and 240 (months).",
    ),
    (
        document(g3={"criteria": [{"code": "payback", "parameters": {"months": "NaN"}}]}),
        "Decided: “payback”: months must be an ordinary number.",
    ),
    (
        document(g3={"criteria": [{"code": "payback", "parameters": {"years": "3"}}]}),
        "Decided: “payback”: years is not one of its parameters.",
    ),
    (document(g3={"evidence": ["rumour"]}), "Decided: “rumour” is not a kind of evidence."),
    (
        document(g3={"due_days": 0}),
        "Decided: a decision is due within 1 to 60 working days.",
    ),
    (
        document(g3={"steering": {**STEERING, "quorum": 0}}),
        "Decided: the quorum of the steering committee is 1 to 20 members.",
    ),
    (
        document(g3={"steering": {"run_rate": None, "one_time": None, "quorum": 2}}),
        "Decided: the steering committee needs a limit: a run-rate, a one-time cost, or both.",
    ),
    (
        document(g3={"steering": {**STEERING, "run_rate": "-1"}}),
        "Decided: a limit is an amount between 0 and 1000000000000.",
    ),
    *(
        (
            document(**{gate: {"fast_track": {"below": "50000"}}}),
            f"{name}: the fast track never leads over the stages committed and confirmed.",
        )
        for gate, name in (("g2", "Detailed"), ("g3", "Decided"), ("g4", "Implemented"))
    ),
    (
        document(g1={"fast_track": {"below": "many"}}),
        "Identified: the fast track needs a run-rate below which it is open, up to 1000000000000.",
    ),
]


@pytest.mark.parametrize(("said", "problem"), REFUSED)
def test_a_document_that_cannot_be_a_scheme_is_refused_in_words(said, problem):
    assert schemes.problems(said) == [problem]


def test_all_that_is_wrong_is_named_at_once():
    said = document(g1={"deciders": []}, g3={"due_days": 0, "evidence": ["rumour"]})

    assert schemes.problems(said) == [
        "Identified: nobody decides it; at least one decider is needed.",
        "Decided: “rumour” is not a kind of evidence.",
        "Decided: a decision is due within 1 to 60 working days.",
    ]


def test_the_default_scheme_is_a_scheme():
    assert schemes.problems(DOCUMENT) == []
    assert [rule.role for rule in DEFAULT.stages] == list(StageRole)


def test_steps_are_passed_between_the_stages():
    scheme = schemes.read(with_step(3, "Started"), version=2)

    assert [(gate.code, gate.start, gate.goal) for gate in scheme.gates[2:5]] == [
        ("decided", (Stage.DETAILED, 0), (Stage.DECIDED, 0)),
        ("decided_1", (Stage.DECIDED, 0), (Stage.DECIDED, 1)),
        ("implemented", (Stage.DECIDED, 1), (Stage.IMPLEMENTED, 0)),
    ]
    assert scheme.label(Stage.DECIDED, 1) == "Started"
    assert scheme.gate_from(Stage.DECIDED).name == "Started"
    assert scheme.gate_from(Stage.DECIDED, 1).goal == (Stage.IMPLEMENTED, 0)


def test_a_step_that_is_gone_leads_to_the_next_gate():
    gate = DEFAULT.gate_from(Stage.DECIDED, 2)

    assert (gate.start, gate.goal) == ((Stage.DECIDED, 2), (Stage.IMPLEMENTED, 0))
    assert DEFAULT.label(Stage.DECIDED, 2) == "Decided"


def test_the_criteria_that_are_always_asked_cannot_be_chosen_away():
    scheme = schemes.read(document(g1={"criteria": []}, g3={"criteria": []}), version=2)

    assert [each.code for each in scheme.gate_to(Stage.IDENTIFIED).criteria] == [
        "owner",
        "sponsor",
    ]
    assert [each.code for each in scheme.gate_to(Stage.DECIDED).criteria] == [
        "owner",
        "sponsor",
        "controller",
        "over_claim",
    ]


def test_a_small_measure_passes_the_first_two_gates_together():
    small = measure(run_rate=Decimal(49_999))

    both = DEFAULT.fast_track(small)

    assert (both.start, both.goal) == ((Stage.DEFINED, 0), (Stage.DETAILED, 0))
    assert [vote.role for vote in both.votes] == [Role.LEAD, Role.CONTROLLER]
    assert {each.code for each in both.criteria} == {
        *(each.code for each in DEFAULT.gates[0].criteria),
        *(each.code for each in DEFAULT.gates[1].criteria),
    }


@pytest.mark.parametrize(
    "facts",
    [
        measure(run_rate=Decimal(50_000)),
        measure(run_rate=None),
        measure(run_rate=Decimal(1), stage=Stage.IDENTIFIED),
        measure(run_rate=Decimal(1), stage=Stage.DETAILED),
        measure(run_rate=Decimal(1), stage=Stage.CLOSED),
    ],
)
def test_no_other_measure_and_no_other_gate_has_the_fast_track(facts):
    assert DEFAULT.fast_track(facts) is None


@pytest.mark.parametrize(
    ("run_rate", "one_time", "is_over"),
    [
        ("500000", None, True),
        ("499999.99", None, False),
        (None, "250000", True),
        (None, "249999.99", False),
        (None, None, False),
    ],
)
def test_from_the_limit_on_the_committee_decides(run_rate, one_time, is_over):
    facts = measure(
        run_rate=None if run_rate is None else Decimal(run_rate),
        one_time=None if one_time is None else Decimal(one_time),
    )

    assert DEFAULT.gate_to(Stage.DECIDED).steering.is_over(facts) is is_over


def test_the_committee_approves_by_its_quorum():
    gate = DEFAULT.gate_to(Stage.DECIDED).for_value(is_over_limit=True)
    two = [Ballot(Role.SPONSOR, 1, Choice.APPROVE), Ballot(Role.CONTROLLER, 2, Choice.APPROVE)]
    first, second = (Ballot(Role.STEERING, at, Choice.APPROVE) for at in (3, 4))

    assert votes.open_votes(gate, two) == (Role.STEERING,)
    assert votes.outcome_of(gate, [*two, first]) is None
    assert votes.outcome_of(gate, [*two, first, second]) is Outcome.ADVANCE
    refused = replace(second, choice=Choice.RETURN)
    assert votes.outcome_of(gate, [*two, first, refused]) is Outcome.RETURN


def test_below_the_limit_the_gate_is_as_it_is():
    gate = DEFAULT.gate_to(Stage.DECIDED)

    assert gate.for_value(is_over_limit=False) is gate


def test_the_recommendation_is_asked_with_the_request_not_before():
    scheme = schemes.read(document(g3={"criteria": [{"code": "recommendation"}]}), version=2)
    gate, facts = scheme.gate_to(Stage.DECIDED), measure(stage=Stage.DETAILED)

    assert unmet(gate, facts, Moment.REQUEST) == ()
    assert [each.code for each in unmet(gate, facts, Moment.SUBMISSION)] == ["recommendation"]
    said = replace(facts, recommendation="Do it.")
    assert unmet(gate, said, Moment.DECISION) == ()


def test_the_kinds_of_evidence_are_those_a_file_can_have():
    assert sorted(catalogue.EVIDENCE_KINDS) == sorted(EvidenceKind.values)
