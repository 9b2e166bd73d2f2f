"""Every line at the decimals of its group, exactly: money at two, whatever it was entered with."""

from collections.abc import Callable
from dataclasses import replace

from measures.rules.lines import LineFacts, Rows, Unit

MONEY_DECIMALS = 2


def at_group_scale(line: LineFacts) -> LineFacts:
    """Return a line of money with fewer than two decimals at two; any other as it is.

    A line entered with more keeps them and makes a group of its own: digits are never cut off.
    """
    missing = MONEY_DECIMALS - line.unit.decimals
    if not line.unit.is_money or missing <= 0:
        return line
    scaled = _times(10**missing)
    return replace(
        line,
        unit=Unit(line.unit.code, MONEY_DECIMALS),
        baseline=scaled(line.baseline),
        plan=scaled(line.plan),
        original=scaled(line.original),
        original_baseline=(
            None if line.original_baseline is None else scaled(line.original_baseline)
        ),
        forecast=scaled(line.forecast),
        approved=scaled(line.approved),
        pending=scaled(line.pending),
        forecast_before_claim=scaled(line.forecast_before_claim),
        corrections=scaled(line.corrections),
        corrected=scaled(line.corrected),
    )


def _times(factor: int) -> Callable[[Rows], Rows]:
    def scaled(rows: Rows) -> Rows:
        return {
            year: tuple(None if value is None else value * factor for value in row)
            for year, row in rows.items()
        }

    return scaled
