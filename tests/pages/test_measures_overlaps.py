"""Overlaps on the pages: proposed, confirmed, and shown where they are taken off."""

import pytest

from core import tenancy
from measures.models import BudgetLine, Overlap
from tests.api.test_hierarchy_api import caller_of
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.organizations import an_organization
from tests.factories.overlaps import a_chart, agreed, on_line
from tests.factories.reporting import drained
from tests.pages.markup import read
from tests.pages.measures_reader import place, reader


@pytest.fixture
def two(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    one, other = (a_decided_measure(organization) for _ in range(2))
    a_chart(organization)
    on_line(one, other)
    return one, other


def only(subject):
    with tenancy.reading(subject.actor("lead")):
        return Overlap.objects.get()


def test_an_overlap_is_proposed_and_confirmed_from_the_pages_of_both_measures(two):
    one, other = two
    organization = one.organization
    form = {
        "pair": f"{one.line_id}-{other.line_id}",
        "since": f"{YEAR}-07",
        "until": f"{YEAR}-12",
        "amount": "2,000",
        "reason": "Both count the same cartons.",
    }
    owner, sponsor, controller = (
        reader(organization, role) for role in ("owner", "sponsor", "controller")
    )

    offered = owner.see(f"{place(one)}overlaps/propose/")
    sent = owner.post(f"{place(one)}overlaps/propose/", form, is_fragment=True)
    made = {"overlap": only(one).pk}
    by_owner = owner.post(f"{place(one)}overlaps/confirm/", made, is_fragment=True)
    first = sponsor.post(f"{place(other)}overlaps/confirm/", made, is_fragment=True)
    second = controller.post(f"{place(one)}overlaps/confirm/", made, is_fragment=True)

    assert f"{other.measure().node.name}: Freight" in offered.one("select", name="pair").text
    assert [each.status_code for each in (sent, by_owner, first, second)] == [200, 403, 200, 200]
    assert read(sent).one(id="notices").text == "Sponsor and controller are asked."
    row = read(second).one("section", id="overlaps").rows()[0]
    assert (row[1], row[2], row[3]) == ("6210 Packaging", f"12,000.00 {YEAR}", "agreed")
    assert "Both count the same cartons." in row[4]
    assert "Reverse" in row[5]
    assert only(one).amounts == [0] * 6 + [200_000] * 6


def test_a_form_that_cannot_stand_is_refused_in_words(two):
    one, other = two
    owner = reader(one.organization, "owner")
    form = {
        "pair": f"{one.line_id}-{other.line_id}",
        "since": f"{YEAR}-12",
        "until": f"{YEAR}-07",
        "amount": "2,000",
        "reason": "Both count it.",
    }

    backwards = owner.post(f"{place(one)}overlaps/propose/", form, is_fragment=True)
    no_reason = owner.post(f"{place(one)}overlaps/propose/", form | {"reason": ""})

    assert (backwards.status_code, no_reason.status_code) == (422, 422)


def test_it_stands_as_a_row_where_both_come_together_and_on_the_budget_line(two, client):
    one, other = two
    agreed(one, other, dict.fromkeys(range(7, 13), 2000))
    drained(one.organization)
    client.force_login(one.organization.user("executive"))
    with tenancy.reading(one.actor("lead")):
        budget = BudgetLine.objects.get(code="6210").public_id
    root = one.organization.root.public_id
    slug = one.organization.slug

    node = read(client.get(f"/o/{slug}/portfolio/{root}/"))
    below = client.get(f"/o/{slug}/portfolio/{one.package.public_id}/").content.decode()
    why = read(client.get(f"/o/{slug}/portfolio/{root}/made-of/plan/fiscal_year/"))
    line = read(client.get(f"/o/{slug}/measures/budget/{budget}/"))

    names = (one.measure().node.name, other.measure().node.name)
    children = node.one("section", id="children").text
    assert all(name in children for name in names)
    assert "on 6210 Packaging \N{MINUS SIGN}12 \N{MINUS SIGN}12 0 Total" in children
    assert "Overlap" not in below
    assert "less one overlap" in why.text
    assert "12,000" in line.text
    assert "Overlaps on this line" in line.text


def test_the_api_proposes_confirms_and_reverses(two):
    one, other = two
    owner, sponsor, controller = (
        caller_of(one.organization, role) for role in ("owner", "sponsor", "controller")
    )
    at = f"/measures/{one.measure().node.public_id}/overlaps"
    far = f"/measures/{other.measure().node.public_id}/overlaps"
    given = {
        "line_id": one.line_id,
        "other_line_id": other.line_id,
        "years": [{"fiscal_year": YEAR, "amounts": ["0.00"] * 6 + ["2000.00"] * 6}],
        "reason": "Both count it.",
    }

    made = owner("POST", at, given)
    pk = made.json()["id"]
    first = sponsor("POST", f"{far}/{pk}/confirm")
    second = controller("POST", f"{at}/{pk}/confirm")
    again = controller("POST", f"{at}/{pk}/confirm")
    listed = owner("GET", far).json()
    ended = controller("POST", f"{at}/{pk}/end", {"reason": "Nothing is common."})
    unknown = controller("POST", f"{at}/{pk + 1}/end", {"reason": "x"})

    assert [each.status_code for each in (made, first, second, again, ended, unknown)] == [
        201, 200, 200, 409, 200, 404,
    ]  # fmt: skip
    assert (made.json()["state"], first.json()["state"], second.json()["state"]) == (
        "proposed", "proposed", "agreed",
    )  # fmt: skip
    assert listed[0]["years"] == given["years"]
    assert ended.json()["state"] == "reversed"
