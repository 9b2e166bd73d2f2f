"""Waits for what other processes commit: the database itself says that a table has changed.

For tests of the whole system only; the product needs no such trigger.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

CHANNEL = "watched_by_test"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {CHANNEL}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('{CHANNEL}', TG_TABLE_NAME);
  RETURN NULL;
END $$;
GRANT EXECUTE ON FUNCTION {CHANNEL}() TO PUBLIC
"""


@dataclass(frozen=True, slots=True)
class Watch:
    """A connection that is told of every committed change of the watched tables."""

    listener: psycopg.Connection

    def until(self, question: Callable[[], bool], patience: float) -> bool:
        """Ask now and after each change until it is so; False when patience (seconds) ends."""
        ends = time.monotonic() + patience
        while not question():
            left = ends - time.monotonic()
            told = list(self.listener.notifies(timeout=max(left, 0), stop_after=1))
            if not told:
                return question()
        return True


@contextmanager
def watching(superuser: psycopg.Connection, tables: Sequence[str]) -> Iterator[Watch]:
    """Have the database tell of changes of some tables for the time of the block.

    `superuser` is in autocommit, and is taken up by listening.
    """
    superuser.execute(_FUNCTION)
    for table in tables:
        superuser.execute(
            f"CREATE TRIGGER {CHANNEL} AFTER INSERT OR UPDATE OR DELETE ON {table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {CHANNEL}()"
        )
    superuser.execute(f"LISTEN {CHANNEL}")
    try:
        yield Watch(superuser)
    finally:
        superuser.execute(f"UNLISTEN {CHANNEL}")
        superuser.execute(f"DROP FUNCTION {CHANNEL}() CASCADE")
