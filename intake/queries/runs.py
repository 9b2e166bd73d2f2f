"""Imports as they were told: the list of them, and one with its findings by sort."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from core.errors import NotFound
from hierarchy.models import Node
from intake.models import ImportRun
from intake.rules.report import Rounded, grouped
from intake.rules.rows import Finding, FindingKind, Refusal
from measures.rules.stage import Stage


@dataclass(frozen=True, slots=True)
class RunRow:
    """One import in the list."""

    public_id: UUID
    file_name: str
    mapping_name: str
    imported_at: datetime
    by: str
    rows: int
    measures: int
    refused: int
    findings: int


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one sort; `key` names it in an address."""

    kind: FindingKind
    about: str
    findings: tuple[Finding, ...]

    @property
    def key(self) -> str:
        """Return what names the group in an address."""
        return f"{self.kind}:{self.about}"


@dataclass(frozen=True, slots=True)
class RunDetail:
    """One import with all that was told of it."""

    row: RunRow
    file_digest: str
    cut_over_on: date
    already: int
    respelled: int
    created: dict[str, int]
    standing: list[tuple[Stage, int]]
    refused: list[Refusal]
    groups: list[Group]
    rounded: list[Rounded]


def listed() -> list[RunRow]:
    """Return every import, the newest first."""
    return [_row(run) for run in ImportRun.objects.select_related("imported_by").order_by("-pk")]


def detail(public_id: UUID) -> RunDetail:
    """Return one import; NotFound."""
    run = ImportRun.objects.select_related("imported_by").filter(public_id=public_id).first()
    if run is None:
        raise NotFound(what="import")
    findings = [
        Finding(each["line"], each["code"], FindingKind(each["kind"]), each["about"],
                each["sentence"])
        for each in run.findings
    ]  # fmt: skip
    return RunDetail(
        row=_row(run),
        file_digest=run.file_digest,
        cut_over_on=run.cut_over_on,
        already=run.already,
        respelled=run.respelled,
        created=run.created,
        standing=sorted((Stage(int(stage)), count) for stage, count in run.standing.items()),
        refused=[Refusal(each["line"], each["column"], each["reason"]) for each in run.refused],
        groups=[Group(kind, about, tuple(found)) for kind, about, found in grouped(findings)],
        rounded=[
            Rounded(each["line"], each["currency"], each["rows"], Decimal(each["written"]),
                    Decimal(each["stored"]))
            for each in run.rounded
        ],
    )  # fmt: skip


def measures_at(codes: Iterable[str]) -> dict[str, UUID]:
    """Return the addresses of the measures with some codes."""
    return dict(Node.objects.filter(code__in=list(codes)).values_list("code", "public_id"))


def _row(run: ImportRun) -> RunRow:
    return RunRow(
        public_id=run.public_id,
        file_name=run.file_name,
        mapping_name=run.mapping_name,
        imported_at=run.imported_at,
        by=run.imported_by.name,
        rows=run.rows,
        measures=run.created.get("measures", 0),
        refused=len(run.refused),
        findings=len(run.findings),
    )
