"""Decisions needed and imports in a real browser: at every width, within the policy, decided."""

from pathlib import Path

import axe_playwright_python
import pytest
from django.test import Client

from core import tenancy
from intake.models import ImportRun
from tests.factories.intake import SMALL, asked, imported
from tests.factories.steering import a_measure_left_alone, decisions, escalations, looked_at
from tests.pages.served import served

pytestmark = pytest.mark.browser

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
WIDTHS = (360, 768, 1440)
PATIENCE = 30_000  # milliseconds; a page is waited for, never slept for


@pytest.fixture
def address(db):
    with served() as at:
        yield at


@pytest.fixture
def alone(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)
    return subject


@pytest.fixture
def opened(browser, address):
    """Open pages as a member, light or dark; nothing may be said on the console."""
    contexts, said = [], []

    def open_page(user, scheme="light", width=1440):
        client = Client()
        client.force_login(user)
        context = browser.new_context(
            base_url=address, color_scheme=scheme, viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        session = client.cookies["session"].value
        context.add_cookies([{"name": "session", "value": session, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert said == []


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
    beyond = {}
    for role, paths in (
        ("sponsor", pages_of(alone)[:3]),
        ("administrator", imports_of(organization)),
    ):
        page = opened(organization.user(role))
        for path in paths:
            page.goto(path)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                beyond[path, width] = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )

    assert beyond == dict.fromkeys(beyond, 0)


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
            page.evaluate(AXE.read_text(encoding="utf-8"))
            found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
            violations += [(path, each["id"]) for each in found["violations"]]

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
