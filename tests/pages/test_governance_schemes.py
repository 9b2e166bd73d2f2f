"""The gates in administration: read, changed gate by gate, previewed, and confirmed by a second."""

import pytest

from core import tenancy
from governance.models import Scheme, SchemeProposal
from governance.queries import proposals
from hierarchy.queries import authority
from measures.rules.stage import Stage
from tests.factories.governance import a_measure, a_request
from tests.factories.organizations import an_organization
from tests.factories.schemes import a_proposal, confirmed, document, second_administrator
from tests.pages.visitors import visitor, visitor_of

DECIDED = "gates/scheme/gate/?stage=3&step=0"


@pytest.fixture
def organization(db):
    return an_organization()


def filled_in(organization, **changes):
    with tenancy.reading(organization.actor("administrator")):
        day = authority.today().isoformat()
    return {
        "label": "Decided",
        "submitters": ["owner", "lead"],
        "deciders": ["sponsor", "controller"],
        "criteria": ["plan", "baseline", "milestones"],
        "evidence": [],
        "due_days": "10",
        "run_rate": "500000",
        "one_time": "250000",
        "quorum": "2",
        "fast_track": "",
        "effective_from": day,
        "reason": "",
        **changes,
    }


def draft(organization):
    with tenancy.reading(organization.actor("administrator")):
        return proposals.open_one()


def test_the_table_says_what_each_gate_asks_and_who_decides(organization):
    page = visitor(organization, "administrator").see("gates/scheme/")

    text = page.one("main").text
    assert "Version 1 is in force" in text
    assert "Every effect line is planned by month and names its full-effect month" in text
    assert "and 2 of the steering committee" in text


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "owner", "steering"])
def test_nobody_but_an_administrator_sees_it(organization, role):
    person = visitor(organization, role)

    assert person.get("gates/scheme/").status_code == 403
    assert person.post(DECIDED, **filled_in(organization)).status_code == 403
    assert draft(organization) is None


def test_a_gate_filled_in_anew_becomes_a_proposal_with_its_preview(organization):
    a_measure(Stage.DETAILED, organization)
    administrator = visitor(organization, "administrator")
    said = filled_in(organization, criteria=["plan", "risks"], **{"risks.count": "3"})

    answer = administrator.post(DECIDED, **said)

    assert (answer.status_code, answer["Location"]) == (
        303,
        f"{administrator.root}gates/scheme/proposal/",
    )
    text = administrator.see("gates/scheme/proposal/").one("main").text
    assert "1 measure would be blocked" in text
    assert (
        "Decided: asks that risks are recorded, each with an owner and a mitigation: at least 3."
        in text
    )
    assert "Risks: 0 of 3 are recorded." in text
    assert "a second administrator has to confirm it" in text


def test_an_impossible_parameter_stays_in_the_form_with_its_sentence(organization):
    said = filled_in(organization, criteria=["payback"], **{"payback.months": "-3"})

    answer = visitor(organization, "administrator").post(DECIDED, **said)

    assert answer.status_code == 422
    assert "months must lie between 1 and 240 (months)" in answer.content.decode()
    assert draft(organization) is None


def test_a_gate_without_a_decider_stays_in_the_form_with_its_sentence(organization):
    answer = visitor(organization, "administrator").post(
        DECIDED, **filled_in(organization, deciders=[])
    )

    assert answer.status_code == 422
    assert "nobody decides it; at least one decider is needed" in answer.content.decode()


def test_a_second_administrator_confirms_what_was_shown(organization):
    shown = a_proposal(organization, document(g3={"due_days": 5}))
    other = second_administrator(organization)

    first = visitor(organization, "administrator").post(
        "gates/scheme/confirm/", proposal=str(shown.pk)
    )
    second = visitor_of(organization, other).post("gates/scheme/confirm/", proposal=str(shown.pk))

    assert (first.status_code, second.status_code) == (403, 303)
    with tenancy.reading(other):
        assert Scheme.objects.latest("version").version == 2
    page = visitor_of(organization, other).see("gates/scheme/")
    assert "Decided: is decided within 5 working days instead of 10." in page.one("main").text


def test_a_proposal_changed_meanwhile_is_not_confirmed(organization):
    shown = a_proposal(organization, document(g3={"due_days": 5}))
    a_proposal(organization, document(g3={"due_days": 6}))
    other = second_administrator(organization)

    answer = visitor_of(organization, other).post("gates/scheme/confirm/", proposal=str(shown.pk))

    assert answer.status_code == 409


def test_a_proposal_is_withdrawn(organization):
    shown = a_proposal(organization, document(g3={"due_days": 5}))

    answer = visitor(organization, "administrator").post(
        "gates/scheme/withdraw/", proposal=str(shown.pk)
    )

    assert (answer.status_code, draft(organization)) == (303, None)


def test_a_step_is_added_inside_a_stage_and_taken_out_again(organization):
    administrator = visitor(organization, "administrator")
    said = {"stage": "3", "label": "Started", "reason": ""}
    said["effective_from"] = filled_in(organization)["effective_from"]

    administrator.post("gates/scheme/step/", **said)
    with tenancy.reading(organization.actor("administrator")):
        added = SchemeProposal.objects.latest("pk").document
    administrator.post("gates/scheme/step/", from_stage="3", from_step="1")

    assert added["stages"][3]["steps"] == ["Started"]
    assert [(each["stage"], each["step"]) for each in added["gates"]] == [
        (1, 0),
        (2, 0),
        (3, 0),
        (3, 1),
        (4, 0),
        (5, 0),
    ]
    assert draft(organization).document == document()


def test_a_request_says_what_the_gates_ask_otherwise_since(organization):
    case = a_measure(Stage.DETAILED, organization)
    asked = a_request(case)
    confirmed(organization, document(g3={"criteria": [{"code": "risks", "parameters": {}}]}))

    page = visitor(organization, "sponsor").see(f"gates/{asked.public_id}/")

    assert "Decided: asks that risks are recorded" in page.one("main").text


def test_the_first_stage_to_which_no_gate_leads_is_renamed_by_two(organization):
    administrator, page = (
        visitor(organization, "administrator"),
        "gates/scheme/gate/?stage=0&step=0",
    )
    form = administrator.see(page)
    before = administrator.see("gates/scheme/").text
    said = filled_in(organization)

    answer = administrator.post(
        page, label="Idea", effective_from=said["effective_from"], reason="As we call it."
    )

    assert "Rename Defined" in before
    assert form.all("input", name="deciders") == []
    assert answer.status_code == 303
    assert "Defined is called Idea." in administrator.see("gates/scheme/proposal/").text
    second = visitor_of(organization, second_administrator(organization))
    second.post("gates/scheme/confirm/", proposal=draft(organization).pk)
    assert "A measure begins at Idea" in administrator.see("gates/scheme/").text
