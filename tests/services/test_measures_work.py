"""What pages show of measures: the grid with its locks, what waits for whom, who sees what."""

from fractions import Fraction

import pytest

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from measures.models import Measure
from measures.queries import claims, facts, grid, measures, periods, work
from measures.rules.calendar import Month
from measures.rules.lines import Series
from measures.services import dependencies, figures
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure, a_proposal

OWNER = {Permission.EDIT_MEASURE, Permission.ENTER_FORECAST}


@pytest.fixture
def decided(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


def grid_of(subject, granted=OWNER, year=YEAR):
    with tenancy.reading(subject.actor("lead")):
        return grid.of(measures.by_id(subject.measure_id), periods.ground(), granted, year)


def work_of(subject, role):
    with tenancy.reading(subject.actor(role)):
        return work.of(subject.actor(role))


def test_before_decided_the_grid_is_plan_and_baseline_and_both_are_open(clock_at):
    clock_at(YEAR, 1, 12)
    shown = grid_of(a_planned_measure())

    assert [row.series for row in shown.rows] == [Series.BASELINE, Series.PLAN]
    assert {cell.why for row in shown.rows for cell in row.cells} == {None}
    assert [row.version for row in shown.rows] == [1, 1]
    assert shown.rows[1].total == 90_000_00


def test_from_decided_on_each_locked_cell_says_why(decided):
    decided.claim(4, 9000)

    shown = {row.series: row for row in grid_of(decided).rows}

    assert {cell.why for cell in shown[Series.PLAN].cells} == {grid.IS_FROZEN}
    assert [cell.why for cell in shown[Series.FORECAST].cells] == [grid.IS_PAST] * 4 + [None] * 8
    assert {cell.why for cell in shown[Series.ACTUAL].cells} == {grid.IS_CLAIMED}
    assert shown[Series.ACTUAL].cells[3].claim.state == "submitted"
    assert shown[Series.FORECAST].is_seeded is True


def test_who_may_not_edit_sees_the_grid_locked(decided):
    shown = {row.series: row for row in grid_of(decided, granted=frozenset()).rows}

    assert {cell.why for cell in shown[Series.FORECAST].cells} == {grid.NOT_YOURS}


def test_the_grid_costs_three_queries(decided, django_assert_num_queries):
    with tenancy.reading(decided.actor("lead")):
        measure, ground = measures.by_id(decided.measure_id), periods.ground()
        with django_assert_num_queries(3):
            grid.of(measure, ground, OWNER)


def test_the_owner_is_asked_for_claim_forecast_and_gate(decided):
    waiting = work_of(decided, "owner")

    assert [(each.month, each.forecast) for each in waiting.claims] == [(Month(YEAR, 4), 10_000_00)]
    assert [each.freshness for each in waiting.forecasts] == ["expired"]
    assert (waiting.owned, waiting.gates) == (1, ())


def test_what_is_done_waits_no_longer(decided):
    decided.claim(4, 9000)
    figures.no_change(actor=decided.actor("owner"), measure_id=decided.measure_id)

    waiting = work_of(decided, "owner")

    assert (waiting.claims, waiting.forecasts, waiting.count) == ((), (), 0)


def test_a_milestone_waits_for_its_own_owner_when_it_is_near(decided, clock_at):
    assert work_of(decided, "owner").milestones == ()
    clock_at(YEAR, 11, 20)

    near = work_of(decided, "owner").milestones

    assert [(each.name, each.days_late) for each in near] == [("Carriers chosen", -11)]


def test_claims_wait_for_the_controller_and_a_dependency_for_the_owner_needed(decided):
    decided.claim(4, 9000)
    other = a_proposal(decided.organization)
    dependencies.propose(
        actor=decided.actor("lead"),
        measure_id=other.measure_id,
        needs_id=decided.measure_id,
        what="The new carriers",
    )

    assert [each.amount for each in work_of(decided, "controller").decisions] == [9_000_00]
    assert [each.what for each in work_of(decided, "owner").dependencies] == ["The new carriers"]


def test_work_costs_the_same_number_of_queries_for_one_measure_and_three(
    decided, clock_at, django_assert_max_num_queries
):
    with tenancy.reading(decided.actor("owner")), django_assert_max_num_queries(40) as one:
        work.of(decided.actor("owner"))
    clock_at(YEAR, 1, 12)
    for _ in range(2):
        a_decided_measure(decided.organization)
    clock_at(YEAR, 5, 4)

    with tenancy.reading(decided.actor("owner")), django_assert_max_num_queries(len(one)):
        waiting = work.of(decided.actor("owner"))

    assert waiting.owned == 3


def test_a_list_row_names_people_package_and_lights(decided):
    decided.judged()

    with tenancy.reading(decided.actor("executive")):
        rows = measures.rows(measures.visible(decided.actor("executive")))
    with tenancy.reading(tenancy.system(decided.organization.id)):
        seen_by_assay = measures.visible(tenancy.system(decided.organization.id)).count()

    assert [(row.owner, row.package, row.potential) for row in rows] == [
        ("Owner Person", decided.package.name, "red")
    ]
    assert (seen_by_assay, len(rows)) == (1, 1)


def test_claims_near_their_forecast_and_under_a_size_are_picked_for_one_act(decided):
    near, far = decided.claim(4, 9_600), decided.claim(5, 5_000)

    with tenancy.reading(decided.actor("controller")):
        waiting = claims.waiting_for(decided.actor("controller"))
        listed = claims.of_measure(decided.measure_id)
        one = claims.one(far.pk)

    five_percent = Fraction(5, 100)
    assert [each.claim_id for each in claims.within(waiting, five_percent)] == [near.pk]
    assert claims.within(waiting, five_percent, 9_000) == []
    assert [each.claim_id for each in listed] == [far.pk, near.pk]
    assert (one.deviation, one.was_late, one.is_late) == (Fraction(-1, 2), False, False)


def test_the_months_that_may_be_claimed_are_those_begun_and_not_locked(decided):
    with tenancy.reading(decided.actor("owner")):
        ground = periods.ground()
        figures_now = facts.of_one(decided.measure_id, ground.today, ground)
        found = work.claimable(figures_now, decided.measure().node.public_id, ground)

    assert [(each.month.period, each.forecast) for each in found] == [
        (4, 10_000_00),
        (5, 10_000_00),
    ]


def test_a_measure_is_seen_by_seat_or_by_being_named_and_by_nobody_else(db):
    subject = a_planned_measure()
    organization = subject.organization
    near, far, named = (organization.newcomer() for _ in range(3))
    organization.seat(near, "lead", subject.package)
    organization.seat(far, "lead", organization.branch("Other").package)
    address = subject.measure().node.public_id
    with tenancy.acting(subject.actor("lead")):
        Measure.objects.filter(pk=subject.measure_id).update(
            controller_id=named.member_id, version=subject.measure().version + 1
        )

    for actor in (near, named):
        with tenancy.reading(actor):
            assert measures.by_public_id(actor, address).pk == subject.measure_id
    with tenancy.reading(far), pytest.raises(NotFound):
        measures.by_public_id(far, address)
