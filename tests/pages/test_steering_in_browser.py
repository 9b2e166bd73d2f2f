"""Decisions needed and imports in a real browser: at every width, within the policy, decided."""

import pytest

from core import tenancy
from intake.models import ImportRun
from tests.factories.intake import SMALL, asked, imported
from tests.factories.steering import a_measure_left_alone, decisions, escalations, looked_at
from tests.pages.in_browser import WIDTHS, beyond, client_of, findings

pytestmark = pytest.mark.browser


@pytest.fixture
def alone(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)
    return subject


@pytest.fixture
def opened(visit):
    """Open pages as a member, light or dark."""
    return lambda user, *how: visit(client_of(user), *how)


def pages_of(subject):
    start = f"/o/{subject.organization.slug}/steering"
    root = subject.organization.root.public_id
    late = escalations(subject)["T1"].public_id
    return [
        f"{start}/",
        f"{start}/?node={root}&mine=1",
        f"{start}/{late}/",
        f"{start}/node/{root}/decisions/",
    ]


def imports_of(organization):
    imported(organization, asked(SMALL))
    with tenancy.reading(organization.actor("administrator")):
        run = ImportRun.objects.get().public_id
    start = f"/o/{organization.slug}/imports"
    return [f"{start}/", f"{start}/{run}/?finding=criterion:size"]


def test_no_page_runs_sideways_at_any_width(alone, opened):
    organization = alone.organization
    too_wide = {}
    for role, paths in (
        ("sponsor", pages_of(alone)[:3]),
        ("administrator", imports_of(organization)),
    ):
        page = opened(organization.user(role))
        for path in paths:
            page.goto(path)
            too_wide |= {(path, width): beyond(page, width) for width in WIDTHS}

    assert too_wide == dict.fromkeys(too_wide, 0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1440)])
def test_axe_finds_nothing_on_any_page(alone, opened, scheme, width):
    organization = alone.organization
    violations = []
    for role, paths in (
        ("sponsor", pages_of(alone)[:3]),
        ("administrator", imports_of(organization)),
    ):
        page = opened(organization.user(role), scheme, width)
        for path in paths:
            page.goto(path)
            violations += [(path, *each) for each in findings(page)]

    assert violations == []


def test_a_sponsor_finds_what_waits_and_decides_it(alone, opened):
    page = opened(alone.organization.user("sponsor"))
    page.goto(f"/o/{alone.organization.slug}/steering/")
    page.get_by_role("link", name="Only those for me").click()
    page.locator("tbody th a").click()
    page.get_by_label("Accept the deviation for a time").check()
    page.get_by_label("Why, and what was chosen").fill("The tender is run again in spring.")
    page.get_by_label("Looked at again, or held until").fill("2027-02-15")
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_text("The decision is recorded.").wait_for()

    (decision,) = decisions(alone)
    assert (decision.outcome, decision.text) == ("accept", "The tender is run again in spring.")
    assert page.get_by_text("The tender is run again in spring.").count() == 1
