"""What one measure has spent, and has still to gain and to spend."""

from measures.queries import facts, periods
from measures.rules.remaining import Remaining, remaining


def of(measure_id: int) -> Remaining:
    """Return it in hundredths of the organization's currency, as of today."""
    ground = periods.ground()
    figures = facts.of_one(measure_id, ground.today, ground)
    return remaining(figures.line_facts, figures.clock, ground.currency)
