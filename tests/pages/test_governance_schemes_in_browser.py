"""The gates in administration in a real browser: for everybody, at every width, by the keyboard."""

import pytest

from measures.rules.stage import Stage
from tests.factories.governance import a_measure
from tests.factories.organizations import PASSWORD, an_organization
from tests.factories.schemes import a_proposal, document, second_administrator
from tests.pages.in_browser import WIDTHS, Visit, beyond, client_of, findings
from tests.pages.visitors import visitor, visitor_of

pytestmark = pytest.mark.browser
PAGES = ("gates/scheme/", "gates/scheme/gate/?stage=3&step=0", "gates/scheme/proposal/")
ASKED = [{"code": code, "parameters": {}} for code in ("plan", "baseline", "milestones", "risks")]


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_gates_are_fit_for_everybody_at_every_width(db, visit: Visit, path):
    organization = an_organization()
    a_measure(Stage.DETAILED, organization)
    a_proposal(organization, document(s3={"label": "Approved"}, g3={"criteria": ASKED}))
    page = visit(visitor_of(organization, second_administrator(organization)).client)

    page.goto(f"/o/{organization.slug}/governance/{path}")
    page.wait_for_load_state("networkidle")

    assert findings(page) == []
    for width in WIDTHS:
        assert beyond(page, width) <= 0


def test_what_was_typed_is_found_again_after_a_refusal_and_not_after_that(db, visit: Visit):
    organization = an_organization()
    page = visit(visitor(organization, "administrator").client)
    address = f"/o/{organization.slug}/structure/number?key=claim_deadline"
    page.goto(address)
    page.get_by_label("New value").fill("99")
    page.get_by_label("Reason").fill("More time in summer.")
    page.get_by_role("button", name="Save").click()
    refused = page.locator(".refusal__sentence").inner_text()

    page.get_by_role("link", name="Back to where you were").click()
    page.wait_for_url(f"**{address}")
    again = page.get_by_label("Reason").input_value()
    page.get_by_label("New value").fill("7")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("cell", name="More time in summer.").wait_for()

    assert refused.startswith("Claim deadline: must lie between 1 and 20")
    assert (again, page.get_by_label("Reason").input_value()) == ("More time in summer.", "")


def test_what_was_typed_is_found_again_after_the_password(db, visit: Visit):
    organization = an_organization()
    page = visit(client_of(organization.user("administrator")))
    page.goto(f"/o/{organization.slug}/structure/tokens")
    page.get_by_label("What it is for").fill("Robot")
    page.get_by_role("button", name="Make").click()
    page.wait_for_url("**/reauthenticate/**")

    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.wait_for_url("**/structure/tokens")

    assert page.get_by_label("What it is for").input_value() == "Robot"
