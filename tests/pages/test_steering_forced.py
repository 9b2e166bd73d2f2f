"""The pages of forced decisions and zombies, and what My work says of both."""

from datetime import date

import pytest

from core import tenancy
from governance.services import lifecycle
from measures.services import dependencies
from steering.models import Watch
from tests.factories.forced import a_costly_measure, a_forced_decision, a_zombie, forced_on
from tests.factories.forced import a_day_begins as begins
from tests.factories.measures import a_decided_measure
from tests.pages.markup import read
from tests.pages.visitors import visitor as governor


def visitor(subject, role):
    found = governor(subject.organization, role)
    return type(found)(found.client, f"/o/{subject.organization.slug}/")


def page(asked, name=""):
    return f"steering/forced/{asked.public_id}/{name}"


@pytest.fixture
def forced(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    clock_at(2026, 7, 8, 9)
    return subject, asked


def test_the_page_says_what_is_left_and_who_decides_by_when(forced):
    subject, asked = forced

    shown = visitor(subject, "executive").see(page(asked)).text

    assert "What is left to gain does not exceed what is left to spend." in shown
    assert "day 4 of 5" in shown
    assert "Sponsor Person (Sponsor)" in shown
    assert "frozen until this is decided" in shown
    for words in ("6,000", "30,000", "-24,000", "24,000"):
        assert words in shown.replace("−", "-")


def test_the_page_tells_what_it_was_asked_for_from_what_holds_today(forced):
    subject, asked = forced
    executive = visitor(subject, "executive")
    same = executive.see(page(asked)).text
    with tenancy.acting(tenancy.system(subject.organization.id)):
        seen = Watch.objects.get(measure=subject.measure_id)
        seen.conditions = [{"code": "value_gone", "sentence": "It brings 11 % of its plan."}]
        seen.save(update_fields=["conditions"])

    other = executive.see(page(asked)).text

    assert "By the figures of today" not in same
    assert "When it was asked: What is left to gain does not exceed" in other
    assert "By the figures of today: It brings 11 % of its plan." in other


def test_the_sponsor_answers_on_the_page(forced):
    subject, asked = forced
    sponsor = visitor(subject, "sponsor")

    answer = sponsor.post(
        page(asked, "answer/"), answer="hold", text="A buyer may come.", until="2026-09-01"
    )

    assert (answer.status_code, subject.measure().lifecycle) == (303, "on_hold")
    shown = sponsor.see(page(asked)).text
    assert "Put on hold" in shown
    assert "A buyer may come." in shown


def test_an_answer_that_lacks_something_is_refused_in_words(forced):
    subject, asked = forced
    sponsor = visitor(subject, "sponsor")

    unfilled = sponsor.post(page(asked, "answer/"), answer="hold")
    endless = sponsor.post(page(asked, "answer/"), answer="hold", text="Wait.")
    unlearned = sponsor.post(page(asked, "answer/"), answer="cancel", text="Gone.")

    assert (unfilled.status_code, endless.status_code, unlearned.status_code) == (422, 422, 422)
    assert "needs its last day" in read(endless).text
    assert "needs its lessons" in read(unlearned).text
    assert forced_on(subject)[0].state == "open"


@pytest.mark.parametrize("role", ["owner", "controller", "lead", "administrator"])
def test_who_does_not_decide_reads_who_does_and_is_refused(forced, role):
    subject, asked = forced
    member = visitor(subject, role)

    shown = member.see(page(asked))
    sent = member.post(page(asked, "answer/"), answer="hold", text="So.", until="2026-09-01")

    assert shown.all("textarea") == []
    assert "You do not decide this." in shown.text
    assert sent.status_code == 403


def test_a_stranger_finds_no_such_page(forced, clock_at):
    _, asked = forced
    other = a_decided_measure()

    assert visitor(other, "executive").get(page(asked)).status_code == 404


def test_my_work_names_what_is_forced_on_the_reader(forced):
    subject, _ = forced

    mine = visitor(subject, "sponsor").see("steering/forced/mine/", is_fragment=True).text
    other = visitor(subject, "lead").see("steering/forced/mine/", is_fragment=True).text

    assert "Decisions forced on you" in mine
    assert "day 4 of 5" in mine
    assert other == ""
    assert "steering/forced/mine/" in visitor(subject, "sponsor").get("measures/").content.decode()


def test_my_work_names_what_the_readers_measures_wait_for(db, clock_at):
    needed = a_costly_measure(clock_at)
    waiting = a_decided_measure(needed.organization)
    dependencies.propose(
        actor=waiting.actor("owner"),
        measure_id=waiting.measure_id,
        needs_id=needed.measure_id,
        what="Its machines.",
    )
    lifecycle.hold(
        actor=needed.actor("sponsor"),
        measure_id=needed.measure_id,
        reason_code="budget",
        reason="No funds.",
        until=date(2026, 9, 1),
    )

    shown = visitor(waiting, "owner").see("steering/forced/mine/", is_fragment=True).text

    assert "Your measures wait for what has stopped" in shown
    assert needed.measure().node.name in shown


def test_the_decisions_that_are_needed_begin_with_those_forced(forced):
    subject, _ = forced
    node = subject.measure().node.public_id

    needed = visitor(subject, "executive").see("steering/").text
    of_measure = visitor(subject, "executive").see(
        f"steering/measure/{node}/escalations/", is_fragment=True
    )

    assert "Forced decisions" in needed
    assert "cancel today frees 30,000" in needed
    assert "New spend is frozen." in of_measure.text


def test_the_zombies_stand_by_the_money_that_a_cancellation_frees(forced, clock_at):
    subject, asked = forced
    clock_at(2026, 7, 2, 9)
    dearer = a_zombie(clock_at, organization=subject.organization, one_time=9000)
    begins(dearer)

    shown = visitor(subject, "executive").see("steering/zombies/")

    names = [each.text for each in shown.all("th", class_="name")]
    first = next(at for at, text in enumerate(names) if dearer.measure().node.name in text)
    second = next(at for at, text in enumerate(names) if subject.measure().node.name in text)
    assert first < second
    assert "84,000" in shown.text
    assert f"/steering/forced/{asked.public_id}/" in str(
        [each.attributes.get("href") for each in shown.all("a")]
    )


def test_the_zombies_of_a_node_are_those_below_it(forced, clock_at):
    subject, _ = forced
    place = subject.package.public_id
    clock_at(2026, 7, 2, 9)
    other = a_zombie(clock_at, organization=subject.organization)
    begins(other)

    shown = visitor(subject, "executive").see(f"steering/zombies/?node={place}").text

    assert subject.measure().node.name in shown
    assert other.measure().node.name not in shown


def test_without_zombies_the_page_says_so(db, clock_at):
    subject = a_costly_measure(clock_at)

    assert "No zombie" in visitor(subject, "executive").see("steering/zombies/").text


def test_the_administrator_begins_the_shadow_which_is_said_on_every_page(db, clock_at):
    subject = a_zombie(clock_at)
    administrator = visitor(subject, "administrator")
    assert "Begin the shadow period" in administrator.see("steering/zombies/").text
    assert "Begin the shadow period" not in visitor(subject, "lead").see("steering/zombies/").text

    unsaid = administrator.post("steering/zombies/shadow/")
    begun = administrator.post("steering/zombies/shadow/", reason="We begin with Assay.")

    assert (unsaid.status_code, begun.status_code) == (422, 303)
    for where in ("steering/", "steering/zombies/"):
        assert "Shadow period until" in visitor(subject, "executive").see(where).text
    assert "Begin the shadow period" not in administrator.see("steering/zombies/").text


def test_nobody_else_begins_the_shadow(db, clock_at):
    subject = a_zombie(clock_at)

    answer = visitor(subject, "executive").post("steering/zombies/shadow/", reason="So.")

    assert answer.status_code == 403


def test_what_an_ending_hold_asks_leads_to_the_measure(db, clock_at):
    subject = a_costly_measure(clock_at)
    lifecycle.hold(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="budget",
        reason="No funds.",
        until=date(2026, 7, 10),
    )
    begins(subject)
    with tenancy.reading(subject.actor("lead")):
        (escalation,) = subject.measure().escalations.all()

    shown = visitor(subject, "sponsor").see(f"steering/{escalation.public_id}/")

    assert "resume, extend once from above, or cancel" in shown.text
    assert shown.all("textarea") == []
