"""As of a past day in the API: figures, lists, rates and budget as known, by today's seats."""

import pytest

from accounts.rules.roles import Role
from core import tenancy
from governance.services import premises
from hierarchy.models import Node
from hierarchy.queries import authority, past
from measures.queries import measures
from measures.rules.budget_file import FileKind
from measures.services import proposals
from tests.api.test_hierarchy_api import caller_of, problem
from tests.factories.budget import BOOKINGS, BUDGET, CHART, imported
from tests.factories.looking_back import AFTER, BEFORE, changed_later
from tests.factories.measures import YEAR
from tests.factories.money import rate
from tests.factories.portfolios import a_portfolio
from tests.pages.visitors import visitor

HEAD = BOOKINGS.partition("\n")[0]


@pytest.fixture
def halvern(clock_at):
    return a_portfolio(clock_at, measures=2)


def nodes_of(organization):
    with tenancy.reading(organization.actor("executive")):
        return list(Node.objects.filter(level__lt=5).values_list("public_id", flat=True))


def told(caller, nodes, on=""):
    """Everything the API tells of nodes and measures; the day it is asked for aside."""
    said = {}
    for node in nodes:
        figures = caller("GET", f"/nodes/{node}/figures{on}").json()
        below = caller("GET", f"/nodes/{node}/figures/children{on}").json()
        said[node] = (figures | {"as_of": None}, below["results"])
    return said, caller("GET", f"/measures{on}").json()["results"]


def test_figures_children_and_measures_of_a_day_stay_and_those_of_today_are_live(halvern, clock_at):
    organization = halvern.organization
    caller, nodes = caller_of(organization, "executive"), nodes_of(organization)[:3]
    known = told(caller, nodes)
    assert told(caller, nodes, f"?as_of={BEFORE}") == known

    changed_later(halvern, clock_at)

    assert told(caller, nodes, f"?as_of={BEFORE}") == known
    live = told(caller, nodes)
    assert told(caller, nodes, f"?as_of={AFTER}") == live
    assert (live[0] != known[0], len(live[1]) - len(known[1])) == (True, 1)
    answer = caller("GET", f"/nodes/{nodes[0]}/figures?as_of={YEAR + 1}-01-01")
    assert problem(answer) == (422, "day_ahead")


def test_measures_below_a_node_are_those_that_lay_there(halvern, clock_at):
    organization = halvern.organization
    caller = caller_of(organization, "executive")
    with tenancy.reading(organization.actor("executive")):
        left = Node.objects.get(pk=halvern.packages[0].parent_id).public_id
    asked = f"/measures?under_id={left}"
    known = caller("GET", asked).json()["results"]

    changed_later(halvern, clock_at)

    assert caller("GET", asked).json()["results"] == []
    assert caller("GET", f"{asked}&as_of={BEFORE}").json()["results"] == known != []


def test_rates_and_the_budget_are_told_as_known(halvern, clock_at):
    organization = halvern.organization
    caller = caller_of(organization, "controller")
    rate(organization, "1.08")
    for kind, text in (
        (FileKind.CHART, CHART), (FileKind.BUDGET, BUDGET), (FileKind.BOOKINGS, BOOKINGS),
    ):  # fmt: skip
        imported(organization, kind, text)
    asked = ("/rates", "/budget/lines", "/budget/months")
    known = [caller("GET", each).json() for each in asked]

    clock_at(YEAR, AFTER.month, AFTER.day, 9)
    rate(organization, "1.20")
    imported(organization, FileKind.CHART, CHART.replace("Packaging", "Cartons"))
    imported(organization, FileKind.BOOKINGS, f"{HEAD}\n6210,{YEAR},4,K1,-500.00,\n")

    assert [caller("GET", f"{each}?as_of={BEFORE}").json() for each in asked] == known
    changed = [caller("GET", each).json() for each in asked]
    assert all(now != then for now, then in zip(changed, known, strict=True))
    assert [caller("GET", f"{each}?as_of={AFTER}").json() for each in asked] == changed


def test_a_premise_stands_beside_the_decisions_of_its_time(halvern, clock_at):
    organization, subject = halvern.organization, halvern.decided[0]
    address = f"measures/{subject.measure().node.public_id}/decisions/"
    reader = visitor(organization, "executive")
    premises.state(
        actor=organization.actor("owner"),
        measure_id=subject.measure().pk,
        statement="Copper stays above 8,000.",
        checked_by_id=organization.actor("controller").member_id,
        check_on=AFTER,
    )
    clock_at(YEAR, AFTER.month, AFTER.day, 9)
    premises.state(
        actor=organization.actor("owner"),
        measure_id=subject.measure().pk,
        statement="Copper stays above 6,000.",
        checked_by_id=organization.actor("controller").member_id,
        check_on=AFTER,
    )

    assert "above 8,000" in reader.see(f"{address}?as_of={BEFORE}").text
    assert "above 6,000" in reader.see(f"{address}?as_of={AFTER}").text


def named_sponsor(subject, member_id):
    """Let the lead name another sponsor."""
    measure = subject.measure()
    proposals.name_people(
        actor=subject.organization.actor("lead"),
        measure_id=measure.pk,
        version=measure.version,
        owner_id=measure.owner_id,
        sponsor_id=member_id,
        controller_id=measure.controller_id,
    )


def test_a_past_day_is_read_by_the_seats_and_names_of_today(halvern, clock_at):
    organization, subject = halvern.organization, halvern.decided[0]
    seated, was_named = (organization.newcomer(name) for name in ("Newly Seated", "Once Named"))
    sponsor = subject.measure().sponsor_id
    named_sponsor(subject, was_named.member_id)

    def seen(actor, on):
        with tenancy.reading(actor), past.known_on(on):
            return authority.visible(actor).count(), measures.visible(actor).count()

    assert (seen(seated, BEFORE), seen(was_named, BEFORE)) == ((0, 0), (0, 1))
    clock_at(YEAR, AFTER.month, AFTER.day, 9)
    named_sponsor(subject, sponsor)
    organization.seat(seated, Role.EXECUTIVE)

    assert seen(was_named, BEFORE) == (0, 0)
    assert seen(seated, BEFORE) == seen(organization.actor("executive"), BEFORE) != (0, 0)
