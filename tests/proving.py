"""Runs the tests as a proof of the guards: `./run manage prove_guards`; loaded with `-p`.

First every test runs once as usual, and what the database refused in it is noted. Then each guard
is taken away alone, the tests that it refused are run until one is red, it is put back, and the
red one must be green again. All of it happens in this process's own copy of the database.
"""

import json
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from _pytest.runner import runtestprotocol
from django.db import connection
from psycopg import errors as psycopg_errors

from config import provisioning
from config.guards import catalog, proving, refusals, report
from config.guards.guard import Guard
from config.guards.proving import Candidates, Seen
from tests import database
from tests.plugin import LOCAL, SERVERS

SECONDS = 120
CALLS = (
    "SELECT funcname, calls FROM pg_stat_user_functions WHERE schemaname = 'public'"
    " AND funcname LIKE 'assay\\_%'"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("guards")
    group.addoption("--prove-guards", action="store_true")
    group.addoption("--only-guard", action="append", default=[])


def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Prove the guards instead of running the tests once."""
    if not session.config.getoption("prove_guards"):
        return None
    Proof(session).run()
    return True


class Proof:
    """One run: what is collected, what was seen, and the database it happens in."""

    def __init__(self, session: pytest.Session) -> None:
        self.session = session
        self.items = {item.nodeid: item for item in session.items}
        self.out = session.config.get_terminal_writer()
        self.refused: list[psycopg.Error] = []
        self.red = 0

    def run(self) -> None:
        """Note, take away, and say what became of it; red where any guard is not missed."""
        with _noted(self.refused):
            seen = self._seen()
        with _superuser() as raw:
            guards = catalog.guards(raw)
        chosen = [
            each
            for each in guards
            if proving.is_chosen(each, self.session.config.getoption("only_guard"))
        ]
        candidates = Candidates(seen)
        verdicts = []
        for guard in chosen:
            verdicts.append(proving.prove(guard, candidates.of(guard), self))
            if verdicts[-1].outcome is not report.Outcome.PROVED:
                self._say(*report.table(verdicts[-1:]))
        self._say("", *report.table(verdicts), "", *report.summary(verdicts))
        (LOCAL / "guards.txt").write_text("\n".join(report.table(verdicts)) + "\n")
        self.session.testsfailed = self.red + len(report.missed(verdicts)) or int(not verdicts)

    @contextmanager
    def without(self, guard: Guard) -> Iterator[None]:
        """Take a guard away, and put it back; a database that cannot have it back is made anew."""
        with _superuser() as raw:
            _execute(raw, guard.remove)
        yield
        try:
            with _superuser() as raw:
                _execute(raw, guard.restore)
        except psycopg.Error as stuck:
            self._say(f"          a fresh copy of the database: {str(stuck).splitlines()[0]}")
            connection.close()
            database.renew(SERVERS)

    def is_red(self, test: str) -> bool:
        """Run one test to its end, with the fixtures of its module but not of the session."""
        return self._is_red(self.items[test], self.session)

    def _is_red(self, item: pytest.Item, following: object) -> bool:
        signal.signal(signal.SIGALRM, _too_long)
        signal.alarm(SECONDS)
        try:
            reports = runtestprotocol(item, log=False, nextitem=following)
        finally:
            signal.alarm(0)
        for each in reports:
            if each.failed:
                self.last_words = each.longreprtext
        return any(each.failed for each in reports)

    def _seen(self) -> dict[str, Seen]:
        """Run all once, unless nothing has changed since they were."""
        kept = Kept()
        if kept.answers(self.items):
            # The session's own fixtures, which make the database.
            self._is_red(next(iter(self.items.values())), self.session)
            return kept.seen(self.items)
        seen = self._run_all()
        if not self.red:
            kept.keep(seen)
        return seen

    def _run_all(self) -> dict[str, Seen]:
        items = list(self.items.values())
        self._is_red(items[0], self.session)
        with _superuser() as raw:
            raw.execute(f"ALTER DATABASE \"{SERVERS.database}\" SET track_functions = 'pl'")
        connection.close()
        seen: dict[str, Seen] = {}
        with _superuser() as raw:
            before = dict(raw.execute(CALLS).fetchall())
            for item, following in zip(items, [*items[1:], self.session], strict=True):
                self.refused.clear()
                begun = time.monotonic()
                is_red = self._is_red(item, following)
                seconds = time.monotonic() - begun
                connection.close()
                after = dict(raw.execute(CALLS).fetchall())
                if is_red:
                    # It proves nothing; the run goes on without it, and fails at its end.
                    self.red += 1
                    self._say(f"red with every guard in place: {item.nodeid}", self.last_words)
                    continue
                seen[item.nodeid] = Seen(
                    frozenset(mark for each in self.refused for mark in refusals.marks_of(each)),
                    frozenset(name for name in after if after[name] != before.get(name)),
                    _names_of(item),
                    seconds,
                )
                before = after
        self._say(f"{len(seen)} tests ran with every guard in place, and {self.red} red ones")
        return seen

    def _say(self, *lines: str) -> None:
        for line in lines:
            self.out.line(line)
        self.out.flush()


class Kept:
    """What the last whole run showed, for `--only` while schema, code and tests are the same."""

    def __init__(self) -> None:
        self.file = LOCAL / "guards-seen.json"

    def answers(self, items: dict[str, pytest.Item]) -> bool:
        """Tell whether every test collected now was seen in a run of just this state."""
        if not self.file.is_file():
            return False
        kept = json.loads(self.file.read_text())
        return bool(kept["state"] == _state() and items.keys() <= kept["seen"].keys())

    def seen(self, items: dict[str, pytest.Item]) -> dict[str, Seen]:
        """Return what was seen of the tests collected now."""
        kept = json.loads(self.file.read_text())["seen"]
        return {
            test: Seen(frozenset(marks), frozenset(functions), tuple(names), seconds)
            for test, (marks, functions, names, seconds) in kept.items()
            if test in items
        }

    def keep(self, seen: dict[str, Seen]) -> None:
        """Write what a whole run showed."""
        rows = {
            test: [sorted(each.marks), sorted(each.functions), each.names, each.seconds]
            for test, each in seen.items()
        }
        self.file.write_text(json.dumps({"state": _state(), "seen": rows}))


def _state() -> list[object]:
    root = Path(__file__).resolve().parent.parent
    newest = [
        max((each.stat().st_mtime for each in root.glob(pattern)), default=0.0)
        for pattern in ("tests/**/*.py", "*/services/**/*.py", "*/queries/**/*.py")
    ]
    return [provisioning.schema_digest(), *newest]


@contextmanager
def _noted(into: list[psycopg.Error]) -> Iterator[None]:
    """Keep every error that a server gives, whoever catches it."""
    original = psycopg_errors.error_from_result

    def noting(result: object, encoding: str = "utf-8") -> psycopg.Error:
        error = original(result, encoding=encoding)
        into.append(error)
        return error

    psycopg_errors.error_from_result = noting
    try:
        yield
    finally:
        psycopg_errors.error_from_result = original


@contextmanager
def _superuser() -> Iterator[psycopg.Connection]:
    url = SERVERS.installation.postgres.url(database=SERVERS.database)
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("SET lock_timeout = '20s'")
        yield raw


def _execute(raw: psycopg.Connection, statements: tuple[str, ...]) -> None:
    with raw.transaction():
        for statement in statements:
            raw.execute(statement.encode())


def _names_of(item: pytest.Item) -> tuple[str, ...]:
    return tuple(name for mark in item.iter_markers("guards") for name in mark.args)


def _too_long(*_: object) -> None:
    raise TimeoutError(f"no test of a guard takes {SECONDS} s")
