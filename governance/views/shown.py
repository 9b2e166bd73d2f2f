"""What voters are shown as a template reads it, and what has changed since, figure by figure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.queries import people
from accounts.rules.roles import Role
from accounts.templatetags.signs import written
from governance.queries.snapshot import Said, SaidLine, SaidMilestone
from governance.rules.gates import Gate
from governance.views import scene
from governance.words import ROLE_NAMES
from measures.models import Measure
from measures.queries import confidential, periods
from measures.queries.periods import Ground
from measures.rules.amounts import EN_DASH, NumberFormat, amount_text
from measures.rules.calendar import Month
from measures.rules.lines import EffectType, Nature, Recurrence
from measures.words import EFFECT_NAMES, NATURE_NAMES, RECURRENCE_NAMES, SERIES_NAMES

DIGEST = 64  # characters of a file's digest
SHORT = 12  # of these are shown
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ANY_YEAR = 2000  # the columns of a table name months without a year


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was shown, or how it has changed; `before` is empty where nothing was."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class YearView:
    """One series of a line in one fiscal year: twelve months and their sum, as text."""

    series: Promise
    label: str
    months: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class LineView:
    """A line as its voters see it."""

    name: str
    unit: str
    nature: Promise
    recurrence: Promise
    full_effect: date | None
    evidence: str
    years: tuple[YearView, ...]


@dataclass(frozen=True, slots=True)
class MilestoneView:
    """A milestone as its voters see it."""

    name: str
    owner: str
    plan_end: date | None
    actual_end: date | None
    is_mandatory: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class SaidView:
    """Everything the voters are shown."""

    people: tuple[tuple[Promise, str], ...]
    effect: Promise
    size: Decimal | None
    size_unit: str
    lines: tuple[LineView, ...]
    milestones: tuple[MilestoneView, ...]
    months: tuple[str, ...]
    approved: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """How ids, months and figures of a document are written."""

    names: dict[int, str]
    ground: Ground
    number_format: NumberFormat

    def name(self, member_id: object) -> str:
        return self.names.get(member_id, "") if isinstance(member_id, int) else ""

    def month(self, fiscal_year: int, period: int) -> str:
        return self.ground.label(Month(fiscal_year, period))

    def size(self, value: Decimal | None) -> str:
        return "" if value is None else written(value, 0, self.number_format)

    def amount(self, value: int | None, line: SaidLine) -> str:
        text = amount_text(value, line.unit, self.number_format)
        return text.removesuffix(self.number_format.decimal + "0" * line.unit.decimals)


def of(said: Said) -> SaidView:
    """Return a document as the page of its request shows it."""
    words = _words(said)
    lines = {line.line_id: line for line in said.lines}
    return SaidView(
        people=tuple(
            (ROLE_NAMES[Role(role)], words.name(member_id) or EN_DASH)
            for role, member_id in said.people.items()
        ),
        effect=EFFECT_NAMES[EffectType(str(said.fields["effect"]))],
        size=_size(said),
        size_unit=str(said.fields["size_unit"] or ""),
        lines=tuple(_line(line, words) for line in said.lines),
        milestones=tuple(_milestone(each, words) for each in said.milestones),
        months=tuple(words.month(ANY_YEAR, number).split()[0] for number in range(1, 13)),
        approved=tuple(
            (
                lines[each.line_id].name,
                words.month(each.month.fiscal_year, each.month.period),
                words.amount(each.amount, lines[each.line_id]),
            )
            for each in said.approved
            if each.line_id in lines
        ),
    )


def changes(before: Said, after: Said) -> list[Row]:
    """Return what differs between two documents, in the order of the page."""
    words = _words(before, after)
    first, second = dict(_flat(before, words)), dict(_flat(after, words))
    return [
        Row(label=label, before=first.get((key, label), ""), after=second.get((key, label), ""))
        for key, label in {**first, **second}
        if first.get((key, label)) != second.get((key, label))
    ]


def _words(*documents: Said) -> _Words:
    members = {
        member
        for said in documents
        for member in (
            *said.people.values(),
            *(each.fields.get("owner") for each in said.milestones),
        )
        if isinstance(member, int)
    }
    return _Words(
        names=people.names_of({*members}),
        ground=periods.ground(),
        number_format=scene.number_format(people.profile()),
    )


def _line(line: SaidLine, words: _Words) -> LineView:
    return LineView(
        name=line.name,
        unit=line.currency or line.unit.code,
        nature=NATURE_NAMES[Nature(str(line.fields["nature"]))],
        recurrence=RECURRENCE_NAMES[Recurrence(str(line.fields["recurrence"]))],
        full_effect=_day(line.fields["full_effect_on"]),
        evidence=str(line.fields["evidence"] or "")[:SHORT],
        years=tuple(
            YearView(
                series=SERIES_NAMES[each.series],
                label=str(each.fiscal_year),
                months=tuple(words.amount(value, line) for value in each.months),
                total=words.amount(sum(value or 0 for value in each.months), line),
            )
            for each in sorted(line.series, key=lambda each: (each.fiscal_year, each.series))
        ),
    )


def _milestone(each: SaidMilestone, words: _Words) -> MilestoneView:
    return MilestoneView(
        name=each.name,
        owner=words.name(each.fields["owner"]),
        plan_end=_day(each.fields["plan_end"]),
        actual_end=_day(each.fields["actual_end"]),
        is_mandatory=bool(each.fields["mandatory"]),
        evidence=str(each.fields["evidence"] or "")[:SHORT],
    )


def _day(given: object) -> date | None:
    return date.fromisoformat(given) if isinstance(given, str) else None


def _size(said: Said) -> Decimal | None:
    given = said.fields["size"]
    return None if given is None else Decimal(str(given))


Flat = Iterator[tuple[tuple[tuple[object, ...], str], str]]


def _flat(said: Said, words: _Words) -> Flat:
    """Yield each thing that a document says as ((key, label), text)."""
    for role, member_id in said.people.items():
        yield (("people", role), str(ROLE_NAMES[Role(role)])), words.name(member_id)
    for name, value in said.fields.items():
        text = words.size(_size(said)) if name == "size" else _text(value)
        yield (("field", name), _label(name)), text
    for line in said.lines:
        yield from _flat_line(line, words)
    for each in said.milestones:
        for name, value in each.fields.items():
            text = words.name(value) if name == "owner" else _text(value)
            key = ("milestone", each.milestone_id, name)
            yield (key, f"{each.name}, {_label(name)}"), text
    lines = {line.line_id: line for line in said.lines}
    for actual in said.approved:
        if actual.line_id in lines:
            line, month = lines[actual.line_id], actual.month
            label = f"{line.name}, {words.month(month.fiscal_year, month.period)}"
            at = ("approved", actual.line_id, month.fiscal_year, month.period)
            yield (at, label), words.amount(actual.amount, line)


def _flat_line(line: SaidLine, words: _Words) -> Flat:
    for name, value in line.fields.items():
        yield (("line", line.line_id, name), f"{line.name}, {_label(name)}"), _text(value)
    for each in line.series:
        for period, value in enumerate(each.months, start=1):
            key = ("month", line.line_id, each.series, each.fiscal_year, period)
            series = str(SERIES_NAMES[each.series]).lower()
            label = f"{line.name}, {series}, {words.month(each.fiscal_year, period)}"
            yield (key, label), "" if value is None else words.amount(value, line)


def _label(name: str) -> str:
    """Return the words for a field of the database's document."""
    known = {
        "size": _("rough run-rate"),
        "size_unit": _("unit of the run-rate"),
        "effect": _("kind of effect"),
        "nature": _("what it is"),
        "recurrence": _("how long"),
        "direction": _("direction"),
        "full_effect_on": _("full effect from"),
        "ends_on": _("ends on"),
        "seasonal": _("seasonal"),
        "level": _("level"),
        "evidence": _("evidence"),
        "plan_end": _("planned end"),
        "actual_end": _("done on"),
        "owner": _("owner"),
        "mandatory": _("mandatory"),
        "critical": _("critical"),
        "weight": _("weight"),
    }
    return known.get(name, name)


def _text(value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    text = str(value)
    if ISO_DAY.fullmatch(text):
        return date_format(date.fromisoformat(text), pgettext("date format of a day", "j M Y"))
    # A file is known by its digest; its beginning is enough to tell two apart.
    return text[:SHORT] if len(text) == DIGEST else text


def to_be_named(measure: Measure, gate: Gate) -> list[Promise]:
    """Return the seats of a gate of a confidential measure that too few of its readers hold."""
    wanted = {each.role: each.quorum for each in gate.votes}
    return [ROLE_NAMES[role] for role in confidential.unread(measure, wanted)]
