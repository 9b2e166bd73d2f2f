"""Seats: who gives and ends them, and what they reach."""

from datetime import timedelta

import pytest

from accounts.rules.roles import Permission, Role
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from hierarchy.errors import (
    LastAdministrator,
    NodeArchived,
    OwnSeat,
    SeatEnded,
    SeatOutOfOrder,
    SeatTaken,
)
from hierarchy.models import Seat
from hierarchy.queries import authority
from hierarchy.services import seats, tree
from hierarchy.services.seats import Appointment
from tests.factories.organizations import an_organization

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def halvern(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return an_organization()


def today(organization):
    with tenancy.reading(organization.actor("lead")):
        return authority.today()


def appoint(organization, who, role, node, by="administrator", **dates):
    dates = {"valid_from": today(organization)} | dates
    return seats.appoint(
        actor=organization.actor(by) if isinstance(by, str) else by,
        appointment=Appointment(who.member_id, node.pk, Role(role), **dates),
    )


def may(actor, permission, node):
    with tenancy.reading(actor):
        node.refresh_from_db()
        return authority.may(actor, permission, node)


def test_a_seat_reaches_its_node_and_everything_below_but_nothing_beside(db, halvern):
    energy, water = halvern.branch("Energy"), halvern.branch("Water")
    person = halvern.newcomer()

    appoint(halvern, person, "lead", energy.program)

    reached = [energy.program, energy.project, energy.package]
    beyond = [energy.portfolio, halvern.root, water.program]
    assert [may(person, Permission.SET_TARGET, node) for node in reached] == [True] * 3
    assert [may(person, Permission.VIEW, node) for node in beyond] == [False] * 3


def test_a_seat_follows_its_node_when_it_moves(db, halvern):
    energy, water = halvern.branch("Energy"), halvern.branch("Water")
    person = halvern.newcomer()
    appoint(halvern, person, "lead", water.program)

    tree.move(
        actor=halvern.actor("administrator"),
        node_id=energy.project.pk,
        parent_id=water.program.pk,
        version=1,
    )

    assert may(person, Permission.SET_TARGET, energy.package)


def test_a_seat_is_held_from_its_first_day_until_before_its_last(db, halvern):
    day = today(halvern)
    past, future, now = halvern.newcomer(), halvern.newcomer(), halvern.newcomer()
    appoint(halvern, past, "lead", halvern.root, valid_from=day - 9 * DAY, valid_to=day)
    appoint(halvern, future, "lead", halvern.root, valid_from=day + DAY)
    appoint(halvern, now, "lead", halvern.root, valid_from=day, valid_to=day + DAY)

    held = [may(each, Permission.SET_TARGET, halvern.root) for each in (past, future, now)]

    assert held == [False, False, True]


def test_a_relieved_member_may_no_more(db, halvern):
    person = halvern.newcomer()
    seat = appoint(halvern, person, "lead", halvern.root)

    seats.relieve(actor=halvern.actor("administrator"), seat_id=seat.pk, on=today(halvern))

    assert not may(person, Permission.VIEW, halvern.root)
    with pytest.raises(SeatEnded):
        seats.relieve(actor=halvern.actor("administrator"), seat_id=seat.pk, on=today(halvern))


def test_a_seat_that_has_not_begun_never_begins(db, halvern):
    day = today(halvern)
    seat = appoint(halvern, halvern.newcomer(), "lead", halvern.root, valid_from=day + 9 * DAY)

    ended = seats.relieve(actor=halvern.actor("administrator"), seat_id=seat.pk, on=day)

    assert ended.valid_to == ended.valid_from


def test_a_seat_is_not_ended_in_the_past(db, halvern):
    seat = appoint(halvern, halvern.newcomer(), "lead", halvern.root)

    with pytest.raises(Invalid):
        seats.relieve(
            actor=halvern.actor("administrator"), seat_id=seat.pk, on=today(halvern) - DAY
        )


def test_the_same_seat_is_given_once_at_a_time(db, halvern):
    person = halvern.newcomer()
    seat = appoint(halvern, person, "lead", halvern.root)

    with pytest.raises(SeatTaken, match="already is lead at Halvern Group"):
        appoint(halvern, person, "lead", halvern.root)
    seats.relieve(actor=halvern.actor("administrator"), seat_id=seat.pk, on=today(halvern))

    assert appoint(halvern, person, "lead", halvern.root).pk != seat.pk


def test_nobody_changes_the_own_seats(db, halvern):
    administrator = halvern.actor("administrator")
    with tenancy.reading(administrator):
        own = Seat.objects.get(member_id=administrator.member_id)

    for role in Role:
        with pytest.raises(OwnSeat):
            appoint(halvern, administrator, role, halvern.root)
    with pytest.raises(OwnSeat):
        seats.relieve(actor=administrator, seat_id=own.pk, on=today(halvern))


def test_the_last_administrator_of_the_root_stays(db):
    other = an_organization()
    second = other.newcomer()
    first = other.actor("administrator")
    with tenancy.reading(first):
        own = Seat.objects.get(member_id=first.member_id)
    appoint(other, second, "administrator", other.root)
    seats.relieve(actor=second, seat_id=own.pk, on=today(other))
    with tenancy.reading(second):
        last = Seat.objects.get(member_id=second.member_id)

    with pytest.raises(LastAdministrator):
        seats.relieve(actor=tenancy.system(other.id), seat_id=last.pk, on=today(other))


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "sponsor", "owner"])
def test_only_an_administrator_gives_and_ends_seats(db, halvern, role):
    person = halvern.newcomer()
    seat = appoint(halvern, person, "lead", halvern.root)

    with pytest.raises(NotAllowed):
        appoint(halvern, person, "owner", halvern.root, by=role)
    with pytest.raises(NotAllowed):
        seats.relieve(actor=halvern.actor(role), seat_id=seat.pk, on=today(halvern))


def test_an_administrator_of_a_branch_gives_no_seat_above_it(db, halvern):
    energy = halvern.branch("Local")
    local, person = halvern.newcomer(), halvern.newcomer()
    appoint(halvern, local, "administrator", energy.program)

    assert appoint(halvern, person, "owner", energy.project, by=local).role == "owner"
    with pytest.raises(NotFound):
        appoint(halvern, person, "owner", halvern.root, by=local)


def test_a_member_of_another_organization_gets_no_seat(db, halvern):
    other = an_organization(name="Other")

    with pytest.raises(NotFound):
        appoint(halvern, other.actor("lead"), "lead", halvern.root)


def test_a_seat_does_not_end_before_it_begins(db, halvern):
    day = today(halvern)

    with pytest.raises(SeatOutOfOrder):
        appoint(halvern, halvern.newcomer(), "lead", halvern.root, valid_from=day, valid_to=day)


def test_an_archived_node_takes_no_seat(db, halvern):
    gone = halvern.add(halvern.root, "Gone")
    tree.archive(actor=halvern.actor("administrator"), node_id=gone.pk, version=1)

    with pytest.raises(NodeArchived):
        appoint(halvern, halvern.newcomer(), "lead", gone)
