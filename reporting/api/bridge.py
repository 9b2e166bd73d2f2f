"""The bridge of a node's outlook between two days in the API."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from hierarchy.endpoints import Endpoint
from hierarchy.queries import authority, past, tree
from reporting.queries import bridge as bridges
from reporting.queries.bridge import Bridge, MeasureStep
from reporting.rules import figures
from reporting.rules.bridge import Cause


class BridgeQuery(serializers.Serializer[Any]):
    """Between which days, both as known when they ended; until today unless said."""

    since = serializers.DateField()
    as_of = serializers.DateField(required=False)
    group = serializers.CharField(required=False)


class StepSerializer(serializers.Serializer[Any]):
    """One cause; `measures` is how many moved by it, 0 of what is not told of any."""

    cause = serializers.ChoiceField(choices=[each.value for each in Cause])
    amount = serializers.CharField()
    measures = serializers.IntegerField()


class MovedSerializer(serializers.Serializer[Any]):
    """One measure that moved; amounts by cause as exact text."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    causes = serializers.DictField(child=serializers.CharField())


class BridgeSerializer(serializers.Serializer[Any]):
    """The outlook of a fiscal year on two days with what lies between, adding up exactly."""

    since = serializers.DateField()
    as_of = serializers.DateField()
    fiscal_year = serializers.IntegerField()
    group = serializers.CharField(allow_null=True)
    is_withheld = serializers.BooleanField()
    opening = serializers.CharField(allow_null=True)
    closing = serializers.CharField(allow_null=True)
    steps = StepSerializer(many=True)
    measures = MovedSerializer(many=True)


class NodeBridge(Endpoint):
    """What moved the outlook of a node."""

    permission = Permission.VIEW
    serializer_class = BridgeSerializer

    @extend_schema(operation_id="show_node_bridge", parameters=[BridgeQuery])
    def get(self, request: Request, node: UUID) -> Response:
        """Show the bridge between two days, by cause and by measure."""
        found = tree.by_public_id(node)
        authority.ensure(self.actor, Permission.VIEW, found)
        asked = request.query_params
        until = past.asked(asked.get(past.ASKED, "")) or authority.today()
        since = past.asked(asked.get("since", "")) or past.usual_since(until)
        past.in_order(since, until)
        group = asked.get("group", "")
        return Response(_written(bridges.between(self.actor, found, since, until, group)))


def _written(found: Bridge) -> dict[str, Any]:
    is_told = found.group is not None and not found.is_withheld
    return {
        "since": found.since,
        "as_of": found.until,
        "fiscal_year": found.fiscal_year,
        "group": None if found.group is None else figures.address(found.group),
        "is_withheld": found.is_withheld,
        "opening": _text(found.opening) if is_told else None,
        "closing": _text(found.closing) if is_told else None,
        "steps": [
            {"cause": each.cause.value, "amount": _text(each.amount), "measures": each.count}
            for each in found.steps
        ],
        "measures": [_moved(each) for each in found.measures],
    }


def _moved(each: MeasureStep) -> dict[str, Any]:
    return {
        "id": each.address,
        "name": each.name,
        "before": _text(each.before),
        "after": _text(each.after),
        "causes": {cause.value: _text(amount) for cause, amount in each.causes.items()},
    }


def _text(amount: Decimal) -> str:
    return f"{amount:f}"
