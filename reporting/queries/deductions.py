"""What overlaps take off: as it is stored, as it should be, and as rows where measures meet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from measures.models import Overlap
from measures.models.line import PERIODS
from measures.queries.facts import MeasureFigures
from measures.rules.lines import Bucket
from measures.rules.overlap import OverlapState
from reporting.models import RollupDeduction
from reporting.queries import stored
from reporting.queries.truth import Derived
from reporting.rules import deduction
from reporting.rules.contribution import ContributionFacts
from reporting.rules.spread import Figures, Standing, ValueKey


def standings(overlap_ids: Iterable[int]) -> dict[int, Standing]:
    """Return what overlaps have put in, by overlap; what came to zero is left out. 2 queries."""
    known = stored.groups()
    found: dict[int, dict[ValueKey, Figures]] = {each: {} for each in overlap_ids}
    paths: dict[int, tuple[int, ...]] = {}
    rows = RollupDeduction.objects.filter(overlap_id__in=found).values_list(
        "overlap_id", "path", "group_id", "bucket", "series", "fiscal_year", *PERIODS
    )
    for overlap, path, group, bucket, series, year, *figures in rows:
        if any(figures):
            key = ValueKey(known[group], Bucket(bucket), series, year)
            found[overlap][key] = tuple(figures)
            paths[overlap] = tuple(path)
    return {
        overlap: deduction.standing_of(paths.get(overlap, ()), held)
        for overlap, held in found.items()
    }


def partners(posted: Iterable[Overlap]) -> set[int]:
    """Return the measures of overlaps, on either side."""
    return {pk for each in posted for pk in (each.measure_id, each.other_id)}


def derive(
    posted: Sequence[Overlap],
    figures: Mapping[int, MeasureFigures],
    derived: Mapping[int, Derived],
) -> dict[int, Standing]:
    """Return what overlaps should have put in, from both their measures as derived for one day."""
    found = {}
    for each in posted:
        sides = [
            _alone(figures[measure], derived[measure], line)
            for measure, line in (
                (each.measure_id, each.line_id),
                (each.other_id, each.other_line_id),
            )
        ]
        one, other = sides
        rows: dict[ValueKey, Figures] = {}
        if each.state == OverlapState.AGREED and one is not None and other is not None:
            rows = deduction.deduct(each.rows, one, other)
        path = deduction.meeting(
            derived[each.measure_id].standing.path, derived[each.other_id].standing.path
        )
        found[each.pk] = deduction.standing_of(path, rows)
    return found


def _alone(figures: MeasureFigures, derived: Derived, line_id: int) -> ContributionFacts | None:
    """Return a measure's facts with one of its lines; None where that was removed."""
    for line, facts in zip(figures.lines, derived.known.lines, strict=True):
        if line.line_id == line_id:
            return replace(derived.known, lines=(facts,))
    return None
