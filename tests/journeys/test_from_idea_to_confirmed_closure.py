"""The main job end to end: an idea is planned, decided, delivered, and closed as confirmed value.

Real processes, real browsers, each person at one of their own. Only two things are not done in a
page: the organization is founded, and time passes.
"""

import io
import itertools
from collections.abc import Callable

import pytest
from django.core.management import call_command

from accounts.services import organizations
from accounts.services.organizations import Founding
from core import tenancy
from core.tenancy import Actor
from hierarchy.services import tree
from reporting.services import drain
from tests.clock import ClockAt
from tests.factories.organizations import PASSWORD, a_user
from tests.journeys.acts import (
    ADMINISTRATION,
    BRANCH,
    CHECKS,
    CONFIRMED,
    LINE,
    MEASURE,
    Company,
    add_milestone,
    approve_everything,
    build_the_tree,
    claim,
    complete_milestone,
    confirm_as_it_is,
    forecast,
    name_people,
    pass_gate,
    plan,
    propose,
    prove_the_line,
    refused,
    request_gate,
    time_passes,
    welcome_everybody,
)
from tests.journeys.steps import (
    Person,
    enter,
    the_password_was_given_an_hour_ago,
)

pytestmark = pytest.mark.browser
_numbers = itertools.count(1)


@pytest.fixture
def administrator(clock_at: ClockAt, at_a_browser: Callable[..., Person]) -> tuple[Person, Actor]:
    """The founder of an organization that has nothing yet but its name."""
    clock_at(2026, 1, 12, 9)
    slug = f"nordlicht-{next(_numbers)}"
    founder = a_user(f"ada@{slug}.example", "Ada Lindqvist")
    founding = Founding(slug=slug, name="Nordlicht AG", currency="EUR", time_zone="UTC")
    actor = organizations.found(founding=founding, founder=founder)
    tree.plant(actor=actor, name="Nordlicht AG")
    return at_a_browser(slug, founder.name, founder.email, PASSWORD), actor


def test_from_an_idea_to_a_confirmed_closure(administrator, at_a_browser, clock_at):
    ada, founder = administrator
    ada.sign_in()
    build_the_tree(ada)
    company = Company(ada.slug, founder, welcome_everybody(ada, at_a_browser))

    an_idea_is_planned_and_decided(company)
    it_is_delivered(company, clock_at)
    it_is_refused_to_be_closed_and_then_confirmed(company, clock_at)

    look_around(company, ada)
    everything_is_sound(company)


def an_idea_is_planned_and_decided(company: Company) -> None:
    """January: proposed, planned, and voted to Decided."""
    owner = company.of("owner")
    propose(owner)
    name_people(company)
    plan(owner)
    pass_gate(company, "Identified", ("lead",))
    pass_gate(company, "Detailed", ("lead", "controller"))
    pass_gate(company, "Decided", ("sponsor", "controller"))


def it_is_delivered(company: Company, clock_at: ClockAt) -> None:
    """February to April: forecast, milestone, Implemented, and three months claimed."""
    owner = company.of("owner")
    time_passes(company, clock_at, 2026, 2, 10, 9)
    forecast(owner)
    assert refused(owner, "Implemented") == [
        "Mandatory milestones not done with evidence: Carriers chosen (open)."
    ]

    time_passes(company, clock_at, 2026, 3, 3, 9)
    complete_milestone(owner, "Carriers chosen")
    pass_gate(company, "Implemented", ("sponsor",))
    add_milestone(owner, "Savings booked", "2026-05-20")
    claim(owner, "Feb 2026", "10,000")
    approve_everything(company.of("controller"))

    time_passes(company, clock_at, 2026, 4, 2, 9)
    confirm_as_it_is(owner)
    claim(owner, "Mar 2026", "10,500")


def it_is_refused_to_be_closed_and_then_confirmed(company: Company, clock_at: ClockAt) -> None:
    """May: all that is missing is named, then supplied; the open dashboard follows."""
    owner, executive = company.of("owner"), company.of("executive")
    time_passes(company, clock_at, 2026, 5, 5, 9)
    confirm_as_it_is(owner)
    claim(owner, "Apr 2026", "9,500")
    assert refused(owner, "Closed") == [
        "Mandatory milestones still open: Savings booked.",
        f"Not proven yet: {LINE}: Mar 2026 awaits approval; {LINE}: Apr 2026 awaits approval.",
        (
            f"Evidence missing: {LINE} needs a ledger extract, an invoice set, a contract with its "
            "volume, a headcount list or a budget-cut voucher."
        ),
        f"Nobody has said what became of the budget of: {LINE}.",
    ]

    follow_the_dashboard(executive, confirmed="10")
    complete_milestone(owner, "Savings booked")
    prove_the_line(owner)
    approve_everything(company.of("controller"))
    see_confirmed(executive, "30")

    request_gate(owner, "Closed")
    confirm_the_closure(company.of("controller"))
    see_closed(executive)


def follow_the_dashboard(executive: Person, confirmed: str) -> None:
    """Open the dashboard and leave it open; from here on it is not loaded again."""
    executive.open()
    executive.look("dashboard")
    executive.page.evaluate("document.body.dataset.loaded = 'once'")
    assert executive.page.locator(CONFIRMED).get_by_role("link").inner_text() == confirmed


def see_confirmed(executive: Person, amount: str) -> None:
    """Wait until the open dashboard shows the confirmed figure."""
    executive.page.locator(CONFIRMED).get_by_role("link", name=amount, exact=True).wait_for()
    _is_still_the_same_page(executive)


def see_closed(executive: Person) -> None:
    """Wait until the open dashboard counts the measure as closed."""
    executive.page.locator("#charts", has_text="1 closed").wait_for()
    _is_still_the_same_page(executive)


def _is_still_the_same_page(executive: Person) -> None:
    assert executive.page.evaluate("document.body.dataset.loaded") == "once"


def confirm_the_closure(controller: Person) -> None:
    """Confirm exactly the figures shown; the password is asked for where the act waits."""
    controller.open("governance/approvals/")
    controller.look("approval-desk-closing")
    controller.follow(f"See the proof: {MEASURE}")
    controller.page.get_by_role("button", name="Confirm and close").wait_for()
    controller.look("closure")
    the_password_was_given_an_hour_ago(controller)
    enter(controller.page.locator("main"), statement="Cost centre 4711, ledger of Feb to Apr.")
    controller.press("Confirm and close")
    asked = controller.page.locator("#presence")
    enter(asked, password=controller.password)
    controller.look("closure-password-again")
    controller.press("Confirm that it is you", asked)
    controller.is_told("Now press the button once more.")
    controller.press("Confirm and close")
    controller.is_told("The value is confirmed and the measure is closed.")
    controller.page.locator("#gate-body #next-gate").wait_for()
    controller.look("measure-closed")


def look_around(company: Company, ada: Person) -> None:
    """Look at the pages that the way did not lead over."""
    for name, path in ADMINISTRATION.items():
        ada.open(path)
        ada.look(f"administration-{name}")
    ada.open("structure/people")
    ada.follow("Owner Berg")
    ada.look("administration-member")
    ada.follow(BRANCH["package"])
    ada.follow("Decision rights")
    ada.look("decision-rights")

    executive = company.of("executive")
    executive.page.locator(CONFIRMED).get_by_role("link").click()
    executive.look("made-of")
    executive.open()
    executive.follow("Targets")
    executive.look("targets")
    executive.open()
    for node in BRANCH.values():
        executive.page.locator("#children").get_by_role("link", name=node, exact=True).click()
        executive.page.get_by_role("heading", level=1, name=node).wait_for()
    executive.look("dashboard-of-a-package")
    executive.open("steering/")
    executive.look("decisions")

    controller = company.of("controller")
    controller.open("governance/ledger/")
    controller.look("ledger")
    controller.page.locator("main a[href*='/governance/ledger/']").first.click()
    controller.look("ledger-entry")


def everything_is_sound(company: Company) -> None:
    """The three commands find nothing wrong with the organization."""
    drain.drain_all(actor=tenancy.system(company.founder.organization_id))
    for name, verdict in CHECKS.items():
        out = io.StringIO()
        call_command(name, "--organization", company.slug, stdout=out)
        assert verdict in out.getvalue()
