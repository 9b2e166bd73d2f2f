"""The refusals that step 1 promises, through a page and through the API: the code, nothing done."""

import pytest

from core import tenancy
from measures.models import Measure
from measures.services import dependencies
from tests.api.test_hierarchy_api import caller_of, problem
from tests.api.test_measures_api import TWELVE, row_address
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import place, reader
from tests.pages.visitors import visitor


@pytest.fixture(scope="module")
def planned(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return a_planned_measure()


def people(subject):
    with tenancy.reading(subject.actor("lead")):
        row = Measure.objects.get(pk=subject.measure_id)
    return row.owner_id, row.sponsor_id, row.controller_id, row.version


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"owner": ["owner", "sponsor"], "controller": "controller"}, "one owner"),
        ({"owner": ["owner"], "controller": "owner"}, "owner"),
    ],
)
def test_a_second_owner_and_an_owner_who_controls_are_refused_on_the_page(
    db, planned, named, words
):
    before = people(planned)
    fields = {
        "owner_id": [planned.id_of(each) for each in named["owner"]],
        "sponsor_id": planned.id_of("sponsor"),
        "controller_id": planned.id_of(named["controller"]),
        "version": before[3],
    }

    answer = reader(planned.organization, "lead").post(f"{place(planned)}people/", fields)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert people(planned) == before


def test_a_node_under_the_wrong_level_or_into_itself_is_refused_by_both_ways(db):
    organization = an_organization()
    branch = organization.branch()
    caller = caller_of(organization, "administrator")
    page = visitor(organization, "administrator").client
    program, portfolio = str(branch.program.public_id), str(branch.portfolio.public_id)
    root = str(organization.root.public_id)
    at = f"/o/{organization.slug}/structure/nodes/{portfolio}/move"

    level = caller("POST", f"/nodes/{program}/move", {"parent_id": root}, If_Match="1")
    inside = caller("POST", f"/nodes/{portfolio}/move", {"parent_id": program}, If_Match="1")
    typed = [page.post(at, {"parent": each, "version": 1}) for each in (program, portfolio)]

    assert problem(level) == (422, "wrong_level")
    assert problem(inside) == (409, "move_into_own_subtree")
    assert [each.status_code for each in typed] == [422, 422]
    with tenancy.reading(organization.actor("lead")):
        branch.portfolio.refresh_from_db()
    assert branch.portfolio.parent_id == organization.root.pk


def test_a_circle_of_waiting_is_refused_on_the_page(db):
    organization = an_organization()
    one, other = a_planned_measure(organization), a_planned_measure(organization)
    dependencies.propose(
        actor=one.actor("owner"),
        measure_id=one.measure_id,
        needs_id=other.measure_id,
        what="Power",
    )

    answer = reader(organization, "owner").post(
        f"{place(other)}dependencies/add/", {"needs_id": one.measure_id, "what": "Steam"}
    )

    assert answer.status_code in {409, 422}
    assert "waits for" in answer.content.decode()


def test_a_stale_page_a_foreign_currency_and_an_early_gate_are_refused(db, planned):
    owner = reader(planned.organization, "owner")
    caller = caller_of(planned.organization, "owner")
    page, before = place(planned), people(planned)
    told = {"name": "Other", "description": "Other.", "effect_type": "hard", "size": "1"}

    stale = owner.post(f"{page}describe/", told | {"version": before[3] - 1})
    foreign = caller("PUT", row_address(planned), {"values": ["5 USD", *TWELVE[1:]]}, If_Match="1")

    assert stale.status_code == 409
    assert "Nothing was overwritten" in stale.content.decode()
    assert problem(foreign) == (422, "cells_refused")
    assert people(planned) == before
