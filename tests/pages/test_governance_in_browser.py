"""The pages of governance in a real browser: for everybody, within the policy, nothing lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from governance.services import closure, gates
from measures.models import Milestone
from measures.rules.stage import Lifecycle, Stage
from tests.factories.closing import (
    a_closed_measure,
    an_implemented_measure,
    confirmed,
    proposed,
)
from tests.factories.governance import Case, a_measure, approved_months, claim_row, today
from tests.pages.in_browser import WIDTHS, Visit, beyond, findings
from tests.pages.visitors import place_of, request_of, visitor

pytestmark = pytest.mark.browser

Open = Callable[[str, str], Page]


MONTHS = (4, 5, 6, 7)  # approved by 3 August


@pytest.fixture
def case(clock_at) -> Case:
    """A measure at Implemented and proven, its closing proposed; July is claimed."""
    clock_at(2026, 8, 3, 9)
    made = a_measure(Stage.IMPLEMENTED)
    with made.acting("owner"):
        for milestone in Milestone.objects.filter(measure_id=made.measure_id):
            milestone.actual_end = today(made)
            milestone.version += 1
            milestone.save()
    approved_months(made, 4, 5, 6, 7)
    closure.propose(actor=made.actor("owner"), measure_id=made.measure_id)
    return made


def a_confirmed_shortfall(case: Case) -> Case:
    """Another measure of the organization, its shortfall confirmed and not yet signed."""
    made = proposed(an_implemented_measure(7_000_00, case.organization, MONTHS))
    confirmed(made)
    return made


@pytest.fixture
def early(case) -> Case:
    """Another measure of the organization, at Detailed and requested."""
    made = a_measure(Stage.DETAILED, case.organization)
    gates.request(actor=made.actor("owner"), measure_id=made.measure_id, note="Ready.")
    return made


@pytest.fixture
def opened(visit: Visit, case: Case) -> Open:
    """Opens a page of the organization as the member of a role."""

    def open_page(role: str, path: str) -> Page:
        page = visit(visitor(case.organization, role).client)
        page.goto(f"/o/{case.organization.slug}/{path}")
        page.wait_for_load_state("networkidle")
        return page

    return open_page


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("lead", "gates/"),
        ("controller", "approvals/?within=20"),
        ("executive", "ledger/?verify=1"),
        ("executive", "ledger/12/"),
        ("administrator", "ledger/heads/"),
        ("owner", "life"),
        ("controller", "closing"),
        ("sponsor", "shortfall"),
        ("controller", "closed"),
        ("owner", "statement"),
        ("sponsor", "request"),
        ("sponsor", "hold"),
    ],
)
def test_a_page_never_runs_sideways_and_axe_finds_nothing(case, early, opened, role, name):
    claimed = a_measure(Stage.DECIDED, case.organization)
    with claimed.acting("owner"):
        claim_row(claimed, 4)
    paths = {
        "closing": f"approvals/{place_of(case)}/",
        "shortfall": f"approvals/{place_of(a_confirmed_shortfall(case))}/",
        "closed": f"approvals/{place_of(a_closed_measure(6_000_00, case.organization, MONTHS))}/",
        "statement": f"approvals/{place_of(case)}/lines/{case.line_id}/",
        "request": f"gates/{request_of(early).public_id}/",
        "hold": f"measures/{place_of(early)}/hold/",
        "life": f"ledger/history/measure/{place_of(case)}/",
    }
    page = opened(role, f"governance/{paths.get(name, name)}")

    for width in WIDTHS:
        assert (width, beyond(page, width), findings(page)) == (width, 0, [])


def test_a_refused_request_names_what_is_missing_and_keeps_what_was_typed(case, opened):
    blocked = a_measure(Stage.IDENTIFIED, case.organization, planned=False)
    page = opened("owner", f"measures/{place_of(blocked)}/")
    gate = page.locator("#gate")

    gate.get_by_label("Note to those who vote").fill("Please look soon.")
    gate.get_by_role("button", name="Request Detailed").click()
    page.locator("#notices .missing").wait_for()

    assert page.locator("#notices .missing li").count() >= 2
    assert "can be supplied by Owner: Owner Person" in page.locator("#notices").inner_text()
    assert gate.get_by_label("Note to those who vote").input_value() == "Please look soon."
    assert findings(page) == []


def test_a_gate_is_requested_on_the_page_of_the_measure_and_voted_on_the_desk(case, opened):
    made = a_measure(Stage.DEFINED, case.organization)
    owner = opened("owner", f"measures/{place_of(made)}/")
    owner.locator("#gate").get_by_role("button", name="Request Identified").click()
    owner.get_by_role("heading", name="Request for Identified").wait_for()

    lead = opened("lead", "governance/gates/")
    lead.get_by_role("row", name=made.measure().node.name).get_by_role("link", name="Vote").click()
    lead.get_by_label("Advance").check()
    lead.get_by_role("button", name="Record my vote").click()
    lead.locator("#notices").get_by_text("Your vote is recorded.").wait_for()

    assert made.measure().stage == Stage.IDENTIFIED


def test_a_measure_is_held_in_a_dialog_that_says_what_is_wrong(early, opened):
    page = opened("sponsor", f"measures/{place_of(early)}/")
    dialog = page.locator("#dialog-gate")

    page.get_by_role("link", name="Put on hold").click()
    dialog.get_by_role("button", name="Put on hold").click()
    dialog.get_by_text("This field is required.").first.wait_for()
    found = findings(page)
    dialog.locator("[name=reason_code]").select_option("budget")
    dialog.locator("[name=reason]").fill("Budget is frozen.")
    dialog.locator("[name=until]").fill("2027-12-01")
    dialog.get_by_role("button", name="Put on hold").click()
    dialog.get_by_text("A hold must end after today").wait_for()
    dialog.locator("[name=until]").fill("2026-09-01")
    dialog.get_by_role("button", name="Put on hold").click()
    page.locator("#notices").get_by_text("The measure is on hold.").wait_for()
    page.locator("#gate").get_by_text("On hold until").wait_for()

    assert found == []
    assert early.measure().lifecycle == Lifecycle.ON_HOLD


def test_claims_are_rejected_with_a_reason_and_approved_at_once(case, opened):
    claimed = a_measure(Stage.DECIDED, case.organization)
    with claimed.acting("owner"):
        claim_row(claimed, 4)
        claim_row(claimed, 5)
    page = opened("controller", "governance/approvals/")

    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Reject the ticked claims").click()
    page.locator("#notices").get_by_text("say what the owner has to change").wait_for()
    ticked = page.get_by_role("checkbox").first.is_checked()
    page.get_by_label("Reason").fill("Include the rebate.")
    page.get_by_role("button", name="Reject the ticked claims").click()
    page.locator("#notices").get_by_text("1 claim is rejected.").wait_for()
    page.locator("tbody").get_by_role("button", name="Approve").click()
    page.locator("#notices").get_by_text("1 claim is approved.").wait_for()

    assert ticked
    assert page.get_by_role("checkbox").count() == 0


def test_the_controller_closes_the_measure_on_the_page_of_its_proof(case, opened):
    page = opened("controller", "governance/approvals/")

    page.get_by_role("link", name="See the proof").click()
    page.get_by_role("button", name="Confirm and close").click()
    page.get_by_text("This field is required.").wait_for()
    page.get_by_label("Statement").fill("The ledger extract shows it.")
    page.get_by_role("button", name="Confirm and close").click()
    page.locator("#notices").get_by_text("the measure is closed").wait_for()
    page.locator("#stepper").get_by_text("Closed").wait_for()
    page.locator("#gate").get_by_text("All gates are passed").wait_for()

    assert case.measure().lifecycle == Lifecycle.CLOSED


def test_the_history_goes_on_in_its_place(case, opened):
    for _ in range(2):
        gates.withdraw(actor=case.actor("owner"), request_id=request_of(case).pk)
        for _again in range(12):
            closure.propose(actor=case.actor("owner"), measure_id=case.measure_id)
            gates.withdraw(actor=case.actor("owner"), request_id=request_of(case).pk)
        closure.propose(actor=case.actor("owner"), measure_id=case.measure_id)
    page = opened("owner", f"measures/{place_of(case)}/")
    entries = page.locator("#history .history__entry")

    first = entries.first.inner_text()
    page.locator("#history").get_by_role("link", name="Older").click()
    page.locator("#history").get_by_role("link", name="Newest").wait_for()
    second = entries.first.inner_text()
    page.locator("#history").get_by_role("link", name="Newest").click()
    page.locator("#history").get_by_role("link", name="Newest").wait_for(state="detached")

    assert first != second
    assert entries.first.inner_text() == first
