"""Looking at measures: what fires asks somebody once, and time has it climb."""

from datetime import date

import pytest

from audit.models import Event
from core import tenancy
from governance.queries import facts
from governance.rules.criteria import NO_ESCALATION
from governance.rules.holds import Ending
from governance.services import lifecycle
from measures.models import Milestone
from measures.rules.stage import Stage
from measures.services import milestones
from steering.models import Watch
from steering.queries import escalations as reading
from tests.factories import governance
from tests.factories.measures import a_decided_measure, a_planned_measure
from tests.factories.steering import (
    DECIDED_ON,
    a_measure_left_alone,
    escalations,
    looked_at,
    time_passed,
)


def acts(subject) -> list[str]:
    with tenancy.reading(tenancy.system(subject.organization.id)):
        rows = Event.objects.filter(subject_kind="escalation").order_by("seq")
        return list(rows.values_list("act", flat=True))


def confirm_status(subject):
    milestones.confirm_status(actor=subject.actor("owner"), measure_id=subject.measure_id)


def test_a_measure_on_its_way_escalates_nothing(db, clock_at):
    clock_at(*DECIDED_ON)
    subject = a_decided_measure()

    assert (looked_at(subject), escalations(subject)) == (0, {})


def test_each_rule_that_fires_names_who_decides_and_by_when(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()

    changed = looked_at(subject)

    found = {
        rule: (each.severity, each.level, each.decider_id, each.decider_role, each.due_on)
        for rule, each in escalations(subject).items()
    }
    assert changed == 3
    assert found == {
        # Level 0: the owner plans within five working days.
        "T1": ("red", 0, subject.id_of("owner"), "owner", date(2026, 12, 28)),
        # Level 1: no lead at package or project, so the sponsor, within three.
        "T2": ("red", 1, subject.id_of("sponsor"), "sponsor", date(2026, 12, 24)),
        "T4": ("amber", 0, subject.id_of("owner"), "owner", date(2026, 12, 28)),
    }


def test_an_escalation_says_what_it_is_about_and_what_is_at_stake(db, clock_at):
    subject = a_measure_left_alone(clock_at)

    looked_at(subject)

    late = escalations(subject)["T1"]
    assert late.facts == {"sentence": "Carriers chosen is 20 days late.", "about": [
        "Carriers chosen"
    ]}  # fmt: skip
    assert (late.since, late.value_at_stake, late.currency) == (
        date(2026, 12, 1),
        90_000_00,
        "EUR",
    )


def test_looking_twice_changes_nothing(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    before = acts(subject)

    assert (looked_at(subject), acts(subject)) == (0, before)


def test_a_measure_below_decided_escalates_nothing(db, clock_at):
    clock_at(*DECIDED_ON)
    subject = a_planned_measure()
    clock_at(2026, 12, 21, 9)

    assert looked_at(subject) == 0


def test_a_repeat_adds_to_the_open_escalation(db, clock_at):
    clock_at(*DECIDED_ON)
    subject = a_planned_measure()
    milestones.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=milestones.MilestoneDraft(
            name="Contracts signed", plan_end=date(2026, 12, 10), owner_id=subject.id_of("owner")
        ),
    )
    while subject.measure().stage < Stage.DECIDED:
        governance.pass_next_gate(subject.case())
    clock_at(2026, 12, 11, 9)
    looked_at(subject)
    first = escalations(subject)["T1"]
    clock_at(2026, 12, 22, 9)

    looked_at(subject)

    again = escalations(subject)["T1"]
    assert (again.pk, first.repeats, again.repeats) == (first.pk, 0, 1)
    assert again.facts["about"] == ["Carriers chosen", "Contracts signed"]


def test_silence_and_a_new_status_do_not_close_an_open_escalation(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    confirm_status(subject)

    looked_at(subject)

    assert escalations(subject)["T4"].state == "open"


def test_a_missed_timer_climbs_to_the_next_level_that_somebody_holds(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    clock_at(2026, 12, 29, 9)

    time_passed(subject.organization)

    raised = escalations(subject)["T1"]
    assert (raised.level, raised.decider_role, raised.level_since, raised.due_on) == (
        1,
        "sponsor",
        date(2026, 12, 29),
        date(2027, 1, 1),
    )


def test_a_timer_climbs_one_level_a_miss_up_to_the_executive_and_stays_there(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    seen = []
    for moment in ((2026, 12, 29), (2027, 1, 4), (2027, 1, 12), (2027, 1, 29), (2027, 3, 1)):
        clock_at(*moment, 9)
        time_passed(subject.organization)
        late = escalations(subject)["T1"]
        seen.append((late.level, late.decider_role))

    # At level 2 the lead of the whole organization stands before the controller.
    assert seen == [
        (1, "sponsor"),
        (2, "lead"),
        (3, "steering"),
        (4, "executive"),
        (4, "executive"),
    ]


def test_nothing_climbs_before_its_day_has_passed(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    clock_at(2026, 12, 28, 9)

    time_passed(subject.organization)

    assert escalations(subject)["T1"].level == 0


def test_the_clock_looks_at_what_was_judged_anew_and_only_once(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()

    first, second = time_passed(subject.organization), time_passed(subject.organization)

    assert (first, second) == (3, 0)
    with tenancy.reading(tenancy.system(subject.organization.id)):
        assert Watch.objects.get().red_since == date(2026, 12, 21)


def test_an_open_escalation_ends_with_its_measure(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    lifecycle.cancel(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="The carrier left the market.",
        ending=Ending(lessons="Ask first.", ending="It ends with the month."),
    )

    time_passed(subject.organization)

    assert {each.state for each in escalations(subject).values()} == {"ended"}


def test_a_measure_on_hold_keeps_its_open_escalations(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    lifecycle.hold(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        reason_code="budget",
        reason="No budget before spring.",
        until=date(2027, 2, 1),
    )

    time_passed(subject.organization)

    assert {each.state for each in escalations(subject).values()} == {"open"}


def test_open_levels_are_told_to_who_judges_a_closing(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)

    with tenancy.reading(tenancy.system(subject.organization.id)):
        assert reading.highest_levels([subject.measure_id, -1]) == {subject.measure_id: 1}


@pytest.mark.parametrize(("reader", "count"), [("executive", 3), ("sponsor", 3), ("newcomer", 0)])
def test_a_needed_decision_stands_at_every_node_above_for_who_may_see_it(
    db, clock_at, reader, count
):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)
    organization = subject.organization
    actor = organization.newcomer() if reader == "newcomer" else subject.actor(reader)

    with tenancy.reading(actor):
        at = [
            len(reading.needed(actor, node)) for node in (organization.root, subject.package, None)
        ]

    assert at == [count, count, count]


def test_needed_decisions_are_ordered_by_gravity_then_by_value_and_days(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)
    actor = subject.actor("executive")

    with tenancy.reading(actor):
        rules = [row.rule for row in reading.needed(actor)]

    assert rules == ["Milestone late", "Potential red", "Update stale"]


def test_a_milestone_done_is_no_longer_late(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    with tenancy.reading(subject.actor("lead")):
        milestone = Milestone.objects.get(measure_id=subject.measure_id)
    milestones.complete(
        actor=subject.actor("owner"), milestone_id=milestone.pk, version=milestone.version
    )

    looked_at(subject)

    assert set(escalations(subject)) == set()


def test_an_open_escalation_of_level_two_bars_the_closing(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    for moment in ((2026, 12, 29), (2027, 1, 4)):
        clock_at(*moment, 9)
        time_passed(subject.organization)

    with tenancy.reading(tenancy.system(subject.organization.id)):
        found = facts.one(subject.measure_id)

    assert found.highest_escalation == 2
    assert NO_ESCALATION.judge(found).sentence == (
        "An escalation is open at level 2: its decider must decide it first."
    )
