"""Reads one table of a mapping file strictly: a missing, misspelt or misshapen key is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from intake.errors import MappingRefused

E = TypeVar("E", bound=StrEnum)
V = TypeVar("V")
REQUIRED = "\0"


class Section:
    """One table; every key is asked for by name, and what nobody asked for is refused."""

    def __init__(self, where: str, table: dict[str, object]) -> None:
        self.where = where
        self._table = table
        self._asked: set[str] = set()

    @contextmanager
    def complete(self) -> Iterator["Section"]:
        """Read the table, then refuse keys that were not asked for: most are misspelt."""
        yield self
        unknown = sorted(set(self._table) - self._asked)
        if unknown:
            raise self.refusal(unknown[0], "is not known")

    def refusal(self, key: str, problem: str) -> MappingRefused:
        """Return the refusal of one key."""
        return MappingRefused(where=f"{self.where}{key}", problem=problem)

    def has(self, key: str) -> bool:
        """Tell whether a key is given."""
        return key in self._table

    def text(self, key: str, default: str = REQUIRED) -> str:
        """Return a text; without a default it must be given and say something."""
        if key not in self._table and default is not REQUIRED:
            self._asked.add(key)
            return default
        found = self._get(key, str, "one text in quotes")
        if not found and default is REQUIRED:
            raise self.refusal(key, "must not be empty")
        return found

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false."""
        self._asked.add(key)
        return self._get(key, bool, "true or false") if self.has(key) else default

    def number(self, key: str, default: int, within: range) -> int:
        """Return a whole number within limits."""
        self._asked.add(key)
        found = self._get(key, int, "a whole number") if self.has(key) else default
        if found not in within:
            raise self.refusal(key, f"must lie between {within.start} and {within.stop - 1}")
        return found

    def choice(self, key: str, kind: type[E], default: E | None = None) -> E:
        """Return one of the words of a kind."""
        word = self.text(key, REQUIRED if default is None else default.value)
        try:
            return kind(word)
        except ValueError:
            words = ", ".join(kind)
            raise self.refusal(key, f"is “{word}”, and must be one of {words}") from None

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """Return a list of texts."""
        self._asked.add(key)
        if not self.has(key) and default is not None:
            return default
        found: list[object] = self._get(key, list, "a list of texts")
        texts = tuple(each for each in found if isinstance(each, str))
        if len(texts) != len(found):
            raise self.refusal(key, "must be a list of texts")
        return texts

    def day(self, key: str) -> date | str:
        """Return a calendar day, or the word that stands there."""
        found = self._get(key, object, "")
        if isinstance(found, str):
            return found
        if isinstance(found, date) and not isinstance(found, datetime):
            return found
        raise self.refusal(key, "must be a date such as 2026-06-30, or a word")

    def table(self, key: str) -> "Section":
        """Return the table under a key; empty if it is not given."""
        self._asked.add(key)
        found: dict[str, object] = self._get(key, dict, "a table") if self.has(key) else {}
        return Section(f"{self.where}{key}.", found)

    def tables(self, key: str, read: Callable[["Section"], V]) -> tuple[V, ...]:
        """Return every table of a list of tables, each read whole."""
        self._asked.add(key)
        rows: list[object] = self._get(key, list, "a list of tables") if self.has(key) else []
        made = []
        for number, row in enumerate(rows, start=1):
            if not isinstance(row, dict):
                raise self.refusal(key, "must be a list of tables")
            with Section(f"{self.where}{key}[{number}].", row).complete() as section:
                made.append(read(section))
        return tuple(made)

    def each(self) -> Iterator[str]:
        """Yield every key of a table whose keys are names, such as teams."""
        yield from self._table

    def _get(self, key: str, kind: type[V], words: str) -> V:
        self._asked.add(key)
        if key not in self._table:
            raise self.refusal(key, "is missing")
        found = self._table[key]
        is_number_for_flag = isinstance(found, bool) and kind is int
        if not isinstance(found, kind) or is_number_for_flag:
            raise self.refusal(key, f"must be {words}")
        return found
