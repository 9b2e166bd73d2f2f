"""Money in the API: exact text, visible to whom the node is, and sums that refuse the unlike."""

import pytest

from tests.api.test_hierarchy_api import caller_of, problem
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.money import dollars_in_pipeline, rate
from tests.factories.organizations import an_organization
from tests.factories.reporting import drained

GROUP = "hard-recurring-benefit-EUR-2"


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12, 9)
    made = a_decided_measure()
    drained(made.organization)
    return made


def root_of(subject):
    return subject.organization.root.public_id


def test_node_and_measure_show_their_money_as_exact_text(subject):
    rate(subject.organization, "0.08", "discount", currency="")
    caller = caller_of(subject.organization, "executive")

    node = caller("GET", f"/nodes/{root_of(subject)}/money").json()
    measure = caller("GET", f"/measures/{subject.measure().node.public_id}/money").json()

    assert node == measure
    (term,) = node["terms"]
    assert (term["worth"], term["plan"]) == (
        "gross",
        {"in_year": "90000.00", "run_rate": "120000.00", "exit_rate": "120000.00",
         "life": "90000.00"},
    )  # fmt: skip
    assert node["worth"][0] == {
        "basis": "plan", "first_month": "2026-04", "discount": "0.08000000", "npv": "87732.56",
        "irr": None, "irr_found": "none", "payback": 1, "why": "",
    }  # fmt: skip


def test_the_same_figure_is_added_to_its_like(subject):
    caller = caller_of(subject.organization, "executive")

    answer = caller("GET", f"/nodes/{root_of(subject)}/sum?of={GROUP}.in_year&of={GROUP}.in_year")

    assert answer.json() == {
        "amount": "180000.00",
        "counts": "hard, recurring, gross effect, in-year 2026, EUR, plan rates",
    }


def test_unlike_figures_are_refused_naming_both(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    a_decided_measure(organization)
    drained(organization)
    caller = caller_of(organization, "executive")
    address = f"/nodes/{organization.root.public_id}/sum"

    answer = caller("GET", f"{address}?of={GROUP}.in_year&of={GROUP}.run_rate")

    assert problem(answer) == (422, "unlike_sum")
    assert "in-year 2026 and run-rate" in answer.json()["detail"]
    assert caller("GET", f"{address}?of={GROUP}.weekly").status_code == 404
    assert caller("GET", f"{address}?of=hard-recurring-benefit-USD-2.in_year").status_code == 404
    assert caller("GET", address).status_code == 400


def test_what_has_no_plan_rate_is_named(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    dollars_in_pipeline(organization)
    drained(organization)

    answer = caller_of(organization, "executive")(
        "GET", f"/nodes/{organization.root.public_id}/money"
    )

    assert answer.json()["left_out"] == ["USD 2026"]
    assert answer.json()["worth"] == []


def test_a_node_that_is_not_visible_is_not_there(subject):
    stranger = an_organization()

    answer = caller_of(stranger, "executive")("GET", f"/nodes/{root_of(subject)}/money")

    assert answer.status_code == 404
