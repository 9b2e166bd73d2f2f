"""What one member does not get to read: the hidden leaves, and the sums that would give them away.

Pure: the leaves come from the database (`assay_sight`), the answer goes back to it as settings
that its policies read (docs/adr: "What a member may not read is cut off in the database").
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

UNNAMED = "a confidential measure"  # what it is called wherever others read along
POOL = 3  # how many hidden leaves a sum must pool before it is shown, unless a tenant says more


@dataclass(frozen=True, slots=True)
class Leaf:
    """One hidden leaf: its row, its node, the nodes above it from the root, its kinds of sums."""

    row_id: int
    node_id: int
    above: tuple[int, ...]
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sight:
    """What the actor of a transaction does not read, and which leaves are opened by name.

    `sums` are the nodes whose sums are withheld, hidden leaves among them; `below` counts hidden
    leaves by node above them; `opened` are nodes of leaves that the actor reads as a named reader.
    """

    rows: frozenset[int] = frozenset()
    nodes: frozenset[int] = frozenset()
    sums: frozenset[int] = frozenset()
    below: Mapping[int, int] | None = None
    opened: frozenset[int] = frozenset()
    pool: int = POOL

    def hidden_below(self, node_id: int) -> int:
        """Return how many leaves below a node the actor does not read."""
        return 0 if self.below is None else self.below.get(node_id, 0)

    def name(self, node_id: int, name: str) -> str:
        """Return what a refusal may call a node: no name where the actor does not read it."""
        return UNNAMED if node_id in self.nodes else name


EVERYTHING = Sight()


def sight_of(leaves: Collection[Leaf], pool: int, opened: Iterable[int] = ()) -> Sight:
    """Return what is withheld from a member who does not read some leaves."""
    return Sight(
        rows=frozenset(leaf.row_id for leaf in leaves),
        nodes=frozenset(leaf.node_id for leaf in leaves),
        sums=frozenset(leaf.node_id for leaf in leaves) | withheld(leaves, pool),
        below=Counter(node for leaf in leaves for node in leaf.above),
        opened=frozenset(opened),
        pool=pool,
    )


def withheld(leaves: Collection[Leaf], pool: int) -> frozenset[int]:
    """Return the nodes above hidden leaves whose sums would give away fewer than `pool` of them.

    From the deepest node up: what is new in a node's sum are the hidden leaves under it that lie
    under no node shown below it. It is shown where these are none, or at least `pool`, and in each
    kind of sum that they put anything into again none or at least `pool`. Nodes are laminar, so
    the differences of what is shown are sums of such pools and never of less.
    """
    above: dict[int, list[Leaf]] = {}
    depth: dict[int, int] = {}
    for leaf in leaves:
        for level, node in enumerate(leaf.above):
            above.setdefault(node, []).append(leaf)
            depth[node] = level
    pooled: set[int] = set()
    hidden: set[int] = set()
    for node in sorted(above, key=lambda each: -depth[each]):
        fresh = [leaf for leaf in above[node] if leaf.node_id not in pooled]
        if _is_pooled(fresh, pool):
            pooled.update(leaf.node_id for leaf in fresh)
        else:
            hidden.add(node)
    return frozenset(hidden)


def _is_pooled(fresh: Collection[Leaf], pool: int) -> bool:
    kinds = Counter(kind for leaf in fresh for kind in leaf.kinds)
    return all(count == 0 or count >= pool for count in (len(fresh), *kinds.values()))
