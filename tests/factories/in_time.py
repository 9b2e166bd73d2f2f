"""Claims of months long past, for tests: made at a time when their period still took them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import psycopg

from measures.rules.calendar import FiscalCalendar, Month, MonthState, PeriodClock
from tests.plugin import SERVERS


@contextmanager
def in_time(fiscal_year: int, period: int) -> Iterator[None]:
    """Let the database's clock stand at the day after a month that is locked by now.

    For organizations that count in calendar months and have no holidays. A month that still takes
    claims is left to the clock as it is.
    """
    month, calendar = Month(fiscal_year, period), FiscalCalendar()
    with psycopg.connect(SERVERS.addresses.owner, autocommit=True) as owner:
        row = owner.execute(
            "SELECT shift, clock_timestamp() + shift, clock_timestamp() FROM system_clock"
        ).fetchone()
        assert row is not None, "the test database has a clock of its own"
        shift, now, real = row
        today: date = now.astimezone(UTC).date()
        if PeriodClock(today, calendar).state(month) is not MonthState.LOCKED:
            yield
            return
        day = calendar.last_day(month) + timedelta(days=1)
        wanted = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
        owner.execute("UPDATE system_clock SET shift = %s", [wanted - real])
        try:
            yield
        finally:
            owner.execute("UPDATE system_clock SET shift = %s", [shift])
