"""A closed measure goes on at its proven level, however long ago its months would have locked."""

from datetime import date
from fractions import Fraction

import pytest

from measures.rules.calendar import PeriodClock
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason
from measures.rules.lines import LineFacts
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import ContributionFacts, RollupSeries, contribute

N = None
NO_LIGHT = Light(Colour.NONE, (Reason("closed"),))


def outlook(today, approved):
    line = LineFacts(
        "Saving",
        plan={2026: (100,) * 12},
        original={2026: (100,) * 12},
        forecast={2026: (100,) * 12},
        approved={2026: (*approved, *[N] * (12 - len(approved)))},
        proven=Fraction(9, 10),
    )
    found = contribute(
        ContributionFacts(
            stage=Stage.CLOSED,
            lifecycle=Lifecycle.CLOSED,
            clock=PeriodClock(today),
            lines=(line,),
            implementation=NO_LIGHT,
            potential=NO_LIGHT,
            forecast=Freshness.FRESH,
            reporting_currency="EUR",
            closed_on=date(2026, 5, 12),
        )
    )
    return next(row for key, row in found.rows.items() if key.series is RollupSeries.OUTLOOK)


@pytest.mark.parametrize("today", [date(2026, 5, 12), date(2026, 8, 3), date(2027, 3, 1)])
def test_months_from_the_closing_on_stay_at_the_proven_share_of_the_plan(today):
    assert outlook(today, (80, 90, 95, 100)) == (80, 90, 95, 100, *(90,) * 8)


def test_a_month_before_the_closing_that_was_never_claimed_is_missing():
    assert outlook(date(2026, 8, 3), (80, 90, 95)) == (80, 90, 95, 0, *(90,) * 8)
