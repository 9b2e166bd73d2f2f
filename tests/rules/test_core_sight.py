"""What is withheld so that no total gives a hidden leaf away, held against plain linear algebra."""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sight import EVERYTHING, Leaf, sight_of, withheld

ROOT, NORTH, SOUTH = 1, 2, 3


def leaf(number, *above, kinds=("plan",)):
    return Leaf(number, 100 + number, above, frozenset(kinds))


def test_who_may_read_all_has_nothing_withheld():
    assert withheld([], 3) == frozenset()
    assert sight_of([], 3) == EVERYTHING.__class__(below={})


@pytest.mark.parametrize(
    ("leaves", "hidden"),
    [
        ([leaf(1, ROOT, NORTH)], {ROOT, NORTH}),
        ([leaf(n, ROOT, NORTH) for n in (1, 2)], {ROOT, NORTH}),
        ([leaf(n, ROOT, NORTH) for n in (1, 2, 3)], set()),
        ([leaf(1, ROOT, NORTH), leaf(2, ROOT, SOUTH), leaf(3, ROOT, SOUTH)], {NORTH, SOUTH}),
        # The three of the north are shown there; the one of the south would be the difference.
        ([*(leaf(n, ROOT, NORTH) for n in (1, 2, 3)), leaf(4, ROOT, SOUTH)], {ROOT, SOUTH}),
    ],
)
def test_a_total_is_shown_where_it_pools_enough_that_is_new(leaves, hidden):
    assert withheld(leaves, 3) == hidden


def test_a_kind_of_sum_that_one_alone_puts_into_gives_it_away():
    alike = [leaf(n, ROOT) for n in (1, 2, 3)]
    alone = leaf(4, ROOT, kinds=("plan", "actual"))

    assert withheld([*alike, alone], 3) == {ROOT}


def test_sight_counts_what_is_hidden_below_each_node():
    sight = sight_of([leaf(1, ROOT, NORTH), leaf(2, ROOT, SOUTH)], 3)

    assert (sight.hidden_below(ROOT), sight.hidden_below(NORTH), sight.hidden_below(9)) == (2, 1, 0)
    assert sight.sums == {101, 102, ROOT, NORTH, SOUTH}
    assert (sight.rows, sight.nodes) == ({1, 2}, {101, 102})


@st.composite
def trees(draw):
    """Return paths of nodes from the root, and leaves hung below any of them."""
    paths = [(0,)]
    for node in range(1, draw(st.integers(1, 6))):
        paths.append((*draw(st.sampled_from(paths)), node))
    places = draw(st.lists(st.sampled_from(paths), min_size=1, max_size=7))
    kinds = st.sets(st.sampled_from(["plan", "actual"]))
    return [leaf(n, *above, kinds=draw(kinds)) for n, above in enumerate(places)]


@settings(max_examples=80, deadline=None)
@given(leaves=trees(), pool=st.integers(2, 4))
def test_nothing_smaller_than_a_pool_follows_from_what_is_shown(leaves, pool):
    hidden = withheld(leaves, pool)
    nodes = {node for each in leaves for node in each.above} - hidden
    for kind in (None, "plan", "actual"):
        put = [each for each in leaves if kind is None or kind in each.kinds]
        shown = [[int(node in each.above) for each in put] for node in sorted(nodes)]
        for size in range(1, min(pool, len(put) + 1)):
            for few in combinations(range(len(put)), size):
                wanted = [int(n in few) for n in range(len(put))]
                assert rank([*shown, wanted]) > rank(shown), (kind, few, shown)


def rank(rows):
    """Return the rank of a matrix, exactly."""
    left = [[Fraction(value) for value in row] for row in rows]
    found = 0
    for column in range(len(left[0]) if left else 0):
        pivot = next((row for row in left[found:] if row[column]), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        for row in left[found + 1 :]:
            factor = row[column] / pivot[column]
            row[:] = [value - factor * other for value, other in zip(row, pivot, strict=True)]
        found += 1
    return found
