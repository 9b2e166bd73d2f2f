"""Refused clearly: saving from a page or a version that somebody else has overtaken."""

import pytest

from measures.rules.lines import Series
from tests.api.test_hierarchy_api import caller_of
from tests.api.test_measures_api import TWELVE, address, row_address
from tests.attacks.refusals import Refused, nothing_changes, of_api, of_page
from tests.factories.measures import a_planned_measure
from tests.pages.markup import read
from tests.pages.measures_reader import cell, field, place, reader, sheet
from tests.pages.visitors import visitor

MISSING = Refused(
    428,
    "version_missing",
    "Name the version you change in the header If-Match, as the ETag of your last read.",
)


def overtaken(status: int, what: str) -> Refused:
    """Return the refusal of a save from an old version."""
    return Refused(
        status,
        "stale_version",
        f"{what} was changed by somebody else since you opened it. Nothing was overwritten: "
        "reload, compare, and save again.",
    )


@pytest.fixture
def subject(db):
    """A planned measure whose description and plan the lead changed after the owner looked."""
    return a_planned_measure()


def test_a_description_on_the_page(subject, superuser_connection):
    owner, page, name = reader(subject.organization, "owner"), place(subject), "Other"
    seen = subject.measure().version
    fields = {"name": name, "description": "Mine.", "effect_type": "hard", "version": seen}
    reader(subject.organization, "lead").post(
        f"{page}describe/", fields | {"description": "The lead's."}
    )

    with nothing_changes(subject.organization, superuser_connection):
        refused = owner.post(f"{page}describe/", fields)

    assert of_page(refused) == overtaken(409, name)
    assert subject.measure().description == "The lead's."


def test_a_description_by_the_api(subject, superuser_connection):
    caller = caller_of(subject.organization, "owner")
    seen = subject.measure().version
    caller("PATCH", address(subject), {"description": "First."}, If_Match=f'"{seen}"')

    with nothing_changes(subject.organization, superuser_connection):
        stale = caller("PATCH", address(subject), {"description": "Mine."}, If_Match=f'"{seen}"')
        missing = caller("PATCH", address(subject), {"description": "Mine."})
        malformed = caller("PATCH", address(subject), {"description": "Mine."}, If_Match="*")

    assert of_api(stale) == overtaken(412, subject.measure().node.name)
    assert of_api(missing) == MISSING
    assert of_api(malformed) == Refused(
        400,
        "version_malformed",
        'If-Match must hold one version as its ETag was given, such as "7", not *.',
    )


def test_the_grid_on_the_page_shows_both_values(subject, superuser_connection):
    owner, page = reader(subject.organization, "owner"), place(subject)
    name = cell(subject, Series.PLAN, 8)
    opened = sheet(owner.see(page))
    subject.save(Series.PLAN, {8: 9600}, by="lead")

    with nothing_changes(subject.organization, superuser_connection):
        refused = owner.post(f"{page}value/save/", opened | {name: "7,000"})

    shown = read(refused)
    told = shown.one("table", class_="table--conflict").rows()
    assert (refused.status_code, shown.one("p", class_="refusal__code").text) == (
        409,
        "Code stale_figures",
    )
    assert "Nothing was overwritten." in shown.one(id="value").text
    assert told == [["Freight, plan Aug 2026", "7,000", "9,600"]]
    assert field(shown, name).attributes["value"] == "7,000"


def test_the_grid_by_the_api_shows_both_values(subject, superuser_connection):
    caller = caller_of(subject.organization, "owner")
    subject.save(Series.PLAN, {8: 9600}, by="lead")
    values = [*TWELVE[:3], *["10000.00"] * 4, "7000.00", *["10000.00"] * 4]

    with nothing_changes(subject.organization, superuser_connection):
        stale = caller("PUT", row_address(subject), {"values": values}, If_Match="1")
        missing = caller("PUT", row_address(subject), {"values": values})

    assert of_api(stale) == Refused(
        412,
        "stale_figures",
        "Somebody else has saved since you opened the grid: Freight, plan Aug 2026: yours 7000.00, "
        "theirs 9600.00. Nothing was overwritten: reload, compare, and save again.",
    )
    (row,) = stale.json()["details"]["rows"]
    (told,) = row["cells"]
    assert (told["yours"], told["theirs"]) == ("7000.00", "9600.00")
    assert of_api(missing) == MISSING


def test_a_node_by_both_ways(subject, superuser_connection):
    organization = subject.organization
    page = visitor(organization, "administrator").client
    caller = caller_of(organization, "administrator")
    node = str(subject.package.public_id)
    caller("PATCH", f"/nodes/{node}", {"name": "Renamed"}, If_Match="1")
    at = f"/o/{organization.slug}/structure/nodes/{node}"

    with nothing_changes(organization, superuser_connection):
        typed = page.post(f"{at}/rename", {"name": "Mine", "code": "", "version": 1})
        called = caller("PATCH", f"/nodes/{node}", {"name": "Mine"}, If_Match="1")
        missing = caller("PATCH", f"/nodes/{node}", {"name": "Mine"})

    assert of_page(typed) == overtaken(409, "Renamed")
    assert of_api(called) == overtaken(412, "Renamed")
    assert of_api(missing) == MISSING
