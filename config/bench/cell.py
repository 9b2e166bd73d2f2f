"""One cell changed: the product's five durable rows beside the same five in plain tables."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from random import Random
from typing import Any

import psycopg

from accounts.rules.roles import Role
from config.bench import bare, measuring
from config.bench.building import Built
from config.bench.measuring import Finding
from config.bench.scratch import Scratch
from core import tenancy
from measures.models import Line
from measures.models.line import PERIODS
from measures.queries import periods, series
from measures.rules.lines import Series
from measures.services import figures
from measures.services.figures import CellChange

CALLS, SERVICE_CALLS = 100, 20
MOST_LINES = 5000
TABLES = (
    "measures_seriesversion",
    "audit_history",
    "audit_event",
    "audit_head",
    "rollup_dirty",
)
GOAL = "one cell change, five durable rows, vs the same five rows in plain tables"

_REQUEST = "0199c0de-0000-7000-8000-000000000000"

_VALUES = ", ".join(f"%({period})s" for period in PERIODS)
_OUR_VERSION = f"""
INSERT INTO measures_seriesversion
       (organization_id, line_id, split, series, fiscal_year, version, {", ".join(PERIODS)},
        is_seeded, recorded_at, effective_on, recorded_by_id)
VALUES (%(organization)s, %(line)s, '', 'forecast', %(year)s, %(version)s, {_VALUES}, false,
        assay_now(), NULL, NULL)
RETURNING id, recorded_at
"""  # noqa: S608 -- only names of columns are put in
_OUR_EVENT = """
INSERT INTO audit_event
       (organization_id, seq, act, subject_kind, subject_id, actor_id, decided_for_id, reason,
        details, effective_on, request_id, recorded_at, database_user, transaction_id,
        history_from, history_to, history_digest, previous_hash, hash)
VALUES (%(organization)s, 0, 'figures_saved', 'measure', %(measure)s, NULL, NULL, '', %(details)s,
        NULL, NULL, statement_timestamp(), '', 0, NULL, NULL, '', '', '')
RETURNING id, recorded_at
"""

_BARE_VERSION = _OUR_VERSION.replace("measures_seriesversion", "bare.measures_seriesversion")
_BARE_VERSION = _BARE_VERSION.replace("assay_now(), NULL, NULL", "now(), NULL, %(actor)s")
_BARE_HISTORY = """
INSERT INTO bare.audit_history
       (organization_id, table_name, row_id, operation, before, after, actor_id, recorded_at,
        transaction_id)
VALUES (%(organization)s, 'measures_seriesversion', %(line)s, 'INSERT', NULL, %(after)s, %(actor)s,
        now(), 1)
RETURNING id
"""
_BARE_EVENT = """
INSERT INTO bare.audit_event
       (organization_id, seq, act, subject_kind, subject_id, actor_id, decided_for_id, reason,
        details, effective_on, request_id, recorded_at, database_user, transaction_id,
        history_from, history_to, history_digest, previous_hash, hash)
VALUES (%(organization)s, %(seq)s, 'figures_saved', 'measure', %(measure)s, %(actor)s, NULL, '',
        %(details)s, NULL, %(request)s, now(), 'assay_app', 1, 1, 1, %(hash)s, %(hash)s, %(hash)s)
RETURNING id
"""
_BARE_HEAD = """
UPDATE bare.audit_head SET seq = %(seq)s, hash = %(hash)s WHERE organization_id = %(organization)s
"""
_BARE_DIRTY = """
INSERT INTO bare.rollup_dirty (organization_id, measure_id, marked_at)
VALUES (%(organization)s, %(measure)s, now()) RETURNING id
"""
_BARE_UPDATE = """
UPDATE bare.measures_seriesversion SET p06 = %(p06)s WHERE id = %(row)s
"""

OURS = (_OUR_VERSION, _OUR_EVENT)
BARE = (_BARE_VERSION, _BARE_HISTORY, _BARE_EVENT, _BARE_HEAD, _BARE_DIRTY)


@dataclass(slots=True)
class Target:
    """A line whose forecast is changed, and the latest version of it on either side."""

    line: int
    measure: int
    row: int
    ours: int = 1
    bare: int = 1


@dataclass(slots=True)
class Cells:
    """Changes of random cells, by each of the ways that are compared."""

    built: Built
    app: psycopg.Connection
    targets: list[Target]
    year: int
    month: int
    after: str
    chance: Random = field(default_factory=lambda: Random(1))  # noqa: S311 -- no secret
    numbers: Iterator[int] = field(default_factory=lambda: count(1_000_000))

    def in_product(self) -> None:
        """Write one cell as the service's own statements do, guards and ledger at work."""
        target = self.chance.choice(self.targets)
        target.ours += 1
        with self.app.transaction():
            self.app.execute(tenancy.CONTEXT, tenancy.context_of(self.built.actors[Role.OWNER]))
            self._write(OURS, self._arguments(target, target.ours))

    def in_bare(self) -> None:
        """Write the same five rows into plain tables."""
        target = self.chance.choice(self.targets)
        target.bare += 1
        with self.app.transaction():
            self._write(BARE, self._arguments(target, target.bare))

    def one_update(self) -> None:
        """Change one plain row in place."""
        with self.app.transaction():
            self._write((_BARE_UPDATE,), self._arguments(self.chance.choice(self.targets), 1))

    def through_service(self) -> None:
        """Save one cell through the service, as a page does."""
        target = self.chance.choice(self.targets)
        cell = CellChange(
            target.line, Series.FORECAST, self.year, self.month, Decimal(next(self.numbers)) / 100
        )
        figures.save(
            actor=self.built.actors[Role.OWNER],
            measure_id=target.measure,
            cells=[cell],
            versions={(target.line, Series.FORECAST, self.year): target.ours},
        )
        target.ours += 1

    def _write(self, statements: tuple[str, ...], arguments: dict[str, Any]) -> None:
        for statement in statements:
            self.app.execute(statement, arguments)

    def _arguments(self, target: Target, version: int) -> dict[str, Any]:
        seq = next(self.numbers)
        return {
            "organization": self.built.id,
            "actor": self.built.actors[Role.OWNER].member_id,
            "request": _REQUEST,
            "line": target.line,
            "measure": target.measure,
            "row": target.row,
            "year": self.year,
            "version": version,
            "seq": seq,
            "hash": f"{seq:064d}",
            "after": self.after,
            "details": '{"rows": [{"line_id": 1, "series": "forecast", "version": 2,'
            ' "fiscal_year": 2026}]}',
            **{period: seq + at for at, period in enumerate(PERIODS)},
        }


def findings(scratch: Scratch, superuser: psycopg.Connection, built: Built) -> list[Finding]:
    """Return the lines about changing one cell."""
    bare.copy_tables(superuser, *TABLES)
    with scratch.app() as app:
        cells = _cells(superuser, app, built)
        seconds = measuring.by_turns(
            {"ours": cells.in_product, "bare": cells.in_bare, "update": cells.one_update},
            calls=CALLS,
        )
        called = measuring.by_turns(
            {
                "service": cells.through_service,
                "bare": cells.in_bare,
                "update": cells.one_update,
            },
            calls=SERVICE_CALLS,
        )

    return [
        measuring.beside(GOAL, 1.6, seconds, CALLS),
        # The design writes five rows for one: the next line cannot be met by it (docs/adr/0012).
        measuring.known(
            "the same change vs one bare one-row UPDATE",
            measuring.compared(seconds, "ours", "update", CALLS),
            "(<= 1.6x)",
        ),
        *(
            measuring.known(
                f"the whole service call vs {words}",
                measuring.compared(called, "service", other, SERVICE_CALLS),
            )
            for other, words in (("bare", "the five rows"), ("update", "one UPDATE"))
        ),
    ]


def _cells(superuser: psycopg.Connection, app: psycopg.Connection, built: Built) -> Cells:
    with tenancy.reading(built.system):
        month = periods.ground().clock().month
        lines = dict(Line.objects.order_by("pk").values_list("pk", "measure_id")[:MOST_LINES])
        found = series.current(lines, [Series.FORECAST])
    rows: dict[int, int] = dict(
        superuser.execute(
            "SELECT line_id, id FROM bare.measures_seriesversion WHERE line_id = ANY(%s)"
            " AND series = 'forecast' AND fiscal_year = %s AND version = 1",
            [list(lines), month.fiscal_year],
        ).fetchall()
    )
    after = superuser.execute(
        "SELECT to_jsonb(s)::text FROM measures_seriesversion s WHERE organization_id = %s LIMIT 1",
        [built.id],
    ).fetchone()
    assert after is not None  # noqa: S101 -- every organization was built with figures
    targets = [Target(line, measure, rows[line]) for line, measure in lines.items()]
    for target in targets:
        key = series.SeriesKey(target.line, Series.FORECAST, month.fiscal_year)
        target.ours = target.bare = found[key].version
    return Cells(built, app, targets, month.fiscal_year, month.period, after[0])
