"""The period whose letter is due: Monday from seven, working days from seven, never."""

from datetime import UTC, datetime, timedelta

import pytest

from accounts.rules.letters import LONGEST_RETRY, Digest, wait_after
from reporting.rules.digest import period


@pytest.mark.parametrize(
    ("choice", "moment", "expected"),
    [
        (Digest.WEEKLY, datetime(2026, 7, 20, 6, 59, tzinfo=UTC), None),
        (Digest.WEEKLY, datetime(2026, 7, 20, 7, 0, tzinfo=UTC), "2026-W30"),
        (Digest.WEEKLY, datetime(2026, 7, 21, 6, 59, tzinfo=UTC), "2026-W30"),
        (Digest.WEEKLY, datetime(2026, 7, 21, 7, 0, tzinfo=UTC), None),
        (Digest.WEEKLY, datetime(2026, 7, 26, 12, 0, tzinfo=UTC), None),
        (Digest.WEEKLY, datetime(2026, 12, 28, 8, 0, tzinfo=UTC), "2026-W53"),
        (Digest.DAILY, datetime(2026, 7, 22, 6, 59, tzinfo=UTC), None),
        (Digest.DAILY, datetime(2026, 7, 22, 7, 0, tzinfo=UTC), "2026-07-22"),
        (Digest.DAILY, datetime(2026, 7, 25, 9, 0, tzinfo=UTC), None),
        (Digest.NEVER, datetime(2026, 7, 20, 7, 0, tzinfo=UTC), None),
    ],
)
def test_a_period_begins_at_seven(choice, moment, expected):
    assert period(choice, moment) == expected


def test_a_letter_that_failed_waits_longer_each_time_but_never_more_than_an_hour():
    waits = [wait_after(attempts) for attempts in range(1, 9)]

    assert waits[:3] == [timedelta(seconds=30), timedelta(seconds=60), timedelta(seconds=120)]
    assert waits[-1] == wait_after(99) == LONGEST_RETRY
