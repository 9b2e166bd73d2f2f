"""Forced decisions: found by Assay, answered in time, or answered by time (domain-rules §11)."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.queries import numbers
from audit.models import Event
from core import tenancy
from core.errors import GuardRefused, NotAllowed
from governance import errors
from governance.errors import NumbersInvalid
from governance.models import LifecycleDecision
from governance.queries import forced as queries
from governance.rules.forced import Answer
from governance.rules.holds import Ending
from governance.services import forcing, lifecycle
from governance.services.forcing import Reply
from measures.rules.lines import Series
from measures.services import claims
from tests.factories.forced import (
    DUE_ON,
    a_costly_measure,
    a_day_begins,
    a_forced_decision,
    a_zombie,
    cost_line,
    forced_on,
    forecast_cost,
)
from tests.factories.schemes import number_changed

LESSONS = Ending(lessons="Ask a customer first.")
HOLD = Reply(Answer.HOLD, "A buyer may come.", until=date(2026, 9, 1))
CANCEL = Reply(Answer.CANCEL, "It does not pay.", ending=LESSONS)
REPLAN = Reply(Answer.REPLAN, "Only order entry is built.", until=date(2026, 8, 31))


def answered(subject, asked, reply, by="sponsor"):
    return forcing.answer(actor=subject.actor(by), forced_id=asked.pk, reply=reply)


def acts(subject):
    with tenancy.reading(subject.actor("lead")):
        rows = Event.objects.filter(subject_kind="measure", subject_id=subject.measure_id)
        return list(rows.exclude(act="unattributed_change").order_by("seq"))


# --- found ----------------------------------------------------------------------------------------


def test_a_measure_that_pays_is_left_alone(db, clock_at):
    subject = a_costly_measure(clock_at)

    a_day_begins(subject)

    assert forced_on(subject) == []


def test_assay_asks_the_sponsor_what_becomes_of_a_measure_that_costs_more_than_it_wins(
    db, clock_at
):
    subject, asked = a_forced_decision(clock_at)

    assert (asked.state, asked.decider_role, asked.decider_id, asked.due_on) == (
        "open",
        "sponsor",
        subject.id_of("sponsor"),
        DUE_ON,
    )
    assert (asked.to_gain, asked.to_spend, asked.spent) == (6_000_00, 30_000_00, 0)
    assert [each["code"] for each in asked.conditions] == ["b"]
    assert asked.options == [
        {"answer": "replan", "effect": -24_000_00},
        {"answer": "hold", "effect": 0},
        {"answer": "cancel", "effect": 24_000_00},
    ]
    assert asked.as_of is not None
    act = acts(subject)[-1]
    assert (act.act, act.actor_id, act.details["conditions"]) == ("decision_forced", None, ["b"])


def test_above_the_limit_the_committee_is_asked(db, clock_at):
    subject, asked = a_forced_decision(clock_at, one_time=50_000)

    assert (asked.decider_role, asked.decider_id) == ("steering", subject.id_of("steering"))


def test_looking_again_asks_nothing_more(db, clock_at):
    subject, asked = a_forced_decision(clock_at)

    a_day_begins(subject)

    assert [each.pk for each in forced_on(subject)] == [asked.pk]


def test_what_waits_is_shown_to_who_decides_and_to_who_sees_the_measure(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    clock_at(2026, 7, 8, 9)

    with tenancy.reading(subject.actor("sponsor")):
        (mine,) = queries.waiting(subject.actor("sponsor"), mine=True)
    with tenancy.reading(subject.actor("executive")):
        (seen,) = queries.waiting(subject.actor("executive"))
        assert queries.waiting(subject.actor("executive"), mine=True) == []
    stranger = subject.organization.newcomer()
    with tenancy.reading(stranger):
        assert queries.waiting(stranger) == []
    assert (mine.id, mine.day, mine.days, mine.net) == (asked.pk, 4, 5, -24_000)
    assert (seen.is_mine, mine.is_mine) == (False, True)


# --- new spend stops ------------------------------------------------------------------------------


def refused_spend(act):
    with pytest.raises(GuardRefused) as refusal:
        act()
    assert refusal.value.details["guard"] == "spend_is_frozen"


def a_cost_claim(subject, month):
    return claims.claim(
        actor=subject.actor("owner"),
        line_id=cost_line(subject),
        fiscal_year=2026,
        period=month,
        amount=Decimal(100),
    )


def test_new_spend_stops_while_the_decision_waits(db, clock_at):
    subject, _ = a_forced_decision(clock_at)
    refused_spend(lambda: forecast_cost(subject, {9: 5001}))

    forecast_cost(subject, {9: 4000})
    subject.save(Series.FORECAST, {9: 20_000})
    clock_at(2026, 8, 4, 9)
    refused_spend(lambda: a_cost_claim(subject, 8))
    assert a_cost_claim(subject, 7).amount == 100_00


def test_new_spend_stops_on_hold_and_begins_again_after_it(db, clock_at):
    subject = a_costly_measure(clock_at)
    lifecycle.hold(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="budget",
        reason="No funds.",
        until=date(2026, 9, 1),
    )
    refused_spend(lambda: forecast_cost(subject, {9: 5001}))

    lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)

    forecast_cost(subject, {9: 5001})


# --- answered -------------------------------------------------------------------------------------


def test_the_sponsor_holds_the_measure_and_the_question_is_answered(db, clock_at):
    subject, asked = a_forced_decision(clock_at)

    answered(subject, asked, HOLD)

    assert (subject.measure().lifecycle, forced_on(subject)[0].state) == ("on_hold", "decided")
    assert [each.act for each in acts(subject)][-2:] == ["measure_held", "forced_decided"]


def test_the_sponsor_cancels_the_measure_and_frees_what_it_would_have_spent(db, clock_at):
    subject, asked = a_forced_decision(clock_at)

    answered(subject, asked, CANCEL)

    with tenancy.reading(subject.actor("lead")):
        decision = LifecycleDecision.objects.get(measure_id=subject.measure_id)
    assert (subject.measure().lifecycle, forced_on(subject)[0].state) == ("cancelled", "decided")
    assert decision.freed_budget == 30_000_00


def test_a_hold_decided_on_the_measure_itself_answers_the_question_too(db, clock_at):
    subject, asked = a_forced_decision(clock_at)

    lifecycle.hold(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="Stop and think.",
        until=date(2026, 8, 1),
    )

    assert forced_on(subject)[0].state == "decided"
    with pytest.raises(errors.ForcedAnswered):
        answered(subject, asked, HOLD)


def test_a_re_plan_leaves_spend_frozen_until_decided_is_passed_again(db, clock_at):
    subject, asked = a_forced_decision(clock_at)

    answered(subject, asked, REPLAN)

    assert (subject.measure().lifecycle, forced_on(subject)[0].state) == ("active", "replanning")
    clock_at(2026, 8, 31, 9)
    assert forcing.lapse(actor=tenancy.system(subject.organization.id)) == 0
    refused_spend(lambda: a_cost_claim(subject, 8))


def test_a_re_plan_that_is_not_decided_in_time_is_held_by_the_system(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    answered(subject, asked, REPLAN)
    clock_at(2026, 9, 1, 9)

    assert forcing.lapse(actor=tenancy.system(subject.organization.id)) == 1

    assert (subject.measure().lifecycle, forced_on(subject)[0].state) == ("on_hold", "lapsed")


def test_a_measure_is_planned_anew_once_in_twelve_months(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    answered(subject, asked, REPLAN)
    clock_at(2026, 9, 1, 9)
    forcing.lapse(actor=tenancy.system(subject.organization.id))
    lifecycle.resume(actor=subject.actor("sponsor"), measure_id=subject.measure_id)
    a_day_begins(subject)
    _, again = forced_on(subject)

    with pytest.raises(errors.ReplannedLately):
        answered(subject, again, Reply(Answer.REPLAN, "Again.", until=date(2026, 10, 1)))
    answered(subject, again, Reply(Answer.HOLD, "Wait.", until=date(2026, 10, 1)))


@pytest.mark.parametrize("by", ["owner", "controller", "lead", "administrator"])
def test_nobody_else_answers(db, clock_at, by):
    subject, asked = a_forced_decision(clock_at)

    with pytest.raises((errors.NotItsForcedDecider, errors.DutiesMeet)):
        answered(subject, asked, HOLD, by=by)

    assert forced_on(subject)[0].state == "open"


def test_the_sponsor_does_not_answer_what_the_committee_is_asked(db, clock_at):
    subject, asked = a_forced_decision(clock_at, one_time=50_000)

    with pytest.raises(errors.NotItsForcedDecider):
        answered(subject, asked, HOLD)
    answered(subject, asked, HOLD, by="steering")


@pytest.mark.parametrize(
    ("reply", "refusal"),
    [
        (Reply(Answer.HOLD, " ", until=date(2026, 9, 1)), errors.ReasonMissing),
        (Reply(Answer.HOLD, "Wait."), errors.AnswerNeedsItsEnd),
        (Reply(Answer.REPLAN, "Anew.", until=date(2026, 10, 1)), errors.AnswerNeedsItsEnd),
        (Reply(Answer.CANCEL, "Gone."), errors.LessonsMissing),
    ],
)
def test_an_answer_says_why_and_until_when(db, clock_at, reply, refusal):
    subject, asked = a_forced_decision(clock_at)

    with pytest.raises(refusal):
        answered(subject, asked, reply)

    assert (subject.measure().lifecycle, forced_on(subject)[0].state) == ("active", "open")


# --- answered by time -----------------------------------------------------------------------------


def test_what_nobody_decides_in_time_is_put_on_hold_by_the_system(db, clock_at):
    subject, asked = a_forced_decision(clock_at)
    clock_at(2026, 7, 9, 21)
    assert forcing.lapse(actor=tenancy.system(subject.organization.id)) == 0
    clock_at(2026, 7, 10, 9)

    a_day_begins(subject)

    with tenancy.reading(subject.actor("lead")):
        held = LifecycleDecision.objects.get(measure_id=subject.measure_id)
    assert (held.act, held.decided_by_id, held.forced_id, held.level) == ("hold", None, asked.pk, 0)
    assert held.expires_on == date(2026, 8, 7)  # twenty working days after 10 July
    assert (subject.measure().lifecycle, forced_on(subject)[0].state) == ("on_hold", "lapsed")
    lapsed = next(each for each in acts(subject) if each.act == "forced_lapsed")
    assert (lapsed.actor_id, lapsed.details["forced_id"]) == (None, asked.pk)


def test_time_passing_twice_changes_nothing_more(db, clock_at):
    subject, _ = a_forced_decision(clock_at)
    clock_at(2026, 7, 10, 9)
    system = tenancy.system(subject.organization.id)

    assert [forcing.lapse(actor=system), forcing.lapse(actor=system)] == [1, 0]


def test_nobody_lets_a_decision_lapse_by_hand(db, clock_at):
    subject, _ = a_forced_decision(clock_at)

    with pytest.raises(NotAllowed):
        forcing.lapse(actor=subject.actor("executive"))


# --- nobody switches it off -----------------------------------------------------------------------


def test_a_number_of_the_rule_changes_by_two_and_from_the_next_month_on(db, clock_at):
    subject = a_zombie(clock_at)

    number_changed(subject.organization, "forced_answer", 10)

    with tenancy.reading(subject.actor("lead")):
        (change,) = numbers.versions("forced_answer")
    assert (change.value, change.effective_on) == (10, date(2026, 8, 1))
    a_day_begins(subject)
    assert forced_on(subject)[0].due_on == DUE_ON


def test_no_number_of_the_rule_leaves_its_limits(db, clock_at):
    subject = a_zombie(clock_at)

    with pytest.raises(NumbersInvalid, match="must lie between 1 and 15"):
        number_changed(subject.organization, "forced_answer", 10_000)


# --- the shadow period ----------------------------------------------------------------------------


def shadow(subject, by="administrator", reason="We begin."):
    return forcing.begin_shadow(actor=subject.actor(by), reason=reason)


def test_in_its_shadow_the_rule_reports_and_does_not_act(db, clock_at):
    subject = a_zombie(clock_at)
    period = shadow(subject)

    a_day_begins(subject)

    (reported,) = forced_on(subject)
    assert (period.ends_on, reported.state) == (date(2026, 8, 31), "reported")
    forecast_cost(subject, {9: 6000})
    clock_at(2026, 8, 31, 9)
    a_day_begins(subject)
    assert [each.state for each in forced_on(subject)] == ["reported"]
    assert subject.measure().lifecycle == "active"


def test_after_its_shadow_the_rule_acts(db, clock_at):
    subject = a_zombie(clock_at)
    shadow(subject)
    a_day_begins(subject)
    clock_at(2026, 9, 1, 9)

    a_day_begins(subject)

    assert [each.state for each in forced_on(subject)] == ["reported", "open"]


def test_the_shadow_is_not_renewed_nor_begun_once_decisions_are_forced(db, clock_at):
    subject = a_zombie(clock_at)
    shadow(subject)
    with pytest.raises(errors.ShadowNotNow):
        shadow(subject)
    late, _ = a_forced_decision(clock_at)
    with pytest.raises(errors.ShadowNotNow):
        shadow(late)


@pytest.mark.parametrize("by", ["executive", "lead", "steering"])
def test_only_an_administrator_begins_the_shadow(db, clock_at, by):
    subject = a_zombie(clock_at)

    with pytest.raises(NotAllowed):
        shadow(subject, by=by)
