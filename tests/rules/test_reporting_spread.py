"""Spreading differences: the stored sums are those of plain addition, whatever happened before."""

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from measures.rules.lights import Colour
from measures.rules.lines import Bucket, EffectType, GroupKey, Nature, Recurrence, Unit
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import Contribution, MeasureRow, RollupSeries, RowKey
from reporting.rules.rollup import Tally
from reporting.rules.spread import (
    NOTHING,
    TALLY_NAMES,
    Standing,
    ValueKey,
    differences,
    standing_of,
)

ROOT = 1
PACKAGES = {10: (10, 100, ROOT), 20: (20, 100, ROOT), 30: (30, 200, ROOT)}
KEYS = [
    ValueKey(
        GroupKey(Unit(), "EUR", EffectType.HARD, recurrence, Nature.BENEFIT), bucket, series, year
    )
    for recurrence in (Recurrence.RECURRING, Recurrence.ONE_OFF)
    for bucket, series, year in (
        (Bucket.COMMITTED, "plan", 2026),
        (Bucket.COMMITTED, "outlook", 2027),
    )
]
AMOUNTS = st.integers(-(10**12), 10**12)
ROWS = st.dictionaries(
    st.sampled_from(KEYS), st.tuples(*(AMOUNTS for _ in NOTHING)).filter(any), max_size=3
)
TALLIES = st.dictionaries(st.sampled_from(TALLY_NAMES), st.integers(1, 10**9), max_size=4).map(
    Tally
)
CHANGES = st.lists(
    st.tuples(st.integers(1001, 1004), st.sampled_from(sorted(PACKAGES)), ROWS, TALLIES),
    max_size=12,
)


def standing(measure, package, rows, tally):
    return Standing((measure, *PACKAGES[package]), rows, tally)


class Stored:
    """The roll-up as a database keeps it: figures and counts that only ever get added to."""

    def __init__(self):
        self.rows = defaultdict(lambda: defaultdict(lambda: list(NOTHING)))
        self.counts = defaultdict(Tally)

    def add(self, spread):
        for node in spread.nodes:
            self.counts[node] = self.counts[node].plus(spread.tally)
            for key, figures in spread.rows.items():
                into = self.rows[node][key]
                for at, value in enumerate(figures):
                    into[at] += value

    def seen(self):
        rows = {
            (node, key): tuple(row)
            for node, at in self.rows.items()
            for key, row in at.items()
            if any(row)
        }
        return rows, {node: tally for node, tally in self.counts.items() if tally.numbers}


def afresh(standings):
    stored = Stored()
    for each in standings:
        for spread in differences(Standing(), each):
            stored.add(spread)
    return stored.seen()


@given(CHANGES)
def test_differences_over_any_history_come_to_the_sum_of_what_stands_last(changes):
    stored, now = Stored(), {}
    for change in changes:
        after = standing(*change)
        for spread in differences(now.get(change[0], Standing()), after):
            stored.add(spread)
        now[change[0]] = after

    assert stored.seen() == afresh(now.values())


@given(ROWS, TALLIES, st.permutations(sorted(PACKAGES)))
def test_a_move_changes_nothing_above_both_places(rows, tally, packages):
    before = standing(1001, packages[0], rows, tally)
    after = standing(1001, packages[1], rows, tally)
    shared = set(before.path) & set(after.path)

    touched = {node for spread in differences(before, after) for node in spread.nodes}

    assert ROOT in shared
    assert touched & shared == set()


@given(ROWS, TALLIES)
def test_what_stands_already_spreads_nothing(rows, tally):
    same = standing(1001, 10, rows, tally)

    assert list(differences(same, same)) == []


def test_a_measure_stands_with_its_months_its_rates_and_one_count():
    months = {RowKey(KEYS[0].group, Bucket.COMMITTED, RollupSeries.PLAN, 2026): (5, *NOTHING[1:])}
    rate = ValueKey(KEYS[0].group, Bucket.COMMITTED, "plan_rate", 0)
    row = MeasureRow(
        stage=Stage.DECIDED,
        lifecycle=Lifecycle.ACTIVE,
        implementation=Colour.GREEN,
        potential=Colour.GREEN,
        is_counted=True,
        is_kept=False,
        is_money_led=True,
        weight=5,
        value=5,
        judged_plan=5,
        judged_outlook=5,
        is_fresh=True,
        has_open_level_3=False,
    )

    stands = standing_of((1001, 10, ROOT), Contribution(months, row), {rate: 60})

    assert stands.rows == {KEYS[0]: (5, *NOTHING[1:]), rate: (60, *NOTHING[1:])}
    assert (stands.path, stands.tally["measures"]) == ((1001, 10, ROOT), 1)
    assert set(stands.tally.numbers) <= set(TALLY_NAMES)
