"""Reads from an error of the database which guard refused: the marks that `Guard.marks` name."""

import re

import psycopg

_FRAME = re.compile(r'PL/pgSQL function (?:\w+\.)?"?(\w+)"?\([^)]*\) line (\d+)')
_RAISED = re.compile(_FRAME.pattern + r" at RAISE")
_RELATION = re.compile(
    r'for (?:table|relation|view|sequence) "?(\w+)"?|(?:table|relation) "?(\w+)"?$'
)
NOT_ALLOWED = "42501"


def marks_of(error: psycopg.Error) -> frozenset[str]:
    """Return the marks of one error; none where no guard of ours can have been asked."""
    diagnosis = error.diag
    context = diagnosis.context or ""
    marks = {f"function:{name}" for name, _ in _FRAME.findall(context)}
    first = _RAISED.match(context)
    if first is not None:
        marks.add(raised(first.group(1), int(first.group(2))))
    if diagnosis.constraint_name:
        marks.add(constraint(diagnosis.table_name or "", diagnosis.constraint_name))
    if error.sqlstate == NOT_ALLOWED:
        marks |= _relation_marks(diagnosis.message_primary or "")
    return frozenset(marks)


def raised(function: str, line: int) -> str:
    """Return the mark of a RAISE at a line of a function."""
    return f"raised:{function}:{line}"


def constraint(table: str, name: str) -> str:
    """Return the mark of a CHECK, a unique or a foreign key."""
    return f"constraint:{table}.{name}"


def policy(table: str) -> str:
    """Return the mark of a table's row-level security."""
    return f"policy:{table}"


def grant(table: str) -> str:
    """Return the mark of a right that was not given on a table."""
    return f"grant:{table}"


def _relation_marks(message: str) -> set[str]:
    found = _RELATION.search(message)
    if found is None:
        return set()
    table = found.group(1) or found.group(2)
    return {policy(table) if "row-level security" in message else grant(table)}
