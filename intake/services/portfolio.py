"""Taking a running portfolio over: one act that commits whole, or leaves nothing."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from accounts.queries import people as accounts
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.tenancy import Actor
from governance.models import TakeOver
from governance.services import takeover
from governance.services.takeover import Arrival
from hierarchy.queries import authority
from hierarchy.queries import tree as places
from hierarchy.rules.levels import Level
from intake.errors import CutOverAhead, RowsRefused
from intake.events import PortfolioImported
from intake.models import ImportRun
from intake.queries import tree
from intake.rules import report as reports
from intake.rules import rows
from intake.rules.mapping import Mapping
from intake.rules.report import Report
from intake.rules.rows import Finding, FindingKind, Refusal, RowDraft
from intake.services import people, reading, writing
from intake.services.mappings import Declared
from intake.services.writing import Office, Written
from measures.queries import periods


@dataclass(frozen=True, slots=True)
class Asked:
    """What an import is asked to do: the file, and whether to leave no trace or no row out."""

    path: Path
    declared: Declared
    is_dry_run: bool = False
    is_strict: bool = False

    @property
    def mapping(self) -> Mapping:
        """Return the mapping itself."""
        return self.declared.mapping


@dataclass(frozen=True, slots=True)
class _Read:
    """A file as it was read and judged."""

    digest: str
    rows: int
    respelled: int
    drafts: tuple[RowDraft, ...]
    refused: tuple[Refusal, ...]


class _Undone(Exception):
    """Ends a dry run, so that its transaction leaves nothing."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


def bring_in(*, actor: Actor, asked: Asked) -> Report:
    """Import a portfolio: every row that can be taken, in one act; returns what was done.

    Rows are matched by code: what stands already is left as it is, so a second run changes
    nothing. Raises FileNotThere, FileTooLarge, NotCsv, WrongEncoding, ColumnsMissing,
    CutOverAhead, NotFound, NotAllowed, MappingRefused, RowsRefused (if no row may be left out),
    NodeArchived.
    """
    try:
        return _bring_in(actor=actor, asked=asked)
    except _Undone as undone:
        return undone.report


@tenancy.act
def _bring_in(*, actor: Actor, asked: Asked) -> Report:
    tenancy.lock_organization()
    root = places.root()
    for permission in (
        Permission.TAKE_OVER,
        Permission.ADMINISTER_STRUCTURE,
        Permission.ADMINISTER_PEOPLE,
    ):
        authority.ensure(actor, permission, root)
    cut_over_on = _cut_over(asked.mapping)
    found = _read(asked, cut_over_on)
    if asked.is_strict and found.refused:
        raise RowsRefused(
            count=len(found.refused), first=str(found.refused[0]), rows=list(found.refused)
        )
    report = _write(actor, asked, found, cut_over_on)
    if asked.is_dry_run:
        raise _Undone(replace(report, is_dry_run=True))
    return report if not report.has_changed else _recorded(actor, asked, found, report)


def _cut_over(mapping: Mapping) -> date:
    today = authority.today()
    chosen = mapping.cut_over_on or today
    if chosen > today:
        raise CutOverAhead(day=chosen.isoformat())
    return chosen


def _read(asked: Asked, cut_over_on: date) -> _Read:
    """Judge every row of the file; a code that comes twice is refused the second time."""
    mapping = asked.mapping
    digest = reading.check(asked.path)
    drafts: dict[str, RowDraft] = {}
    refused: list[Refusal] = []
    count = respelled = 0
    for record in reading.records(asked.path, mapping):
        count += 1
        if isinstance(record, Refusal):
            refused.append(record)
            continue
        cells = rows.respelled(mapping, record.cells)
        respelled += sum(cells[column] != record.cells[column].strip() for column in cells)
        judged = rows.judge(mapping, record.line, cells, cut_over_on)
        if isinstance(judged, RowDraft):
            judged = _once(judged, drafts, mapping)
        if isinstance(judged, RowDraft):
            drafts[judged.code] = judged
        else:
            refused.extend(judged)
    return _Read(digest, count, respelled, tuple(drafts.values()), tuple(refused))


def _once(
    draft: RowDraft, drafts: dict[str, RowDraft], mapping: Mapping
) -> RowDraft | list[Refusal]:
    former = drafts.get(draft.code)
    if former is None:
        return draft
    columns = ", ".join(mapping.measure.code.columns)
    reason = f"the code “{draft.code}” is that of line {former.line} already"
    return [Refusal(draft.line, columns, reason)]


def _write(actor: Actor, asked: Asked, found: _Read, cut_over_on: date) -> Report:
    taken = tree.taken([draft.code for draft in found.drafts])
    fresh = [draft for draft in found.drafts if draft.code not in taken]
    foreign = _foreign(found.drafts, taken, asked.mapping)
    members, added = people.members(actor, asked.mapping)
    office = Office(asked.mapping, members, periods.ground())
    placed, above = writing.nodes(fresh, tree.standing()) if fresh else ({}, 0)
    written = writing.measures(fresh, placed, office)
    created = {
        "members": added,
        "nodes": above,
        "measures": len(written),
        "lines": writing.lines(written, office),
        "milestones": writing.milestones(written),
        "seats": people.appoint(actor, asked.mapping, members, tree.by_level_and_name()),
    }
    criteria = _take_over(actor, written, cut_over_on)
    findings = [*(each for draft in fresh for each in draft.findings), *criteria]
    return Report(
        file=asked.path.name,
        mapping=asked.mapping.name,
        cut_over_on=cut_over_on,
        rows=found.rows,
        created=created,
        standing=Counter(each.draft.standing.stage for each in written),
        already=len(found.drafts) - len(fresh) - len(foreign),
        respelled=found.respelled,
        refused=tuple(sorted([*found.refused, *foreign])),
        findings=tuple(sorted(findings)),
        rounded=reports.rounding_of(fresh, office.ground.currency),
    )


def _foreign(drafts: Sequence[RowDraft], taken: dict[str, int], mapping: Mapping) -> list[Refusal]:
    """Refuse rows whose code belongs to a node that is no measure."""
    columns = ", ".join(mapping.measure.code.columns)
    return [
        Refusal(draft.line, columns, f"the code “{draft.code}” belongs to a node above measures")
        for draft in drafts
        if taken.get(draft.code, Level.MEASURE) != Level.MEASURE
    ]


def _take_over(actor: Actor, written: Sequence[Written], cut_over_on: date) -> list[Finding]:
    """Bring each measure to its stage; returns what its gates would have asked and is not there."""
    arrivals = [
        Arrival(each.measure, each.draft.standing.stage, each.draft.standing.entered)
        for each in written
    ]
    taken = takeover.take_over_many(actor=actor, arrivals=arrivals, on=cut_over_on)
    pairs = zip(written, taken, strict=True)
    return [finding for each, take_over in pairs for finding in _unmet(each.draft, take_over)]


def _unmet(draft: RowDraft, taken: TakeOver) -> list[Finding]:
    return [
        Finding(
            line=draft.line,
            code=draft.code,
            kind=FindingKind.CRITERION,
            about=str(row["code"]),
            sentence=str(row["sentence"]),
        )
        for row in taken.unmet
    ]


def _recorded(actor: Actor, asked: Asked, found: _Read, report: Report) -> Report:
    run: ImportRun = ImportRun.objects.create(
        file_name=report.file[:255],
        file_digest=found.digest,
        mapping_name=report.mapping[:100],
        mapping_digest=asked.declared.digest,
        cut_over_on=report.cut_over_on,
        rows=report.rows,
        already=report.already,
        respelled=report.respelled,
        created=dict(report.created),
        standing={str(int(stage)): count for stage, count in report.standing.items()},
        refused=[asdict(each) for each in report.refused],
        findings=[asdict(each) for each in report.findings],
        rounded=[
            {
                "line": each.line,
                "currency": each.currency,
                "rows": each.rows,
                "written": str(each.written),
                "stored": str(each.stored),
            }
            for each in report.rounded
        ],
        imported_by=accounts.member(actor.member_id or 0),
    )
    audit.record(
        PortfolioImported(
            subject_id=run.pk,
            file_digest=found.digest,
            mapping_digest=asked.declared.digest,
            cut_over_on=report.cut_over_on,
            rows=report.rows,
            refused=len(report.refused),
            findings=len(report.findings),
            measures=report.created["measures"],
        )
    )
    return replace(report, run_id=run.pk)
