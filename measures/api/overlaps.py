"""Overlaps in the API: what two measures count both on one budget line, and who agrees."""

from decimal import Decimal
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
from core.money import from_scaled
from hierarchy.endpoints import Endpoint
from measures.api import fields
from measures.api.fields import Figure
from measures.models import Line, Measure, Overlap
from measures.queries import overlaps
from measures.queries.periods import YEARS
from measures.rules.calendar import PERIODS, Month
from measures.services import overlaps as service

CENTS = 2


class OverlapYear(serializers.Serializer[Any]):
    """Twelve amounts of a fiscal year as text, "0.00" where nothing is counted both."""

    fiscal_year = serializers.IntegerField(min_value=YEARS[0], max_value=YEARS[-1])
    amounts = serializers.ListField(child=Figure(), min_length=PERIODS, max_length=PERIODS)


class OverlapSerializer(serializers.ModelSerializer[Overlap]):
    """An overlap: agreed once the sponsor of the other measure and a controller confirmed it."""

    budget_line = serializers.CharField(source="budget.code")
    measure_id = serializers.UUIDField(source="measure.node.public_id")
    other_id = serializers.UUIDField(source="other.node.public_id")
    years = serializers.SerializerMethodField()
    is_confirmed_by_sponsor = serializers.SerializerMethodField()
    is_confirmed_by_controller = serializers.SerializerMethodField()

    class Meta:
        model = Overlap
        fields: ClassVar = [
            "id", "budget_line", "measure_id", "line_id", "other_id", "other_line_id", "years",
            "reason", "state", "is_confirmed_by_sponsor", "is_confirmed_by_controller",
            "ended_reason",
        ]  # fmt: skip
        read_only_fields = fields

    def get_years(self, overlap: Overlap) -> list[dict[str, object]]:
        """Return the amounts by fiscal year."""
        return [
            {
                "fiscal_year": year,
                "amounts": [f"{from_scaled(each or 0, CENTS):f}" for each in row],
            }
            for year, row in overlap.rows.items()
        ]

    def get_is_confirmed_by_sponsor(self, overlap: Overlap) -> bool:
        """Return whether the sponsor of the other measure confirmed it."""
        return overlap.sponsor_by_id is not None

    def get_is_confirmed_by_controller(self, overlap: Overlap) -> bool:
        """Return whether a controller of either measure confirmed it."""
        return overlap.controller_by_id is not None


class OverlapGiven(serializers.Serializer[Any]):
    """A line of the measure and one of another, on one budget line, and what both count."""

    line_id = serializers.IntegerField()
    other_line_id = serializers.IntegerField()
    years = OverlapYear(many=True)
    reason = serializers.CharField(max_length=service.LONGEST_REASON)


class ReasonGiven(serializers.Serializer[Any]):
    """Why an overlap is declined or reversed."""

    reason = serializers.CharField(max_length=service.LONGEST_REASON)


class Overlaps(Endpoint):
    """The overlaps of a measure."""

    permission = Permission.VIEW
    write_permission = Permission.PROPOSE_OVERLAP
    serializer_class = OverlapSerializer

    @extend_schema(operation_id="list_overlaps", responses=OverlapSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List the overlaps of a measure, the newest first."""
        found = fields.found(self.actor, measure)
        rows = overlaps.of_measure(found.pk)
        return Response(OverlapSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="propose_overlap", request=OverlapGiven, responses={201: OverlapSerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Propose what two lines count both."""
        given = fields.judged(OverlapGiven(data=request.data))
        found = fields.found(self.actor, measure)
        with tenancy.reading(self.actor):
            line = _line(found, given["line_id"])
            texts = {
                Month(year["fiscal_year"], at): text
                for year in given["years"]
                for at, text in enumerate(year["amounts"], start=1)
            }
            said = fields.amounts(line, {str(month): text for month, text in texts.items()})
        made = service.propose(
            actor=self.actor,
            line_id=line.pk,
            other_line_id=given["other_line_id"],
            amounts={month: said[str(month)] or Decimal(0) for month in texts},
            reason=given["reason"],
        )
        return _answered(self, made.pk, HTTPStatus.CREATED)


class OverlapConfirmations(Endpoint):
    """Confirming an overlap."""

    permission = Permission.CONFIRM_OVERLAP
    serializer_class = OverlapSerializer

    @extend_schema(operation_id="confirm_overlap", request=None, responses=OverlapSerializer)
    def post(self, request: Request, measure: UUID, overlap: int) -> Response:
        """Confirm as sponsor of the other measure, or as controller of either."""
        found = _of(self, measure, overlap)
        service.confirm(actor=self.actor, overlap_id=found)
        return _answered(self, found)


class OverlapEnds(Endpoint):
    """Ending an overlap."""

    permission = Permission.PROPOSE_OVERLAP
    serializer_class = OverlapSerializer

    @extend_schema(operation_id="end_overlap", request=ReasonGiven, responses=OverlapSerializer)
    def post(self, request: Request, measure: UUID, overlap: int) -> Response:
        """Decline a proposed overlap, take it back, or reverse an agreed one."""
        given = fields.judged(ReasonGiven(data=request.data))
        found = _of(self, measure, overlap)
        service.end(actor=self.actor, overlap_id=found, **given)
        return _answered(self, found)


def _line(measure: Measure, line_id: int) -> Line:
    found = Line.objects.filter(pk=line_id, measure=measure, removed_on__isnull=True).first()
    if found is None:
        raise NotFound(what="line")
    return found


def _of(endpoint: Endpoint, measure: UUID, overlap_id: int) -> int:
    """Return an overlap of the measure at an address; NotFound."""
    found = fields.found(endpoint.actor, measure)
    with tenancy.reading(endpoint.actor):
        known = overlaps.of_measure(found.pk)
    if overlap_id not in {each.pk for each in known}:
        raise NotFound(what="overlap")
    return overlap_id


def _answered(endpoint: Endpoint, overlap_id: int, status: HTTPStatus = HTTPStatus.OK) -> Response:
    with tenancy.reading(endpoint.actor):
        shown = OverlapSerializer(overlaps.by_id(endpoint.actor, overlap_id)).data
    return Response(shown, status=status)
