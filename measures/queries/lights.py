"""The stored lights of measures, read back as the rules know them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from measures.models import MeasureStatus
from measures.rules.freshness import Freshness
from measures.rules.lights import Colour, Light, Reason

Stored = dict[str, object]


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """Outlook against plan in one window; figures scaled as the line's or group's unit."""

    window: str
    line: str
    unit: str
    currency: str
    decimals: int
    planned: Fraction
    outlook: Fraction
    ratio: Fraction | None
    colour: Colour


@dataclass(frozen=True, slots=True)
class StoredLights:
    """Both lights of a measure as they were judged for a day, and what stands behind them."""

    measure_id: int
    computed_for: date
    computed_at: datetime
    implementation: Light
    potential: Light
    forecast: Freshness
    update: Freshness
    judged: tuple[JudgedRow, ...]
    against_original: tuple[JudgedRow, ...]


def of(measure_ids: Iterable[int]) -> dict[int, StoredLights]:
    """Return the stored lights of measures; one that was never judged is left out."""
    rows = MeasureStatus.objects.filter(measure_id__in=list(measure_ids))
    return {row.measure_id: read(row) for row in rows}


def of_one(measure_id: int) -> StoredLights | None:
    """Return the stored lights of one measure, None before the first judgement."""
    return of([measure_id]).get(measure_id)


def read(row: MeasureStatus) -> StoredLights:
    """Return a stored row as lights."""
    kept = row.figures
    return StoredLights(
        measure_id=row.measure_id,
        computed_for=row.computed_for,
        computed_at=row.computed_at,
        implementation=_light(
            row.implementation,
            row.implementation_uncapped,
            row.implementation_reasons,
            kept["implementation"],
        ),
        potential=_light(
            row.potential, row.potential_uncapped, row.potential_reasons, kept["potential"]
        ),
        forecast=Freshness(kept["forecast"]),
        update=Freshness(kept["update"]),
        judged=tuple(_judged(each) for each in kept["judged"]),
        against_original=tuple(_judged(each) for each in kept["against_original"]),
    )


def _light(colour: str, uncapped: str, reasons: list[Stored], rest: dict[str, object]) -> Light:
    marks = rest["marks"]
    assert isinstance(marks, list)  # noqa: S101 -- as services.lights writes it
    return Light(
        colour=Colour(colour),
        reasons=tuple(map(_reason, reasons)),
        marks=tuple(map(_reason, marks)),
        uncapped=Colour(uncapped),
        before=Colour(str(rest["before"])),
        is_held=bool(rest["is_held"]),
    )


def _reason(stored: Stored) -> Reason:
    params = stored["params"]
    assert isinstance(params, dict)  # noqa: S101 -- as services.lights writes it
    return Reason(str(stored["code"]), {str(key): str(value) for key, value in params.items()})


def _judged(stored: dict[str, str]) -> JudgedRow:
    return JudgedRow(
        window=stored["window"],
        line=stored["line"],
        unit=stored["unit"],
        currency=stored["currency"],
        decimals=int(stored["decimals"]),
        planned=Fraction(stored["planned"]),
        outlook=Fraction(stored["outlook"]),
        ratio=Fraction(stored["ratio"]) if stored["ratio"] else None,
        colour=Colour(stored["colour"]),
    )
