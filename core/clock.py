"""The only source of "now": the database's clock, which a demo or test database may shift."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import connection

from core import tenancy


def now() -> datetime:
    """Return the time of the running transaction (UTC-aware); asks the database outside of one."""
    if tenancy.is_active():
        return tenancy.current().now
    with connection.cursor() as cursor:
        cursor.execute("SELECT assay_now()")
        row = cursor.fetchone()
    assert row is not None  # noqa: S101 -- a SELECT without FROM always gives one row
    moment: datetime = row[0]
    return moment


def today(time_zone: str) -> date:
    """Return the calendar day it is now in an organization's time zone (IANA name)."""
    return now().astimezone(ZoneInfo(time_zone)).date()
