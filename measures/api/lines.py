"""Effect lines and their figures in the API."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from hierarchy.endpoints import Endpoint
from measures.api import fields
from measures.models import Line, Measure
from measures.queries import series as current_series
from measures.queries.series import SeriesKey
from measures.rules.calendar import PERIODS
from measures.rules.lines import Direction, EffectType, Nature, Recurrence, Series
from measures.rules.series import EMPTY_ROW
from measures.services import figures, lines
from measures.services.figures import CellChange
from measures.services.lines import LineDraft


class LineSerializer(serializers.ModelSerializer[Line]):
    """An effect line as the API shows it."""

    class Meta:
        model = Line
        fields: ClassVar = [
            "id", "name", "nature", "effect_type", "recurrence", "direction", "unit", "currency",
            "decimals", "full_effect_on", "ends_on", "is_seasonal", "is_level", "budget_line",
            "version",
        ]  # fmt: skip
        read_only_fields = fields


class LineGiven(serializers.Serializer[Any]):
    """What a line is; a change that leaves something out keeps it."""

    name = serializers.CharField(max_length=120)
    nature = serializers.ChoiceField(choices=[each.value for each in Nature])
    effect_type = serializers.ChoiceField(choices=[each.value for each in EffectType])
    recurrence = serializers.ChoiceField(choices=[each.value for each in Recurrence])
    direction = serializers.ChoiceField(choices=[each.value for each in Direction], required=False)
    unit = serializers.CharField(max_length=20, required=False)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True)
    decimals = serializers.IntegerField(min_value=0, max_value=6, required=False)
    full_effect_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    is_seasonal = serializers.BooleanField(required=False)
    is_level = serializers.BooleanField(required=False)
    budget_line = serializers.CharField(max_length=120, required=False, allow_blank=True)


class RowSerializer(serializers.Serializer[Any]):
    """One fiscal year of a series: twelve amounts as text in fiscal order, null for not given."""

    line_id = serializers.IntegerField()
    series = serializers.ChoiceField(choices=[each.value for each in Series])
    fiscal_year = serializers.IntegerField()
    version = serializers.IntegerField()
    is_seeded = serializers.BooleanField()
    values = serializers.ListField(child=fields.Figure(allow_null=True))


class RowGiven(serializers.Serializer[Any]):
    """The twelve amounts of a fiscal year, as text in fiscal order; null empties a month."""

    values = serializers.ListField(
        child=fields.Figure(allow_null=True, allow_blank=True),
        min_length=PERIODS,
        max_length=PERIODS,
        error_messages={
            "min_length": "period {min_length}: missing. Send null for a month that is not given.",
            "max_length": "period 13: a fiscal year has {max_length} periods.",
        },
    )


class SeriesQuery(serializers.Serializer[Any]):
    """How the figures of a measure are narrowed."""

    fiscal_year = serializers.IntegerField(required=False)
    series = serializers.ChoiceField(choices=[each.value for each in Series], required=False)


class Lines(Endpoint):
    """The effect lines of a measure."""

    permission = Permission.VIEW
    write_permission = Permission.EDIT_MEASURE
    serializer_class = LineSerializer

    @extend_schema(operation_id="list_lines", responses=LineSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List the lines of a measure."""
        found = fields.found(self.actor, measure)
        return self.listed(_lines(found))

    @extend_schema(operation_id="add_line", request=LineGiven, responses={201: LineSerializer})
    def post(self, request: Request, measure: UUID) -> Response:
        """Add an effect line while the plan is open."""
        given = fields.judged(LineGiven(data=request.data))
        found = fields.found(self.actor, measure)
        line = lines.add(actor=self.actor, measure_id=found.pk, draft=LineDraft(**given))
        return self.versioned_answer(LineSerializer(line).data, line.version, HTTPStatus.CREATED)


class OneLine(Endpoint):
    """One effect line."""

    permission = Permission.EDIT_MEASURE
    serializer_class = LineSerializer

    @extend_schema(operation_id="revise_line", request=LineGiven(partial=True))
    def patch(self, request: Request, measure: UUID, line: int) -> Response:
        """Change what a line is, if it still has the version named in If-Match."""
        given = fields.judged(LineGiven(data=request.data, partial=True))
        with tenancy.reading(self.actor):
            known = _known(lines.draft_of(_line(fields.found(self.actor, measure), line)))
        revised = lines.revise(
            actor=self.actor, line_id=line, version=self.version, draft=LineDraft(**known | given)
        )
        return self.versioned_answer(LineSerializer(revised).data, revised.version)

    @extend_schema(operation_id="remove_line", request=None, responses={204: None})
    def delete(self, request: Request, measure: UUID, line: int) -> Response:
        """Take a line out of the plan."""
        with tenancy.reading(self.actor):
            _line(fields.found(self.actor, measure), line)
        lines.remove(actor=self.actor, line_id=line, version=self.version)
        return Response(status=HTTPStatus.NO_CONTENT)


class MeasureSeries(Endpoint):
    """The current figures of a measure."""

    permission = Permission.VIEW
    serializer_class = RowSerializer

    @extend_schema(
        operation_id="list_series",
        parameters=[SeriesQuery],
        responses=RowSerializer(many=True),
    )
    def get(self, request: Request, measure: UUID) -> Response:
        """List every line's series by fiscal year, each with its version."""
        query = fields.judged(SeriesQuery(data=request.query_params))
        by_id = {each.pk: each for each in _lines(fields.found(self.actor, measure))}
        found = current_series.current(by_id)
        keys = [
            key
            for key in sorted(found)
            if query.get("fiscal_year", key.fiscal_year) == key.fiscal_year
            and query.get("series", key.series) == key.series
        ]
        return Response([_row(key, found[key], by_id[key.line_id]) for key in keys])


class OneSeries(Endpoint):
    """One fiscal year of one series of a line."""

    permission = Permission.VIEW
    write_permission = Permission.ENTER_FORECAST
    serializer_class = RowSerializer

    @extend_schema(operation_id="show_series")
    def get(self, request: Request, measure: UUID, line: int, series: str, year: int) -> Response:
        """Show a row; version 0 where nothing was given yet."""
        found = _line(fields.found(self.actor, measure), line)
        return _row_answer(self, found, _key(line, series, year))

    @extend_schema(operation_id="save_series", request=RowGiven)
    def put(self, request: Request, measure: UUID, line: int, series: str, year: int) -> Response:
        """Save a row as its next version, if it still has the one named in If-Match (0: none)."""
        given = fields.judged(RowGiven(data=request.data))
        key = _key(line, series, year)
        holder = fields.found(self.actor, measure)
        with tenancy.reading(self.actor):
            found = _line(holder, line)
        texts = {f"period {at}": said for at, said in enumerate(given["values"], start=1)}
        amounts = fields.amounts(found, texts)
        figures.save(
            actor=self.actor,
            measure_id=holder.pk,
            cells=[
                CellChange(*key, period, amount)
                for period, amount in enumerate(amounts.values(), start=1)
            ],
            versions={key: self.version},
        )
        return _row_answer(self, found, key)


def _key(line: int, series: str, year: int) -> SeriesKey:
    try:
        return SeriesKey(line, Series(series), year)
    except ValueError as error:
        raise NotFound(what="series") from error


def _lines(measure: Measure) -> Any:
    return Line.objects.filter(measure=measure, removed_on__isnull=True).order_by("pk")


def _line(measure: Measure, line_id: int) -> Line:
    found: Line | None = _lines(measure).filter(pk=line_id).first()
    if found is None:
        raise NotFound(what="line")
    return found


def _known(draft: LineDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in draft.__dataclass_fields__}


def _row_answer(view: Endpoint, line: Line, key: SeriesKey) -> Response:
    with tenancy.reading(view.actor):
        at = current_series.current([key.line_id], [key.series]).get(key)
    data = _row(key, at, line)
    return view.versioned_answer(data, 0 if at is None else at.version)


def _row(key: SeriesKey, at: current_series.Current | None, line: Line) -> dict[str, Any]:
    return {
        "line_id": key.line_id,
        "series": key.series.value,
        "fiscal_year": key.fiscal_year,
        "version": 0 if at is None else at.version,
        "is_seeded": at is not None and at.is_seeded,
        "values": [fields.text(each, line) for each in (EMPTY_ROW if at is None else at.row)],
    }
