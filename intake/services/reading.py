"""Reads a delimited file record by record; what is no such file is refused before any row."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from intake.errors import ColumnsMissing, FileNotThere, FileTooLarge, NotCsv, WrongEncoding
from intake.rules.mapping import Mapping
from intake.rules.rows import Refusal

MEGABYTE = 1024 * 1024
MOST_MEGABYTES = 100
# What other programs write at the beginning of their own files.
SIGNATURES = {
    b"PK\x03\x04": "it is a packed file, such as an Excel workbook",
    b"%PDF": "it is a PDF",
    b"\xd0\xcf\x11\xe0": "it is an old Excel workbook",
    b"\x89PNG": "it is a picture",
    b"\xff\xd8\xff": "it is a picture",
    b"GIF8": "it is a picture",
    b"\x1f\x8b": "it is packed",
}
BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Record:
    """One row of the file: the line on which it begins, and its cells by column."""

    line: int
    cells: dict[str, str]


def check(path: Path) -> str:
    """Return the SHA-256 of a file that can be read as text; FileNotThere, FileTooLarge, NotCsv."""
    try:
        size = path.stat().st_size
        if size > MOST_MEGABYTES * MEGABYTE:
            raise FileTooLarge(file=path.name, size=-(-size // MEGABYTE), most=MOST_MEGABYTES)
        digest = hashlib.sha256()
        with path.open("rb") as raw:
            first = raw.read(MEGABYTE)
            _refuse_other_kinds(path, first)
            digest.update(first)
            while block := raw.read(MEGABYTE):
                digest.update(block)
    except OSError as problem:
        words = problem.strerror or "unknown"
        raise FileNotThere(file=path.name, problem=words) from problem
    return digest.hexdigest()


def _refuse_other_kinds(path: Path, first: bytes) -> None:
    if not first.strip():
        raise NotCsv(file=path.name, problem="it is empty")
    for signature, problem in SIGNATURES.items():
        if first.startswith(signature):
            raise NotCsv(file=path.name, problem=problem)


def records(path: Path, mapping: Mapping) -> Iterator[Record | Refusal]:
    """Yield the rows of a file one by one, and a refusal for each with too few or many cells.

    Raises NotCsv, WrongEncoding, ColumnsMissing; the file is read as a stream.
    """
    line = 0
    try:
        with path.open(encoding=mapping.encoding, errors="strict", newline="") as text:
            reader = csv.reader(text, delimiter=mapping.delimiter, strict=True)
            header = _header(path, mapping, next(reader, []))
            line = reader.line_num
            for cells in reader:
                begins, line = line + 1, reader.line_num
                if not cells:
                    continue
                if len(cells) != len(header):
                    reason = f"the row has {len(cells)} cells, and the file {len(header)} columns"
                    yield Refusal(begins, "", reason)
                    continue
                yield Record(begins, dict(zip(header, cells, strict=True)))
    except UnicodeError as problem:
        where = f"what follows line {line} cannot be read" if line else "it cannot be read"
        raise WrongEncoding(file=path.name, encoding=mapping.encoding, problem=where) from problem
    except csv.Error as problem:
        words = f"after line {line}: {problem}"
        raise NotCsv(file=path.name, problem=words) from problem


def _header(path: Path, mapping: Mapping, header: list[str]) -> list[str]:
    if any("\0" in column for column in header):
        raise NotCsv(file=path.name, problem="it holds characters that no text has")
    if header and header[0].startswith(BYTE_ORDER_MARK):
        raise WrongEncoding(
            file=path.name,
            encoding=mapping.encoding,
            problem="it begins with a byte-order mark, which is declared as utf-8-sig",
        )
    found = [column.strip() for column in header]
    missing = sorted(mapping.columns - set(found))
    if not missing and len(set(found)) == len(found):
        return found
    if len(found) <= 1:
        problem = f"its first line has no “{mapping.delimiter}” between columns"
        raise NotCsv(file=path.name, problem=problem)
    twice = sorted({column for column in found if found.count(column) > 1})
    if twice:
        raise NotCsv(file=path.name, problem=f"two columns are called “{twice[0]}”")
    raise ColumnsMissing(
        file=path.name,
        columns=", ".join(f"“{each}”" for each in missing),
        found=", ".join(f"“{each}”" for each in found),
    )
