"""An organization's own names of stages and steps, wherever a measure's stage is shown."""

from dataclasses import replace

import pytest

from core import tenancy
from governance.queries import ledger
from governance.services import gates
from governance.views import entries
from measures.queries import stages
from measures.rules.stage import Stage
from reporting.queries import steps
from tests.factories.governance import a_measure
from tests.factories.reporting import drained
from tests.factories.schemes import confirmed, with_step
from tests.pages.visitors import place_of, visitor

STEP = "Contract signed"


@pytest.fixture
def case(db):
    """Return a measure at a step that the organization has added inside what it calls Approved."""
    case = a_measure(Stage.DECIDED)
    scheme = with_step(3, STEP)
    scheme["stages"][3]["label"] = "Approved"
    scheme["stages"][4]["label"] = "Delivered"
    confirmed(case.organization, scheme)
    asked = gates.request(actor=case.actor("owner"), measure_id=case.measure_id)
    gates.vote(
        actor=case.actor("sponsor"), request_id=asked.pk, choice="approve", digest=asked.digest
    )
    return case


def visiting(case, role):
    """Return a visitor of all pages of the organization."""
    found = visitor(case.organization, role)
    return replace(found, root=found.root.removesuffix("governance/"))


def test_each_page_names_the_step_a_measure_stands_at(case):
    drained(case.organization)
    place, owner = place_of(case), visiting(case, "owner")
    lead = visiting(case, "lead")
    package = case.measure().node.parent

    listed = owner.see("measures/all/?stage=3.1")
    stepper = owner.see(f"governance/measures/{place}/stepper/", is_fragment=True)
    below = lead.see(f"portfolio/{package.public_id}/")

    assert [row[2] for row in listed.one("table").rows()] == [STEP]
    assert [each.text for each in listed.one("select", name="stage").all("option")][4:6] == [
        "Approved",
        f"– {STEP}",
    ]
    assert [each.text for each in stepper.all(class_="step__name")][3:5] == [
        "Approved",
        "Delivered",
    ]
    assert STEP in stepper.one(class_="step__within--current").text
    assert STEP in owner.see(f"measures/{place}/").one("main").text
    assert [f"– {STEP}", "1"] in [row[:2] for table in below.all("table") for row in table.rows()]
    assert "Delivered" in below.one("section", id="children").text


def test_the_filter_by_a_stage_holds_its_steps_and_nonsense_filters_nothing(case):
    owner = visiting(case, "owner")

    found = {
        asked: len(owner.see(f"measures/all/?stage={asked}").all("th", scope="row"))
        for asked in ("3", "3.1", "3.2", "9", "x")
    }

    assert found == {"3": 1, "3.1": 1, "3.2": 0, "9": 1, "x": 1}


def test_the_ledger_names_the_step_a_gate_led_to(case):
    with tenancy.reading(case.actor("lead")):
        page = ledger.page(case.actor("lead"), ledger.Wanted(), limit=3)
        said = [each.what for each in entries.shown(page.rows)]

    assert said == [
        f"Gate decided: {STEP}",
        f"Vote cast: {STEP}, advance",
        f"Gate requested: {STEP}",
    ]


def test_a_step_counts_below_its_stage(case):
    drained(case.organization)
    with tenancy.reading(case.actor("lead")):
        found = steps.below(case.organization.root)
        names = stages.names()

    assert [(each.stage, each.step, each.count) for each in found] == [(Stage.DECIDED, 1, 1)]
    assert names.of(Stage.DECIDED, 1) == STEP
    assert names.following(Stage.DECIDED, 1) == "Delivered"
