"""What the demo remembers of measures it has made: the ids that later deeds go on from."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from config.demo.founding import Company
from config.demo.script import LineScript, MeasureScript
from measures.queries.series import SeriesKey
from measures.rules.calendar import Month
from measures.rules.lines import Series

Version = tuple[int, Series, int]


@dataclass(slots=True)
class Placed:
    """A measure in the database: ids by name, and the version of each series as last written."""

    script: MeasureScript
    measure_id: int
    lines: dict[str, int] = field(default_factory=dict)
    milestones: dict[str, tuple[int, int]] = field(default_factory=dict)
    versions: dict[Version, int] = field(default_factory=dict)
    evidence_id: int | None = None
    request_id: int | None = None

    def note(self, written: Mapping[SeriesKey, int]) -> None:
        """Remember the versions that were written."""
        for key, version in written.items():
            self.versions[key.line_id, key.series, key.fiscal_year] = version

    def note_decided(self) -> None:
        """Remember the forecast that Decided opens, seeded with the plan."""
        planned = {(line, year) for line, series, year in self.versions if series is Series.PLAN}
        self.versions |= {(line, Series.FORECAST, year): 1 for line, year in planned}

    def line(self, line: LineScript) -> int:
        """Return the id of a line."""
        return self.lines[line.name]


@dataclass(slots=True)
class Book:
    """All measures by code, overlaps, and the claims that wait for each controller, by month."""

    company: Company
    placed: dict[str, Placed] = field(default_factory=dict)
    claimed: dict[tuple[str, Month], list[int]] = field(default_factory=dict)
    overlaps: list[int] = field(default_factory=list)

    def of(self, script: MeasureScript) -> Placed:
        """Return what was made of a script."""
        return self.placed[script.code]
