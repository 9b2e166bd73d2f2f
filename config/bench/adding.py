"""Adding measures to small and large trees, numbering a tree anew, and additions above packages."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any

import psycopg

from accounts.rules.roles import Role
from config.bench import bare, building, measuring
from config.bench.building import Built
from config.bench.measuring import Finding
from config.bench.scratch import Scratch
from core import tenancy
from hierarchy.models import Node
from hierarchy.rules.levels import Level
from hierarchy.services import numbering, tree
from measures.rules.lines import EffectType
from measures.services import proposals

ADDED = 1000  # in all rounds together; fewer in a small organization
LONGEST_INSERT = 250  # ms, of a project with its program's room
TABLES = (
    "hierarchy_node",
    "measures_measure",
    "audit_history",
    "audit_event",
    "audit_head",
    "rollup_dirty",
)

_names = count(1)

_BARE_NODE = """
INSERT INTO bare.hierarchy_node
       (organization_id, parent_id, name, code, ancestor_ids, version, lft, rght, tree_id, level)
VALUES (%(organization)s, %(parent)s, %(name)s, '', %(ancestors)s, 1, %(number)s, %(number)s + 1,
        %(organization)s, 5)
RETURNING id
"""
_BARE_MEASURE = """
INSERT INTO bare.measures_measure
       (organization_id, node_id, description, effect_type, size, size_unit, proposer_id, stage,
        lifecycle, created_at, created_in, version)
VALUES (%(organization)s, %(node)s, 'Freight lanes are tendered anew.', 'hard', NULL, '',
        %(actor)s, 0, 'active', now(), 1, 1)
RETURNING id
"""
_BARE_HISTORY = """
INSERT INTO bare.audit_history
       (organization_id, table_name, row_id, operation, before, after, actor_id, recorded_at,
        transaction_id)
VALUES (%(organization)s, 'hierarchy_node', %(node)s, 'INSERT', NULL, %(after)s, %(actor)s, now(),
        1)
RETURNING id
"""
_BARE_EVENT = """
INSERT INTO bare.audit_event
       (organization_id, seq, act, subject_kind, subject_id, actor_id, decided_for_id, reason,
        details, effective_on, request_id, recorded_at, database_user, transaction_id,
        history_from, history_to, history_digest, previous_hash, hash)
VALUES (%(organization)s, %(number)s, 'measure_proposed', 'measure', %(node)s, %(actor)s, NULL, '',
        '{"node_id": 1, "package_id": 1}', NULL, NULL, now(), 'assay_app', 1, 1, 2, %(hash)s,
        %(hash)s, %(hash)s)
RETURNING id
"""
_BARE_HEAD = """
UPDATE bare.audit_head SET seq = %(number)s, hash = %(hash)s
 WHERE organization_id = %(organization)s
"""
_BARE_DIRTY = """
INSERT INTO bare.rollup_dirty (organization_id, measure_id, marked_at)
VALUES (%(organization)s, %(node)s, now()) RETURNING id
"""
_SHIFT = """
UPDATE {}hierarchy_node SET lft = lft + 1, rght = rght + 1
 WHERE organization_id = %(organization)s AND rght < 2147483647
"""


@dataclass(slots=True)
class Bare:
    """The same rows as a proposal leaves behind, written plainly."""

    built: Built
    app: psycopg.Connection
    packages: Sequence[Node]
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000))

    def add(self) -> None:
        """Insert a node, a measure, their history, the event and the mark in one transaction."""
        number = next(self.numbers)
        package = self.packages[number % len(self.packages)]
        arguments: dict[str, Any] = {
            "organization": self.built.id,
            "actor": self.built.actors[Role.LEAD].member_id,
            "parent": package.pk,
            "ancestors": [package.pk, *package.ancestor_ids],
            "name": f"Measure {number}",
            "number": number,
            "hash": f"{number:064d}",
            "after": '{"id": 1, "name": "Measure 1", "version": 1}',
        }
        with self.app.transaction():
            row = self.app.execute(_BARE_NODE, arguments).fetchone()
            arguments["node"] = None if row is None else row[0]
            for statement in (_BARE_MEASURE, _BARE_HISTORY, _BARE_HISTORY, _BARE_EVENT, _BARE_HEAD,
                              _BARE_DIRTY):  # fmt: skip
                self.app.execute(statement, arguments)


def findings(
    scratch: Scratch, superuser: psycopg.Connection, sizes: Sequence[Built]
) -> list[Finding]:
    """Return the lines about adding measures, smallest organization first."""
    bare.copy_tables(superuser, *TABLES)
    calls = max(1, min(ADDED, sizes[-1].measures) // (measuring.ROUNDS + 1))
    with scratch.app() as app:
        largest = Bare(sizes[-1], app, building.some_packages(sizes[-1]))
        sides: dict[str, measuring.Work] = {str(each.measures): _proposals(each) for each in sizes}
        seconds = measuring.by_turns({**sides, "bare": largest.add}, calls=calls, is_amortized=True)
    found = [
        _flat(seconds, sizes, calls),
        *(
            measuring.at_most(
                f"adding one measure to {each.measures}, vs the same rows inserted plainly",
                10,
                measuring.ratio(seconds, str(each.measures), "bare"),
            )
            for each in sizes
        ),
    ]
    return [*found, _rebuild(scratch, superuser, sizes[-1]), _above(sizes[-1])]


def _proposals(built: Built) -> Callable[[], object]:
    packages = cycle(building.some_packages(built))

    def propose() -> object:
        return proposals.propose(
            actor=built.actors[Role.LEAD],
            package_id=next(packages).pk,
            name=f"Added {next(_names)}",
            description="Freight lanes are tendered anew.",
            effect_type=EffectType.HARD,
        )

    return propose


def _flat(seconds: dict[str, list[float]], sizes: Sequence[Built], calls: int) -> Finding:
    """Return the line of the dearest size by the cheapest."""
    by_size = {each.measures: measuring.median_ms(seconds, str(each.measures), calls)
               for each in sizes}  # fmt: skip
    told = ", ".join(f"{spent:.2f} ms at {size}" for size, spent in by_size.items())
    seen = max(
        measuring.ratio(seconds, str(each.measures), str(other.measures))
        for each in sizes
        for other in sizes
    )
    return measuring.at_most("adding one measure, flat over sizes", 2, seen, f" ({told})")


def _rebuild(scratch: Scratch, superuser: psycopg.Connection, built: Built) -> Finding:
    """Number the whole tree anew beside one plain UPDATE of the same rows' numbers."""
    arguments = {"organization": built.id}

    def renumber() -> None:
        with tenancy.acting(built.system):
            numbering.renumber()

    def tidy() -> None:
        for table in ("public", "bare"):
            superuser.execute(f"VACUUM {table}.hierarchy_node")
        _shift(superuser, built)

    _shift(superuser, built)
    with scratch.app() as app:
        seconds = measuring.by_turns(
            {
                "ours": renumber,
                "bare": lambda: app.execute(_SHIFT.format("bare."), arguments),
            },
            between=tidy,
        )
    with tenancy.acting(built.system):
        numbering.renumber()
    return measuring.beside(
        "numbering the tree anew vs a bare UPDATE of every number", 1.5, seconds
    )


def _shift(superuser: psycopg.Connection, built: Built) -> None:
    """Put every number off by one, so that each has to be written anew."""
    superuser.execute(_SHIFT.format(""), {"organization": built.id})


def _above(built: Built) -> Finding:
    """Add projects to programs, one act each."""
    with tenancy.reading(built.system):
        programs = cycle(Node.objects.filter(level=Level.PROGRAM))
    administrator = built.actors[Role.ADMINISTRATOR]

    def add() -> object:
        name = f"Project {next(_names)}"
        return tree.add(actor=administrator, parent_id=next(programs).pk, name=name)

    seconds = measuring.by_turns({"ours": add}, calls=5)
    seen = measuring.median_ms(seconds, "ours", 5)
    return Finding(
        "structural insert above a package",
        f"<= {LONGEST_INSERT} ms",
        f"{seen:.1f} ms",
        seen <= LONGEST_INSERT,
    )
