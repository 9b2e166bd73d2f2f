"""The gates in administration in a real browser: for everybody, at every width, by the keyboard."""

import pytest

from measures.rules.stage import Stage
from tests.factories.governance import a_measure
from tests.factories.organizations import an_organization
from tests.factories.schemes import a_proposal, document, second_administrator
from tests.pages.in_browser import WIDTHS, Visit, beyond, findings
from tests.pages.visitors import visitor_of

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
