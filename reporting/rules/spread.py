"""What to add at which nodes when a measure's contribution or place has changed.

Roll-ups are sums of contributions, so a change is spread as a difference and never as a new sum.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from measures.rules.calendar import PERIODS
from measures.rules.lights import SEVERITY
from measures.rules.lines import Bucket, GroupKey
from measures.rules.stage import Lifecycle, Stage
from reporting.rules.contribution import Contribution, RowKey
from reporting.rules.rollup import LIGHTS, Tally, tally_of

Figures = tuple[int, ...]
"""The twelve periods of a fiscal year as scaled whole numbers, 0 where nothing is given."""

NOTHING: Figures = (0,) * PERIODS


@dataclass(frozen=True, slots=True, order=True)
class ValueKey:
    """The key of a stored row below organization and node; `series` has rates besides months."""

    group: GroupKey
    bucket: Bucket
    series: str
    fiscal_year: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What a measure has put into the nodes of `path`: its own node first, then up to the root."""

    path: tuple[int, ...] = ()
    rows: Mapping[ValueKey, Figures] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Spread:
    """Figures and counts to be added at every one of the nodes."""

    nodes: tuple[int, ...]
    rows: Mapping[ValueKey, Figures]
    tally: Tally


def _tally_names() -> Iterator[str]:
    yield from ("measures", "counted", "not_money", "watermelons", "weight", "value")
    yield from ("fresh_value", "judged_plan", "judged_outlook")
    yield from (f"lifecycle.{lifecycle}" for lifecycle in Lifecycle)
    for stage in Stage:
        yield from (f"stage.{stage.value}", f"stage.{stage.value}.value")
    for prefix in ("", "kept."):
        for light in LIGHTS:
            for colour in SEVERITY:
                yield from (f"{prefix}{light}.{colour}", f"{prefix}{light}.{colour}.weight")
    yield from (f"{light}.red.not_money" for light in LIGHTS)


TALLY_NAMES = tuple(_tally_names())
"""Every name a tally can have; storage has a column for each."""


def value_key(key: RowKey) -> ValueKey:
    """Return the stored key of a contribution's row."""
    return ValueKey(key.group, key.bucket, key.series.value, key.fiscal_year)


def standing_of(
    path: tuple[int, ...], contribution: Contribution, rates: Mapping[ValueKey, int]
) -> Standing:
    """Return how a measure should stand in the roll-up: its months, its rates and its lights."""
    rows = {value_key(key): row for key, row in contribution.rows.items()}
    rows |= {key: (rate, *NOTHING[1:]) for key, rate in rates.items()}
    return Standing(path, rows, tally_of(contribution.measure))


def differences(before: Standing, after: Standing) -> Iterator[Spread]:
    """Yield what makes `before` into `after`; nothing if they are equal.

    Nodes above both get the difference, nodes left lose all, nodes reached get all: whatever is
    above both places sees no change from a move (domain-rules §17).
    """
    old, new = set(before.path), set(after.path)
    common = tuple(node for node in after.path if node in old)
    left = tuple(node for node in before.path if node not in new)
    reached = tuple(node for node in after.path if node not in old)
    steps = (
        (common, _rows_between(before.rows, after.rows), after.tally.plus(before.tally, times=-1)),
        (left, _rows_between(before.rows, {}), Tally().plus(before.tally, times=-1)),
        (reached, _rows_between({}, after.rows), after.tally),
    )
    for nodes, rows, tally in steps:
        if nodes and (rows or tally.numbers):
            yield Spread(nodes, rows, tally)


def _rows_between(
    before: Mapping[ValueKey, Figures], after: Mapping[ValueKey, Figures]
) -> dict[ValueKey, Figures]:
    found: dict[ValueKey, Figures] = {}
    for key in sorted({*before, *after}):
        old, new = before.get(key, NOTHING), after.get(key, NOTHING)
        if old != new:
            found[key] = tuple(b - a for a, b in zip(old, new, strict=True))
    return found
