"""Roll-backs in the API: the same acts and refusals as on the pages."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from governance.api.given import Words, judged, measure_at
from governance.queries import rollbacks
from governance.rules.rollback import RollBackState
from governance.services import rollback
from hierarchy.endpoints import Endpoint
from measures.models import Measure
from measures.queries import measures
from measures.rules.stage import Stage

NAMES = {each.name.lower(): each for each in Stage}


class StageField(serializers.ChoiceField):
    """A stage by its name."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(NAMES), **options)

    def to_representation(self, value: Any) -> str:
        """Return the name of a stage."""
        return Stage(value).name.lower()


class RollBackSerializer(serializers.Serializer[Any]):
    """A roll-back; `confirmed_by` is empty while only one of the two has spoken."""

    from_stage = StageField()
    to_stage = StageField()
    reason = serializers.CharField()
    state = serializers.ChoiceField(choices=[each.value for each in RollBackState])
    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    confirmed_by = serializers.CharField()
    confirmed_at = serializers.DateTimeField(allow_null=True)


class RollBacksSerializer(serializers.Serializer[Any]):
    """Every roll-back of a measure, the newest first, and what the caller may do now."""

    rows = RollBackSerializer(many=True)
    targets = serializers.ListField(child=StageField())
    waits_for = serializers.CharField()
    may_propose = serializers.BooleanField()
    may_confirm = serializers.BooleanField()
    may_withdraw = serializers.BooleanField()


class NewRollBack(serializers.Serializer[Any]):
    """The stage to go back to, and why."""

    to_stage = StageField()
    reason = Words()


class ConfirmedRollBack(serializers.Serializer[Any]):
    """The stage of the proposal that is confirmed, so that no other one is."""

    to_stage = StageField()


class WithdrawnRollBack(serializers.Serializer[Any]):
    """Why a proposal is withdrawn."""

    reason = Words(required=False, allow_blank=True, default="")


class RollBackStep(Endpoint):
    """A step of a roll-back; answers with all of the measure as they stand then."""

    permission = Permission.VIEW
    write_permission = Permission.ROLL_BACK
    serializer_class = RollBacksSerializer

    def shown(self, found: Measure) -> Response:
        """Return the roll-backs of a measure as they stand now."""
        with tenancy.reading(self.actor):
            seen = rollbacks.of(self.actor, measures.by_id(found.pk))
            return Response(RollBacksSerializer(seen).data, status=HTTPStatus.CREATED)


class RollBacks(RollBackStep):
    """The roll-backs of one measure."""

    step_up = True

    @extend_schema(operation_id="list_roll_backs", responses=RollBacksSerializer)
    def get(self, request: Request, measure: UUID) -> Response:
        """List the roll-backs of a measure, the newest first."""
        found = measures.by_public_id(self.actor, measure)
        return Response(RollBacksSerializer(rollbacks.of(self.actor, found)).data)

    @extend_schema(
        operation_id="propose_roll_back",
        request=NewRollBack,
        responses={201: RollBacksSerializer},
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Propose a roll-back as sponsor or controller."""
        given, found = judged(NewRollBack(data=request.data)), measure_at(self.actor, measure)
        rollback.propose(
            actor=self.actor,
            measure_id=found.pk,
            to_stage=NAMES[given["to_stage"]],
            reason=given["reason"],
        )
        return self.shown(found)


class RollBackConfirm(RollBackStep):
    """The confirmation of a roll-back."""

    step_up = True

    @extend_schema(
        operation_id="confirm_roll_back",
        request=ConfirmedRollBack,
        responses={201: RollBacksSerializer},
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Roll the measure back as the other of the two."""
        given, found = judged(ConfirmedRollBack(data=request.data)), measure_at(self.actor, measure)
        rollback.confirm(actor=self.actor, measure_id=found.pk, to_stage=NAMES[given["to_stage"]])
        return self.shown(found)


class RollBackWithdraw(RollBackStep):
    """The end of a proposal that waits."""

    @extend_schema(
        operation_id="withdraw_roll_back",
        request=WithdrawnRollBack,
        responses={201: RollBacksSerializer},
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Take the proposal back, or decline it."""
        given, found = judged(WithdrawnRollBack(data=request.data)), measure_at(self.actor, measure)
        rollback.withdraw(actor=self.actor, measure_id=found.pk, **given)
        return self.shown(found)
