"""The API of deputies: who stands in for whom, naming one and revoking one."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import people
from accounts.rules.roles import Permission, Role
from core import tenancy
from core.errors import NotFound
from hierarchy.endpoints import Endpoint
from hierarchy.models import Deputyship
from hierarchy.queries import authority, tree
from hierarchy.queries import deputies as queries
from hierarchy.rules import deputies as rules
from hierarchy.rules.deputies import State
from hierarchy.services import deputies
from hierarchy.services.deputies import StandingIn


class DeputyshipSerializer(serializers.ModelSerializer[Deputyship]):
    """Who stands in for whom; the first and the last day both count."""

    id = serializers.UUIDField(source="public_id")
    principal_id = serializers.UUIDField(source="principal.public_id")
    principal = serializers.CharField(source="principal.name")
    deputy_id = serializers.UUIDField(source="deputy.public_id")
    deputy = serializers.CharField(source="deputy.name")
    node_id = serializers.UUIDField(source="node.public_id")
    named_by = serializers.CharField(source="named_by.name")
    state = serializers.SerializerMethodField()

    class Meta:
        model = Deputyship
        fields: ClassVar = [
            "id", "principal_id", "principal", "deputy_id", "deputy", "role", "node_id",
            "first_on", "last_on", "reason", "named_by", "named_at", "revoked_at", "state",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=[state.value for state in State]))
    def get_state(self, each: Deputyship) -> str:
        """Return where it stands today."""
        return rules.state_of(
            first=each.first_on,
            last=each.last_on,
            is_revoked=each.revoked_at is not None,
            today=authority.today(),
        ).value


class NewDeputyship(serializers.Serializer[Any]):
    """A deputy to be named; the caller is the principal unless another member is given."""

    principal_id = serializers.UUIDField(required=False)
    deputy_id = serializers.UUIDField()
    role = serializers.ChoiceField(choices=[role.value for role in rules.ROLES])
    node_id = serializers.UUIDField(required=False, help_text="The whole organization if left out.")
    first_on = serializers.DateField()
    last_on = serializers.DateField()
    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=deputies.LONGEST_REASON
    )


class Revocation(serializers.Serializer[Any]):
    """Why a deputyship ends before its last day."""

    reason = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=deputies.LONGEST_REASON
    )


class Deputies(Endpoint):
    """The deputyships the caller gave or has, and the way to name a deputy."""

    permission = Permission.VIEW
    step_up = True
    serializer_class = DeputyshipSerializer

    @extend_schema(operation_id="list_deputies", responses=DeputyshipSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List them, those with the latest last day first."""
        return self.listed(queries.seen_by(self.actor.member_id or 0))

    @extend_schema(
        operation_id="name_deputy",
        request=NewDeputyship,
        responses={201: DeputyshipSerializer},
    )
    def post(self, request: Request) -> Response:
        """Name a deputy for oneself, or as an administrator for another member."""
        sent = NewDeputyship(data=request.data)
        sent.is_valid(raise_exception=True)
        made = deputies.name(actor=self.actor, wanted=self._wanted(sent.validated_data))
        return Response(_shown(self, made), status=HTTPStatus.CREATED)

    def _wanted(self, given: dict[str, Any]) -> StandingIn:
        with tenancy.reading(self.actor):
            principal = given.get("principal_id")
            place = given.get("node_id")
            own = self.actor.member_id or 0
            return StandingIn(
                principal_id=own if principal is None else _member_id(principal),
                deputy_id=_member_id(given["deputy_id"]),
                role=Role(given["role"]),
                node_id=(tree.root() if place is None else tree.by_public_id(place)).pk,
                first_on=given["first_on"],
                last_on=given["last_on"],
                reason=given["reason"],
            )


class RevokeDeputy(Endpoint):
    """The way to end a deputyship."""

    permission = Permission.VIEW
    serializer_class = DeputyshipSerializer

    @extend_schema(operation_id="revoke_deputy", request=Revocation)
    def post(self, request: Request, deputyship: UUID) -> Response:
        """End a deputyship now, from either side or as an administrator."""
        sent = Revocation(data=request.data)
        sent.is_valid(raise_exception=True)
        with tenancy.reading(self.actor):
            found = queries.by_public_id(deputyship)
        ended = deputies.revoke(
            actor=self.actor, deputyship_id=found.pk, reason=sent.validated_data["reason"]
        )
        return Response(_shown(self, ended))


def _member_id(public_id: UUID) -> int:
    found = people.members().filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what="member")
    return int(found.pk)


def _shown(view: Endpoint, row: Deputyship) -> Any:
    with tenancy.reading(view.actor):
        return DeputyshipSerializer(queries.listed(row.pk)).data
