"""The gates of the organization in the API: the scheme in force, to be read."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from governance.models import Scheme
from governance.queries import schemes
from hierarchy.endpoints import Endpoint


class SchemeSerializer(serializers.Serializer[Any]):
    """One version; `document` has the stages with their names and the gates with their rules."""

    version = serializers.IntegerField()
    effective_from = serializers.DateField()
    document = serializers.JSONField()


class CurrentScheme(Endpoint):
    """The gate scheme in force today."""

    permission = Permission.VIEW
    serializer_class = SchemeSerializer

    @extend_schema(operation_id="read_gate_scheme", responses=SchemeSerializer)
    def get(self, request: Request) -> Response:
        """Return the version by which a gate submitted now is judged."""
        found = Scheme.objects.get(version=schemes.current().version)
        return Response(SchemeSerializer(found).data)
