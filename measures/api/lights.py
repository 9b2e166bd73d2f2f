"""Both lights of a measure in the API: colours, reasons in words, and the windows behind them."""

from collections.abc import Iterable
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core.money import from_scaled
from hierarchy.endpoints import Endpoint
from hierarchy.queries import past
from measures.api import fields
from measures.queries import lights
from measures.queries import past as known_then
from measures.queries.lights import JudgedRow
from measures.rules.lights import Colour, Light, Reason

PLACES = Decimal("0.000001")


class LightSerializer(serializers.Serializer[Any]):
    """One light; `uncapped` is its colour before silence and open claims held it down."""

    colour = serializers.ChoiceField(choices=[each.value for each in Colour])
    uncapped = serializers.ChoiceField(choices=[each.value for each in Colour])
    is_held = serializers.BooleanField()
    reasons = serializers.ListField(child=serializers.CharField())
    marks = serializers.ListField(child=serializers.CharField())


class WindowSerializer(serializers.Serializer[Any]):
    """Outlook against plan in one window, as exact text; `ratio` is cut and never rounded up."""

    window = serializers.CharField()
    line = serializers.CharField(allow_blank=True)
    unit = serializers.CharField()
    plan = serializers.CharField()
    outlook = serializers.CharField()
    ratio = serializers.CharField(allow_null=True)
    colour = serializers.ChoiceField(choices=[each.value for each in Colour])


class LightsSerializer(serializers.Serializer[Any]):
    """Both lights as they were judged for a day; null before the first judgement."""

    computed_for = serializers.DateField(allow_null=True)
    forecast = serializers.CharField(allow_null=True)
    implementation = LightSerializer(allow_null=True)
    potential = LightSerializer(allow_null=True)
    windows = WindowSerializer(many=True)
    against_original = WindowSerializer(many=True)


class MeasureLights(Endpoint):
    """The lights of a measure."""

    permission = Permission.VIEW
    serializer_class = LightsSerializer

    @extend_schema(operation_id="show_lights", parameters=[fields.AsOf])
    def get(self, request: Request, measure: UUID) -> Response:
        """Show both lights with reasons and windows, or as they were known on a past day."""
        found = fields.found(self.actor, measure)
        on = past.asked(request.query_params.get(past.ASKED, ""))
        with past.as_asked(on):
            if on is not None:
                known_then.known(found, on)
            stored = lights.of_one(found.pk)
        said = {} if stored is None else _written(stored)
        return Response(LightsSerializer(_NOT_JUDGED | said).data)


_NOT_JUDGED: dict[str, Any] = {
    "computed_for": None,
    "forecast": None,
    "implementation": None,
    "potential": None,
    "windows": [],
    "against_original": [],
}


def _written(stored: lights.StoredLights) -> dict[str, Any]:
    return {
        "computed_for": stored.computed_for,
        "forecast": stored.forecast.value,
        "implementation": _light(stored.implementation),
        "potential": _light(stored.potential),
        "windows": [_window(each) for each in stored.judged],
        "against_original": [_window(each) for each in stored.against_original],
    }


def _light(light: Light) -> dict[str, Any]:
    return {
        "colour": light.colour.value,
        "uncapped": light.uncapped.value,
        "is_held": light.is_held,
        "reasons": _sentences(light.reasons),
        "marks": _sentences(light.marks),
    }


def _sentences(reasons: Iterable[Reason]) -> list[str]:
    return [each.sentence for each in reasons]


def _window(row: JudgedRow) -> dict[str, Any]:
    return {
        "window": row.window,
        "line": row.line,
        "unit": row.currency or row.unit,
        "plan": f"{from_scaled(round(row.planned), row.decimals):f}",
        "outlook": f"{from_scaled(round(row.outlook), row.decimals):f}",
        "ratio": None if row.ratio is None else f"{_cut(row.ratio):f}",
        "colour": row.colour.value,
    }


def _cut(ratio: Fraction) -> Decimal:
    exact = Decimal(ratio.numerator) / Decimal(ratio.denominator)
    return exact.quantize(PLACES, rounding=ROUND_DOWN)
