"""The pages of deputies and of conflicts of duty in a real browser: for everybody, at any width."""

import pytest

from accounts.models import Member
from core import tenancy
from measures.rules.stage import Stage
from tests.factories.deputies import named
from tests.factories.governance import a_measure, a_request
from tests.pages.in_browser import WIDTHS, beyond, findings
from tests.pages.visitors import visitor, visitor_of

pytestmark = pytest.mark.browser


@pytest.fixture
def case(clock_at):
    """A request that wants the sponsor's vote, a deputy of the sponsor, and a deputy barred."""
    clock_at(2026, 7, 1, 9)
    made = a_measure(Stage.DETAILED)
    a_request(made)
    organization = made.organization
    deputy = organization.newcomer("Dora Deputy")
    named(organization, "sponsor", deputy, node=organization.root)
    named(organization, "controller", organization.actor("lead"))
    return made, deputy


@pytest.mark.parametrize("path", ["structure/deputies", "governance/duties/", "governance/gates/"])
def test_a_page_never_runs_sideways_and_axe_finds_nothing(case, visit, path):
    made, deputy = case
    organization = made.organization
    clients = [
        visitor_of(organization, deputy).client,
        visitor(organization, "administrator").client,
    ]
    act_for = f"/o/{organization.slug}/structure/deputies/act-for"
    with tenancy.reading(deputy):
        sponsor = Member.objects.get(pk=made.id_of("sponsor"))
    clients[0].post(act_for, {"member": str(sponsor.public_id)})
    pages = [visit(each) for each in clients[(path == "governance/duties/") :]]

    for page in pages:
        page.goto(f"/o/{organization.slug}/{path}")
        page.wait_for_load_state("networkidle")

        assert findings(page) == []
        assert [beyond(page, width) for width in WIDTHS] == [0, 0, 0]
