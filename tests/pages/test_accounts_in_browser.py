"""The way in, and people in administration, in a real browser: for everybody, at every width."""

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page

from accounts import letters
from accounts.models import Letter
from accounts.rules.roles import Role
from core import tenancy
from hierarchy.models import Invitation
from hierarchy.services import invitations
from hierarchy.services.invitations import Promise
from tests.factories.organizations import an_invitation, an_organization
from tests.pages.in_browser import WIDTHS, beyond, client_of, findings

pytestmark = pytest.mark.browser


@pytest.fixture
def halvern(db):
    cache.clear()  # the limits of other tests are not ours
    return an_organization()


def stranger() -> Client:
    """Return a session of nobody."""
    client = Client()
    client.session.save()
    return client


def invitation_link(halvern) -> str:
    with tenancy.reading(tenancy.system(halvern.id)):
        return f"/invitation/{invitations.token_of(Invitation.objects.latest('pk'))}/"


def fits(page: Page) -> bool:
    return findings(page) == [] and [beyond(page, width) for width in WIDTHS] == [0, 0, 0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_people_and_invitations_are_readable_at_every_width(visit, halvern, scheme):
    branch = halvern.branch()
    seats = (Promise(branch.program.pk, Role.LEAD), Promise(halvern.root.pk, Role.EXECUTIVE))
    an_invitation(halvern, seats=seats)
    an_invitation(halvern)
    with tenancy.acting(tenancy.system(halvern.id)) as context:
        Letter.objects.filter(pk=Letter.objects.latest("pk").pk).update(
            outcome="refused", ended_at=context.now, last_error="550 5.1.1 No such person here"
        )
    page = visit(client_of(halvern.user("administrator")), scheme)

    page.goto(f"/o/{halvern.slug}/structure/people")
    page.get_by_text("More seats").click()

    assert fits(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_who_opens_an_invitation_comes_in(visit, halvern, scheme):
    an_invitation(halvern, seats=(Promise(halvern.root.pk, Role.LEAD),))
    page = visit(stranger(), scheme)

    page.goto(invitation_link(halvern))
    assert fits(page)
    page.get_by_label("Choose a password").fill("quite another long password")
    page.get_by_role("button", name="Accept and come in").click()

    page.wait_for_url(f"**/o/{halvern.slug}/governance/gates/")
    assert page.get_by_label("Account of Nora Newcomer").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_forgotten_password_is_set_by_the_link_of_the_letter(visit, halvern, scheme):
    page = visit(stranger(), scheme)

    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgotten your password?").click()
    assert fits(page)
    page.get_by_label("Email").fill(halvern.user("owner").email)
    page.get_by_role("button", name="Send the letter").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()
    with tenancy.acting(tenancy.system(halvern.id)):
        said = letters.password_reset(Letter.objects.latest("pk"))
    page.goto(said.action.url.replace("http://127.0.0.1:8000", ""))
    assert fits(page)
    for label in ("New Password", "New Password (again)"):
        page.get_by_label(label, exact=True).fill("quite another long password")
    page.get_by_role("button", name="Set the new password").click()

    page.get_by_role("heading", name="Your new password is set").wait_for()
    assert fits(page)
