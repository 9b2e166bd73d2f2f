"""The one-click acts of the value grid: each returns new forecast rows, closed months untouched."""

from measures.rules.amounts import allocate
from measures.rules.calendar import Month, months_of_year
from measures.rules.lines import Row, Rows
from measures.rules.series import months_in, rows_of, value_at


class ClosedMonthError(ValueError):
    """Pulling the forecast forward would put figures into months that are no longer open."""


def no_change(forecast: Rows) -> dict[int, Row]:
    """Return the forecast as it is: submitted again, it says that it still holds."""
    return dict(forecast)


def shift(forecast: Rows, months: int, open_from: Month) -> dict[int, Row]:
    """Return the forecast with its open months moved so many months later, or earlier if negative.

    The sum stays: what is moved beyond the last year opens a further one, and the months left
    behind are 0. ClosedMonthError if a figure would land before `open_from`.
    """
    everything = months_in(forecast)
    moved: dict[Month, int | None] = {
        month: value_at(forecast, month) if month < open_from else None for month in everything
    }
    figures = [
        (month, value)
        for month in everything
        if month >= open_from and (value := value_at(forecast, month)) is not None
    ]
    moved.update((month, 0) for month, _ in figures)
    for month, value in figures:
        target = month.plus(months)
        if target >= open_from:
            moved[target] = value
        elif value:
            raise ClosedMonthError(target)
    return rows_of(moved.items())


def scale_rest(forecast: Rows, rest: int, fiscal_year: int, open_from: Month) -> dict[int, Row]:
    """Return the forecast with the open months of a fiscal year scaled to come to `rest` together.

    In proportion to what they hold, by largest remainder; evenly if they hold nothing. ValueError
    if no month of that year is open.
    """
    open_months = [month for month in months_of_year(fiscal_year) if month >= open_from]
    weights = [value_at(forecast, month) or 0 for month in open_months]
    scaled = zip(open_months, allocate(rest, weights), strict=True)
    unchanged = ((month, value_at(forecast, month)) for month in months_in(forecast))
    return rows_of([*unchanged, *scaled])
