"""Levels: which may stand under which, and which moves the tree refuses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from hierarchy.errors import (
    MoveIntoOwnSubtree,
    NodeArchived,
    OtherOrganization,
    RootStays,
    SecondRoot,
    WrongLevel,
)
from hierarchy.rules import levels
from hierarchy.rules.levels import Level, Position

ROOT = Position(1, 7, "Halvern", Level.ORGANIZATION, frozenset())
PORTFOLIO = Position(2, 7, "Operations", Level.PORTFOLIO, frozenset({1}))
OTHER_PORTFOLIO = Position(3, 7, "Commercial", Level.PORTFOLIO, frozenset({1}))
PROGRAM = Position(4, 7, "Energy", Level.PROGRAM, frozenset({1, 2}))
PROJECT = Position(5, 7, "Compressed air", Level.PROJECT, frozenset({1, 2, 4}))


@pytest.mark.parametrize("child", Level)
@pytest.mark.parametrize("parent", Level)
def test_a_node_stands_exactly_one_level_under_its_parent(child, parent):
    assert levels.may_stand_under(child, parent) == (child - parent == 1)


def test_parent_and_child_levels_are_each_others_reverse():
    order = list(Level)

    assert [levels.parent_level(level) for level in order[1:]] == order[:-1]
    assert [levels.child_level(level) for level in order[:-1]] == order[1:]


def test_the_organization_stands_under_nothing_and_a_measure_carries_nothing():
    assert levels.parent_level(Level.ORGANIZATION) is None
    assert levels.child_level(Level.MEASURE) is None


def test_every_level_has_a_name():
    assert list(levels.NAMES) == list(Level)


def test_a_program_may_be_added_under_a_portfolio():
    levels.check_place(Level.PROGRAM, PORTFOLIO, organization_id=7)


@pytest.mark.parametrize(
    ("child", "parent", "error"),
    [
        (Level.PROJECT, PORTFOLIO, WrongLevel),
        (Level.ORGANIZATION, ROOT, SecondRoot),
        (Level.PROGRAM, replace(PORTFOLIO, is_archived=True), NodeArchived),
        (Level.PROGRAM, replace(PORTFOLIO, organization_id=8), OtherOrganization),
    ],
)
def test_a_node_in_the_wrong_place_is_refused(child, parent, error):
    with pytest.raises(error) as refused:
        levels.check_place(child, parent, organization_id=7)

    assert type(refused.value) is error


def test_a_wrong_level_names_the_parent_that_would_fit():
    with pytest.raises(WrongLevel) as refused:
        levels.check_place(Level.MEASURE, PROGRAM, organization_id=7)

    assert str(refused.value) == (
        "A measure cannot stand under a program: the order is organization, portfolio, program, "
        "project, package, measure. Choose a package as its parent."
    )


def test_a_program_may_move_to_another_portfolio_and_back():
    levels.check_move(PROGRAM, OTHER_PORTFOLIO)
    levels.check_move(PROGRAM, PORTFOLIO)


@pytest.mark.parametrize(
    ("node", "parent", "error"),
    [
        (ROOT, PORTFOLIO, RootStays),
        (PROGRAM, PROGRAM, MoveIntoOwnSubtree),
        (PROGRAM, PROJECT, MoveIntoOwnSubtree),
        (PROJECT, PORTFOLIO, WrongLevel),
        (replace(PROGRAM, is_archived=True), OTHER_PORTFOLIO, NodeArchived),
        (PROGRAM, replace(OTHER_PORTFOLIO, is_archived=True), NodeArchived),
        (PROGRAM, replace(OTHER_PORTFOLIO, organization_id=8), OtherOrganization),
    ],
)
def test_a_move_that_breaks_the_tree_is_refused(node, parent, error):
    with pytest.raises(error) as refused:
        levels.check_move(node, parent)

    assert type(refused.value) is error


class Forest:
    """A small tree kept by the rule alone: what check_place and check_move allow is done."""

    def __init__(self):
        self.levels = {0: Level.ORGANIZATION}
        self.parents = {0: None}

    def position(self, node):
        above, seen = self.parents[node], set()
        while above is not None:
            seen.add(above)
            above = self.parents[above]
        return Position(node, 7, str(node), self.levels[node], frozenset(seen))

    def add(self, level, parent):
        try:
            levels.check_place(level, self.position(parent), organization_id=7)
        except DomainError:
            return
        self.levels[len(self.levels)] = level
        self.parents[len(self.parents)] = parent

    def move(self, node, parent):
        try:
            levels.check_move(self.position(node), self.position(parent))
        except DomainError:
            return
        self.parents[node] = parent


STEPS = st.lists(
    st.tuples(st.booleans(), st.sampled_from(Level), st.integers(0, 30), st.integers(0, 30)),
    max_size=40,
)


@given(steps=STEPS)
def test_no_sequence_of_lawful_steps_breaks_the_order_of_levels(steps):
    forest = Forest()

    for is_add, level, first, second in steps:
        count = len(forest.levels)
        if is_add:
            forest.add(level, second % count)
        else:
            forest.move(first % count, second % count)

    depths = {node: len(forest.position(node).ancestors) for node in forest.levels}
    assert depths == {node: level.value for node, level in forest.levels.items()}
