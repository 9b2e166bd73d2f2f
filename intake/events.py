"""What intake tells the ledger."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from audit.events import Act


@dataclass(frozen=True, slots=True, kw_only=True)
class PortfolioImported(Act):
    """A running portfolio was taken over from a file, all of it in one act."""

    kind: ClassVar[str] = "portfolio_imported"
    subject_kind: ClassVar[str] = "import"
    file_digest: str
    mapping_digest: str
    cut_over_on: date
    rows: int
    refused: int
    findings: int
    measures: int
