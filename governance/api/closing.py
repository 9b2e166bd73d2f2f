"""Closing in the API: what is proven, its confirmation, the signatures under a shortfall."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission, Role
from core import tenancy
from governance.api.given import Words, judged, measure_at
from governance.models import ClosureConfirmation, ClosureOutcome
from governance.queries import certificates, passage
from governance.queries.passage import Closing
from governance.services import closure, shortfall
from hierarchy.endpoints import Endpoint
from measures.models import Measure
from measures.queries import measures


class ProofSerializer(serializers.Serializer[Any]):
    """What is proven of one line over its proof window; ratios and amounts as exact text."""

    line_id = serializers.IntegerField(source="line.line_id")
    line = serializers.CharField(source="line.name")
    months = serializers.SerializerMethodField()
    missing = serializers.ListField(child=serializers.CharField())
    achieved = serializers.CharField(allow_null=True)
    confirmed_size = serializers.CharField(allow_null=True)
    leakage = serializers.CharField(allow_null=True)

    def get_months(self, proof: Any) -> list[str]:
        """Return the months of the proof window."""
        return [month.label for month in proof.window]


class CriterionSerializer(serializers.Serializer[Any]):
    """One criterion of the gate, met or not."""

    code = serializers.CharField()
    wanted = serializers.CharField()
    is_met = serializers.BooleanField()
    sentence = serializers.CharField()
    who = serializers.CharField()


class ConfirmationSerializer(serializers.Serializer[Any]):
    """The confirmation by which a measure was closed."""

    confirmed_at = serializers.DateTimeField()
    figures_digest = serializers.CharField()
    outcome = serializers.ChoiceField(choices=ClosureOutcome.choices)
    shortfall_reason = serializers.CharField()
    statement = serializers.CharField()
    figures = serializers.JSONField()


class SignatureSerializer(serializers.Serializer[Any]):
    """A signature under a shortfall."""

    role = serializers.ChoiceField(choices=[Role.SPONSOR.value, Role.STEERING.value])
    by = serializers.CharField()
    at = serializers.DateTimeField()
    statement = serializers.CharField()


class PendingSerializer(serializers.Serializer[Any]):
    """A confirmed shortfall that waits; signatures name the `figures_digest` of its closing."""

    confirmation = ConfirmationSerializer()
    needs_steering = serializers.BooleanField(source="confirmation.needs_steering")
    is_current = serializers.BooleanField()
    signatures = SignatureSerializer(many=True)
    waits_for = serializers.ListField(child=serializers.CharField())


class ClosingSerializer(serializers.Serializer[Any]):
    """How far a measure is from being closed; a confirmation must name `figures_digest`."""

    request_id = serializers.UUIDField(source="request.address", allow_null=True, default=None)
    figures_digest = serializers.CharField()
    proofs = ProofSerializer(source="judgement.proofs", many=True)
    outcome = serializers.SerializerMethodField()
    criteria = CriterionSerializer(many=True)
    confirmation = ConfirmationSerializer(allow_null=True)
    signatures = SignatureSerializer(many=True)
    pending = PendingSerializer(allow_null=True)

    def get_outcome(self, seen: Closing) -> str | None:
        """Return how the measure could be closed; None until every line is proven."""
        outcome = seen.judgement.outcome
        return None if outcome is None else outcome.name.lower()


class NewConfirmation(serializers.Serializer[Any]):
    """The controller's confirmation of exactly the figures with this digest."""

    figures_digest = serializers.CharField(max_length=64)
    statement = Words()
    shortfall_reason = Words(required=False, allow_blank=True, default="")


class NewSignature(serializers.Serializer[Any]):
    """A signature under the shortfall with this digest."""

    figures_digest = serializers.CharField(max_length=64)
    statement = Words()


class SignedClosingInput(serializers.Serializer[Any]):
    """The figures on which a signed shortfall is closed."""

    figures_digest = serializers.CharField(max_length=64)


class Closures(Endpoint):
    """The closing of one measure."""

    permission = Permission.VIEW
    write_permission = Permission.CONFIRM_CLOSURE
    step_up = True
    serializer_class = ClosingSerializer

    @extend_schema(operation_id="show_closing", responses=ClosingSerializer)
    def get(self, request: Request, measure: UUID) -> Response:
        """Show what is proven, what is missing, and the confirmation once there is one."""
        found = measures.by_public_id(self.actor, measure)
        return Response(ClosingSerializer(passage.closing(self.actor, found)).data)

    @extend_schema(
        operation_id="confirm_closure",
        request=NewConfirmation,
        responses={201: ConfirmationSerializer},
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Confirm the figures as the measure's controller, and close it by that."""
        given = judged(NewConfirmation(data=request.data))
        found = measure_at(self.actor, measure)
        made: ClosureConfirmation = closure.confirm(
            actor=self.actor,
            measure_id=found.pk,
            digest=given["figures_digest"],
            statement=given["statement"],
            shortfall_reason=given["shortfall_reason"],
        )
        return Response(ConfirmationSerializer(made).data, status=HTTPStatus.CREATED)


class CertificateSerializer(serializers.Serializer[Any]):
    """A certificate; `paper` is the line of JSON that was signed, to be kept as it is."""

    id = serializers.UUIDField(source="public_id")
    outcome = serializers.ChoiceField(choices=ClosureOutcome.choices)
    issued_by = serializers.CharField()
    issued_at = serializers.DateTimeField()
    is_superseded = serializers.BooleanField()
    paper = serializers.CharField()


class Certificates(Endpoint):
    """The certificates of one measure."""

    permission = Permission.VIEW
    serializer_class = CertificateSerializer

    @extend_schema(operation_id="list_certificates", responses=CertificateSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List the certificates of a measure, the newest first."""
        found = measures.by_public_id(self.actor, measure)
        rows = certificates.of_measure(found.pk)
        return Response(CertificateSerializer(rows, many=True).data)


class ClosingStep(Endpoint):
    """A step of closing with a shortfall; answers with the closing as it stands then."""

    permission = Permission.VIEW
    step_up = True
    serializer_class = ClosingSerializer

    def shown(self, found: Measure) -> Response:
        """Return the closing of a measure as it stands now."""
        with tenancy.reading(self.actor):
            seen = passage.closing(self.actor, measures.by_id(found.pk))
            return Response(ClosingSerializer(seen).data, status=HTTPStatus.CREATED)


class Countersignature(ClosingStep):
    """The sponsor's signature under a shortfall."""

    write_permission = Permission.COUNTERSIGN_SHORTFALL

    @extend_schema(operation_id="countersign_shortfall", request=NewSignature)
    def post(self, request: Request, measure: UUID) -> Response:
        """Sign the shortfall as the sponsor of the measure."""
        given, found = judged(NewSignature(data=request.data)), measure_at(self.actor, measure)
        shortfall.countersign(
            actor=self.actor,
            measure_id=found.pk,
            digest=given["figures_digest"],
            statement=given["statement"],
        )
        return self.shown(found)


class SteeringApproval(ClosingStep):
    """The steering committee's approval of a closing below half of the plan."""

    write_permission = Permission.APPROVE_SHORTFALL

    @extend_schema(operation_id="approve_shortfall", request=NewSignature)
    def post(self, request: Request, measure: UUID) -> Response:
        """Approve the closing as one of the steering committee."""
        given, found = judged(NewSignature(data=request.data)), measure_at(self.actor, measure)
        shortfall.approve(
            actor=self.actor,
            measure_id=found.pk,
            digest=given["figures_digest"],
            statement=given["statement"],
        )
        return self.shown(found)


class SignedClosing(ClosingStep):
    """The closing of a signed shortfall."""

    write_permission = Permission.CONFIRM_CLOSURE

    @extend_schema(operation_id="close_with_shortfall", request=SignedClosingInput)
    def post(self, request: Request, measure: UUID) -> Response:
        """Book the leakage and close the measure as its controller."""
        given, found = (
            judged(SignedClosingInput(data=request.data)),
            measure_at(self.actor, measure),
        )
        closure.close(actor=self.actor, measure_id=found.pk, digest=given["figures_digest"])
        return self.shown(found)
