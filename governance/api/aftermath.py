"""What follows a closing in the API: the checks that the value lasts, and a reopening by two."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance.api.given import Words, judged, measure_at
from governance.models import ClosureConfirmation, FindingOutcome
from governance.queries import reopenings, sustained
from governance.queries.sustained import CheckRow
from governance.services import reopening, sustainment
from hierarchy.endpoints import Endpoint
from measures.models import Measure
from measures.queries import measures


class CheckSerializer(serializers.Serializer[Any]):
    """A check of a closing; `outcome` is empty until it is made."""

    number = serializers.IntegerField()
    due_on = serializers.DateField()
    is_due = serializers.BooleanField()
    outcome = serializers.ChoiceField(choices=["", *(each.value for each in FindingOutcome)])
    found_by = serializers.CharField()
    found_at = serializers.DateTimeField(allow_null=True)
    statement = serializers.CharField()


class LossSerializer(serializers.Serializer[Any]):
    """What one line has lost a year, in its own unit."""

    line_id = serializers.IntegerField()
    run_rate = serializers.DecimalField(max_digits=18, decimal_places=6, min_value=0)


class NewFinding(serializers.Serializer[Any]):
    """What a check found: without losses the value lasts, each loss is booked as leakage."""

    statement = Words()
    losses = LossSerializer(many=True, required=False, default=list)


class ReopeningSerializer(serializers.Serializer[Any]):
    """A proposal to take a closing back; `confirmed_at` is null until the other one confirms."""

    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    reason = serializers.CharField()
    confirmed_by = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class NewReopening(serializers.Serializer[Any]):
    """Why a closing is taken back."""

    reason = Words()


class NothingMore(serializers.Serializer[Any]):
    """Nothing is to be said."""


class Checks(Endpoint):
    """The checks of a closing."""

    permission = Permission.VIEW
    serializer_class = CheckSerializer

    @extend_schema(operation_id="list_checks", responses=CheckSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List the checks of the closing that stands, made and due."""
        found = measures.by_public_id(self.actor, measure)
        return Response(CheckSerializer(_checks(found), many=True).data)


class Findings(Endpoint):
    """One check of a closing, to be made."""

    permission = Permission.CHECK_SUSTAINMENT
    step_up = True
    serializer_class = CheckSerializer

    @extend_schema(operation_id="make_check", request=NewFinding, responses={201: CheckSerializer})
    def post(self, request: Request, measure: UUID, number: int) -> Response:
        """Say whether the value lasts; what is lost is booked and escalated."""
        given, found = judged(NewFinding(data=request.data)), measure_at(self.actor, measure)
        with tenancy.reading(self.actor):
            check = _check(found, number)
        losses = {each["line_id"]: each["run_rate"] for each in given["losses"]}
        if losses:
            sustainment.fail(
                actor=self.actor,
                check_id=check.check_id,
                statement=given["statement"],
                losses=losses,
            )
        else:
            sustainment.confirm(
                actor=self.actor, check_id=check.check_id, statement=given["statement"]
            )
        with tenancy.reading(self.actor):
            data = CheckSerializer(_check(found, number)).data
        return Response(data, status=HTTPStatus.CREATED)


class Reopenings(Endpoint):
    """The proposals to reopen a closed measure."""

    permission = Permission.VIEW
    write_permission = Permission.REOPEN
    step_up = True
    serializer_class = ReopeningSerializer

    @extend_schema(operation_id="list_reopenings", responses=ReopeningSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List them, the newest first."""
        found = measures.by_public_id(self.actor, measure)
        return Response(ReopeningSerializer(reopenings.of(self.actor, found).rows, many=True).data)

    @extend_schema(
        operation_id="propose_reopening",
        request=NewReopening,
        responses={201: ReopeningSerializer},
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Propose to take a closing back, as its sponsor or controller."""
        given, found = judged(NewReopening(data=request.data)), measure_at(self.actor, measure)
        reopening.propose(actor=self.actor, measure_id=found.pk, reason=given["reason"])
        return _latest(self, found)


class ReopeningConfirmations(Endpoint):
    """The way to take a closing back, as the second of the two."""

    permission = Permission.REOPEN
    step_up = True
    serializer_class = ReopeningSerializer

    @extend_schema(
        operation_id="confirm_reopening",
        request=NothingMore,
        responses={201: ReopeningSerializer},
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Reopen the measure: Implemented and active again, the closing superseded."""
        found = measure_at(self.actor, measure)
        reopening.confirm(actor=self.actor, measure_id=found.pk)
        return _latest(self, found)


def _latest(view: Endpoint, found: Measure) -> Response:
    with tenancy.reading(view.actor):
        row = reopenings.of(view.actor, measures.by_id(found.pk)).rows[0]
        return Response(ReopeningSerializer(row).data, status=HTTPStatus.CREATED)


def _checks(found: Measure) -> list[CheckRow]:
    closing = ClosureConfirmation.objects.filter(measure=found).order_by("-pk").first()
    return [] if closing is None else sustained.of_closing(closing)


def _check(found: Measure, number: int) -> CheckRow:
    """Return one check of the closing that stands; NotFound."""
    for each in _checks(found):
        if each.number == number:
            return each
    raise NotFound(what="check")
