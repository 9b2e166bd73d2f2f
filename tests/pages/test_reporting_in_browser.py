"""The dashboard in a real browser: readable at every width, within the policy, and following."""

from pathlib import Path

import axe_playwright_python
import pytest
from django.test import Client

from measures.rules.lines import Series
from tests.factories.portfolios import a_portfolio, the_portfolio
from tests.factories.reporting import drained
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


def pages_of(halvern):
    root, package = halvern.organization.root.public_id, halvern.packages[0].public_id
    start = f"/o/{halvern.organization.slug}"
    return [
        f"{start}/",
        f"{start}/portfolio/{package}/",
        f"{start}/portfolio/{root}/?q=nothing",
        f"{start}/portfolio/{root}/made-of/outlook/life/",
    ]


def test_no_page_runs_sideways_at_any_width(clock_at, opened):
    halvern = the_portfolio(clock_at)
    page = opened(halvern.organization.user("executive"))
    beyond = {}
    for path in pages_of(halvern):
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            beyond[path, width] = page.evaluate(
                "document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )

    assert beyond == dict.fromkeys(beyond, 0)


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1440)])
def test_axe_finds_nothing_on_any_page(clock_at, opened, scheme, width):
    halvern = the_portfolio(clock_at)
    page = opened(halvern.organization.user("executive"), scheme, width)
    violations = []
    for path in pages_of(halvern):
        page.goto(path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        violations += [(path, each["id"]) for each in found["violations"]]

    assert violations == []


def test_an_open_dashboard_shows_a_change_without_a_reload_and_keeps_what_was_opened(
    clock_at, opened
):
    halvern = a_portfolio(clock_at, measures=1)
    page = opened(halvern.organization.user("executive"))
    page.goto(f"/o/{halvern.organization.slug}/")
    page.locator("#curve-title").wait_for()
    page.locator("figure[data-chart=curve-source] summary").click()
    page.evaluate("document.body.dataset.loaded = 'once'")
    before = page.locator("#sentence").inner_text()

    for subject in halvern.decided:
        subject.save(Series.FORECAST, dict.fromkeys(range(8, 13), 100))
    drained(halvern.organization)
    page.wait_for_function(
        "before => document.getElementById('sentence').innerText !== before", arg=before
    )

    page.locator("#charts .main-svg").first.wait_for()
    assert page.evaluate("document.body.dataset.loaded") == "once"
    assert page.locator("#charts .js-plotly-plot").count() == 3
    page.locator("figure[data-chart=curve-source] details[open]").wait_for()


def test_sorting_and_filtering_swap_the_table_alone_and_stand_in_the_address(clock_at, opened):
    halvern = the_portfolio(clock_at)
    page = opened(halvern.organization.user("executive"))
    page.goto(f"/o/{halvern.organization.slug}/")
    page.evaluate("document.body.dataset.loaded = 'once'")

    page.locator("#children thead a", has_text="Name").click()
    page.wait_for_url("**/?sort=name")
    page.locator("#children input[name=q]").fill("proc")
    page.locator("#children button", has_text="Filter").click()
    page.wait_for_url("**q=proc*")

    names = page.locator("#children tbody th a")
    names.first.wait_for()
    assert names.all_inner_texts() == ["Procurement"]
    assert page.evaluate("document.body.dataset.loaded") == "once"
    assert "sort=name" in page.url


def test_a_server_that_no_longer_answers_is_told_once_and_quietly(clock_at, browser, address):
    halvern = the_portfolio(clock_at)
    client = Client()
    client.force_login(halvern.organization.user("executive"))
    context = browser.new_context(base_url=address)
    session = client.cookies["session"].value
    context.add_cookies([{"name": "session", "value": session, "url": address}])
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"/o/{halvern.organization.slug}/")

    page.route("**/version/**", lambda route: route.abort())
    page.locator("#lost").wait_for(state="visible")
    notices = page.locator("#notices").inner_text()
    page.unroute("**/version/**")
    page.locator("#lost").wait_for(state="hidden")
    context.close()

    assert notices == ""
