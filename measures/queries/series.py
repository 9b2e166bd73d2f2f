"""The current versions of series: the latest row of each line, series and fiscal year."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from measures.models import SeriesVersion
from measures.models.line import PERIODS
from measures.rules.lines import Row, Series


class SeriesKey(NamedTuple):
    """What has versions of its own: one series of one line in one fiscal year."""

    line_id: int
    series: Series
    fiscal_year: int


class Current(NamedTuple):
    """The latest version of a series: its number, its twelve scaled figures, and its origin."""

    version: int
    row: Row
    is_seeded: bool


def current(
    line_ids: Iterable[int], series: Iterable[Series] = tuple(Series)
) -> dict[SeriesKey, Current]:
    """Return the latest version of each of the lines' series."""
    rows = (
        SeriesVersion.objects.filter(
            line_id__in=list(line_ids), series__in=[each.value for each in series], split=""
        )
        .order_by("line_id", "split", "series", "fiscal_year", "-version")
        .distinct("line_id", "split", "series", "fiscal_year")
        .values_list("line_id", "series", "fiscal_year", "version", "is_seeded", *PERIODS)
    )
    return {
        SeriesKey(line, Series(name), year): Current(version, tuple(figures), is_seeded)
        for line, name, year, version, is_seeded, *figures in rows
    }


def by_line(found: Mapping[SeriesKey, Current], series: Series) -> dict[int, dict[int, Row]]:
    """Return one series as rows by fiscal year, for each line."""
    rows: dict[int, dict[int, Row]] = defaultdict(dict)
    for key, current_row in found.items():
        if key.series is series:
            rows[key.line_id][key.fiscal_year] = current_row.row
    return rows


def at(versions: Mapping[SeriesKey, int]) -> dict[SeriesKey, Row]:
    """Return series as they stood at a version, for what a person saw before somebody saved."""
    rows = SeriesVersion.objects.filter(
        line_id__in={key.line_id for key in versions},
        version__in=set(versions.values()),
        split="",
    ).values_list("line_id", "series", "fiscal_year", "version", *PERIODS)
    stood = {
        (SeriesKey(line, Series(name), year), version): tuple(figures)
        for line, name, year, version, *figures in rows
    }
    wanted = ((key, stood.get((key, version))) for key, version in versions.items())
    return {key: row for key, row in wanted if row is not None}
