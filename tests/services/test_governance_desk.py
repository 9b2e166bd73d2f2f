"""The desks and the measure's own page: what waits, for whom, in which order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.rules.roles import Role
from core import tenancy
from governance.queries import desk, docket, passage
from governance.rules.holds import Move
from governance.services import gates, lifecycle
from measures.models import Measure, SeriesVersion
from measures.rules.stage import Stage
from tests.factories.closing import a_closed_measure
from tests.factories.governance import YEAR, a_measure, a_request, a_vote, today
from tests.factories.organizations import an_organization


def looked(case, query, by="lead", **more):
    with tenancy.reading(case.actor(by)):
        return query(case.actor(by), **more)


def on_page(case, query, by="lead"):
    with tenancy.reading(case.actor(by)):
        measure = Measure.objects.select_related("node").get(pk=case.measure_id)
        return query(case.actor(by), measure)


def test_the_most_valuable_request_comes_first(db):
    organization = an_organization()
    small, large = a_measure(organization=organization), a_measure(organization=organization)
    with large.acting("owner"):
        Measure.objects.filter(pk=large.measure_id).update(size="900000", version=2)
    for case in (small, large):
        a_request(case)

    rows = looked(small, desk.gate_desk)

    assert [row.measure_id for row in rows] == [large.measure_id, small.measure_id]


def test_a_request_waits_for_the_roles_that_have_not_voted(db):
    case = a_measure(Stage.DETAILED)
    request = a_request(case)
    a_vote(case, request, "sponsor")

    (row,) = looked(case, desk.gate_desk)

    assert (row.gate, row.waits_for) == ("Decided", (Role.CONTROLLER,))
    assert [(vote.role, vote.voter, vote.choice) for vote in row.votes] == [
        (Role.SPONSOR, "Sponsor Person", "approve"),
        (Role.CONTROLLER, "", ""),
    ]


def test_what_waits_for_a_person_is_what_they_can_vote_on(db):
    case = a_measure(Stage.DETAILED)
    a_request(case)

    waiting = {
        role: [row.my_role for row in looked(case, docket.mine, by=role)]
        for role in ("owner", "lead", "sponsor", "controller", "administrator")
    }

    assert waiting == {
        "owner": [],
        "lead": [],
        "sponsor": [Role.SPONSOR],
        "controller": [Role.CONTROLLER],
        "administrator": [],
    }


def test_a_stale_request_says_so_and_waits_for_nobody(db):
    case = a_measure(Stage.IDENTIFIED)
    a_request(case)
    with case.acting("owner"):
        SeriesVersion.objects.create(
            line_id=case.line_id, series="plan", fiscal_year=YEAR, version=2, p04=1
        )

    (row,) = looked(case, desk.gate_desk)

    assert (row.is_stale, row.my_role) == (True, None)


def test_a_request_past_its_day_is_overdue(db):
    case = a_measure()
    due = today(case) - timedelta(days=1)
    gates.request(actor=case.actor("owner"), measure_id=case.measure_id, due_on=due)

    (row,) = looked(case, desk.gate_desk)

    assert (row.is_overdue, row.days_open) == (True, 0)


def test_the_desk_shows_what_one_may_see_and_nothing_of_others(db):
    case, other = a_measure(), a_measure()
    elsewhere = case.organization.branch("Elsewhere").package
    outsider = case.organization.newcomer()
    case.organization.seat(outsider, "lead", elsewhere)
    a_request(case)

    with tenancy.reading(outsider):
        assert desk.gate_desk(outsider) == []
    assert looked(other, desk.gate_desk) == []


def test_the_desk_asks_as_much_for_one_request_as_for_six(db):
    organization = an_organization()
    counts = []
    for number in (1, 5):
        for _ in range(number):
            a_request(a_measure(organization=organization))
        lead = organization.actor("lead")
        with (
            tenancy.reading(lead),
            CaptureQueriesContext(
                connection,
            ) as queries,
        ):
            desk.gate_desk(lead)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_next_gate_names_every_criterion_met_or_not(db):
    case = a_measure(Stage.IDENTIFIED, planned=False)

    gate = on_page(case, passage.next_gate, by="owner")

    assert [(row.code, row.is_met, row.who) for row in gate.criteria] == [
        ("controller", True, "Lead: Lead Person"),
        ("plan", False, "Owner: Owner Person"),
        ("baseline", True, "Owner: Owner Person"),
        ("milestones", False, "Owner: Owner Person"),
    ]
    assert (gate.may_submit, gate.can_submit) == (True, False)


def test_a_gate_with_nothing_missing_can_be_submitted_by_owner_and_lead(db):
    case = a_measure(Stage.IDENTIFIED)

    able = {
        role: on_page(case, passage.next_gate, by=role).can_submit
        for role in ("owner", "lead", "sponsor", "executive")
    }

    assert able == {"owner": True, "lead": True, "sponsor": False, "executive": False}


@pytest.mark.parametrize(
    ("role", "moves"),
    [
        ("sponsor", (Move.HOLD, Move.CANCEL)),
        ("lead", (Move.HOLD, Move.REJECT)),
        ("controller", (Move.HOLD,)),
        ("owner", ()),
        ("administrator", ()),
    ],
)
def test_a_person_is_offered_the_moves_that_are_theirs(db, role, moves):
    case = a_measure()

    assert on_page(case, passage.moves, by=role) == moves


def test_the_way_so_far_and_the_decisions_on_it_are_told(db):
    case = a_measure(Stage.DETAILED)
    lifecycle.hold(
        actor=case.actor("sponsor"),
        measure_id=case.measure_id,
        reason_code="budget",
        reason="Funds were moved.",
        until=today(case) + timedelta(days=30),
    )

    with tenancy.reading(case.actor("lead")):
        way = passage.passages(case.measure_id)
        decisions = passage.lifecycle(case.measure_id)

    assert [(row.stage, row.by_take_over) for row in way] == [
        (Stage.IDENTIFIED, False),
        (Stage.DETAILED, False),
    ]
    assert [(row.act, row.decided_by) for row in decisions] == [(Move.HOLD, "Sponsor Person")]


def test_a_measure_that_has_ended_has_no_next_gate(clock_at):
    clock_at(YEAR, 7, 8, 9)
    case = a_closed_measure()

    assert on_page(case, passage.next_gate) is None


def test_the_closing_shows_what_is_proven_and_who_may_confirm(db):
    case = a_measure(Stage.IMPLEMENTED)

    seen = {role: on_page(case, passage.closing, by=role).may_confirm for role in Role}

    assert seen == {role: role is Role.CONTROLLER for role in Role}


def test_a_measure_shows_its_requests_the_newest_first(db):
    case = a_measure()
    first = a_request(case)
    gates.withdraw(actor=case.actor("owner"), request_id=first.pk)
    second = a_request(case)

    rows = looked(case, desk.of_measure, measure_id=case.measure_id)

    assert [(row.request_id, row.state) for row in rows] == [
        (second.pk, "open"),
        (first.pk, "withdrawn"),
    ]


def test_nothing_waits_for_assay_itself(db):
    case = a_measure()
    a_request(case)
    system = tenancy.system(case.organization.id)

    with tenancy.reading(system):
        measure = Measure.objects.select_related("node").get(pk=case.measure_id)
        assert (docket.mine(system), passage.moves(system, measure)) == ([], ())


def test_what_still_bars_a_gate_can_be_asked_for_alone(db):
    case = a_measure(Stage.IDENTIFIED, planned=False)

    missing = on_page(case, passage.next_gate).missing

    assert [row.code for row in missing] == ["plan", "milestones"]
