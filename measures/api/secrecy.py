"""Who reads a measure, in the API: made confidential, readers named, and opened again by two."""

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
from hierarchy.endpoints import Endpoint
from measures.api import fields
from measures.models import Measure
from measures.models.confidential import SecretKind
from measures.queries import confidential, measures
from measures.services import confidential as services
from measures.services.comments import LONGEST_TEXT

KINDS = [each.value for each in SecretKind]


class ReaderSerializer(serializers.Serializer[Any]):
    """A member who reads the measure by name."""

    member_id = serializers.UUIDField()
    name = serializers.CharField()
    reason = serializers.CharField()
    named_by = serializers.CharField()
    named_at = serializers.DateTimeField()


class SecrecySerializer(serializers.Serializer[Any]):
    """Whether a measure is confidential, why, and who reads it besides its people."""

    is_confidential = serializers.BooleanField()
    kind = serializers.ChoiceField(choices=KINDS, allow_null=True)
    reason = serializers.CharField()
    readers = ReaderSerializer(many=True)
    opening_proposed = serializers.BooleanField()


class Because(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=LONGEST_TEXT)


class NewSecret(Because):
    """Of what kind the secret is, and why it is one."""

    kind = serializers.ChoiceField(choices=KINDS)


class ChosenReader(Because):
    """Which member, and why."""

    member_id = serializers.UUIDField()


class Secrecy(Endpoint):
    """Who reads one measure."""

    permission = Permission.VIEW
    write_permission = Permission.MAKE_CONFIDENTIAL
    serializer_class = SecrecySerializer

    @extend_schema(operation_id="show_confidentiality", responses=SecrecySerializer)
    def get(self, request: Request, measure: UUID) -> Response:
        """Return whether the measure is confidential, and who reads it by name."""
        return Response(_shown(measures.by_public_id(self.actor, measure)))

    @extend_schema(
        operation_id="make_confidential", request=NewSecret, responses={201: SecrecySerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Make the measure confidential; a caller who is then no reader finds it no more."""
        given, found = _given(self, NewSecret, measure)
        services.make(actor=self.actor, measure_id=found.pk, **given)
        return _answer(self, measure)


class Readers(Endpoint):
    """The members who read one measure by name."""

    permission = Permission.VIEW
    write_permission = Permission.NAME_READERS
    serializer_class = SecrecySerializer

    @extend_schema(
        operation_id="name_reader", request=ChosenReader, responses={201: SecrecySerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Name a member as a reader, as owner or sponsor."""
        given, found = _given(self, ChosenReader, measure)
        services.name_reader(
            actor=self.actor,
            measure_id=found.pk,
            member_id=_member(self, given["member_id"]),
            reason=given["reason"],
        )
        return _answer(self, measure)


class ReaderWithdrawals(Endpoint):
    """That a member reads one measure by name no more."""

    permission = Permission.VIEW
    write_permission = Permission.NAME_READERS
    serializer_class = SecrecySerializer

    @extend_schema(
        operation_id="withdraw_reader", request=ChosenReader, responses={201: SecrecySerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Let a named reader read no more, as owner or sponsor."""
        given, found = _given(self, ChosenReader, measure)
        member = _member(self, given["member_id"])
        with tenancy.reading(self.actor):
            secret = confidential.of(found.pk)
            named = [] if secret is None else confidential.readers(secret)
        services.withdraw_reader(
            actor=self.actor,
            measure_id=found.pk,
            reader_id=next((each.id for each in named if each.member_id == member), 0),
            reason=given["reason"],
        )
        return _answer(self, measure)


class Openings(Endpoint):
    """The proposal to open one measure again."""

    permission = Permission.VIEW
    write_permission = Permission.OPEN_CONFIDENTIAL
    serializer_class = SecrecySerializer

    @extend_schema(
        operation_id="propose_opening", request=Because, responses={201: SecrecySerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Propose to open the measure again, as sponsor or controller."""
        given, found = _given(self, Because, measure)
        services.propose_opening(actor=self.actor, measure_id=found.pk, **given)
        return _answer(self, measure)


class OpeningWithdrawals(Endpoint):
    """That one measure stays confidential after all."""

    permission = Permission.VIEW
    write_permission = Permission.OPEN_CONFIDENTIAL
    serializer_class = SecrecySerializer

    @extend_schema(
        operation_id="take_back_opening", request=None, responses={201: SecrecySerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Take the proposal back, or turn it down, as one of the two."""
        services.take_back_opening(
            actor=self.actor, measure_id=fields.found(self.actor, measure).pk
        )
        return _answer(self, measure)


class OpeningConfirmations(Endpoint):
    """That one measure is open again; a person's act, for it cannot be undone."""

    permission = Permission.VIEW
    write_permission = Permission.OPEN_CONFIDENTIAL
    step_up = True
    serializer_class = SecrecySerializer

    @extend_schema(operation_id="confirm_opening", request=None, responses={201: SecrecySerializer})
    def post(self, request: Request, measure: UUID) -> Response:
        """Open the measure, as the other of sponsor and controller proposed."""
        services.confirm_opening(actor=self.actor, measure_id=fields.found(self.actor, measure).pk)
        return _answer(self, measure)


def _given(
    endpoint: Endpoint, kind: type[serializers.Serializer[Any]], measure: UUID
) -> tuple[dict[str, Any], Measure]:
    given = fields.judged(kind(data=endpoint.request.data))
    return given, fields.found(endpoint.actor, measure)


def _member(endpoint: Endpoint, public_id: UUID) -> int:
    with tenancy.reading(endpoint.actor):
        found = Member.objects.filter(public_id=public_id).values_list("pk", flat=True).first()
    return found or 0


def _answer(endpoint: Endpoint, measure: UUID) -> Response:
    """Answer how it stands now; without a word to who made it confidential and is no reader."""
    with tenancy.reading(endpoint.actor):
        try:
            shown = _shown(measures.by_public_id(endpoint.actor, measure))
        except NotFound:
            shown = None
    return Response(shown, status=HTTPStatus.CREATED)


def _shown(measure: Measure) -> dict[str, Any]:
    secret = confidential.of(measure.pk)
    named = [] if secret is None else confidential.readers(secret)
    public = dict(
        Member.objects.filter(pk__in=[each.member_id for each in named]).values_list(
            "pk", "public_id"
        )
    )
    readers = [
        {
            "member_id": public[each.member_id],
            "name": each.name,
            "reason": each.reason,
            "named_by": each.named_by,
            "named_at": each.named_at,
        }
        for each in named
    ]
    said = {
        "is_confidential": secret is not None,
        "kind": None if secret is None else secret.kind,
        "reason": "" if secret is None else secret.reason,
        "readers": readers,
        "opening_proposed": secret is not None and secret.opening_by_id is not None,
    }
    return dict(SecrecySerializer(said).data)
