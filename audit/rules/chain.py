"""The chain proven from an export alone: no database, no Django, one act in memory at a time.

A line of an export repeats in words what its `hashed` text says, and that text is what was hashed,
byte for byte. README.txt of the export tells the same to whoever wants to do it by hand.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

GENESIS = "0" * 64
MOST_FAULTS = 1_000  # kept; more are only counted
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# The files of an export.
ACTS, CHANGES, HEADS, MANIFEST = "acts.jsonl", "changes.jsonl", "heads.jsonl", "manifest.json"

# What stands where in the hashed text of an act, and of a change.
ACT_FIELDS = (
    "previous_hash", "organization_id", "seq", "act", "subject_kind", "subject_id", "actor_id",
    "decided_for_id", "reason", "details", "effective_on", "request_id", "recorded_at",
    "database_user", "transaction_id", "history_from", "history_to", "history_digest",
)  # fmt: skip
CHANGE_FIELDS = (
    "id", "organization_id", "table_name", "row_id", "operation", "before", "after", "actor_id",
    "recorded_at", "transaction_id",
)  # fmt: skip

Line = dict[str, object]


@dataclass(slots=True)
class Report:
    """What was looked at and what was found; the head is that of the last act read."""

    acts: int = 0
    changes: int = 0
    withheld: int = 0
    head: tuple[int, str] = (0, GENESIS)
    faults: list[str] = field(default_factory=list)
    unsaid: int = 0
    wanted: dict[int, str] = field(default_factory=dict)

    def blame(self, where: str, what: str) -> None:
        """Keep one finding."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(f"{where}: {what}")
        else:
            self.unsaid += 1

    def expect(self, seq: int, digest: str) -> None:
        """Compare act `seq`, when it is read, with the hash it had when it was published."""
        self.wanted[seq] = digest


def line_of(fields: Iterable[str], hashed: str, digest: str) -> Line:
    """Return one line of an export: what the hashed text says, by name, its hash and itself."""
    content = dict(zip(fields, json.loads(hashed), strict=True))
    said = {name: value for name, value in content.items() if name not in {"before", "after"}}
    said["recorded_at"] = moment(content["recorded_at"])
    return {**said, "hash": digest, "hashed": hashed}


def withheld_line(digest: str, **where: object) -> Line:
    """Return a line that gives away nothing but its place and its hash, so that the chain holds.

    For what the exporter does not read: the act after it, or the act that covers it, proves it.
    """
    return {**where, "withheld": True, "hash": digest}


def moment(microseconds: int) -> str:
    """Return an instant, hashed as microseconds since 1970, as people and machines read it."""
    return (EPOCH + timedelta(microseconds=microseconds)).isoformat()


def verify_acts(lines: Iterable[Line], report: Report, organization_id: int) -> None:
    """Prove that each act fits its hash and follows the one before it, from the first on."""
    for line in lines:
        where = f"act {line.get('seq')}"
        said = _said(line, ACT_FIELDS)
        if line.get("withheld") is True:
            report.withheld += 1
            _rises(_whole(line.get("seq")), report)
        elif said is None:
            report.blame(where, "its content does not fit its hash")
        else:
            _follows(said, report)
            if said["organization_id"] != organization_id:
                report.blame(where, "it belongs to another organization")
        seq, digest = _whole(line.get("seq")), str(line.get("hash"))
        if report.wanted.pop(seq, digest) != digest:
            report.blame(where, "it is not the act that was published under this number")
        report.acts += 1
        report.head = (seq, digest)
    for seq in sorted(report.wanted):
        report.blame(f"act {seq}", "it was published, and is missing")


def _follows(said: Line, report: Report) -> None:
    seq = _whole(said["seq"])
    if _rises(seq, report) and said["previous_hash"] != report.head[1]:
        report.blame(f"act {seq}", "it does not follow the act before it")


def _rises(seq: int, report: Report) -> bool:
    """Tell whether an act's number is the next one, and blame it where it is not."""
    before = report.head[0]
    if seq != before + 1:
        report.blame(f"act {seq}", f"the acts before it are missing, from {before + 1}")
    return seq == before + 1


def verify_changes(acts: Iterable[Line], changes: Iterable[Line], report: Report) -> None:
    """Prove that the changes of each act are those it was recorded with; both in act's order."""
    waiting = _Ahead(iter(changes))
    for act in acts:
        seq = _whole(act.get("seq"))
        digest = hashlib.sha256()
        for change in waiting.of(seq):
            report.changes += 1
            digest.update(_change_hash(change, report).encode())
        if act.get("withheld") is not True and digest.hexdigest() != act.get("history_digest"):
            report.blame(f"act {seq}", "the changes it covers are not those it was recorded with")
    for change in waiting.rest():
        report.changes += 1
        report.blame(f"change {change.get('id')}", "it belongs to no act")


def _change_hash(change: Line, report: Report) -> str:
    if change.get("withheld") is True:
        report.withheld += 1
    elif _said(change, CHANGE_FIELDS) is None:
        report.blame(f"change {change.get('id')}", "its content does not fit its hash")
    return str(change.get("hash"))


def _said(line: Line, fields: tuple[str, ...]) -> Line | None:
    """Return what a line says, or None where it is not what was hashed."""
    hashed, digest = line.get("hashed"), line.get("hash")
    if not isinstance(hashed, str) or hashlib.sha256(hashed.encode()).hexdigest() != digest:
        return None
    try:
        known = line_of(fields, hashed, str(digest))
    except (ValueError, TypeError, OverflowError):
        return None
    return known if all(line.get(name) == value for name, value in known.items()) else None


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


@dataclass(slots=True)
class _Ahead:
    """Changes read one ahead, so that each act takes its own."""

    lines: Iterator[Line]
    held: Line | None = None

    def of(self, seq: int) -> Iterator[Line]:
        """Yield the changes of one act."""
        while (line := self._next()) is not None:
            if line.get("covered_by") != seq:
                self.held = line
                return
            yield line

    def rest(self) -> Iterator[Line]:
        """Yield what no act has taken."""
        while (line := self._next()) is not None:
            yield line

    def _next(self) -> Line | None:
        line, self.held = self.held, None
        return next(self.lines, None) if line is None else line
