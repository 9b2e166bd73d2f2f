"""What acts changed as people read it: keys by name, figures in their unit, months by name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import ngettext

from accounts.queries import people
from audit.queries.history import FieldChange
from core import money
from governance.queries import formers, references
from governance.queries.formers import Formers
from governance.queries.references import Key
from measures.models import Line, SeriesVersion
from measures.models.line import PERIODS
from measures.rules.amounts import NumberFormat, amount_text
from measures.rules.lines import Unit

SERIES = "measures_seriesversion"
SCALED = {
    SERIES: frozenset(PERIODS),
    "measures_actualclaim": frozenset({"amount", "forecast_before"}),
}
# Columns in hundredths of a currency.
HUNDREDTHS = {
    "measures_nodetarget": frozenset({"amount"}),
    "governance_lifecycledecision": frozenset({"sunk_cost"}),
    "steering_escalation": frozenset({"value_at_stake"}),
}
# A new version of a series is told month by month; what else its row keeps says nothing more.
# Which time of a measure's being confidential it was: its reader looks at the measure.
UNSAID_OF_READERS = frozenset({"confidentiality_id"})
UNSAID_OF_SERIES = frozenset(
    {
        "line_id", "split", "series", "fiscal_year", "effective_on", "is_seeded", "recorded_at",
        "recorded_by_id",
    }
)  # fmt: skip

CENTS = Unit()

Version = tuple[int, str, str, int, int]


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One field that an act changed, before and after; empty where there was nothing.

    `thing` is what the row itself is called, if it is called anything. Of a figure also its line,
    and of a series which one in which fiscal year.
    """

    table: str
    row_id: int
    field: str
    before: str
    after: str
    thing: str = ""
    line: str = ""
    series: str = ""
    fiscal_year: int = 0


@dataclass(frozen=True, slots=True)
class _Words:
    """How the things that keys name, and figures, of some changes are written."""

    keys: Mapping[Key, str]
    lines: Mapping[int, Line]
    former: Mapping[Version, SeriesVersion]
    versions: Formers
    number_format: NumberFormat

    def text(self, change: FieldChange, value: object) -> str:
        """Return a value in words; empty where there is none."""
        if value is None:
            return ""
        if change.table == formers.NUMBERS_TABLE and change.field == "value":
            return f"{Decimal(str(value)).normalize():f}"
        if isinstance(value, int):
            return self._whole(change, value)
        if isinstance(value, list | dict):
            return _listed(value)
        if isinstance(value, float):
            # A decimal column, such as the rough size: JSON knows no other number.
            return self._decimal(Decimal(str(value)))
        return str(value)

    def _whole(self, change: FieldChange, value: int) -> str:
        target = references.target_of(change.table, change.field)
        if target:
            return self.keys.get((target, value), str(value))
        line = self.line(change)
        if line and change.field in SCALED.get(change.table, ()):
            return amount_text(value, Unit(line.unit, line.decimals), self.number_format)
        if change.field in HUNDREDTHS.get(change.table, ()):
            return amount_text(value, CENTS, self.number_format)
        return str(value)

    def _decimal(self, value: Decimal) -> str:
        """Return a decimal with two places, or as it is where that would say less."""
        try:
            scaled = money.to_scaled(value, CENTS.decimals)
        except ValueError:
            return str(value)
        return amount_text(scaled, CENTS, self.number_format)

    def before(self, change: FieldChange) -> object:
        """Return what stood before a change; of a new version, what the one before it said."""
        versioned = formers.TABLES.get(change.table)
        if versioned is None or change.field != versioned.value:
            return change.before
        return self.versions.get((change.table, change.row_id), change.before)

    def line(self, change: FieldChange) -> Line | None:
        line_id = change.row.get("line_id")
        return self.lines.get(line_id) if isinstance(line_id, int) else None


def _listed(value: list[object] | dict[str, object]) -> str:
    """Return a short list as it is, of a finding its sentence, else only how much it holds."""
    if isinstance(value, dict) and isinstance(value.get("sentence"), str):
        return str(value["sentence"])
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ", ".join(map(str, value))
    return ngettext("%(count)d entry", "%(count)d entries", len(value)) % {"count": len(value)}


def read(by_act: Mapping[int, Sequence[FieldChange]]) -> dict[int, tuple[ChangeRow, ...]]:
    """Return by act what it changed; the same few queries however many acts.

    A month of a new version of a series is told only where it differs from the version before.
    """
    every = [change for each in by_act.values() for change in each]
    lines = {change.row.get("line_id") for change in every if change.table in SCALED}
    profile = people.profile()
    words = _Words(
        keys=references.names_of(_keys(every)),
        lines=Line.objects.in_bulk([each for each in lines if isinstance(each, int)]),
        former=_former(every),
        versions=formers.values_before(every),
        number_format=NumberFormat(profile.decimal_separator, profile.group_separator),
    )
    return {
        seq: tuple(row for each in changes if (row := _row(each, words)) is not None)
        for seq, changes in by_act.items()
    }


def _keys(changes: Iterable[FieldChange]) -> Iterator[Key]:
    """Yield the things that changes name by their keys."""
    for change in changes:
        target = references.target_of(change.table, change.field)
        if target:
            yield from (
                (target, value) for value in (change.before, change.after) if isinstance(value, int)
            )


def _former(changes: Iterable[FieldChange]) -> dict[Version, SeriesVersion]:
    """Return the versions that those written by these changes came after."""
    wanted = {_version(change.row) for change in changes if change.table == SERIES}
    if not wanted:
        return {}
    condition = Q(pk__in=[])
    for line_id, split, series, fiscal_year, version in wanted:
        condition |= Q(
            line_id=line_id,
            split=split,
            series=series,
            fiscal_year=fiscal_year,
            version=version - 1,
        )
    return {
        (each.line_id, each.split, each.series, each.fiscal_year, each.version + 1): each
        for each in SeriesVersion.objects.filter(condition)
    }


def _version(row: Mapping[str, object]) -> Version:
    return (
        _whole(row["line_id"]),
        str(row["split"]),
        str(row["series"]),
        _whole(row["fiscal_year"]),
        _whole(row["version"]),
    )


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _row(change: FieldChange, words: _Words) -> ChangeRow | None:
    if change.field in UNSAID_OF_READERS:
        return None
    before = words.before(change)
    if change.table == SERIES:
        if change.field in UNSAID_OF_SERIES:
            return None
        former = words.former.get(_version(change.row))
        before = getattr(former, change.field, None) if change.field in PERIODS else before
        if before == change.after:
            return None
    line = words.line(change)
    return ChangeRow(
        table=change.table,
        row_id=change.row_id,
        field=change.field.removesuffix("_id"),
        before=words.text(change, before),
        after=words.text(change, change.after),
        thing=references.own_name(change.row),
        line="" if line is None else line.name,
        series=str(change.row.get("series", "")) if change.table == SERIES else "",
        fiscal_year=_whole(change.row.get("fiscal_year")),
    )
