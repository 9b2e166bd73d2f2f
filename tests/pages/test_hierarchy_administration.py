"""Administration's pages: what each role sees, what a form does, how many queries it costs."""

import re
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Member, Profile
from accounts.queries import numbers
from core import tenancy
from hierarchy.models import Node, Seat
from hierarchy.queries import authority
from tests.factories.organizations import PASSWORD, an_organization

FOR_ADMINISTRATORS = ["", "people", "profile", "numbers", "number?key=hold_days"]
OTHERS = ["executive", "lead", "controller", "sponsor", "owner", "steering"]


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


class Browser:
    """A member at a browser, who has just entered the password."""

    def __init__(self, organization, role):
        self.client = Client(enforce_csrf_checks=False)
        user = organization.user(role)
        self.client.login(email=user.email, password=PASSWORD)
        session = self.client.session
        session["account_authentication_methods"] = [
            {"method": "password", "at": time.time(), "reauthenticated": True}
        ]
        session["account_authentication_methods_user"] = str(user.pk)
        session.save()
        self.root = f"/o/{organization.slug}/structure/"

    def get(self, path):
        return self.client.get(self.root + path)

    def post(self, path, htmx=False, **fields):
        headers = {"HX-Request": "true"} if htmx else {}
        return self.client.post(self.root + path, fields, headers=headers)


def node_path(node, act=""):
    return f"nodes/{node.public_id}{act}"


def stored(organization, node):
    with tenancy.reading(organization.actor("lead")):
        return Node.objects.get(pk=node.pk)


# --- who sees what ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FOR_ADMINISTRATORS)
def test_an_administrator_opens_every_page(db, halvern, path):
    assert Browser(halvern, "administrator").get(path).status_code == 200


@pytest.mark.parametrize("role", OTHERS)
def test_nobody_else_opens_them(db, halvern, role):
    browser = Browser(halvern, role)

    statuses = {path: browser.get(path).status_code for path in FOR_ADMINISTRATORS}

    assert statuses == dict.fromkeys(FOR_ADMINISTRATORS, 403)
    assert browser.get(node_path(halvern.root)).status_code == 403


@pytest.mark.parametrize("role", ["administrator", *OTHERS])
def test_everybody_reads_the_decision_rights_and_has_tokens(db, halvern, role):
    browser = Browser(halvern, role)

    rights = browser.get(node_path(halvern.root, "/rights"))

    assert rights.status_code == 200
    assert "Lead Person" in rights.content.decode()
    assert browser.get("tokens").status_code == 200


def test_a_member_of_another_organization_finds_no_page(db, halvern):
    other = an_organization(name="Other")
    client = Client()
    client.login(email=other.user("administrator").email, password=PASSWORD)

    for path in [*FOR_ADMINISTRATORS, node_path(halvern.root)]:
        assert client.get(f"/o/{halvern.slug}/structure/{path}").status_code == 404


def test_an_administrator_of_a_branch_sees_only_the_branch(db, halvern):
    energy, water = halvern.branch("Local energy"), halvern.branch("Local water")
    local = halvern.newcomer()
    halvern.seat(local, "administrator", energy.portfolio)
    client = Client()
    client.login(email=f"{_email(halvern, local)}", password=PASSWORD)

    page = client.get(f"/o/{halvern.slug}/structure/").content.decode()
    other = client.get(f"/o/{halvern.slug}/structure/{node_path(water.portfolio)}")

    assert "Local energy program" in page
    assert "Local water" not in page
    assert other.status_code == 404


def _email(organization, actor):
    with tenancy.reading(actor):
        return Member.objects.get(pk=actor.member_id).email


# --- the tree -----------------------------------------------------------------------------------


def test_the_overview_costs_the_same_queries_for_one_branch_and_for_ten(db):
    other = an_organization()
    other.branch("First")
    browser = Browser(other, "administrator")
    browser.get("")
    with CaptureQueriesContext(connection) as small:
        browser.get("")
    for number in range(9):
        other.branch(f"Branch {number}")

    with CaptureQueriesContext(connection) as large:
        page = browser.get("")

    assert page.content.decode().count("tree__name") == 1 + 10 + 10
    assert len(large) == len(small)


def test_a_child_is_added_in_place_and_on_the_page(db, halvern):
    portfolio = halvern.add(halvern.root, "For pages")
    browser = Browser(halvern, "administrator")

    inline = browser.post(node_path(portfolio, "/add"), htmx=True, name="Inline", code="")
    plain = browser.post(node_path(portfolio, "/add"), name="Plain", code="P-1")

    assert (inline.status_code, "Inline" in inline.content.decode()) == (200, True)
    assert (plain.status_code, plain["Location"]) == (
        303,
        f"/o/{halvern.slug}/structure/{node_path(portfolio)}",
    )
    with tenancy.reading(halvern.actor("lead")):
        names = list(Node.objects.filter(parent=portfolio).order_by("name").values_list("name"))
    assert names == [("Inline",), ("Plain",)]


def test_the_same_form_sent_twice_adds_one_child(db, halvern):
    portfolio = halvern.add(halvern.root, "Sent twice")
    browser = Browser(halvern, "administrator")

    for _ in range(2):
        response = browser.post(node_path(portfolio, "/add"), name="Once", code="", once="k1")
        assert response.status_code == 303

    with tenancy.reading(halvern.actor("lead")):
        assert Node.objects.filter(parent=portfolio).count() == 1


def test_a_form_that_does_not_fit_comes_back_with_its_sentence(db, halvern):
    browser = Browser(halvern, "administrator")

    plain = browser.post(node_path(halvern.root, "/add"), name="", code="")
    inline = browser.post(node_path(halvern.root, "/add"), htmx=True, name="", code="")

    assert (plain.status_code, "This field is required" in plain.content.decode()) == (422, True)
    assert (inline.status_code, inline["HX-Retarget"]) == (422, "#notices")


def test_a_node_is_renamed_moved_and_archived(db, halvern):
    energy, water = halvern.branch("Page energy"), halvern.branch("Page water")
    browser = Browser(halvern, "administrator")

    renamed = browser.post(node_path(energy.project, "/rename"), name="New", code="", version="1")
    moved = browser.post(
        node_path(energy.package, "/move"), parent=str(water.project.public_id), version="1"
    )
    archived = browser.post(node_path(energy.project, "/archive"), version="2")

    assert [each.status_code for each in (renamed, moved, archived)] == [303, 303, 303]
    project = stored(halvern, energy.project)
    assert (project.name, project.version, project.archived_on is None) == ("New", 3, False)
    assert stored(halvern, energy.package).parent_id == water.project.pk


def test_a_refusal_is_a_page_with_the_sentence(db, halvern):
    energy = halvern.branch("Refused")
    browser = Browser(halvern, "administrator")

    full = browser.post(node_path(energy.portfolio, "/archive"), version="1")
    stale = browser.post(node_path(energy.portfolio, "/rename"), name="x", code="", version="0")

    assert (full.status_code, "Refused program" in full.content.decode()) == (409, True)
    assert stale.status_code == 409
    assert stored(halvern, energy.portfolio).name == "Refused portfolio"


def test_a_page_shows_where_a_node_may_go(db, halvern):
    energy, water = halvern.branch("Where energy"), halvern.branch("Where water")
    page = Browser(halvern, "administrator").get(node_path(energy.package)).content.decode()

    assert str(water.project.public_id) in page
    assert f'value="{energy.project.public_id}"' not in page
    assert f'value="{water.program.public_id}"' not in page


# --- people -------------------------------------------------------------------------------------


def test_a_new_member_gets_a_password_that_is_shown_once_and_works(db, halvern):
    browser = Browser(halvern, "administrator")
    email = f"new.person@{halvern.slug}.example"

    added = browser.post("people", name="New Person", email=email)
    password = re.search(r'class="secret">([^<]+)<', added.content.decode())[1]
    again = browser.get("people").content.decode()

    assert added["Cache-Control"] == "no-store"
    assert password not in again
    assert Client().login(email=email, password=password)
    assert browser.post("people", name="New Person", email=email).status_code == 409


def test_a_person_known_elsewhere_keeps_the_own_password(db, halvern):
    other = an_organization(name="Other")
    known = other.user("lead")

    added = Browser(halvern, "administrator").post("people", name="Known", email=known.email)

    assert 'class="secret"' not in added.content.decode()
    assert Client().login(email=known.email, password=PASSWORD)


def test_adding_people_asks_for_the_password_again_when_it_is_long_ago(db, halvern):
    client = Client()
    client.login(email=halvern.user("administrator").email, password=PASSWORD)

    response = client.post(
        f"/o/{halvern.slug}/structure/people", {"name": "x", "email": "x@x.example"}
    )

    assert response.status_code == 303
    assert response["Location"].startswith("/accounts/reauthenticate/")


def test_a_seat_is_given_and_ended(db, halvern):
    portfolio = halvern.add(halvern.root, "Seated")
    person = halvern.newcomer("Sam Seated")
    browser = Browser(halvern, "administrator")
    with tenancy.reading(person):
        public_id = Member.objects.get(pk=person.member_id).public_id
        today = authority.today().isoformat()

    given = browser.post(
        "appoint",
        node=str(portfolio.public_id),
        member=str(public_id),
        role="owner",
        valid_from=today,
    )
    with tenancy.reading(person):
        seat = Seat.objects.get(member_id=person.member_id)
    shown = browser.get(f"people/{public_id}").content.decode()
    ended = browser.post("relieve", seat=str(seat.pk))

    assert (given.status_code, ended.status_code) == (303, 303)
    assert "Seated" in shown
    with tenancy.reading(person):
        seat.refresh_from_db()
        assert seat.valid_to == authority.today()


# --- the organization ---------------------------------------------------------------------------


def test_the_profile_is_changed(db):
    other = an_organization()
    browser = Browser(other, "administrator")
    values = {
        "name": "Halvern AG",
        "currency": "CHF",
        "fiscal_start_month": "7",
        "decimal_separator": ",",
        "group_separator": " ",
        "time_zone": "Europe/Zurich",
    }

    assert browser.post("profile", **values).status_code == 303

    with tenancy.reading(other.actor("lead")):
        profile = Profile.objects.get()
    assert (profile.name, profile.currency, profile.fiscal_start_month) == ("Halvern AG", "CHF", 7)
    assert (profile.decimal_separator, profile.group_separator) == (",", " ")
    assert browser.post("profile", **values | {"currency": "francs"}).status_code == 422
    assert browser.post("profile", **values | {"group_separator": ","}).status_code == 422


def test_a_number_is_changed_from_a_day_on_with_a_reason(db):
    other = an_organization()
    browser = Browser(other, "administrator")
    with tenancy.reading(other.actor("lead")):
        today = authority.today().isoformat()

    changed = browser.post(
        "number?key=hold_recheck_days", value="50", effective_on=today, reason="Agreed in the board"
    )
    page = browser.get("number?key=hold_recheck_days").content.decode()

    assert changed.status_code == 303
    assert "Agreed in the board" in page
    with tenancy.reading(other.actor("lead")):
        assert numbers.current(authority.today()).hold_recheck_days == 50


@pytest.mark.parametrize(
    ("value", "day", "status"),
    [("0", None, 422), ("1.5", None, 422), ("60", "2001-01-01", 422), ("many", None, 422)],
)
def test_a_number_that_does_not_fit_is_refused(db, halvern, value, day, status):
    with tenancy.reading(halvern.actor("lead")):
        today = authority.today().isoformat()

    response = Browser(halvern, "administrator").post(
        "number?key=hold_recheck_days", value=value, effective_on=day or today, reason="x"
    )

    assert response.status_code == status


def test_a_number_of_a_limit_is_proposed_and_not_changed_by_one(db, halvern):
    browser = Browser(halvern, "administrator")
    with tenancy.reading(halvern.actor("lead")):
        today = authority.today().isoformat()

    page = browser.get("number?key=hold_days").content.decode()
    alone = browser.post("number?key=hold_days", value="60", effective_on=today, reason="x")

    assert f"/o/{halvern.slug}/governance/gates/scheme/number/?key=hold_days" in page
    assert "Save" not in page
    assert alone.status_code == 409
    with tenancy.reading(halvern.actor("lead")):
        assert numbers.current(authority.today()).hold_days == 90


def test_a_token_is_made_for_oneself_shown_once_and_ended(db, halvern):
    browser = Browser(halvern, "lead")
    api = f"/o/{halvern.slug}/api/v1/nodes"

    made = browser.post("tokens", name="Reporting tool")
    secret = re.search(r'class="secret">([^<]+)<', made.content.decode())[1]
    headers = {"Authorization": f"Bearer {secret}"}
    before = Client().get(api, headers=headers).status_code
    listed = browser.get("tokens").content.decode()
    token = re.search(r'name="token" value="(\d+)"', listed)[1]
    revoked = browser.post("tokens/revoke", token=token)

    assert made["Cache-Control"] == "no-store"
    assert secret not in listed
    assert (before, revoked.status_code) == (200, 303)
    assert Client().get(api, headers=headers).status_code == 401


def test_only_an_administrator_ends_the_token_of_somebody_else(db, halvern):
    made = Browser(halvern, "lead").post("tokens", name="Mine").content.decode()
    token = re.search(r'name="token" value="(\d+)"', made)[1]

    assert Browser(halvern, "owner").post("tokens/revoke", token=token).status_code == 403
    assert Browser(halvern, "administrator").post("tokens/revoke", token=token).status_code == 303
