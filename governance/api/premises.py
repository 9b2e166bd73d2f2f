"""The premise of a measure in the API: read, stated, and declared void."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Member
from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from governance.api.given import Words, judged, measure_at
from governance.queries import premises
from governance.queries.premises import Standing
from governance.services import premises as services
from hierarchy.endpoints import Endpoint


class PremiseSerializer(serializers.Serializer[Any]):
    """The premise that counts; `void_on` is None while it holds."""

    number = serializers.IntegerField(source="premise.number")
    statement = serializers.CharField(source="premise.statement")
    checked_by = serializers.UUIDField(source="premise.checked_by.public_id")
    check_on = serializers.DateField(source="premise.check_on")
    void_on = serializers.DateField(source="void.declared_on", allow_null=True, default=None)
    void_reason = serializers.CharField(source="void.reason", default="")


class NewPremise(serializers.Serializer[Any]):
    """What the value stands on, which member checks it, and by when."""

    statement = Words()
    checked_by = serializers.UUIDField()
    check_on = serializers.DateField()


class NewVoid(serializers.Serializer[Any]):
    """The number of the premise that does not hold any more, and why."""

    number = serializers.IntegerField(min_value=1, max_value=32767)
    reason = Words()


class Premises(Endpoint):
    """The premise of one measure."""

    permission = Permission.VIEW
    write_permission = Permission.EDIT_MEASURE
    serializer_class = PremiseSerializer

    @extend_schema(operation_id="show_premise", responses=PremiseSerializer)
    def get(self, request: Request, measure: UUID) -> Response:
        """Return the premise that counts; 404 where none was stated."""
        return Response(self.shown(measure))

    @extend_schema(
        operation_id="state_premise", request=NewPremise, responses={201: PremiseSerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """State the premise anew."""
        given, found = judged(NewPremise(data=request.data)), measure_at(self.actor, measure)
        with tenancy.reading(self.actor):
            checker = Member.objects.filter(public_id=given["checked_by"]).first()
        services.state(
            actor=self.actor,
            measure_id=found.pk,
            statement=given["statement"],
            checked_by_id=0 if checker is None else checker.pk,
            check_on=given["check_on"],
        )
        return Response(self.shown(measure), status=HTTPStatus.CREATED)

    def shown(self, measure: UUID) -> dict[str, Any]:
        """Return the premise as it stands now; NotFound."""
        found = _standing(self, measure)
        return dict(PremiseSerializer(found).data)


class PremiseVoids(Endpoint):
    """That the premise of one measure does not hold any more."""

    permission = Permission.VIEW
    write_permission = Permission.VOID_PREMISE
    serializer_class = PremiseSerializer

    @extend_schema(
        operation_id="declare_premise_void", request=NewVoid, responses={201: PremiseSerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Declare the premise void as sponsor, controller or lead."""
        given, found = judged(NewVoid(data=request.data)), measure_at(self.actor, measure)
        premise = _standing(self, measure).premise
        services.declare_void(
            actor=self.actor,
            measure_id=found.pk,
            premise_id=premise.pk if premise.number == given["number"] else 0,
            reason=given["reason"],
        )
        shown = PremiseSerializer(_standing(self, measure)).data
        return Response(shown, status=HTTPStatus.CREATED)


def _standing(endpoint: Endpoint, measure: UUID) -> Standing:
    found = measure_at(endpoint.actor, measure)
    with tenancy.reading(endpoint.actor):
        standing = premises.of_measure(found.pk)
    if standing is None:
        raise NotFound(what="premise")
    return standing
