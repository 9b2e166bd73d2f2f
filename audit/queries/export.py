"""The ledger as a file an auditor proves without us: written as it is read, never held whole."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import RawIOBase
from itertools import islice
from pathlib import Path

from django.db import connection

from audit import papers
from audit.models import PublishedHead
from audit.queries import excerpt
from audit.rules import chain
from audit.rules.chain import ACTS, CHANGES, HEADS, MANIFEST, Line
from core import tenancy

AT_ONCE = 500  # acts a statement, so that none takes long however long the ledger is
README = (Path(__file__).parent / "export_readme.txt").read_text()

# The very text that assay_event_hash and assay_history_hash digest.
_ACTS = """
SELECT jsonb_build_array(
         e.previous_hash, e.organization_id, e.seq, e.act, e.subject_kind, e.subject_id, e.actor_id,
         e.decided_for_id, e.reason, e.details, e.effective_on::text, e.request_id::text,
         (extract(epoch FROM e.recorded_at) * 1000000)::bigint, e.database_user, e.transaction_id,
         e.history_from, e.history_to, e.history_digest)::text, e.hash
  FROM audit_event e
 WHERE e.organization_id = %(organization)s AND e.seq BETWEEN %(first)s AND %(last)s
 ORDER BY e.seq
"""
_CHANGE = """
jsonb_build_array(
  h.id, h.organization_id, h.table_name, h.row_id, h.operation, h.before, h.after, h.actor_id,
  (extract(epoch FROM h.recorded_at) * 1000000)::bigint, h.transaction_id)::text
"""
_CHANGES = f"""
SELECT e.seq, {_CHANGE}, assay_history_hash(h)
  FROM audit_event e
  JOIN audit_history h
    ON h.organization_id = e.organization_id AND h.transaction_id = e.transaction_id
   AND h.id BETWEEN e.history_from AND e.history_to
 WHERE e.organization_id = %(organization)s AND e.seq BETWEEN %(first)s AND %(last)s
 ORDER BY e.seq, h.id
"""  # noqa: S608 -- put together from text of this file only
_UNCOVERED = f"""
SELECT NULL, {_CHANGE}, assay_history_hash(h)
  FROM audit_history h
 WHERE h.organization_id = %(organization)s
   AND NOT EXISTS (SELECT 1 FROM audit_event e
                    WHERE e.organization_id = h.organization_id
                      AND e.transaction_id = h.transaction_id
                      AND h.id BETWEEN e.history_from AND e.history_to)
 ORDER BY h.id
"""  # noqa: S608 -- as above

Lines = Iterable[Mapping[str, object]]
Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Extra:
    """A file beside the ledger that helps to read it, such as the names behind ids."""

    name: str
    lines: Lines


@dataclass(frozen=True, slots=True)
class Reader:
    """What the exporter reads: the numbers of acts among some, and whether of each changed row."""

    acts: Callable[[int, int], Collection[int]]
    rows: Callable[[Sequence[Line]], Sequence[bool]]


class _Sink(RawIOBase):
    """Takes what the archive writes and gives it on, so that nothing is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        """Return True: it is only written to, and never looked back into."""
        return True

    def write(self, part: object, /) -> int:
        """Take a part."""
        content = bytes(part)  # type: ignore[call-overload]  # any buffer
        self._parts.append(content)
        return len(content)

    def taken(self) -> bytes:
        """Return what has been written since the last time."""
        content = b"".join(self._parts)
        self._parts.clear()
        return content


@dataclass(slots=True)
class _Writer:
    """The archive while it is written: what has gone into each of its files."""

    sink: _Sink
    archive: zipfile.ZipFile
    digests: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)

    def text(self, name: str, text: str) -> bytes:
        """Write a file that is short; return what can be sent on."""
        self.archive.writestr(name, text)
        self.digests[name] = hashlib.sha256(text.encode()).hexdigest()
        return self.sink.taken()

    def lines(self, name: str, lines: Lines) -> Iterator[bytes]:
        """Write a file line by line; yield what can be sent on."""
        digest, count = hashlib.sha256(), 0
        with self.archive.open(name, "w", force_zip64=True) as file:
            for line in lines:
                part = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
                digest.update(part.encode())
                file.write(part.encode())
                count += 1
                if not count % AT_ONCE:
                    yield self.sink.taken()
        self.digests[name], self.counts[name] = digest.hexdigest(), count
        yield self.sink.taken()


def archive(
    organization: str, extras: Iterable[Extra] = (), reader: Reader | None = None
) -> Iterator[bytes]:
    """Yield the active organization's whole ledger as a ZIP file, part by part.

    Inside one reading transaction, which is one snapshot. `organization` is its address. The
    manifest comes last: it is signed, and holds the digest of every file before it. CannotSign.
    What `reader` does not read is there by its hash alone; None reads all.
    """
    seq, digest = excerpt.head()
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as file:
        writer = _Writer(sink, file)
        yield writer.text("README.txt", README)
        yield from writer.lines(ACTS, _acts(seq, reader))
        yield from writer.lines(CHANGES, _changes(seq, reader))
        yield from writer.lines(HEADS, (json.loads(each) for each in _heads()))
        for extra in extras:
            yield from writer.lines(extra.name, extra.lines)
        yield writer.text(MANIFEST, _manifest(organization, (seq, digest), writer))
    yield sink.taken()


def _manifest(organization: str, head: tuple[int, str], writer: _Writer) -> str:
    context = tenancy.current()
    return papers.sealed(
        papers.EXPORT,
        {
            "organization": organization,
            "organization_id": context.actor.organization_id,
            "at": context.now.isoformat(),
            "by_member_id": context.actor.member_id,
            "seq": head[0],
            "hash": head[1],
            "acts": writer.counts[ACTS],
            "changes": writer.counts[CHANGES],
            "files": dict(writer.digests),
        },
    )


def _acts(last: int, reader: Reader | None) -> Lines:
    for first in range(1, last + 1, AT_ONCE):
        until = min(first + AT_ONCE - 1, last)
        told = range(first, until + 1) if reader is None else reader.acts(first, until)
        for hashed, digest in _rows(_ACTS, first=first, last=until):
            line = chain.line_of(chain.ACT_FIELDS, str(hashed), str(digest))
            is_told = line["seq"] in told
            yield line if is_told else chain.withheld_line(str(digest), seq=line["seq"])


def _changes(last: int, reader: Reader | None) -> Lines:
    covered = 0
    for first in range(1, last + 1, AT_ONCE):
        until = min(first + AT_ONCE - 1, last)
        told = range(first, until + 1) if reader is None else reader.acts(first, until)
        for rows in _batched(_rows(_CHANGES, first=first, last=until)):
            covered += len(rows)
            yield from _told(rows, told, reader)
    # Asked only where there are any, for it looks at every change of the ledger.
    if _count() != covered:
        for rows in _batched(_rows(_UNCOVERED)):
            yield from _told(rows, (None,), reader)


def _told(rows: Sequence[Row], acts: Container[object], reader: Reader | None) -> Lines:
    """Yield changes as lines, those that the reader does not read by their hash alone."""
    read = [True] * len(rows)
    if reader is not None:
        said = [
            dict(zip(chain.CHANGE_FIELDS, json.loads(str(row[1])), strict=True)) for row in rows
        ]
        read = list(reader.rows(said))
    for (seq, hashed, digest), is_read in zip(rows, read, strict=True):
        if is_read and seq in acts:
            line = chain.line_of(chain.CHANGE_FIELDS, str(hashed), str(digest))
        else:
            line = chain.withheld_line(str(digest))
        yield {"covered_by": seq, **line}


def _batched(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, AT_ONCE)):
        yield batch


def _heads() -> Iterator[str]:
    yield from PublishedHead.objects.order_by("on").values_list("paper", flat=True).iterator()


def _count() -> int:
    query = "SELECT count(*) FROM audit_history h WHERE h.organization_id = %(organization)s"
    ((found,),) = _rows(query)
    return int(str(found))


def _rows(query: str, **parameters: int) -> Iterator[tuple[object, ...]]:
    """Yield rows through a cursor of the server, so that one act of many changes is not held."""
    given = {"organization": tenancy.current_organization_id(), **parameters}
    with connection.cursor() as cursor:
        # The ledger hashed its rows in UTC.
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
    with connection.chunked_cursor() as cursor:
        cursor.execute(query, given)
        while rows := cursor.fetchmany(AT_ONCE):
            yield from rows
