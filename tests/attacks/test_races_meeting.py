"""What each lock is for: two acts that meet, one still open, with the lock and without it.

Nothing is left to luck: the second act runs when the first has done all but commit. With the lock
it waits and is then refused, or is lawful; with the lock taken out of the guard, the same two
acts leave what must never be, which shows that the test would notice.
"""

import pytest

from tests.attacks import (
    meetings,
    meetings_of_overlaps,
    meetings_of_periods,
    meetings_of_rights,
    secret_meetings,
)
from tests.attacks.races import meets, without_locks
from tests.factories.governance import YEAR
from tests.factories.organizations import an_organization

LOCKS = (
    meetings.LOCKS
    | meetings_of_overlaps.LOCKS
    | meetings_of_rights.LOCKS
    | meetings_of_periods.LOCKS
    | secret_meetings.LOCKS
)
EACH = pytest.mark.parametrize(
    "meeting",
    [
        pytest.param(
            each,
            marks=pytest.mark.guards(f"lock:{lock}", *meetings_of_rights.TRIGGERS.get(each, ())),
        )
        for each, lock in LOCKS.items()
    ],
    ids=lambda each: each.__name__,
)


@pytest.fixture(autouse=True)
def july(clock_at):
    """The eighth of July: April to June are the proof window."""
    clock_at(YEAR, 7, 8, 9)


@pytest.fixture
def pair(app_connection):
    return app_connection(), app_connection()


@EACH
def test_who_comes_second_waits_for_the_first(db, pair, superuser_connection, meeting):
    met = meeting(an_organization())

    ends = meets(met.first, met.second, pair, superuser_connection)

    assert (ends, met.is_broken(pair[0], ends)) == (met.ends, False)


@EACH
def test_without_its_lock_the_forbidden_happens(db, pair, superuser_connection, meeting):
    met = meeting(an_organization())

    with without_locks(superuser_connection, LOCKS[meeting]):
        ends = meets(met.first, met.second, pair, superuser_connection)

    assert met.is_broken(pair[0], ends)
