"""Reads a mapping file, from a path or by its name among those kept with the product."""

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path

from intake.errors import FileNotThere, MappingRefused
from intake.rules import parsing
from intake.rules.mapping import Mapping

KEPT = Path(__file__).resolve().parent.parent / "mappings"


@dataclass(frozen=True, slots=True)
class Declared:
    """A mapping beside the SHA-256 of the file that declares it."""

    mapping: Mapping
    digest: str


def read(given: str) -> Declared:
    """Return the mapping at a path, or the kept one of this name; FileNotThere, MappingRefused."""
    path = Path(given)
    kept = KEPT / f"{given}.toml"
    if not path.exists() and kept.is_file():
        path = kept
    try:
        content = path.read_bytes()
    except OSError as problem:
        words = problem.strerror or "unknown"
        raise FileNotThere(file=path.name, problem=words) from problem
    try:
        table = tomllib.loads(content.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise MappingRefused(where=path.name, problem=f"is no TOML: {problem}") from problem
    return Declared(parsing.mapping_of(table), hashlib.sha256(content).hexdigest())
