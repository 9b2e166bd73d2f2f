"""Gate requests and votes in the API: the same acts and refusals as on the pages."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission, Role
from core import tenancy
from core.errors import NotFound
from core.tenancy import Actor
from governance.api.given import Words, judged, measure_at
from governance.models import GateRequest
from governance.queries import desk, docket, requests
from governance.queries.desk import RequestRow
from governance.rules.votes import Choice, RequestState
from governance.services import gates
from hierarchy.endpoints import Endpoint
from measures.queries import measures


class VoteSerializer(serializers.Serializer[Any]):
    """A vote that the gate wants; `choice` is empty until it is given."""

    role = serializers.ChoiceField(choices=[role.value for role in Role])
    subject = serializers.CharField()
    voter = serializers.CharField()
    choice = serializers.CharField()
    reason = serializers.CharField()
    cast_at = serializers.DateTimeField(allow_null=True)


class RequestSerializer(serializers.Serializer[Any]):
    """A request to pass one gate; a vote must name `digest`, which is of what is shown."""

    id = serializers.UUIDField(source="address")
    measure_id = serializers.UUIDField(source="public_id")
    measure = serializers.CharField()
    gate = serializers.SerializerMethodField()
    gate_name = serializers.CharField(source="gate")
    state = serializers.ChoiceField(choices=[state.value for state in RequestState])
    requested_by = serializers.CharField()
    requested_at = serializers.DateTimeField()
    due_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    digest = serializers.CharField()
    is_stale = serializers.BooleanField()
    votes = VoteSerializer(many=True)
    my_role = serializers.CharField(allow_null=True)
    outcome = serializers.CharField(
        help_text="advance, return, hold, cancel or reject; empty while undecided."
    )

    def get_gate(self, row: RequestRow) -> str:
        """Return the gate by the stage it opens."""
        return row.rule.code


class RequestListQuery(serializers.Serializer[Any]):
    """How the list of open requests is narrowed."""

    waiting = serializers.BooleanField(
        required=False, default=False, help_text="Only those that want a vote of the caller."
    )


class NewRequest(serializers.Serializer[Any]):
    """The next gate of a measure, submitted."""

    note = Words(required=False, allow_blank=True, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)
    fast_track = serializers.BooleanField(
        required=False,
        default=False,
        help_text="Pass the next gate with it, where the scheme allows it for small measures.",
    )


class NewVote(serializers.Serializer[Any]):
    """What the caller votes; a return gives its conditions as `reason` and a `due_on`."""

    choice = serializers.ChoiceField(choices=[choice.value for choice in Choice])
    digest = serializers.CharField(max_length=64)
    reason = Words(required=False, allow_blank=True, default="")
    due_on = serializers.DateField(required=False, allow_null=True, default=None)


class Withdrawal(serializers.Serializer[Any]):
    """Why a request is taken back."""

    reason = Words(required=False, allow_blank=True, default="")


class GateRequests(Endpoint):
    """The open requests of the organization."""

    permission = Permission.VIEW
    serializer_class = RequestSerializer

    @extend_schema(
        operation_id="list_gate_requests",
        parameters=[RequestListQuery],
        responses=RequestSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the open requests the caller may see, the most urgent first."""
        query = judged(RequestListQuery(data=request.query_params))
        if query["waiting"]:
            rows = self.paginate_queryset(docket.mine(self.actor))
        else:
            page = self.paginate_queryset(docket.ordered(self.actor))
            rows = docket.rows(page or [], self.actor)
        return self.get_paginated_response(RequestSerializer(rows, many=True).data)


class MeasureRequests(Endpoint):
    """The requests of one measure, and the way to submit its next gate."""

    permission = Permission.VIEW
    write_permission = Permission.SUBMIT_GATE
    serializer_class = RequestSerializer

    @extend_schema(operation_id="list_requests_of_measure", responses=RequestSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List every request of a measure, the newest first."""
        found = measures.by_public_id(self.actor, measure)
        return Response(RequestSerializer(desk.of_measure(self.actor, found.pk), many=True).data)

    @extend_schema(
        operation_id="submit_gate", request=NewRequest, responses={201: RequestSerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Submit the gate that begins where the measure stands."""
        given = judged(NewRequest(data=request.data))
        found = measure_at(self.actor, measure)
        made = gates.request(actor=self.actor, measure_id=found.pk, **given)
        address = reverse(
            "api:gate-request", kwargs={"slug": self.slug, "request_id": made.public_id}
        )
        return Response(
            shown(self.actor, made), status=HTTPStatus.CREATED, headers={"Location": address}
        )


class OneRequest(Endpoint):
    """One request."""

    permission = Permission.VIEW
    serializer_class = RequestSerializer

    @extend_schema(operation_id="show_gate_request")
    def get(self, request: Request, request_id: UUID) -> Response:
        """Show a request with its votes."""
        return Response(shown(self.actor, request_at(self.actor, request_id)))


class Votes(Endpoint):
    """The way to vote; a person's act, for which the password is asked once more."""

    permission = Permission.VOTE_GATE
    step_up = True
    serializer_class = RequestSerializer

    @extend_schema(operation_id="vote_on_gate", request=NewVote, responses={201: RequestSerializer})
    def post(self, request: Request, request_id: UUID) -> Response:
        """Vote on exactly what was shown; the last vote wanted decides."""
        given = judged(NewVote(data=request.data))
        found = request_at(self.actor, request_id)
        gates.vote(actor=self.actor, request_id=found.pk, **given)
        return Response(shown(self.actor, found), status=HTTPStatus.CREATED)


class Withdraw(Endpoint):
    """The way to take a request back."""

    permission = Permission.SUBMIT_GATE
    serializer_class = RequestSerializer

    @extend_schema(operation_id="withdraw_gate_request", request=Withdrawal)
    def post(self, request: Request, request_id: UUID) -> Response:
        """Take back a request that has no decision yet."""
        given = judged(Withdrawal(data=request.data))
        found = request_at(self.actor, request_id)
        gates.withdraw(actor=self.actor, request_id=found.pk, **given)
        return Response(shown(self.actor, found))


def request_at(actor: Actor, public_id: UUID) -> GateRequest:
    """Return the request at an address, as the caller may see it; NotFound."""
    with tenancy.reading(actor):
        found = requests.by_public_id(public_id)
        if not measures.visible(actor).filter(pk=found.measure_id).exists():
            raise NotFound(what="request")
        return found


def shown(actor: Actor, request: GateRequest) -> Any:
    """Return a request as it stands now."""
    with tenancy.reading(actor):
        found = requests.by_id(request.pk)
        return RequestSerializer(desk.rows([found], actor)[0]).data
