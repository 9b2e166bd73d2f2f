"""Refused clearly: a node under the wrong level, in another organization, or into its own tree."""

from dataclasses import dataclass

import pytest

from tests.api.test_hierarchy_api import Caller, caller_of
from tests.attacks.refusals import PAGE_404, Refused, nothing_changes, of_api, of_page
from tests.factories.organizations import Branch, TestOrganization, an_organization
from tests.pages.visitors import Visitor, visitor

NO_NODE = "There is no such node here."


@dataclass(frozen=True, slots=True)
class Estate:
    """An organization with a branch, its administrator at both ways in, and a neighbour."""

    organization: TestOrganization
    branch: Branch
    neighbour: Branch
    caller: Caller
    page: Visitor

    def node(self, name: str):
        """Return a node by its level, or the neighbour's program as "neighbour"."""
        if name == "organization":
            return self.organization.root
        return self.neighbour.program if name == "neighbour" else getattr(self.branch, name)


@pytest.fixture(scope="module")
def estate(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        organization = an_organization()
        return Estate(
            organization,
            organization.branch("Energy"),
            an_organization(name="Neighbour").branch(),
            caller_of(organization, "administrator"),
            visitor(organization, "administrator"),
        )


def wrong_level(child: str, parent: str, wanted: str) -> Refused:
    """Return the refusal of a level that does not fit."""
    return Refused(
        422,
        "wrong_level",
        f"A {child} cannot stand under a {parent}: the order is organization, portfolio, program, "
        f"project, package, measure. Choose a {wanted} as its parent.",
    )


def into_itself(name: str) -> Refused:
    """Return the refusal of a move below oneself."""
    return Refused(
        409,
        "move_into_own_subtree",
        f"{name} cannot be moved under itself or a node below it. Choose a parent outside it.",
    )


# What is moved, under what, and the answer; the neighbour's node is as absent as any other.
MOVES = [
    ("program", "organization", wrong_level("program", "organization", "portfolio")),
    ("package", "program", wrong_level("package", "program", "project")),
    ("portfolio", "portfolio", into_itself("Energy portfolio")),
    ("portfolio", "program", into_itself("Energy portfolio")),
    ("program", "package", into_itself("Energy program")),
    ("project", "neighbour", Refused(404, "not_found", NO_NODE)),
]


@pytest.mark.parametrize(("moved", "under", "answer"), MOVES)
def test_a_move_on_the_page(db, estate, superuser_connection, moved, under, answer):
    path = f"/o/{estate.organization.slug}/structure/nodes/{estate.node(moved).public_id}/move"
    fields = {"parent": estate.node(under).public_id, "version": 1}

    with nothing_changes(estate.organization, superuser_connection):
        refused = estate.page.client.post(path, fields)

    is_absent = answer.status == 404
    assert of_page(refused) == (Refused(404, "not_found", PAGE_404) if is_absent else answer)


@pytest.mark.parametrize(("moved", "under", "answer"), MOVES)
def test_a_move_by_the_api(db, estate, superuser_connection, moved, under, answer):
    body = {"parent_id": str(estate.node(under).public_id)}

    with nothing_changes(estate.organization, superuser_connection):
        refused = estate.caller(
            "POST", f"/nodes/{estate.node(moved).public_id}/move", body, If_Match="1"
        )

    assert of_api(refused) == answer


# What is added by the API, at which level, under what. A page offers only the level that fits.
ADDED = [
    ("package", "portfolio", wrong_level("package", "portfolio", "project")),
    ("portfolio", "program", wrong_level("portfolio", "program", "organization")),
    ("project", "neighbour", Refused(404, "not_found", NO_NODE)),
]


@pytest.mark.parametrize(("level", "under", "answer"), ADDED)
def test_a_new_node_by_the_api(db, estate, superuser_connection, level, under, answer):
    body = {"parent_id": str(estate.node(under).public_id), "name": "New", "level": level}

    with nothing_changes(estate.organization, superuser_connection):
        refused = estate.caller("POST", "/nodes", body)

    assert of_api(refused) == answer


def test_a_new_node_of_another_organization_on_the_page(db, estate, superuser_connection):
    path = f"/o/{estate.organization.slug}/structure/nodes/{estate.node('neighbour').public_id}/add"

    with nothing_changes(estate.organization, superuser_connection):
        refused = estate.page.client.post(path, {"name": "New", "code": ""})

    assert of_page(refused) == Refused(404, "not_found", PAGE_404)


def test_a_measure_under_a_program_by_the_api(db, estate, superuser_connection):
    lead = caller_of(estate.organization, "lead")
    body = {
        "package_id": str(estate.branch.program.public_id),
        "name": "Too high",
        "description": "It would stand under a program.",
        "effect_type": "hard",
    }

    with nothing_changes(estate.organization, superuser_connection):
        refused = lead("POST", "/measures", body)

    assert of_api(refused) == wrong_level("measure", "program", "package")


def test_a_move_to_where_it_fits_is_done_by_both_ways(db, estate):
    other = estate.organization.branch("Water")
    path = f"/o/{estate.organization.slug}/structure/nodes/{other.package.public_id}/move"

    typed = estate.page.client.post(path, {"parent": estate.branch.project.public_id, "version": 1})
    called = estate.caller(
        "POST",
        f"/nodes/{other.program.public_id}/move",
        {"parent_id": str(estate.branch.portfolio.public_id)},
        If_Match="1",
    )

    assert (typed.status_code, called.status_code) == (303, 200)
