"""Forced decisions in the API: what waits, its figures, and the answer of who is asked."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from governance.queries import forced
from governance.rules.forced import Answer, ForcedState
from governance.rules.holds import Ending
from governance.rules.votes import LONGEST_WORDS
from governance.services import forcing
from governance.services.forcing import Reply
from hierarchy.endpoints import Endpoint


class AnswerSerializer(serializers.Serializer[Any]):
    """What was decided; `decided_by` is "A for B" where a deputy answered."""

    outcome = serializers.ChoiceField(choices=[each.value for each in Answer])
    text = serializers.CharField()
    until = serializers.DateField(allow_null=True)
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField()


class ForcedSerializer(serializers.Serializer[Any]):
    """A decision that Assay forces, with the figures that forced it."""

    id = serializers.UUIDField(source="public_id")
    measure_id = serializers.UUIDField(source="address")
    measure = serializers.CharField()
    state = serializers.ChoiceField(choices=[each.value for each in ForcedState])
    conditions = serializers.ListField(child=serializers.CharField())
    question = serializers.CharField()
    to_gain = serializers.DecimalField(max_digits=20, decimal_places=2)
    to_spend = serializers.DecimalField(max_digits=20, decimal_places=2)
    spent = serializers.DecimalField(max_digits=20, decimal_places=2)
    currency = serializers.CharField()
    decider = serializers.CharField()
    decider_role = serializers.CharField()
    opened_on = serializers.DateField()
    due_on = serializers.DateField()
    is_mine = serializers.BooleanField()
    answer = serializers.SerializerMethodField()

    @extend_schema_field(AnswerSerializer(allow_null=True))
    def get_answer(self, row: forced.ForcedRow) -> Any:
        """Return what was decided, null while nothing was."""
        if row.state is ForcedState.OPEN:
            return None
        given = forced.answer_of(row.id)
        return None if given is None else AnswerSerializer(given).data


class ForcedQuery(serializers.Serializer[Any]):
    """How the list of what waits is narrowed."""

    mine = serializers.BooleanField(
        required=False, default=False, help_text="Only what the caller is asked."
    )


class NewAnswer(serializers.Serializer[Any]):
    """The answer of who decides: planned anew or held until a day, or cancelled."""

    answer = serializers.ChoiceField(choices=[each.value for each in Answer])
    text = serializers.CharField(max_length=LONGEST_WORDS)
    until = serializers.DateField(required=False, allow_null=True, default=None)
    lessons = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_WORDS
    )
    ending = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_WORDS
    )


class ForcedDecisions(Endpoint):
    """The forced decisions that wait for an answer, or for what was answered."""

    permission = Permission.VIEW
    serializer_class = ForcedSerializer

    @extend_schema(
        operation_id="list_forced_decisions",
        parameters=[ForcedQuery],
        responses=ForcedSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List them among the measures the caller sees, the soonest due first."""
        query = ForcedQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = forced.waiting(self.actor, mine=query.validated_data["mine"])
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ForcedSerializer(page, many=True).data)


class OneForced(Endpoint):
    """One forced decision."""

    permission = Permission.VIEW
    serializer_class = ForcedSerializer

    @extend_schema(operation_id="show_forced_decision")
    def get(self, request: Request, asked: UUID) -> Response:
        """Show it with its figures, and the answer once there is one."""
        _found, row = forced.detail(self.actor, asked)
        return Response(ForcedSerializer(row).data)


class Answers(Endpoint):
    """The way to answer; a person's act."""

    permission = Permission.VIEW
    step_up = True
    serializer_class = ForcedSerializer

    @extend_schema(
        operation_id="answer_forced_decision",
        request=NewAnswer,
        responses={201: ForcedSerializer},
    )
    def post(self, request: Request, asked: UUID) -> Response:
        """Answer it as who is asked; a hold or cancellation is done to the measure with it."""
        sent = NewAnswer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        with tenancy.reading(self.actor):
            found, _row = forced.detail(self.actor, asked)
        reply = Reply(
            answer=Answer(given["answer"]),
            text=given["text"],
            until=given["until"],
            ending=Ending(lessons=given["lessons"], ending=given["ending"]),
        )
        forcing.answer(actor=self.actor, forced_id=found.pk, reply=reply)
        with tenancy.reading(self.actor):
            _found, row = forced.detail(self.actor, asked)
            return Response(ForcedSerializer(row).data, status=HTTPStatus.CREATED)
