"""Nothing that was committed is lost, and nothing happens twice, when web, worker or broker die.

The processes are the real ones and end by SIGKILL. What must follow a commit stands in the
database, so that a sweep of the beat finds it when the wake-up was lost.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal

import psycopg
import pytest
from playwright.sync_api import expect

from audit import services as audit
from audit.models import Delivery, Event
from config.environment import Process
from core import tenancy
from hierarchy.queries import authority
from hierarchy.services import administration
from measures.models import ActualClaim
from measures.rules.lines import Series
from reporting.queries import waiting
from tests import wakes
from tests.clock import ClockAt
from tests.factories.measures import YEAR, Subject, a_decided_measure
from tests.factories.organizations import PASSWORD
from tests.factories.reporting import drained, drifted, seen
from tests.journeys.steps import Person
from tests.live import LiveSystem
from tests.pages.in_browser import PATIENCE

# Longer than the longest sweep and a worker's start together, on a busy machine.
LONGEST = 90.0


@pytest.fixture
def subject(clock_at: ClockAt) -> Subject:
    """A decided measure whose roll-ups stand."""
    clock_at(YEAR, 7, 8, 9)
    made = a_decided_measure()
    drained(made.organization)
    return made


@pytest.fixture
def live(live_system: LiveSystem) -> Iterator[LiveSystem]:
    """The running system, whole again after the test."""
    yield live_system
    for kind, child in live_system.children.items():
        if not child.is_running():
            live_system.start(kind)


@pytest.fixture
def comes_true(
    superuser_connection: psycopg.Connection,
) -> Iterator[Callable[[Callable[[], bool]], bool]]:
    """Ask whenever work is done until it is so; False after the longest a sweep may take."""
    with wakes.watching(superuser_connection, ["rollup_dirty", "audit_delivery"]) as watch:
        yield lambda question: watch.until(question, LONGEST)


def is_drained(subject: Subject) -> bool:
    """Tell whether no measure waits for the drain."""
    return not waiting.is_any(tenancy.system(subject.organization.id))


def outlook(subject: Subject) -> Decimal | None:
    """Return what the root's stored roll-ups say of this year."""
    return seen(subject.organization, subject.organization.root).sentence.outlook


def test_what_was_saved_while_no_worker_lived_is_summed_up_when_one_does(live, subject, comes_true):
    live.kill(Process.WORKER)
    subject.save(Series.FORECAST, {9: 1000})
    before = outlook(subject)

    live.start(Process.WORKER)

    assert before == 90_000
    assert comes_true(lambda: is_drained(subject))
    assert outlook(subject) == 81_000
    assert drifted(subject.organization) == []


def test_a_broker_that_lost_every_message_costs_no_change(live, subject, comes_true):
    live.kill(Process.WORKER)
    subject.save(Series.FORECAST, {9: 1000, 10: 1000})
    live.lose_the_broker()

    live.start(Process.WORKER)

    assert comes_true(lambda: is_drained(subject))
    assert outlook(subject) == 72_000
    assert drifted(subject.organization) == []


def test_a_beat_that_was_killed_sweeps_on_when_it_is_started_again(live, subject, comes_true):
    live.kill(Process.BEAT)
    subject.save(Series.FORECAST, {9: 1000, 10: 1000, 11: 1000})
    live.lose_the_broker()

    live.start(Process.BEAT)

    assert comes_true(lambda: is_drained(subject))
    assert outlook(subject) == 63_000


def deliveries(subject: Subject) -> list[Delivery]:
    """Return the effects that must follow the organization's events."""
    with tenancy.reading(tenancy.system(subject.organization.id)):
        return list(Delivery.objects.select_related("event"))


def test_an_effect_that_must_follow_happens_once_although_worker_and_broker_died(
    live, subject, comes_true
):
    administrator = subject.actor("administrator")
    live.kill(Process.WORKER)
    with tenancy.reading(administrator):
        today = authority.today()
    administration.change_number(
        actor=administrator,
        key="potential_green",
        value=Decimal("0.95"),
        effective_on=today,
        reason="Agreed by the board.",
    )
    live.lose_the_broker()
    before = [(each.task, each.done_at) for each in deliveries(subject)]

    live.start(Process.WORKER)

    assert before == [("reporting.tasks.renew_all", None)]
    assert comes_true(lambda: deliveries(subject)[0].done_at is not None)
    done = deliveries(subject)[0]
    effects: list[Event] = []
    is_done_again = audit.perform(
        actor=tenancy.system(subject.organization.id),
        delivery_id=done.pk,
        effect=effects.append,
    )
    assert (is_done_again, effects) == (False, [])
    assert [each.done_at for each in deliveries(subject)] == [done.done_at]
    assert comes_true(lambda: is_drained(subject))
    assert drifted(subject.organization) == []


def the_owner(subject: Subject, at_a_browser: Callable[..., Person]) -> Person:
    """Return the owner, signed in and at the page of the measure."""
    user = subject.organization.user("owner")
    owner = at_a_browser(subject.organization.slug, user.name, user.email, PASSWORD)
    owner.sign_in()
    owner.open(f"measures/{subject.measure().node.public_id}/")
    owner.page.wait_for_load_state("networkidle")
    return owner


def claimed(subject: Subject) -> list[int]:
    """Return the amounts claimed for the measure, scaled."""
    with tenancy.reading(subject.actor("lead")):
        return list(
            ActualClaim.objects.filter(measure_id=subject.measure_id).values_list(
                "amount", flat=True
            )
        )


@pytest.mark.browser
def test_a_form_sent_to_a_dead_web_server_is_kept_and_sent_again(
    live, subject, at_a_browser, notes
):
    owner = the_owner(subject, at_a_browser)
    owner.page.get_by_role("link", name="Claim a month").first.click()
    dialog = owner.page.locator("dialog[open]")
    dialog.locator("[name=amount]").fill("9,000")

    live.kill(Process.WEB)
    owner.press("Claim", dialog)
    dialog.get_by_text("the server did not answer as it should").wait_for()
    live.start(Process.WEB)
    owner.press("Claim", dialog)
    dialog.wait_for(state="detached")

    assert claimed(subject) == [900000]
    notes.forgive_a_lost_server()


@pytest.mark.browser
def test_a_form_whose_answer_was_lost_is_done_once_although_sent_twice(
    live, subject, at_a_browser, notes
):
    owner = the_owner(subject, at_a_browser)
    owner.page.get_by_role("link", name="Claim a month").first.click()
    dialog = owner.page.locator("dialog[open]")
    dialog.locator("[name=amount]").fill("9,000")

    def lose_the_answer(route):
        route.fetch()
        live.kill(Process.WEB)
        route.abort("connectionreset")

    owner.page.route("**/claims/add/**", lose_the_answer, times=1)
    owner.press("Claim", dialog)
    dialog.get_by_text("the server did not answer as it should").wait_for()
    live.start(Process.WEB)
    owner.press("Claim", dialog)
    dialog.wait_for(state="detached", timeout=PATIENCE)
    owner.is_told("The month is claimed; the controller decides.")

    assert claimed(subject) == [900000]
    expect(owner.page.locator("#value").get_by_text("Waits for approval")).to_have_count(1)
    notes.forgive_a_lost_server()
