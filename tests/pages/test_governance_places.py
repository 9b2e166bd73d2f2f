"""Each unmet criterion leads to the form that supplies it, for who may, and else to its place."""

import pytest

from governance.queries.places import DIALOGS
from governance.rules import catalogue
from measures.rules.stage import Stage
from tests.factories.closing import a_closed_measure
from tests.factories.governance import a_measure
from tests.factories.schemes import confirmed, document
from tests.pages.visitors import place_of, visitor

ASKED = [{"code": code} for code in ("milestones", "plan", "risks", "description", "one_time_cost")]


@pytest.fixture
def case(db):
    """A measure of which the next gate asks nearly everything, and nothing is there."""
    case = a_measure(Stage.IDENTIFIED, planned=False)
    asked = {"criteria": ASKED, "evidence": ["contract_volume"]}
    confirmed(case.organization, document(g2=asked))
    return case


def links(case, role):
    gate = visitor(case.organization, role).see(
        f"measures/{place_of(case)}/gate/", is_fragment=True
    )
    page = f"/o/{case.organization.slug}/measures/{place_of(case)}/"
    found = gate.one("ul", class_="criteria").all("a")
    return {
        each.attributes["href"].removeprefix(page): each.attributes.get("hx-target")
        for each in found
    }


def test_who_may_supply_a_criterion_is_led_to_its_form_in_its_own_dialog(case):
    assert links(case, "owner") == {
        "describe/": "#dialog-head",
        "lines/add/": "#dialog-value",
        "milestones/add/": "#dialog-milestones",
        "risks/add/": "#dialog-risks",
        "evidence/": "#dialog-evidence",
    }


def test_who_may_not_is_led_to_the_place(case):
    assert links(case, "sponsor") == {
        "#head": None,
        "#milestones": None,
        "#value": None,
        "#risks": None,
        "#evidence": None,
    }


def test_each_of_these_forms_opens_for_the_owner_or_the_lead(case):
    page = f"/o/{case.organization.slug}/measures/{place_of(case)}/"
    for role in ("owner", "lead"):
        client = visitor(case.organization, role).client
        for path in links(case, role):
            assert client.get(page + path).status_code == 200, path


def test_every_form_belongs_to_a_criterion_there_is():
    assert set(DIALOGS) <= set(catalogue.known())


def test_a_closed_measure_lists_nothing_as_missing_that_came_after(clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_closed_measure()
    clock_at(2026, 11, 9, 9)

    page = visitor(case.organization, "controller").see(f"approvals/{place_of(case)}/")

    text = page.one("main").text
    assert "What closing asked" in text
    assert "Missing:" not in text
    assert "no approved actual" not in text
