"""What journeys share: people at browsers, and what was wrong with any of their pages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys.steps import Notes, Person
from tests.pages.in_browser import PATIENCE


@pytest.fixture
def notes() -> Iterator[Notes]:
    """Collect what is wrong with any page; the journey fails with all of it at its end."""
    collected = Notes()
    yield collected
    assert not collected.said, "\n".join(collected.said)


@pytest.fixture
def at_a_browser(
    notes: Notes, open_browser_page: Callable[[], Page]
) -> Callable[[str, str, str, str], Person]:
    """A factory of people, each at a browser of their own: slug, name, e-mail, password."""

    def arrive(slug: str, name: str, email: str, password: str) -> Person:
        page = open_browser_page()
        page.set_default_timeout(PATIENCE)
        notes.listen(page)
        return Person(page, notes, slug, name, email, password)

    return arrive
