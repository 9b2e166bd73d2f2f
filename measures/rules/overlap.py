"""Overlaps: what two measures would both count on one budget line, agreed and taken off once."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from measures.rules.calendar import PERIODS, Month
from measures.rules.lines import Row, Rows

MOST_YEARS = 15


class OverlapState(StrEnum):
    """Where an overlap stands; it is taken off while it is agreed, and at no other time."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DECLINED = "declined"
    REVERSED = "reversed"


class OverlapHat(StrEnum):
    """As whom an overlap is confirmed: as sponsor of the other measure, or as controller."""

    SPONSOR = "sponsor"
    CONTROLLER = "controller"


def row_of_years(months: Mapping[Month, int]) -> tuple[int, list[int]]:
    """Return the first fiscal year, and the amounts of whole years from it; 0 where none is."""
    years = sorted({month.fiscal_year for month in months})
    return years[0], [
        months.get(Month(year, period), 0)
        for year in range(years[0], years[-1] + 1)
        for period in range(1, PERIODS + 1)
    ]


def rows_from(first_year: int, amounts: Sequence[int]) -> dict[int, Row]:
    """Return amounts of whole years as rows by fiscal year."""
    return {
        first_year + at // PERIODS: tuple(amounts[at : at + PERIODS])
        for at in range(0, len(amounts), PERIODS)
    }


def beyond(agreed: Mapping[Month, int], plans: Iterable[Rows]) -> list[Month]:
    """Return the months in which an overlap would be more than one of the plans."""
    given = list(plans)
    return [month for month, amount in sorted(agreed.items()) if amount > _least(given, month)]


def _least(plans: Sequence[Rows], month: Month) -> int:
    said = (plan.get(month.fiscal_year, (None,) * PERIODS)[month.period - 1] for plan in plans)
    return min((value or 0 for value in said), default=0)
