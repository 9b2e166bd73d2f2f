"""Roll-ups: the recompute and the check beside a bare GROUP BY, and drift after a burst."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from random import Random
from threading import Event

import psycopg
from django.db import connection

from accounts.rules.roles import Role
from config.bench import bare, measuring
from config.bench.building import Built
from config.bench.measuring import Finding
from config.bench.scratch import Scratch
from core import tenancy
from measures.models import Line, Measure
from measures.models.line import PERIODS
from measures.queries import periods, series
from measures.rules.lines import Series
from measures.services import figures
from measures.services.figures import CellChange
from reporting.queries import drift, stored, sums
from reporting.services import drain, recompute

WRITERS = 8
SAVES = 25  # by each writer
DERIVED = 5000  # measures at most, spread over all, beside those that were written

_KINDS = ("rollup_value", "rollup_count")


def _group_by(table: str, keys: str, columns: Sequence[str]) -> str:
    """Return a bare GROUP BY a package, whose sums are used: else PostgreSQL leaves them out."""
    once = ", ".join(f"sum({column}) AS {column}" for column in columns)
    return (
        f"SELECT count(*), {once} FROM (SELECT ancestor_ids[1]{keys}, {once}"  # noqa: S608 -- names
        f" FROM bare.{table} JOIN bare.rollup_leaf USING (organization_id, node_id)"
        f" WHERE organization_id = %(organization)s GROUP BY ancestor_ids[1]{keys}) AS grouped"
    )


_GROUPED = (
    _group_by("rollup_value", ", group_id, bucket, series, fiscal_year", PERIODS),
    _group_by("rollup_count", "", sums.NUMBERS),
)
_FORGET = """
DELETE FROM {} v WHERE v.organization_id = %(organization)s
   AND NOT EXISTS (SELECT 1 FROM rollup_leaf l WHERE l.node_id = v.node_id)
"""


def findings(
    scratch: Scratch, superuser: psycopg.Connection, sizes: Sequence[Built]
) -> list[Finding]:
    """Return the lines about keeping sums right."""
    built = sizes[-1]
    drain.drain_all(actor=built.system)
    bare.copy_tables(superuser, *_KINDS, "rollup_leaf")
    return [
        *_recomputed(scratch, superuser, built),
        _flat_reading(sizes),
        *_after_a_burst(built),
    ]


def _recomputed(scratch: Scratch, superuser: psycopg.Connection, built: Built) -> list[Finding]:
    def check() -> None:
        with tenancy.reading(built.system), connection.cursor() as cursor:
            cursor.execute(sums.ROOM)
            for query in (sums.DIFFERING_VALUES, sums.DIFFERING_COUNTS):
                cursor.execute(query, {"organization": built.id})
                assert not cursor.fetchall()  # noqa: S101 -- sums were right when it began

    def forget() -> None:
        for kind in _KINDS:
            superuser.execute(_FORGET.format(kind), {"organization": built.id})
            superuser.execute(f"VACUUM (ANALYZE) {kind}")

    with scratch.app() as app:

        def group() -> None:
            with app.transaction():
                app.execute(sums.ROOM)
                for query in _GROUPED:
                    app.execute(query, {"organization": built.id})

        checking = measuring.by_turns({"ours": check, "bare": group})
        forget()
        writing = measuring.by_turns(
            {"ours": lambda: recompute.renew_nodes(actor=built.system), "bare": group},
            between=forget,
        )
    recompute.renew_nodes(actor=built.system)
    return [
        measuring.beside("check of every node's sums vs a bare GROUP BY", 2, checking),
        measuring.beside("full recompute of every node, written, vs a bare GROUP BY", 3.5, writing),
    ]


def _flat_reading(sizes: Sequence[Built]) -> Finding:
    def reading(built: Built) -> measuring.Work:
        def read() -> object:
            with tenancy.reading(built.system):
                return stored.rows_of(built.root_id), stored.tallies_at([built.root_id])

        return read

    seconds = measuring.by_turns({str(each.measures): reading(each) for each in sizes}, calls=20)
    small, large = str(sizes[0].measures), str(sizes[-1].measures)
    told = ", ".join(
        f"{measuring.median_ms(seconds, str(each.measures), 20):.2f} ms at {each.measures}"
        for each in sizes
    )
    return measuring.at_most(
        "reading the stored totals of the root, flat over sizes",
        1.5,
        measuring.ratio(seconds, large, small),
        f" ({told})",
    )


def _after_a_burst(built: Built) -> list[Finding]:
    """Let writers save while a worker drains, then derive everything anew and compare."""
    over = Event()
    with tenancy.reading(built.system):
        lines = list(Line.objects.order_by("pk").values_list("pk", "measure_id")[: 40 * WRITERS])
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        worker = pool.submit(_drain_until, built, over)
        parts = [lines[number::WRITERS] for number in range(WRITERS)]
        saved = sum(pool.map(lambda part: _save_many(built, part), parts))
        over.set()
        worker.result()
    with tenancy.reading(built.system):
        every = list(Measure.objects.order_by("pk").values_list("pk", flat=True))
        chosen = {*(measure for _, measure in lines), *every[:: -(-len(every) // DERIVED)]}
    cells: list[drift.DriftCell] = []

    def check() -> None:
        with tenancy.reading(built.system):
            cells.extend(drift.cells(chosen))

    seconds = measuring.timed(check)
    return [
        Finding(
            f"drift after {saved} saves by {WRITERS} writers beside a draining worker: all sums,"
            f" and {len(chosen)} measures derived anew",
            "0 cells",
            f"{len(cells)} cells",
            not cells,
        ),
        measuring.known(
            "that check, for each measure derived anew",
            f"{seconds * 1000 / len(chosen):.2f} ms",
        ),
    ]


def _drain_until(built: Built, over: Event) -> None:
    try:
        while not over.is_set():
            drain.drain_all(actor=built.system)
            over.wait(0.1)
        drain.drain_all(actor=built.system)
    finally:
        connection.close()


def _save_many(built: Built, lines: Sequence[tuple[int, int]]) -> int:
    """Save cells of some measures one after the other, and return how many saves there were."""
    chance = Random(lines[0][0]) if lines else Random(0)  # noqa: S311 -- no secret
    try:
        for _ in range(SAVES if lines else 0):
            _save(built, *chance.choice(lines), Decimal(chance.randrange(100_000, 900_000)) / 100)
        return SAVES if lines else 0
    finally:
        connection.close()


def _save(built: Built, line: int, measure: int, amount: Decimal) -> None:
    owner = built.actors[Role.OWNER]
    with tenancy.reading(owner):
        month = periods.ground().clock().month
        found = series.current([line], [Series.FORECAST])
    versions = {tuple(key): at.version for key, at in found.items()}
    figures.save(
        actor=owner,
        measure_id=measure,
        cells=[CellChange(line, Series.FORECAST, month.fiscal_year, month.period, amount)],
        versions=versions,  # type: ignore[arg-type]  # a key is the tuple that is asked for
    )
