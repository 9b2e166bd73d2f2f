"""The whole bench in order, and how its findings are shown."""

import os
from collections.abc import Callable, Sequence
from dataclasses import asdict

import psycopg

from config.bench import adding, building, cell, pages, preview, rollups, scratch, storage
from config.bench.measuring import Finding
from config.progress import Progress

SMALLER = (100, 10, 1)
WORDS = {True: "met", False: "missed", None: ""}


def run(measures: int, *, is_kept: bool, progress: Progress) -> list[Finding]:
    """Build organizations of N/100, N/10 and N measures and measure every line on them."""
    found: list[Finding] = []
    with scratch.database(is_kept=is_kept) as made, made.superuser() as superuser:
        found.append(_machine(superuser))
        sizes = []
        for measures_of_one in sorted({max(1, measures // part) for part in SMALLER}):
            with progress.step(f"an organization of {measures_of_one} measures"):
                sizes.append(building.build(superuser, measures_of_one))
        largest = sizes[-1]
        lines: dict[str, Callable[[], list[Finding]]] = {
            "storage": lambda: storage.findings(superuser, largest),
            "changing one cell": lambda: cell.findings(made, superuser, largest),
            "roll-ups": lambda: rollups.findings(made, superuser, sizes),
            "dashboard": lambda: pages.findings(largest),
            "preview of gates": lambda: preview.findings(superuser, largest),
            "adding measures": lambda: adding.findings(made, superuser, sizes),
        }
        told = 0
        for name, measure in lines.items():
            with progress.step(name):
                found.extend(measure())
                progress.say(as_text(found[told:]))
                told = len(found)
        if is_kept:
            progress.say(f"kept: the database {made.name}")
    return found


def as_json(found: Sequence[Finding]) -> list[dict[str, object]]:
    """Return the findings as a list of goal, target, seen, met."""
    return [asdict(each) for each in found]


def as_text(found: Sequence[Finding]) -> str:
    """Return the findings as a table."""
    rows = [("goal", "target", "", "seen")]
    rows += [(each.goal, each.target, WORDS[each.met], each.seen) for each in found]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join("  ".join((*map(str.ljust, row, widths), row[-1])) for row in rows)


def _machine(superuser: psycopg.Connection) -> Finding:
    row = superuser.execute("SHOW server_version").fetchone()
    pages_of_memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    seen = (
        f"{os.cpu_count()} cores, {pages_of_memory / 2**30:.0f} GB, load {os.getloadavg()[0]:.1f}, "
        f"PostgreSQL {'' if row is None else row[0]}"
    )
    return Finding("the machine", "", seen)
