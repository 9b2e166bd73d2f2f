"""How much room a node's interval of numbers keeps, so that most additions shift nobody."""

from collections.abc import Mapping

from hierarchy.rules.levels import Level

LARGEST = 2**31 - 1  # what the column of a number holds

# The width of a new node's interval. A measure takes 2 numbers; a package holds over a hundred
# measures, and each level above holds 32 of the level below, the organization 128.
WIDTHS: dict[Level, int] = {
    Level.ORGANIZATION: 2**30,
    Level.PORTFOLIO: 2**23,
    Level.PROGRAM: 2**18,
    Level.PROJECT: 2**13,
    Level.PACKAGE: 2**8,
    Level.MEASURE: 2,
}

# What a renumbering leaves free in every node behind its last child.
FRESH_GAPS: dict[Level, int] = {level: width - 2 for level, width in WIDTHS.items()} | {
    Level.ORGANIZATION: 2**27
}


def growth(size: int, needed: int) -> int:
    """Return by how much a full interval of `size` grows: the least multiple that gives `needed`.

    Growing by its own size makes shifts rarer as a node fills, so that the cost of an addition
    stays level on average.
    """
    return size * -(-needed // size)


def gaps(counts: Mapping[Level, int], largest: int = LARGEST) -> tuple[int, ...]:
    """Return the free numbers each level keeps when a tree of `counts` nodes is numbered anew.

    They are halved until the whole tree fits below `largest`; a measure keeps none.
    """
    found = [FRESH_GAPS[level] for level in Level]
    while (
        any(found)
        and sum(counts.get(level, 0) * (2 + gap) for level, gap in zip(Level, found, strict=True))
        > largest
    ):
        found = [gap // 2 for gap in found]
    return tuple(found)
