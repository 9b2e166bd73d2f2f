"""What an import did, said in figures: created, refused, found, rounded."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from core import money
from intake.rules.rows import Finding, FindingKind, Refusal, RowDraft
from measures.rules.stage import Stage


@dataclass(frozen=True, slots=True)
class Rounded:
    """What rounding did to one line of all measures: sums before and after, and rows changed."""

    line: str
    currency: str
    rows: int
    written: Decimal
    stored: Decimal

    @property
    def difference(self) -> Decimal:
        """Return what rounding added."""
        return self.stored - self.written

    @property
    def difference_text(self) -> str:
        """Return the difference with all its decimals, never with an exponent."""
        return f"{self.difference:f}"


@dataclass(frozen=True, slots=True)
class Report:
    """One import. `created` counts by kind, `standing` the new measures by stage.

    `already` are rows whose code stands in the tree: they were left as they are. `respelled` are
    cells in which one spelling was replaced by another.
    """

    file: str
    mapping: str
    cut_over_on: date
    rows: int
    created: Mapping[str, int] = field(default_factory=dict)
    standing: Mapping[Stage, int] = field(default_factory=dict)
    already: int = 0
    respelled: int = 0
    refused: tuple[Refusal, ...] = ()
    findings: tuple[Finding, ...] = ()
    rounded: tuple[Rounded, ...] = ()
    is_dry_run: bool = False
    run_id: int | None = None

    @property
    def has_changed(self) -> bool:
        """Tell whether the import created anything."""
        return any(self.created.values())


def rounding_of(drafts: Iterable[RowDraft], currency: str) -> tuple[Rounded, ...]:
    """Return what rounding did, line by line; `currency` is that of lines that name none."""
    written: dict[tuple[str, str], Decimal] = {}
    stored: dict[tuple[str, str], Decimal] = {}
    changed: Counter[tuple[str, str]] = Counter()
    for draft in drafts:
        for line in draft.lines:
            key = (line.map.name, line.map.currency or currency)
            kept = money.from_scaled(line.scaled, line.map.decimals) or Decimal(0)
            written[key] = written.get(key, Decimal(0)) + line.written
            stored[key] = stored.get(key, Decimal(0)) + kept
            changed[key] += kept != line.written
    return tuple(
        Rounded(name, unit, changed[name, unit], written[name, unit], stored[name, unit])
        for name, unit in written
    )


def grouped(findings: Iterable[Finding]) -> list[tuple[FindingKind, str, list[Finding]]]:
    """Return findings by kind and subject, the most frequent first."""
    groups: dict[tuple[FindingKind, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.kind, each.about), []).append(each)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(kind, about, found) for (kind, about), found in ordered]
