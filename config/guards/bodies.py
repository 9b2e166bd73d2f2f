"""Reads the source of a guard's function: each of its refusals, and each row that it locks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|/\*.*?\*/|[A-Za-z_]\w*|;", re.DOTALL)
_DETAIL = re.compile(r"DETAIL\s*=\s*'(\w+)'")
_LOCK = re.compile(
    r"\bFOR\s+(?:NO\s+KEY\s+UPDATE|UPDATE|SHARE)\b(?:\s+OF\s+\w+)?|"
    r"\bPERFORM\s+pg_advisory_xact_lock(?:_shared)?\s*\([^;]*\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of source: where it stands, on which lines, and the code it is known by."""

    begin: int
    end: int
    first_line: int
    last_line: int
    code: str
    is_last: bool = False

    def without(self, source: str, instead: str) -> str:
        """Return the source with something else in this place."""
        return source[: self.begin] + instead + source[self.end :]


def refusals(source: str) -> list[Piece]:
    """Return each `RAISE EXCEPTION …;` of a PL/pgSQL body; lines as PL/pgSQL counts them."""
    found = list(_raises(source))
    return [_numbered(piece, found[:at]) for at, piece in enumerate(found)]


def locks(source: str) -> list[str]:
    """Return each clause that locks rows, and each advisory lock."""
    return [match.group() for match in _LOCK.finditer(source)]


def without_locks(source: str) -> str:
    """Return a body that looks at the same rows and locks none of them."""
    return _LOCK.sub(lambda match: "PERFORM 1" if match.group()[0] in "Pp" else "", source)


def _raises(source: str) -> Iterator[Piece]:
    begin = None
    previous = ""
    for token in _TOKEN.finditer(source):
        word = token.group().upper()
        if word.startswith(("--", "/*")):
            continue
        if previous == "RAISE" and word == "EXCEPTION":
            begin = source.rindex("RAISE", 0, token.start())
        elif word == ";" and begin is not None:
            code = _DETAIL.search(source, begin, token.end())
            yield _piece(source, begin, token.end(), code.group(1) if code else "refused")
            begin = None
        previous = word


def _piece(source: str, begin: int, end: int, code: str) -> Piece:
    return Piece(
        begin,
        end,
        first_line=source.count("\n", 0, begin) + 1,
        last_line=source.count("\n", 0, end) + 1,
        code=code,
        is_last=re.match(r"\s*END\b(?!\s+IF)", source[end:]) is not None,
    )


def _numbered(piece: Piece, earlier: list[Piece]) -> Piece:
    """Give a code that a function uses again the number of its use."""
    uses = sum(each.code == piece.code for each in earlier) + 1
    code = piece.code if uses == 1 else f"{piece.code}.{uses}"
    return Piece(piece.begin, piece.end, piece.first_line, piece.last_line, code, piece.is_last)
