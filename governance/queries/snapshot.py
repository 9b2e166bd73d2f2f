"""What the voters of a request were shown, read back from the database's own document of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, JSONField, Value

from governance.models import GateRequest
from measures.models import Line, Measure, Milestone
from measures.rules.calendar import Month
from measures.rules.lines import Series, Unit

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class SaidSeries:
    """The months of one series of a line in one fiscal year, scaled by the line's unit."""

    series: Series
    fiscal_year: int
    months: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """A line as it was shown; `fields` are its attributes by name."""

    line_id: int
    name: str
    unit: Unit
    currency: str
    fields: Mapping[str, object]
    series: tuple[SaidSeries, ...]


@dataclass(frozen=True, slots=True)
class SaidMilestone:
    """A milestone as it was shown; dates as ISO text."""

    milestone_id: int
    name: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SaidActual:
    """An approved month as it was shown to the controller who is asked to close."""

    line_id: int
    month: Month
    amount: int


@dataclass(frozen=True, slots=True)
class Said:
    """The whole document; `people` maps owner, sponsor and controller to member ids."""

    people: Mapping[str, int | None]
    fields: Mapping[str, object]
    lines: tuple[SaidLine, ...]
    milestones: tuple[SaidMilestone, ...]
    approved: tuple[SaidActual, ...]


PEOPLE = ("owner", "sponsor", "controller")
OWN = ("size", "size_unit", "effect")


def now(request: GateRequest) -> Said:
    """Return what the measure of a request says now."""
    document = Func(
        F("organization_id"),
        F("pk"),
        Value(request.from_stage),
        Value(request.from_step),
        Value(request.gate),
        Value(request.step),
        function="assay_gate_document",
        output_field=JSONField(),
    )
    found = Measure.objects.annotate(document=document).values_list("document", flat=True)
    return read(found.get(pk=request.measure_id))


def read(document: Document) -> Said:
    """Return a document with the names of its lines and milestones."""
    lines: Sequence[Document] = document.get("lines") or ()
    milestones: Sequence[Document] = document.get("milestones") or ()
    line_names = dict(
        Line.objects.filter(pk__in=[each["line"] for each in lines]).values_list("pk", "name")
    )
    milestone_names = dict(
        Milestone.objects.filter(pk__in=[each["milestone"] for each in milestones]).values_list(
            "pk", "name"
        )
    )
    return Said(
        people={role: document.get(role) for role in PEOPLE},
        fields={name: document.get(name) for name in OWN},
        lines=tuple(_line(each, line_names) for each in lines),
        milestones=tuple(
            SaidMilestone(
                each["milestone"], milestone_names.get(each["milestone"], ""), _rest(each)
            )
            for each in milestones
        ),
        approved=tuple(
            SaidActual(each["line"], Month(each["year"], each["period"]), each["amount"])
            for each in document.get("approved") or ()
        ),
    )


def _line(said: Document, names: Mapping[int, str]) -> SaidLine:
    return SaidLine(
        line_id=said["line"],
        name=names.get(said["line"], ""),
        unit=Unit(said["unit"], said["decimals"]),
        currency=said["currency"],
        fields=_rest(said),
        series=tuple(
            SaidSeries(Series(kind), year, tuple(months))
            for kind, _split, year, *months in said["series"]
        ),
    )


def _rest(said: Document) -> dict[str, object]:
    """Return the plain attributes of a part; its id, unit and series are read elsewhere."""
    unsaid = {"line", "milestone", "series", "unit", "currency", "decimals"}
    return {name: value for name, value in said.items() if name not in unsaid}
