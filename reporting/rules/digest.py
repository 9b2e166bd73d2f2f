"""When the letter of what is due goes out: from seven in the morning, where the organization is."""

from datetime import datetime, time, timedelta

from accounts.rules.letters import Digest

FROM = time(7)  # before the working day begins (ours)
MONDAY = 0
WORKING_DAYS = range(5)
LATEST = timedelta(days=1)  # a letter of Monday that could not go is not sent on Thursday


def period(choice: Digest, moment: datetime) -> str | None:
    """Return the period whose letter is due at a moment of local time; None where none is.

    Weekly from Monday on, such as "2026-W30", for a day; daily on working days, "2026-07-20".
    """
    weekday = moment.weekday()
    if choice is Digest.DAILY:
        is_due = weekday in WORKING_DAYS and moment.time() >= FROM
        return moment.date().isoformat() if is_due else None
    if choice is Digest.NEVER:
        return None
    began = datetime.combine(moment.date() - timedelta(days=weekday), FROM, moment.tzinfo)
    year, week, _ = moment.isocalendar()
    return f"{year}-W{week:02}" if began <= moment < began + LATEST else None
