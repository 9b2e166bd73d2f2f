"""A hold that ends always asks somebody: before its end, past it, and until it is decided."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from core import tenancy
from core.errors import DomainError
from governance.rules.holds import Ending
from governance.services import lifecycle
from steering.errors import HoldDecidesItself
from steering.models import Escalation
from steering.queries import escalations as reading
from steering.rules.levels import Decision
from steering.services import decisions
from steering.services.decisions import Choice
from tests.factories.steering import time_passed
from tests.factories.steering_holds import a_day_begins, a_held_measure, asked, hold

SEED = 20260708


def extend(subject, days, by="steering"):
    with tenancy.acting(subject.actor(by)):
        until = tenancy.current().now.date() + timedelta(days=days)
        lifecycle.extend(
            actor=subject.actor(by), measure_id=subject.measure_id, reason="Wait.", until=until
        )


def test_a_hold_asks_nobody_while_its_end_is_far(db, clock_at):
    subject = a_held_measure(clock_at, days=30)  # until 7 August; it asks from 24 July
    clock_at(2026, 7, 23, 9)

    a_day_begins(subject)

    assert asked(subject.organization) == []


def test_a_hold_asks_the_sponsor_two_weeks_before_its_end(db, clock_at):
    subject = a_held_measure(clock_at, days=30)
    clock_at(2026, 7, 24, 9)

    a_day_begins(subject)

    assert asked(subject.organization) == [("open", "amber", 1, "sponsor")]


def test_past_its_end_a_hold_asks_the_program_and_after_silence_the_committee(db, clock_at):
    subject = a_held_measure(clock_at, days=30)
    clock_at(2026, 8, 7, 9)
    a_day_begins(subject)
    on_the_last_day = asked(subject.organization)
    clock_at(2026, 8, 8, 9)
    a_day_begins(subject)
    past = asked(subject.organization)
    clock_at(2026, 9, 7, 9)
    a_day_begins(subject)

    assert on_the_last_day == [("open", "amber", 1, "sponsor")]
    assert past == [("open", "red", 2, "lead")]
    ((state, severity, level, _),) = asked(subject.organization)
    assert (state, severity) == ("open", "critical")
    assert level >= 3
    with tenancy.reading(subject.actor("executive")):
        (row,) = reading.needed(subject.actor("executive"))
        assert row.sentence == (
            "The hold ended on 7 Aug 2026 and nobody decided: Assay proposes to cancel."
        )


@pytest.mark.parametrize("decide", ["resume", "extend", "cancel"])
def test_a_decision_about_the_hold_ends_what_it_asked(db, clock_at, decide):
    subject = a_held_measure(clock_at, days=30)
    clock_at(2026, 7, 24, 9)
    a_day_begins(subject)
    clock_at(2026, 7, 25, 9)
    if decide == "resume":
        lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)
    elif decide == "extend":
        extend(subject, 60)
    else:
        lifecycle.cancel(
            actor=subject.actor("sponsor"),
            measure_id=subject.measure_id,
            reason_code="budget",
            reason="There will be none.",
            ending=Ending(lessons="Ask for funds first."),
        )

    time_passed(subject.organization)

    assert [each[0] for each in asked(subject.organization)] == ["ended"]


def test_words_about_a_hold_do_not_end_what_it_asks(db, clock_at):
    subject = a_held_measure(clock_at, days=30)
    clock_at(2026, 8, 8, 9)
    a_day_begins(subject)
    steering = subject.actor("steering")
    with tenancy.reading(steering):
        (row,) = reading.needed(steering)
        assert reading.detail(steering, row.public_id).allowed == ()

    with pytest.raises(HoldDecidesItself):
        decisions.decide(
            actor=steering,
            escalation_id=row.id,
            version=row.version,
            choice=Choice(Decision.ACCEPT, "Later.", until=date(2026, 8, 20)),
        )

    assert asked(subject.organization)[0][0] == "open"


def test_a_measure_on_hold_is_not_called_back_in_band(db, clock_at):
    """Its other rules are left alone, so what was decided about them is still watched."""
    subject = a_held_measure(clock_at, days=30)
    clock_at(2026, 7, 24, 9)
    a_day_begins(subject)

    with tenancy.reading(tenancy.system(subject.organization.id)):
        rules = set(Escalation.objects.values_list("rule", "back_in_band_on"))
    assert rules == {("T10", None)}


def test_a_second_hold_asks_anew(db, clock_at):
    subject = a_held_measure(clock_at, days=10)
    a_day_begins(subject)
    lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)
    time_passed(subject.organization)
    hold(subject, 12)
    a_day_begins(subject)

    assert [each[0] for each in asked(subject.organization)] == ["ended", "open"]


def test_a_hold_past_its_end_always_has_an_open_escalation(db, clock_at):
    """Domain-rules §17, over a hundred days of holds, extensions, resumptions and waiting."""
    chance = random.Random(SEED)
    subject = a_held_measure(clock_at, days=5)
    day = datetime(2026, 7, 8, 9, tzinfo=UTC)
    seen_past = 0
    for _ in range(40):
        day += timedelta(days=chance.choice((1, 1, 2, 4)))
        clock_at(day.year, day.month, day.day, 9)
        _something(subject, chance)
        a_day_begins(subject)
        measure, is_past = subject.measure(), _is_past(subject, day.date())
        seen_past += is_past
        states = [each[0] for each in asked(subject.organization)]
        assert not is_past or states.count("open") == 1, (day, measure.lifecycle, states)

    assert seen_past > 5


def _something(subject, chance):
    act = chance.choice(("wait", "wait", "wait", "hold", "extend", "resume"))
    try:
        if act == "hold":
            hold(subject, chance.choice((1, 3, 8, 30)), chance.choice(("sponsor", "lead")))
        elif act == "extend":
            extend(subject, chance.choice((2, 10, 40)), chance.choice(("lead", "steering")))
        elif act == "resume":
            lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)
    except DomainError:
        return


def _is_past(subject, day):
    from_ = subject.measure().lifecycle_decisions
    with tenancy.reading(subject.actor("lead")):
        held = from_.filter(act__in=["hold", "extend"]).order_by("-pk").first()
    return subject.measure().lifecycle == "on_hold" and day > held.expires_on
