"""The dashboard of a node and the figures of its children in the API, now or as of a past day."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.endpoints import Endpoint
from hierarchy.errors import NotKnownThen
from hierarchy.models import Node
from hierarchy.queries import authority, past, tree
from hierarchy.rules.levels import NAMES, Level
from measures.queries import periods
from reporting.queries import children, dashboard
from reporting.queries.children import Children, ChildRow
from reporting.queries.dashboard import Dashboard, NodeLight
from reporting.rules.figures import Column

AMOUNTS = ("target", "plan", "outlook", "confirmed", "original", "pipeline", "gap")
SHARES = ("coverage", "reached", "of_original")


class FiguresQuery(serializers.Serializer[Any]):
    """Of which group, the largest unless said; and as known on which day."""

    as_of = serializers.DateField(required=False)
    group = serializers.CharField(required=False)


class LightSerializer(serializers.Serializer[Any]):
    """A light with its reasons in words, and how many measures are red below."""

    colour = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    red_measures = serializers.IntegerField()


class HorizonSerializer(serializers.Serializer[Any]):
    """Figures over one span as exact text; null is not given, never 0."""

    horizon = serializers.CharField()
    amounts = serializers.DictField(child=serializers.CharField(allow_null=True))
    shares = serializers.DictField(child=serializers.CharField(allow_null=True))


class FunnelSerializer(serializers.Serializer[Any]):
    """How many measures stand at a stage, and their plan of this year."""

    stage = serializers.CharField()
    measures = serializers.IntegerField()
    value = serializers.CharField()


class CurveSerializer(serializers.Serializer[Any]):
    """One month, not summed up."""

    month = serializers.CharField()
    ends_on = serializers.DateField()
    plan = serializers.CharField(allow_null=True)
    outlook = serializers.CharField(allow_null=True)
    confirmed = serializers.CharField(allow_null=True)
    is_closed = serializers.BooleanField()


class FiguresSerializer(serializers.Serializer[Any]):
    """What the page of a node shows above its children."""

    name = serializers.CharField()
    level = serializers.CharField()
    as_of = serializers.DateField(allow_null=True)
    fiscal_year = serializers.IntegerField()
    group = serializers.CharField(allow_null=True)
    groups = serializers.ListField(child=serializers.CharField())
    unit = serializers.CharField(allow_blank=True)
    is_withheld = serializers.BooleanField()
    horizons = HorizonSerializer(many=True)
    claimed = serializers.CharField(allow_null=True)
    unclaimed = serializers.CharField(allow_null=True)
    confirmed_share = serializers.CharField(allow_null=True)
    fresh_share = serializers.CharField(allow_null=True)
    implementation = LightSerializer()
    potential = LightSerializer()
    measures = serializers.IntegerField()
    lifecycles = serializers.DictField(child=serializers.IntegerField())
    funnel = FunnelSerializer(many=True)
    curve = CurveSerializer(many=True)


class ChildSerializer(serializers.Serializer[Any]):
    """One child with its figures of this fiscal year; exact text, null is not given."""

    id = serializers.UUIDField(source="address")
    name = serializers.CharField()
    code = serializers.CharField()
    level = serializers.SerializerMethodField()
    stage = serializers.SerializerMethodField()
    lifecycle = serializers.SerializerMethodField()
    measures = serializers.IntegerField()
    plan = serializers.SerializerMethodField()
    outlook = serializers.SerializerMethodField()
    confirmed = serializers.SerializerMethodField()
    implementation = serializers.CharField(source="implementation.colour")
    potential = serializers.CharField(source="potential.colour")
    is_withheld = serializers.BooleanField()

    def get_level(self, row: ChildRow) -> str:
        """Return which level the child stands at."""
        return NAMES[row.level]

    def get_stage(self, row: ChildRow) -> str | None:
        """Return the stage of a measure by its code."""
        return None if row.stage is None else row.stage.name.lower()

    def get_lifecycle(self, row: ChildRow) -> str | None:
        """Return the lifecycle of a measure."""
        return None if row.lifecycle is None else row.lifecycle.value

    def get_plan(self, row: ChildRow) -> str | None:
        """Return the plan of the fiscal year."""
        return _text(row.plan)

    def get_outlook(self, row: ChildRow) -> str | None:
        """Return the outlook of the fiscal year."""
        return _text(row.outlook)

    def get_confirmed(self, row: ChildRow) -> str | None:
        """Return what is approved of the fiscal year; null where it is withheld."""
        return None if row.is_withheld else _text(row.confirmed)


class NodeFigures(Endpoint):
    """The figures of a node."""

    permission = Permission.VIEW
    serializer_class = FiguresSerializer

    @extend_schema(operation_id="show_node_figures", parameters=[FiguresQuery])
    def get(self, request: Request, node: UUID) -> Response:
        """Show what the dashboard of a node shows, now or as it was known on a past day."""
        found, on = _asked(self, request, node)
        with past.as_asked(on):
            shown, group = _known(found, on), request.query_params.get("group", "")
            figures = dashboard.dashboard(shown, periods.ground(), group)
            said = _written(figures) | {
                "name": shown.name,
                "level": NAMES[Level(shown.level)],
                "as_of": on,
                "is_withheld": shown.pk in tenancy.current().sight.sums,
            }
            return Response(FiguresSerializer(said).data)


class NodeChildren(Endpoint):
    """The children of a node with their figures."""

    permission = Permission.VIEW
    serializer_class = ChildSerializer

    @extend_schema(
        operation_id="list_node_figures",
        parameters=[FiguresQuery],
        responses=ChildSerializer(many=True),
    )
    def get(self, request: Request, node: UUID) -> Response:
        """List what stands right below a node by name, now or as it was known on a past day."""
        found, on = _asked(self, request, node)
        among = None if on is None else past.seen_below(self.actor, found)
        with past.as_asked(on):
            shown, ground = _known(found, on), periods.ground()
            figures = dashboard.dashboard(shown, ground, request.query_params.get("group", ""))
            wanted = children.Filter(among=among)
            found_below = Children(shown, ground, figures.group, wanted)
            return self.listed(found_below)


def _asked(view: Endpoint, request: Request, node: UUID) -> tuple[Node, Any]:
    found = tree.by_public_id(node)
    authority.ensure(view.actor, Permission.VIEW, found)
    return found, past.asked(request.query_params.get(past.ASKED, ""))


def _known(node: Node, on: Any) -> Node:
    found = node if on is None else Node.objects.filter(pk=node.pk).first()
    if found is None:
        raise NotKnownThen(what="place", day=on)
    return found


def _written(figures: Dashboard) -> dict[str, Any]:
    chosen = next((each.address for each in figures.groups if each.is_chosen), None)
    return {
        "fiscal_year": figures.fiscal_year,
        "group": chosen,
        "groups": [each.address for each in figures.groups],
        "unit": figures.unit,
        "horizons": [_column(each) for each in figures.columns],
        "claimed": _text(figures.claimed),
        "unclaimed": _text(figures.unclaimed),
        "confirmed_share": _text(figures.confirmed_share),
        "fresh_share": _text(figures.fresh_share),
        "implementation": _light(figures.implementation),
        "potential": _light(figures.potential),
        "measures": figures.measures,
        "lifecycles": {each.value: count for each, count in figures.lifecycles.items()},
        "funnel": [
            {"stage": each.stage.name.lower(), "measures": each.count, "value": _text(each.value)}
            for each in figures.funnel
        ],
        "curve": [
            {
                "month": each.label,
                "ends_on": each.ends_on,
                "plan": _text(each.plan),
                "outlook": _text(each.outlook),
                "confirmed": _text(each.approved),
                "is_closed": each.is_closed,
            }
            for each in figures.curve
        ],
    }


def _column(column: Column) -> Mapping[str, Any]:
    return {
        "horizon": column.horizon.value,
        "amounts": {name: _text(getattr(column, name)) for name in AMOUNTS},
        "shares": {name: _text(getattr(column, name)) for name in SHARES},
    }


def _light(light: NodeLight) -> Mapping[str, Any]:
    return {
        "colour": light.colour,
        "reasons": [each.sentence for each in light.reasons],
        "red_measures": light.reds,
    }


def _text(amount: Decimal | None) -> str | None:
    return None if amount is None else f"{amount:f}"
