"""A hold over the end of a fiscal year: what it cost that year is booked once, by Assay itself."""

import pytest

from audit.models import Event
from core import tenancy
from core.errors import NotAllowed
from governance import tasks
from governance.models import Leakage
from governance.rules.holds import Ending
from governance.services import leakage, lifecycle, rollback
from measures.rules.lines import Series
from measures.rules.stage import Stage
from tests.factories.measures import Subject, a_decided_measure
from tests.factories.steering_holds import AUTUMN, YEAR_LOCKED, a_measure_held_over, hold
from tests.pages.markup import read
from tests.pages.visitors import visitor


@pytest.fixture
def subject(clock_at):
    return a_measure_held_over(clock_at)


def booked(subject: Subject) -> list[Leakage]:
    with tenancy.reading(subject.actor("lead")):
        return list(Leakage.objects.filter(measure_id=subject.measure_id).order_by("pk"))


def book(subject: Subject) -> int:
    return leakage.book_holds(actor=tenancy.system(subject.organization.id))


def test_the_plan_of_the_months_on_hold_is_booked_by_assay(subject, clock_at):
    clock_at(*YEAR_LOCKED)

    tasks.book_holds()

    (made,) = booked(subject)
    assert (made.cause, made.fiscal_year, made.in_year) == ("hold", 2026, 30_000_00)
    assert (made.run_rate, made.confirmation_id, made.booked_by_id) == (None, None, None)
    assert made.line_id == subject.line_id
    with tenancy.reading(subject.actor("lead")):
        told = Event.objects.filter(subject_id=subject.measure_id, act="leakage_booked").get()
    assert (told.details["cause"], told.details["in_year"]) == ("hold", 30_000_00)
    assert told.actor_id is None


def test_it_is_booked_once(subject, clock_at):
    clock_at(*YEAR_LOCKED)

    assert [book(subject), book(subject)] == [1, 0]


def test_nothing_is_booked_before_the_last_period_is_locked(subject, clock_at):
    clock_at(2027, 1, 8, 9)

    assert book(subject) == 0


def test_what_was_approved_is_not_booked(subject, clock_at):
    clock_at(2026, 11, 3, 9)
    subject.approve(subject.claim(10, 6000))
    clock_at(*YEAR_LOCKED)

    assert book(subject) == 1
    assert [each.in_year for each in booked(subject)] == [24_000_00]


def test_what_waits_for_its_approval_is_waited_for(subject, clock_at):
    clock_at(2026, 11, 3, 9)
    waiting = subject.claim(10, 6000)
    clock_at(*YEAR_LOCKED)

    assert book(subject) == 0

    subject.approve(waiting)

    assert book(subject) == 1


def test_a_hold_that_ended_within_the_year_costs_it_nothing(subject, clock_at):
    clock_at(2026, 12, 1, 9)
    lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)
    clock_at(*YEAR_LOCKED)

    assert book(subject) == 0


def test_one_that_ended_after_it_is_booked_all_the_same(subject, clock_at):
    clock_at(2027, 1, 5, 9)
    lifecycle.cancel(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="No offer came.",
        ending=Ending(lessons="Ask the carriers first."),
    )
    clock_at(*YEAR_LOCKED)

    assert book(subject) == 1


def test_what_was_committed_counts_while_it_is_planned_anew(clock_at):
    clock_at(*AUTUMN)
    subject = a_decided_measure()
    case = {"measure_id": subject.measure_id}
    rollback.propose(
        actor=subject.actor("sponsor"), to_stage=Stage.DETAILED, reason="No offer came.", **case
    )
    rollback.confirm(actor=subject.actor("controller"), **case)
    subject.save(Series.PLAN, {11: 1000, 12: 1000})
    hold(subject, 89)
    clock_at(*YEAR_LOCKED)

    assert book(subject) == 1
    assert [each.in_year for each in booked(subject)] == [30_000_00]


def test_the_page_of_the_measure_says_what_the_hold_cost(subject, clock_at):
    clock_at(*YEAR_LOCKED)
    book(subject)
    address = subject.case().measure().node.public_id

    shown = read(visitor(subject.organization, "lead").get(f"measures/{address}/gate/"))

    assert "booked as leakage and not carried over: Freight 30,000.00 EUR." in shown.text


def test_a_person_books_none(subject, clock_at):
    clock_at(*YEAR_LOCKED)

    with pytest.raises(NotAllowed):
        leakage.book_holds(actor=subject.actor("controller"))
