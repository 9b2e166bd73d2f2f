"""The value at stake: benefits before costs, this year before the whole life, one currency."""

import pytest

from measures.rules.lines import Direction, LineFacts, Nature, Unit
from steering.rules.stake import value_at_stake

YEAR = {2026: (100, 200, *(None,) * 10)}
LATER = {2027: (700, *(None,) * 11)}


def line(plan, **changes) -> LineFacts:
    return LineFacts(key="line", plan=plan, **changes)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], None),
        ([line({})], None),
        ([line(YEAR)], 300),
        ([line(YEAR), line(YEAR)], 600),
        ([line({2026: (-100,), 2027: (5,)})], 100),
        ([line(LATER)], 700),
        ([line(YEAR | LATER)], 300),
        ([line(YEAR), line({2026: (9,)}, nature=Nature.ONE_TIME)], 300),
        ([line({}), line(LATER, nature=Nature.ONE_TIME)], 700),
        ([line(YEAR, currency="USD")], None),
        ([line(YEAR, unit=Unit("FTE"), currency="")], None),
        ([line({2026: (5,)}, unit=Unit("money", 0))], 500),
        ([line({2026: (12345,)}, unit=Unit("money", 4))], 123),
    ],
)
def test_what_is_planned_stands_at_stake(lines, expected):
    assert value_at_stake(lines, 2026, "EUR") == expected


def test_a_level_line_has_its_distance_from_the_baseline_at_stake():
    levels = line(
        {2026: (80, 70, *(None,) * 10)},
        baseline={2026: (100, 100, *(None,) * 10)},
        is_level=True,
        direction=Direction.LESS,
    )

    assert value_at_stake([levels], 2026, "EUR") == 50
