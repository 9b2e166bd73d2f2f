"""Members at a real browser on the pages of this process, and what is asked of every page."""

from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page

from accounts.models import User
from tests.pages.served import served

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
WIDTHS = (360, 768, 1440)
PATIENCE = 30_000  # milliseconds; a page is waited for, never slept for

Visit = Callable[..., Page]


def findings(page: Page) -> list[tuple[str, str]]:
    """Return what axe finds: its rule, and the element."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [(each["id"], each["nodes"][0]["html"]) for each in found["violations"]]


def beyond(page: Page, width: int) -> int:
    """Return by how many pixels a page runs sideways at a width."""
    page.set_viewport_size({"width": width, "height": 900})
    pixels: int = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return pixels


def client_of(user: User) -> Client:
    """Return a session in which a person has just signed in."""
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def address(db: None) -> Iterator[str]:
    """Where the pages of this process answer."""
    with served() as at:
        yield at


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """Open a browser with a session; fails if a page or its policy said anything at all."""
    said: list[str] = []
    contexts = []

    def note(message: ConsoleMessage) -> None:
        if "Failed to load resource" not in message.text:  # the browser's own word on a refusal
            said.append(message.text)

    def visiting(client: Client, scheme: str = "light", width: int = 1440) -> Page:
        context = browser.new_context(
            base_url=address,
            color_scheme=scheme,  # type: ignore[arg-type]  # light or dark
            viewport={"width": width, "height": 900},
        )
        contexts.append(context)
        value = client.cookies["session"].value
        context.add_cookies([{"name": "session", "value": value, "url": address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", note)
        return page

    yield visiting
    for context in contexts:
        context.close()
    assert said == []
