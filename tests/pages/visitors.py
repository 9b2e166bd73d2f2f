"""A member of an organization at a browser, on the pages of governance and those around them."""

import time
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from governance.models import GateRequest
from tests.factories.organizations import PASSWORD, TestOrganization
from tests.pages.markup import Element, read

HTMX = {"HX-Request": "true"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """Opens pages and sends forms below the governance of one organization."""

    client: Client
    root: str

    def get(self, path: str = "", *, is_fragment: bool = False) -> HttpResponse:
        """Open a page."""
        return self.client.get(self.root + path, headers=HTMX if is_fragment else {})

    def see(self, path: str = "", *, is_fragment: bool = False) -> Element:
        """Open a page and return what is on it."""
        answer = self.get(path, is_fragment=is_fragment)
        assert answer.status_code == 200, answer.status_code
        return read(answer)

    def post(self, path: str, *, is_fragment: bool = False, **fields: object) -> HttpResponse:
        """Send a form."""
        return self.client.post(self.root + path, fields, headers=HTMX if is_fragment else {})


def visitor(organization: TestOrganization, role: Role | str, *, fresh: bool = True) -> Visitor:
    """Log in the member who holds a role, with the password just given or long ago."""
    return _at_a_browser(organization, organization.user(role), fresh=fresh)


def visitor_of(organization: TestOrganization, member: Actor) -> Visitor:
    """Log in a member, with the password just given."""
    return _at_a_browser(organization, User.objects.get(pk=member.user_id), fresh=True)


def _at_a_browser(organization: TestOrganization, user: User, *, fresh: bool) -> Visitor:
    client = Client()
    assert client.login(email=user.email, password=PASSWORD)
    session = client.session
    given = {"method": "password", "at": time.time() - (0 if fresh else 3600)}
    session["account_authentication_methods"] = [given | {"reauthenticated": True}]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    return Visitor(client, f"/o/{organization.slug}/governance/")


def request_of(case) -> GateRequest:
    """Return the latest request of a measure."""
    with tenancy.reading(case.actor("lead")):
        return GateRequest.objects.filter(measure_id=case.measure_id).latest("pk")


def place_of(case) -> UUID:
    """Return the public id of a measure."""
    found: UUID = case.measure().node.public_id
    return found
