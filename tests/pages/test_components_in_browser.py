"""The components page in a real browser: readable for everybody, and within the policy."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.browser_answers import ADDRESS, answer
from tests.pages.in_browser import WIDTHS, beyond, findings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def opened(browser: Browser, scheme: str) -> Iterator[Page]:
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/*", answer)
    page.goto(ADDRESS)
    page.wait_for_selector(".main-svg")
    yield page
    context.close()
    assert said == []


@pytest.mark.parametrize("width", WIDTHS)
def test_the_page_never_runs_sideways_and_axe_finds_nothing(opened, width):
    assert (beyond(opened, width), findings(opened)) == (0, [])


def test_a_refusal_has_a_page_that_axe_finds_nothing_in(browser):
    context = browser.new_context(viewport={"width": 360, "height": 900})
    page = context.new_page()
    page.route("**/*", answer)
    page.goto(f"{ADDRESS}/error")

    found = findings(page)
    context.close()

    assert found == []


def test_every_chart_is_drawn_in_the_colours_of_the_scheme(opened, scheme):
    opened.wait_for_function("document.querySelectorAll('.js-plotly-plot').length === 3")

    outlook = opened.evaluate("document.querySelectorAll('.js-plotly-plot')[1].data[1].line.color")

    assert outlook == {"light": "#1c4fb4", "dark": "#93b8ff"}[scheme]


def test_a_dialog_opens_by_its_button_and_closes_by_escape(opened):
    opened.get_by_role("button", name="Decide", exact=True).click()
    assert opened.get_by_role("dialog").is_visible()

    opened.keyboard.press("Escape")

    assert opened.get_by_role("dialog").count() == 0


def test_a_notice_can_be_dismissed(opened):
    notice = opened.locator(".notice", has_text="The forecast is saved.")

    notice.get_by_role("button", name="Close this notice").click()

    assert notice.count() == 0
