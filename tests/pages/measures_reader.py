"""Reads and uses the pages of measures in tests, as a member who is logged in."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.rules.roles import Role
from core.tenancy import Actor
from measures.rules.lines import Series
from tests.factories.measures import YEAR, Subject
from tests.factories.organizations import PASSWORD, TestOrganization
from tests.pages.markup import Element, read

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Reader:
    """A member of an organization at a browser."""

    client: Client
    slug: str

    def get(self, path: str = "", *, is_fragment: bool = False) -> HttpResponse:
        """Open a page below the measures of the organization."""
        return self.client.get(self._address(path), headers=HTMX if is_fragment else {})

    def see(self, path: str = "") -> Element:
        """Open a page and return what is on it."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.status_code
        return read(answer)

    def post(self, path: str, fields: dict[str, object], *, is_fragment: bool = False):
        """Send a form."""
        return self.client.post(self._address(path), fields, headers=HTMX if is_fragment else {})

    def _address(self, path: str) -> str:
        return f"/o/{self.slug}/measures/{path}"


def reader(organization: TestOrganization, role: Role | str) -> Reader:
    """Log in the member who holds a role."""
    return _logged_in(organization, organization.user(role).email)


def reader_of(organization: TestOrganization, member: Actor) -> Reader:
    """Log in a member."""
    client = Client()
    client.force_login(_user(member))
    return Reader(client, organization.slug)


def _logged_in(organization: TestOrganization, email: str) -> Reader:
    client = Client()
    assert client.login(email=email, password=PASSWORD)
    return Reader(client, organization.slug)


def _user(member: Actor):
    return User.objects.get(pk=member.user_id)


def place(subject: Subject) -> str:
    """Return the address of a measure below the measures of its organization."""
    return f"{subject.measure().node.public_id}/"


def cell(subject: Subject, kind: Series, period: int) -> str:
    """Return the name of an input of the grid."""
    return f"cell-{subject.line_id}-{kind.value}-{YEAR}-{period}"


def sheet(page: Element) -> dict[str, str]:
    """Return every field of the value grid's form as the browser would send it."""
    form = next(each for each in page.all("form") if "data-grid-form" in each.attributes)
    return {
        each.attributes["name"]: each.attributes.get("value", "")
        for each in form.all("input")
        if "name" in each.attributes
    }


def field(page: Element, name: str) -> Element:
    """Return the one input of this name."""
    return page.one("input", name=name)
