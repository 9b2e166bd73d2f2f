"""Lets a test choose what time it is: the test database's clock is shifted, and set right after.

Set the clock before anything is made: a seat that begins in July gives no right in May.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import psycopg
import pytest

ClockAt = Callable[..., datetime]


@pytest.fixture
def clock_at(db: None, owner_connection: psycopg.Connection) -> Iterator[ClockAt]:
    """Return `clock_at(2026, 7, 8, 9)`: from there on the database's time runs as usual (UTC)."""

    def shift(*moment: int) -> datetime:
        wanted = datetime(*moment, tzinfo=UTC)
        owner_connection.execute(
            "UPDATE system_clock SET shift = %s::timestamptz - clock_timestamp()", [wanted]
        )
        return wanted

    yield shift
    owner_connection.execute("UPDATE system_clock SET shift = '0'")
