"""What people do at their browsers in the journeys, told in the words of the pages."""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import ConsoleMessage, Locator, Page, Response
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from tests.pages.in_browser import WIDTHS, beyond, findings

AN_HOUR = 60 * 60
# Plotly draws anew a moment after the window has another width.
CHARTS_FIT = """() => [...document.querySelectorAll(".js-plotly-plot")].every((plot) => Math.abs(
    plot.querySelector(".main-svg").getBoundingClientRect().width - plot.clientWidth) < 2)"""
UNANSWERED = ("ERR_CONNECTION", "htmx:sendError", "htmx:afterRequest")
REFUSALS = ("409 (Conflict)", "422 (Unprocessable", "403 (Forbidden)")

# Where to put a picture of each page at each width; nowhere unless it is asked for.
SHOTS = os.environ.get("ASSAY_SCREENSHOTS", "")


@dataclass  # without slots: Playwright puts marks on what listens
class Notes:
    """What was wrong with any page of anybody, for the end of a journey."""

    said: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    def listen(self, page: Page) -> None:
        """Note what the browser complains of; its own word on a refusal is no complaint."""
        page.on("pageerror", lambda error: self.said.append(f"{page.url}: {error}"))
        page.on("console", self._heard)
        page.on("response", self._answered)

    def look(self, page: Page, name: str) -> None:
        """Look at a kind of page, once: no sideways scrolling, nothing that axe finds."""
        if name in self.looked_at:
            return
        self.looked_at.add(name)
        page.wait_for_load_state("networkidle")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.wait_for_function(CHARTS_FIT)
            if pixels := beyond(page, width):
                self.said.append(f"{name} runs {pixels} pixels sideways at {width}")
            if SHOTS:
                page.evaluate("scrollTo(0, 0)")
                # Hiding the caret would put a style into the page, which its policy refuses.
                where = Path(SHOTS) / f"{name}-{width}.png"
                page.screenshot(path=where, full_page=True, caret="initial")
        self.said += [f"{name}: axe {rule}: {html}" for rule, html in findings(page)]

    def forgive_a_lost_server(self) -> None:
        """Forget what browser and htmx log when nobody answers: the page has said so in words."""
        self.said = [each for each in self.said if not any(word in each for word in UNANSWERED)]

    def _heard(self, message: ConsoleMessage) -> None:
        is_refusal = any(each in message.text for each in REFUSALS)
        if message.type in {"error", "warning"} and not is_refusal:
            self.said.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.said.append(f"{response.status} {response.url}")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a browser of their own, in one organization."""

    page: Page
    notes: Notes
    slug: str
    name: str
    email: str
    password: str

    def sign_in(self) -> None:
        """Sign in with address and password, and land where one's role works."""
        self.page.goto("/")
        self.look("sign-in")
        enter(self.page.locator("main"), login=self.email, password=self.password)
        self.press("Sign in")
        self.page.wait_for_url(f"**/o/{self.slug}/**")

    def open(self, path: str = "") -> None:
        """Open a page of the organization."""
        self.page.goto(f"/o/{self.slug}/{path}")

    def follow(self, link: str) -> None:
        """Follow a link by the words on it."""
        self.page.get_by_role("link", name=_words(link)).first.click()

    def press(self, button: str, within: Locator | None = None) -> None:
        """Press a button by the words on it."""
        area: Any = within or self.page.locator("main")
        area.get_by_role("button", name=button, exact=True).click()

    def look(self, name: str) -> None:
        """Look at the page as everybody may meet it."""
        self.notes.look(self.page, name)

    def is_told(self, sentence: str) -> None:
        """Wait for a sentence above the page."""
        self.page.locator("#notices").get_by_text(sentence).first.wait_for()

    def fill_in(self, opener: str, submit: str, **fields: object) -> None:
        """Open a form over the page by its link and send it; it goes when it is done."""
        self.page.get_by_role("link", name=_words(opener)).first.click()
        dialog = self.page.locator("dialog[open]")
        dialog.locator("form").first.wait_for()
        enter(dialog, **fields)
        self.press(submit, dialog)
        try:
            dialog.wait_for(state="detached")
        except PlaywrightTimeoutError as error:
            raise AssertionError(
                f"{opener}: the form is still there: {dialog.inner_text()}"
            ) from error

    def type_months(self, row: str, amounts: dict[str, str]) -> None:
        """Type figures of one row of the value grid: "Freight, Plan" -> {"Feb 2026": "10,000"}."""
        for month, amount in amounts.items():
            self.page.get_by_label(f"{row}, {month}", exact=True).fill(amount)

    def save_grid(self) -> None:
        """Save what was typed into the grid."""
        self.press("Save", self.page.locator("form[data-grid-form]"))
        self.is_told("The figures are saved.")

    def give_password(self) -> None:
        """Give the password again on the page that asks for it."""
        self.page.wait_for_url("**/accounts/reauthenticate/**")
        self.look("password-again")
        enter(self.page.locator("main"), password=self.password)
        self.press("Confirm")


def _words(link: str) -> re.Pattern[str]:
    """Return what a link is called: a browser puts a space before words only readers hear."""
    return re.compile("^" + re.escape(link).replace(":", r"\s*:") + "$")


def enter(area: Locator, **fields: object) -> None:
    """Fill in fields by name: text, a choice by its words, a tick, or a file."""
    for name, value in fields.items():
        found = area.locator(f"[name={name}]")
        kind = found.first.evaluate("each => each.type")
        if kind == "select-one":
            found.select_option(label=str(value))
        elif kind == "file":
            found.set_input_files(value)  # type: ignore[arg-type]  # what a test gives as a file
        elif kind == "radio":
            area.get_by_label(str(value), exact=True).check()
        elif kind == "checkbox":
            found.set_checked(bool(value))
        else:
            found.fill(str(value))


def a_file(name: str, text: str) -> dict[str, object]:
    """Return a small text file to attach."""
    return {"name": name, "mimeType": "text/plain", "buffer": text.encode()}


def the_password_was_given_an_hour_ago(person: Person) -> None:
    """Let the proof of presence grow old without waiting."""
    key = next(each["value"] for each in person.page.context.cookies() if each["name"] == "session")
    session = SessionStore(key)
    records = session[AUTHENTICATION_METHODS_SESSION_KEY]
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**each, "at": each["at"] - AN_HOUR} for each in records
    ]
    session.save()
