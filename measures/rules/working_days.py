"""The working days of an organization: Monday to Friday without its holidays."""

from dataclasses import dataclass
from datetime import date, timedelta

WORKING_DAYS_A_WEEK = 5
FRIDAY = 4


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Which days count where a deadline is given in working days."""

    holidays: frozenset[date] = frozenset()

    def counts(self, day: date) -> bool:
        """Return whether people work on a day."""
        return day.weekday() <= FRIDAY and day not in self.holidays

    def after(self, day: date, count: int) -> date:
        """Return the `count`-th working day after `day`; ValueError below 1."""
        if count < 1:
            raise ValueError(f"{count} is not a number of working days after a day")
        if not self.holidays:
            return _weekday_after(day, count)
        found = day
        while count:
            found += timedelta(days=1)
            count -= self.counts(found)
        return found

    def between(self, since: date, until: date) -> int:
        """Return how many working days lie after `since`, up to and with `until`."""
        ahead = (since + timedelta(days=each + 1) for each in range((until - since).days))
        return sum(1 for day in ahead if self.counts(day))


MONDAY_TO_FRIDAY = WorkingDays()


def _weekday_after(day: date, count: int) -> date:
    start = day - timedelta(days=max(0, day.weekday() - FRIDAY))
    weeks, rest = divmod(count, WORKING_DAYS_A_WEEK)
    weekend = 2 if start.weekday() + rest > FRIDAY else 0
    return start + timedelta(days=7 * weeks + rest + weekend)
