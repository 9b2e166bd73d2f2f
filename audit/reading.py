"""Reads an export back and proves it: a file is all that is needed."""

import hashlib
import json
import zipfile
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import IO

from audit import papers
from audit.errors import PaperRefused
from audit.papers import Head, Paper
from audit.rules import chain
from audit.rules.chain import ACTS, CHANGES, MANIFEST, Line, Report

LONGEST_LINE = 64 * 1024 * 1024  # bytes: a whole row of the database fits, a planted bomb does not
PART = 1024 * 1024


def examine(
    path: Path, keys: Collection[str] = (), heads: Iterable[Head] = ()
) -> tuple[Paper, Report]:
    """Prove an export: its manifest, each file in it, chain, changes, and the heads given.

    Raises PaperRefused where it is no export of Assay, or not signed with one of `keys`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = papers.opened(papers.EXPORT, archive.read(MANIFEST).decode(), keys)
            return manifest, _examined(archive, manifest, heads)
    except (zipfile.BadZipFile, KeyError, UnicodeDecodeError, EOFError) as refusal:
        raise PaperRefused(problem=f"{path} is no whole export of a ledger") from refusal
    except OSError as refusal:
        raise PaperRefused(problem=f"{path} cannot be read: {refusal.strerror}") from refusal


def _examined(archive: zipfile.ZipFile, manifest: Paper, heads: Iterable[Head]) -> Report:
    report = Report()
    for head in heads:
        if head.organization_id == manifest.organization_id:
            report.expect(head.seq, head.hash)
    _examine_files(archive, manifest, report)
    with archive.open(ACTS) as acts:
        chain.verify_acts(_lines(acts), report, manifest.organization_id)
    with archive.open(ACTS) as acts, archive.open(CHANGES) as changes:
        chain.verify_changes(_lines(acts), _lines(changes), report)
    if report.head != (manifest.number("seq"), manifest.content.get("hash")):
        report.blame("head", "the acts do not end where the manifest says they end")
    return report


def _examine_files(archive: zipfile.ZipFile, manifest: Paper, report: Report) -> None:
    listed = manifest.content.get("files")
    files = listed if isinstance(listed, dict) else {}
    for name in sorted({*archive.namelist(), *files, ACTS, CHANGES} - {MANIFEST}):
        if name not in files:
            report.blame(name, "it does not belong to this export")
        elif _digest(archive, name) != files[name]:
            report.blame(name, "it is not the file that was exported")


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as file:
        while part := file.read(PART):
            digest.update(part)
    return digest.hexdigest()


def _lines(file: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of a file; what is no JSON object reads as an empty one, which is a fault."""
    while raw := file.readline(LONGEST_LINE):
        try:
            read = json.loads(raw)
        except ValueError:
            read = {}
        yield read if isinstance(read, dict) else {}
