"""Two real sessions at the same moment: released at once, or one let in while the other is open."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from config.guards import catalog
from config.guards.guard import Kind
from tests.attacks.session import only

Side = Callable[[psycopg.Connection], None]


def race(connections: tuple[psycopg.Connection, ...], sides: tuple[Side, ...]) -> list[str]:
    """Run each side in a thread of its own; return what became of each: done, or the SQLSTATE."""
    gate = threading.Barrier(len(sides))
    outcomes = [""] * len(sides)

    def run(at: int) -> None:
        raw = connections[at]
        gate.wait()
        try:
            sides[at](raw)
            raw.commit()
            outcomes[at] = "done"
        except psycopg.Error as refusal:
            raw.rollback()
            outcomes[at] = refusal.sqlstate or "lost"

    threads = [threading.Thread(target=run, args=(at,)) for at in range(len(sides))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def meets(
    first: Side, second: Side, pair: tuple[psycopg.Connection, ...], watcher: psycopg.Connection
) -> list[str]:
    """Let the second side run while the first has done all but commit; return both ends.

    The third word says whether the second waited for the first or had ended before it.
    """
    outcomes: list[str] = []
    first(pair[0])
    thread = threading.Thread(target=lambda: outcomes.extend(race((pair[1],), (second,))))
    thread.start()
    waited = when_waiting_or_done(watcher, pair, thread)
    try:
        pair[0].commit()
        ended = "done"
    except psycopg.Error as refusal:
        pair[0].rollback()
        ended = refusal.sqlstate or "lost"
    thread.join()
    return [ended, *outcomes, "waited" if waited else "went ahead"]


def when_waiting_or_done(
    watcher: psycopg.Connection, pair: tuple[psycopg.Connection, ...], thread: threading.Thread
) -> bool:
    """Return once the second session waits for the first (True), or its thread has come to an end.

    Waiting for anybody else, as for a table that grows, is no meeting of the two.
    """
    first, second = (each.info.backend_pid for each in pair)
    while thread.is_alive():
        if only(watcher, "SELECT %s = ANY (pg_blocking_pids(%s))", first, second) == (True,):
            return True
    return False


@contextmanager
def without_locks(superuser: psycopg.Connection, *functions: str) -> Iterator[None]:
    """Take every lock out of these functions of this process's database, for the block's time."""
    locks = {each.name: each for each in catalog.guards(superuser) if each.kind is Kind.LOCK}
    try:
        for function in functions:
            superuser.execute(locks[function].remove[0])
        yield
    finally:
        for function in functions:
            superuser.execute(locks[function].restore[0])
