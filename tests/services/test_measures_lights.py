"""The stored lights: kept over a hold, capped by what a measure waits for, judged for many."""

from datetime import date

import pytest

from core import tenancy
from governance.services import lifecycle
from measures.models import MeasureStatus, RollupDirty
from measures.queries import lights as stored
from measures.queries import periods
from measures.services import dependencies, lights, milestones
from measures.services.milestones import MilestoneDraft
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization


def judge(organization, *subjects):
    with tenancy.acting(tenancy.system(organization.id)):
        lights.recompute([each.measure_id for each in subjects], periods.ground().today)


def implementation(subject):
    with tenancy.reading(subject.actor("lead")):
        return stored.of_one(subject.measure_id).implementation


def late(subject):
    """Give a measure a critical milestone of last month."""
    milestones.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=MilestoneDraft(name="Overdue", plan_end=date(YEAR, 1, 5), is_critical=True),
    )


def waits_for(subject, needed, *, is_blocking=True):
    return dependencies.propose(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        needs_id=needed.measure_id,
        what="Carriers",
        is_blocking=is_blocking,
    )


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 2, 2)
    return an_organization()


def test_below_decided_both_lights_are_grey(organization):
    subject = a_planned_measure(organization)

    status = subject.judged()

    assert (status.implementation, status.potential) == ("grey", "grey")


def test_what_waits_for_a_red_measure_is_at_best_amber_and_says_so(organization):
    subject, needed = a_decided_measure(organization), a_decided_measure(organization)
    late(needed)
    waits_for(subject, needed)

    judge(organization, subject, needed)

    light = implementation(subject)
    name = needed.measure().node.name
    assert (light.colour, light.uncapped) == ("amber", "green")
    assert light.reason.sentence == f"Waits for {name}, which is red."
    assert implementation(needed).colour == "red"


def test_a_dependency_that_does_not_block_caps_nothing(organization):
    subject, needed = a_decided_measure(organization), a_decided_measure(organization)
    late(needed)
    waits_for(subject, needed, is_blocking=False)

    judge(organization, subject, needed)

    assert implementation(subject).colour == "green"


def test_what_waits_is_marked_when_the_other_turns_red_in_a_batch_of_its_own(organization):
    subject, needed = a_decided_measure(organization), a_decided_measure(organization)
    waits_for(subject, needed)
    judge(organization, subject, needed)
    late(needed)
    with tenancy.acting(tenancy.system(organization.id)):
        RollupDirty.objects.all().delete()

    judge(organization, needed)

    with tenancy.reading(subject.actor("lead")):
        marked = list(RollupDirty.objects.values_list("measure_id", flat=True))
    assert marked == [subject.measure_id]
    judge(organization, subject)
    assert implementation(subject).colour == "amber"


def test_a_red_by_silence_alone_is_not_handed_on(organization, clock_at):
    subject, needed = a_decided_measure(organization), a_decided_measure(organization)
    waits_for(subject, needed)
    clock_at(YEAR, 5, 4)
    milestones.confirm_status(actor=subject.actor("owner"), measure_id=subject.measure_id)

    judge(organization, subject, needed)

    assert (implementation(needed).colour, implementation(needed).uncapped) == ("red", "green")
    assert implementation(subject).colour == "green"


def test_a_hold_keeps_the_last_colour_however_long_it_lasts(organization):
    subject = a_decided_measure(organization)
    late(subject)
    judge(organization, subject)
    hold(subject)

    for _ in range(2):
        judge(organization, subject)

    light = implementation(subject)
    assert (light.colour, light.before, light.is_held) == ("red", "red", True)
    assert light.reason.sentence == "On hold: the last colour is kept."


def test_one_held_before_it_was_judged_keeps_what_it_would_show(organization):
    subject = a_decided_measure(organization)
    late(subject)
    hold(subject)

    judge(organization, subject)

    assert implementation(subject).colour == "red"


def test_the_stored_row_names_its_day_and_the_version_of_the_numbers(organization):
    subject = a_decided_measure(organization)

    judge(organization, subject)

    with tenancy.reading(subject.actor("lead")):
        row = MeasureStatus.objects.get(measure_id=subject.measure_id)
    assert (row.computed_for, row.input_version) == (date(YEAR, 2, 2), 0)


def hold(subject):
    """Put a measure on hold as its sponsor."""
    lifecycle.hold(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="budget",
        reason="The budget is not released.",
        until=date(YEAR, 4, 1),
    )
