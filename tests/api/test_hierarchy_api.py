"""The API's contract: who gets in, what is refused how, and the endpoints of the tree."""

import json
from uuid import uuid4

import pytest
from django.test import Client

from accounts.services import tokens
from core import tenancy
from core.errors import NotAllowed
from hierarchy.models import Node
from tests.factories.organizations import PASSWORD, an_organization
from tests.pages.visitors import visitor


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


class Caller:
    """A program that calls one organization's API."""

    def __init__(self, slug, secret=None, client=None):
        self.root = f"/o/{slug}/api/v1"
        self.client = client or Client()
        self.headers = {} if secret is None else {"Authorization": f"Bearer {secret}"}

    def __call__(self, method, path, body=None, **headers):
        named = self.headers | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.client.generic(
            method,
            self.root + path,
            data="" if body is None else json.dumps(body),
            content_type="application/json",
            headers=named,
        )


def secret_of(organization, role, *, may_write=True):
    return tokens.issue(
        actor=organization.actor(role),
        member_id=organization.actor(role).member_id,
        name="test",
        may_write=may_write,
    )


def caller_of(organization, role, **options):
    return Caller(organization.slug, secret_of(organization, role, **options))


def person_of(organization, role, *, fresh=True):
    """A member's own session as caller: what only a person who is present does."""
    return Caller(organization.slug, client=visitor(organization, role, fresh=fresh).client)


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == response.status_code
    return response.status_code, body["code"]


# --- who gets in --------------------------------------------------------------------------------


def test_a_stranger_is_asked_for_a_token(db, halvern):
    response = Caller(halvern.slug)("GET", "/nodes")

    assert problem(response) == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="assay"'


def test_a_token_opens_its_own_organization_and_no_other(db, halvern):
    other = an_organization(name="Other")
    secret = secret_of(halvern, "lead")

    assert Caller(halvern.slug, secret)("GET", "/nodes").status_code == 200
    assert problem(Caller(other.slug, secret)("GET", "/nodes")) == (401, "token_refused")
    assert problem(Caller("nowhere", secret)("GET", "/nodes")) == (401, "token_refused")


def test_a_revoked_token_opens_nothing(db, halvern):
    caller = caller_of(halvern, "lead")
    with tenancy.reading(halvern.actor("lead")):
        token = tokens.holder(caller.headers["Authorization"].split()[1], tenancy.current().now)

    tokens.revoke(actor=halvern.actor("administrator"), token_id=token.pk)

    assert problem(caller("GET", "/nodes")) == (401, "token_refused")


def test_a_token_that_reads_only_changes_nothing(db, halvern):
    caller = caller_of(halvern, "administrator", may_write=False)
    body = {"parent_id": str(halvern.root.public_id), "name": "Not made"}

    assert problem(caller("POST", "/nodes", body)) == (403, "token_reads_only")


def test_a_browser_needs_its_csrf_token_to_write(db, halvern):
    client = Client(enforce_csrf_checks=True)
    client.login(email=halvern.user("administrator").email, password=PASSWORD)
    caller = Caller(halvern.slug, client=client)
    body = {"parent_id": str(halvern.root.public_id), "name": "By browser"}

    assert caller("GET", "/nodes").status_code == 200
    assert problem(caller("POST", "/nodes", body)) == (403, "permission_denied")


def test_a_browser_of_another_organization_finds_nothing(db, halvern):
    other = an_organization(name="Other")
    client = Client()
    client.login(email=other.user("lead").email, password=PASSWORD)

    assert problem(Caller(halvern.slug, client=client)("GET", "/nodes")) == (404, "not_found")


# --- nodes --------------------------------------------------------------------------------------


def test_nodes_are_listed_and_narrowed(db, halvern):
    branch = halvern.branch("Listed")
    caller = caller_of(halvern, "lead")

    def names(query):
        return [each["name"] for each in caller("GET", f"/nodes?{query}").json()["results"]]

    assert names(f"under_id={branch.portfolio.public_id}") == [
        "Listed portfolio",
        "Listed program",
        "Listed project",
        "Listed package",
    ]
    assert names(f"parent_id={branch.portfolio.public_id}") == ["Listed program"]
    assert names(f"under_id={branch.portfolio.public_id}&level=package") == ["Listed package"]
    assert problem(caller("GET", "/nodes?level=galaxy")) == (400, "invalid")


def test_a_node_is_added_under_its_parent_and_shown_with_its_version(db, halvern):
    caller = caller_of(halvern, "administrator")
    body = {"parent_id": str(halvern.root.public_id), "name": "By program"}

    made = caller("POST", "/nodes", body)
    shown = caller("GET", f"/nodes/{made.json()['id']}")

    assert made.status_code == 201
    assert made["ETag"] == '"1"'
    assert made["Location"] == f"/o/{halvern.slug}/api/v1/nodes/{made.json()['id']}"
    assert (
        shown.json()
        == made.json()
        == {
            "id": made.json()["id"],
            "parent_id": str(halvern.root.public_id),
            "level": "portfolio",
            "name": "By program",
            "code": "",
            "archived_on": None,
            "version": 1,
        }
    )


def test_the_same_key_adds_one_node(db, halvern):
    caller = caller_of(halvern, "administrator")
    name = f"Once {uuid4()}"
    body = {"parent_id": str(halvern.root.public_id), "name": name}

    first = caller("POST", "/nodes", body, Idempotency_Key=name)
    second = caller("POST", "/nodes", body, Idempotency_Key=name)
    third = caller("POST", "/nodes", body | {"name": "x"}, Idempotency_Key=name)

    assert (second.status_code, second.json()) == (201, first.json())
    assert second["Location"] == first["Location"]
    assert problem(third) == (422, "key_reused")
    with tenancy.reading(halvern.actor("lead")):
        assert Node.objects.filter(name=name).count() == 1


def test_a_refused_key_may_be_tried_again(db, halvern):
    caller = caller_of(halvern, "administrator")
    key = str(uuid4())
    body = {"parent_id": str(halvern.root.public_id), "name": "Tried again", "level": "project"}

    assert problem(caller("POST", "/nodes", body, Idempotency_Key=key)) == (422, "wrong_level")
    assert (
        caller("POST", "/nodes", body | {"level": "portfolio"}, Idempotency_Key=key).status_code
        == 201
    )


def test_a_change_names_the_version_it_changes(db, halvern):
    node = halvern.add(halvern.root, "Versioned")
    caller = caller_of(halvern, "administrator")
    path = f"/nodes/{node.public_id}"

    assert problem(caller("PATCH", path, {"name": "A"})) == (428, "version_missing")
    assert problem(caller("PATCH", path, {"name": "A"}, If_Match='W/"x"')) == (
        400,
        "version_malformed",
    )
    renamed = caller("PATCH", path, {"name": "A"}, If_Match='"1"')
    assert (renamed.status_code, renamed.json()["name"], renamed["ETag"]) == (200, "A", '"2"')
    assert problem(caller("PATCH", path, {"name": "B"}, If_Match='"1"')) == (412, "stale_version")


def test_a_node_is_moved_and_archived(db, halvern):
    energy, water = halvern.branch("Moved energy"), halvern.branch("Moved water")
    caller = caller_of(halvern, "administrator")

    moved = caller(
        "POST",
        f"/nodes/{energy.package.public_id}/move",
        {"parent_id": str(water.project.public_id)},
        If_Match='"1"',
    )
    archived = caller("POST", f"/nodes/{energy.project.public_id}/archive", If_Match='"1"')
    full = caller("POST", f"/nodes/{water.project.public_id}/archive", If_Match='"1"')

    assert (moved.status_code, moved.json()["parent_id"]) == (200, str(water.project.public_id))
    assert (archived.status_code, archived.json()["archived_on"] is None) == (200, False)
    assert problem(full) == (409, "node_not_empty")
    assert "Moved energy package" in full.json()["detail"]


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "sponsor", "owner"])
def test_only_an_administrator_writes_the_tree(db, halvern, role):
    caller = caller_of(halvern, role)
    body = {"parent_id": str(halvern.root.public_id), "name": "Not made"}

    assert problem(caller("POST", "/nodes", body)) == (403, "not_allowed")
    assert caller("GET", f"/nodes/{halvern.root.public_id}").status_code == 200


def test_a_value_that_does_not_fit_is_named(db, halvern):
    response = caller_of(halvern, "administrator")("POST", "/nodes", {"name": ""})

    assert problem(response) == (400, "invalid")
    assert sorted(response.json()["errors"]) == ["name", "parent_id"]


def test_a_node_that_is_not_there_is_a_problem_too(db, halvern):
    caller = caller_of(halvern, "lead")

    assert problem(caller("GET", f"/nodes/{uuid4()}")) == (404, "not_found")
    assert problem(caller("DELETE", f"/nodes/{halvern.root.public_id}")) == (
        405,
        "method_not_allowed",
    )


def test_a_node_of_another_organization_is_not_there_for_any_method(db, halvern):
    other = an_organization(name="Other")
    caller = caller_of(halvern, "administrator")
    path = f"/nodes/{other.root.public_id}"

    answers = [
        caller("GET", path),
        caller("PATCH", path, {"name": "x"}),
        caller("POST", f"{path}/move", {}),
        caller("POST", f"{path}/archive"),
    ]

    assert [problem(each) for each in answers] == [(404, "not_found")] * 4


def test_nobody_makes_a_token_for_somebody_else(db, halvern):
    with pytest.raises(NotAllowed):
        tokens.issue(
            actor=halvern.actor("administrator"),
            member_id=halvern.actor("controller").member_id,
            name="borrowed",
            may_write=True,
        )


def test_a_seat_below_shows_only_what_is_below(db, halvern):
    branch = halvern.branch("Own")
    local = halvern.newcomer()
    halvern.seat(local, "owner", branch.program)
    secret = tokens.issue(actor=local, member_id=local.member_id, name="local", may_write=False)
    caller = Caller(halvern.slug, secret)

    names = [each["name"] for each in caller("GET", "/nodes").json()["results"]]

    assert names == ["Own program", "Own project", "Own package"]
    assert problem(caller("GET", f"/nodes/{halvern.root.public_id}")) == (404, "not_found")


# --- people -------------------------------------------------------------------------------------


def test_members_and_seats_are_read_by_every_member(db, halvern):
    caller = caller_of(halvern, "owner")
    root = halvern.root.public_id

    members = caller("GET", "/members?limit=2").json()
    seats = caller("GET", f"/seats?node_id={root}").json()["results"]

    assert (members["count"] >= 7, len(members["results"])) == (True, 2)
    assert sorted(members["results"][0]) == ["id", "name"]
    assert {"administrator", "lead", "owner"} <= {each["role"] for each in seats}


# --- its description ----------------------------------------------------------------------------


def test_the_description_names_every_endpoint_and_both_ways_in(db, halvern):
    client = Client()
    client.login(email=halvern.user("owner").email, password=PASSWORD)

    described = client.get(f"/o/{halvern.slug}/api/v1/schema").json()

    assert described["openapi"].startswith("3.")
    assert {"/nodes", "/nodes/{node}", "/members", "/seats"} <= set(described["paths"])
    assert set(described["components"]["securitySchemes"]) == {"token", "session"}
    assert described["servers"] == [{"url": f"/o/{halvern.slug}/api/v1"}]


def test_a_program_reads_the_description_with_its_token(db, halvern):
    described = caller_of(halvern, "owner")("GET", "/schema")

    assert (described.status_code, described.json()["openapi"][:2]) == (200, "3.")
    assert problem(Caller(halvern.slug, "assay_none")("GET", "/schema")) == (401, "token_refused")


def test_an_address_that_the_api_does_not_have_is_refused_as_a_problem(db, halvern):
    answer = caller_of(halvern, "owner")("GET", "/nodes/1")

    assert problem(answer) == (404, "not_found")


def test_the_explorer_runs_no_script_of_its_page(db, halvern):
    client = Client()
    client.login(email=halvern.user("owner").email, password=PASSWORD)

    page = client.get(f"/o/{halvern.slug}/api/v1/docs").content.decode()

    assert f'data-schema="/o/{halvern.slug}/api/v1/schema"' in page
    assert "<style" not in page
    assert "<script>" not in page


def test_the_explorer_asks_a_stranger_to_log_in(db, halvern):
    response = Client().get(f"/o/{halvern.slug}/api/v1/docs")

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")
