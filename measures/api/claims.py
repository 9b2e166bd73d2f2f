"""Claims in the API: made by the owner, decided by the controller, singly or as a batch."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import Invalid, NotFound
from core.money import from_scaled
from hierarchy.endpoints import Endpoint
from measures.api import fields
from measures.models import ActualClaim, Evidence, Line
from measures.models.line import ClaimState
from measures.queries import claims as rows
from measures.queries.claims import ClaimRow
from measures.services import claims, corrections
from measures.services.comments import LONGEST_TEXT


class ClaimSerializer(serializers.Serializer[Any]):
    """A claim as the API shows it; amounts as text in the line's unit."""

    id = serializers.IntegerField(source="claim_id")
    measure_id = serializers.UUIDField(source="public_id")
    line_id = serializers.IntegerField()
    fiscal_year = serializers.IntegerField(source="month.fiscal_year")
    period = serializers.IntegerField(source="month.period")
    amount = serializers.SerializerMethodField()
    forecast = serializers.SerializerMethodField()
    is_final = serializers.BooleanField()
    note = serializers.CharField()
    state = serializers.ChoiceField(choices=ClaimState.choices)
    claimed_at = serializers.DateTimeField()
    was_late = serializers.BooleanField()
    decide_by = serializers.DateField()
    evidence_id = serializers.UUIDField(allow_null=True)
    decision_reason = serializers.CharField()
    corrects_id = serializers.IntegerField(allow_null=True)

    def get_amount(self, row: ClaimRow) -> str:
        """Return what was claimed."""
        return _text(row.amount, row) or ""

    def get_forecast(self, row: ClaimRow) -> str | None:
        """Return the last forecast before the claim."""
        return _text(row.forecast, row)


class NewClaim(serializers.Serializer[Any]):
    """A month to be claimed."""

    line_id = serializers.IntegerField()
    fiscal_year = serializers.IntegerField()
    period = serializers.IntegerField(min_value=1, max_value=12)
    amount = fields.Figure()
    evidence_id = serializers.UUIDField(required=False, allow_null=True)
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    is_final = serializers.BooleanField(required=False)


class NewCorrection(serializers.Serializer[Any]):
    """By how much an approved actual of a locked month was wrong, with its sign."""

    amount = fields.Figure()
    evidence_id = serializers.UUIDField()
    note = serializers.CharField(max_length=LONGEST_TEXT)


class Decided(serializers.Serializer[Any]):
    """Claims to be decided together, all or none."""

    claim_ids = serializers.ListField(
        child=serializers.IntegerField(), min_length=1, max_length=claims.MOST_AT_ONCE
    )
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LONGEST_TEXT
    )


class Claims(Endpoint):
    """The claims of a measure."""

    permission = Permission.VIEW
    write_permission = Permission.CLAIM_ACTUAL
    serializer_class = ClaimSerializer

    @extend_schema(operation_id="list_claims", responses=ClaimSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List the claims of a measure, the latest month first."""
        found = fields.found(self.actor, measure)
        return Response(ClaimSerializer(rows.of_measure(found.pk), many=True).data)

    @extend_schema(operation_id="claim_actual", request=NewClaim, responses={201: ClaimSerializer})
    def post(self, request: Request, measure: UUID) -> Response:
        """Claim what a month brought."""
        given = fields.judged(NewClaim(data=request.data))
        found = fields.found(self.actor, measure)
        with tenancy.reading(self.actor):
            line = Line.objects.filter(pk=given["line_id"], measure=found).first()
            evidence_id = _evidence(found.pk, given.pop("evidence_id", None))
        if line is None:
            raise NotFound(what="line")
        amount = fields.amounts(line, {"amount": given.pop("amount")})["amount"]
        if amount is None:
            raise Invalid(field="amount", problem="enter what the month brought; 0 if nothing.")
        made = claims.claim(actor=self.actor, amount=amount, evidence_id=evidence_id, **given)
        return Response(_shown(self, [made.pk])[0], status=HTTPStatus.CREATED)


class WithdrawClaim(Endpoint):
    """The way to take a claim back."""

    permission = Permission.CLAIM_ACTUAL
    serializer_class = ClaimSerializer

    @extend_schema(operation_id="withdraw_claim", request=None)
    def post(self, request: Request, measure: UUID, claim: int) -> Response:
        """Take back a claim that still waits."""
        with tenancy.reading(self.actor):
            rows.one(claim, fields.found(self.actor, measure).pk)
        claims.withdraw(actor=self.actor, claim_id=claim)
        return Response(_shown(self, [claim])[0])


class CorrectClaim(Endpoint):
    """The way to correct what was approved of a locked month."""

    permission = Permission.CLAIM_ACTUAL
    serializer_class = ClaimSerializer

    @extend_schema(
        operation_id="correct_claim", request=NewCorrection, responses={201: ClaimSerializer}
    )
    def post(self, request: Request, measure: UUID, claim: int) -> Response:
        """Post a reversal entry in the open month; the controller decides it as any claim."""
        found = fields.found(self.actor, measure)
        with tenancy.reading(self.actor):
            line = Line.objects.get(pk=rows.one(claim, found.pk).line_id)
        given = fields.judged(NewCorrection(data=request.data))
        with tenancy.reading(self.actor):
            evidence_id = _evidence(found.pk, given["evidence_id"])
        amount = fields.amounts(line, {"amount": given["amount"]})["amount"]
        if amount is None:
            raise Invalid(field="amount", problem="enter by how much the month was wrong.")
        made = corrections.correct(
            actor=self.actor,
            claim_id=claim,
            amount=amount,
            evidence_id=evidence_id,
            note=given["note"],
        )
        return Response(_shown(self, [made.pk])[0], status=HTTPStatus.CREATED)


class ApproveClaims(Endpoint):
    """The way to approve claims; a person's act, for which the password is asked once more."""

    permission = Permission.APPROVE_ACTUAL
    step_up = True
    serializer_class = ClaimSerializer

    @extend_schema(
        operation_id="approve_claims", request=Decided, responses=ClaimSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        """Approve claims, one or a whole month of them, all or none."""
        given = fields.judged(Decided(data=request.data))
        claims.approve(actor=self.actor, **given)
        return Response(_shown(self, given["claim_ids"]))


class RejectClaims(Endpoint):
    """The way to reject claims; a person's act, for which the password is asked once more."""

    permission = Permission.APPROVE_ACTUAL
    step_up = True
    serializer_class = ClaimSerializer

    @extend_schema(
        operation_id="reject_claims", request=Decided, responses=ClaimSerializer(many=True)
    )
    def post(self, request: Request) -> Response:
        """Reject claims with a reason, all or none."""
        given = fields.judged(Decided(data=request.data))
        claims.reject(actor=self.actor, **given)
        return Response(_shown(self, given["claim_ids"]))


def _shown(view: Endpoint, claim_ids: list[int]) -> list[Any]:
    with tenancy.reading(view.actor):
        found = rows.some(ActualClaim.objects.filter(pk__in=claim_ids))
        return list(ClaimSerializer(found, many=True).data)


def _evidence(measure_id: int, public_id: UUID | None) -> int | None:
    if public_id is None:
        return None
    found = Evidence.objects.filter(measure_id=measure_id, public_id=public_id).first()
    if found is None:
        raise NotFound(what="evidence")
    return int(found.pk)


def _text(scaled: int | None, row: ClaimRow) -> str | None:
    amount = from_scaled(scaled, row.unit.decimals)
    return None if amount is None else f"{amount:f}"
