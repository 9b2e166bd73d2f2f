"""Rates of exchange and of discount in the API: those in force, and the next versions of many."""

from http import HTTPStatus
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.endpoints import Endpoint
from hierarchy.queries import past
from measures.api import fields
from measures.errors import RatesRefused
from measures.models.rate import KINDS, Rate
from measures.queries import rates
from measures.rules.rate_file import RateEntry, entry_of
from measures.services import rates as service

MOST_AT_ONCE = 1000


class RateSerializer(serializers.ModelSerializer[Rate]):
    """A rate in force; period 0 means the whole fiscal year, `value` is exact text."""

    value = serializers.CharField()

    class Meta:
        model = Rate
        fields: ClassVar = [
            "kind", "currency", "fiscal_year", "period", "value", "version", "reason",
            "recorded_at",
        ]  # fmt: skip
        read_only_fields = fields


class RateGiven(serializers.Serializer[Any]):
    """One rate to be recorded."""

    kind = serializers.ChoiceField(choices=KINDS)
    currency = serializers.CharField(max_length=3, required=False, allow_blank=True, default="")
    fiscal_year = serializers.IntegerField(min_value=1990, max_value=2199)
    period = serializers.IntegerField(min_value=0, max_value=12, required=False, default=0)
    value = fields.Figure(help_text='A number as text with a point, such as "1.08".')


class RatesGiven(serializers.Serializer[Any]):
    """Rates to be recorded in one act, all of them or none."""

    reason = serializers.CharField(max_length=service.LONGEST_REASON)
    rates = serializers.ListField(child=RateGiven(), min_length=1, max_length=MOST_AT_ONCE)


class RateList(Endpoint):
    """The rates of the organization."""

    permission = Permission.VIEW
    write_permission = Permission.MAINTAIN_RATES
    serializer_class = RateSerializer

    @extend_schema(
        operation_id="list_rates", parameters=[fields.AsOf], responses=RateSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """List every rate in force, or known on a past day."""
        with past.as_asked(past.asked(request.query_params.get(past.ASKED, ""))):
            return self.listed(rates.in_force())

    @extend_schema(
        operation_id="record_rates",
        request=RatesGiven,
        responses={201: RateSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Record rates as their next versions; what is in force already is left as it is."""
        given = fields.judged(RatesGiven(data=request.data))
        made = service.record(
            actor=self.actor, entries=_entries(given["rates"]), reason=given["reason"]
        )
        with tenancy.reading(self.actor):
            data = RateSerializer(made, many=True).data
        return Response(data, status=HTTPStatus.CREATED)


def _entries(given: list[dict[str, Any]]) -> list[RateEntry]:
    said = [
        entry_of(
            each["kind"],
            each["currency"],
            str(each["fiscal_year"]),
            str(each["period"] or ""),
            each["value"],
        )
        for each in given
    ]
    problems = [
        f"Rate {at}: {each}" for at, each in enumerate(said, start=1) if isinstance(each, str)
    ]
    if problems:
        raise RatesRefused(rows=problems)
    return [each for each in said if isinstance(each, RateEntry)]
