"""What journeys share: people at browsers, and what was wrong with any of their pages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page
from pytest_django import DjangoDbBlocker

from tests.factories.demo import Told, the_demo
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


@pytest.fixture(scope="module")
def demo(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[dict[str, Told]]:
    """Load the demo once, in a database and with a clock of its own, for all of its stories."""
    with django_db_blocker.unblock(), the_demo(tmp_path_factory.mktemp("files")) as told:
        yield told


@pytest.fixture
def halvern(db: None, demo: dict[str, Told]) -> Told:
    """Halvern Group on 8 July."""
    return demo["halvern"]


@pytest.fixture
def marienfeld(db: None, demo: dict[str, Told]) -> Told:
    """The hospital group on 8 July."""
    return demo["marienfeld"]
