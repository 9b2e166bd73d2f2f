"""The calendar in the API: the periods of a year, the holidays, and the closing of a period."""

from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.endpoints import Endpoint
from measures.api import fields
from measures.queries import calendar as rows
from measures.queries import periods
from measures.rules.calendar import PERIODS, Month, PeriodStage
from measures.services import calendar, claims, closing
from measures.services.calendar import LONGEST_NAME, MOST_HOLIDAYS, HolidayDraft
from measures.services.comments import LONGEST_TEXT

LONGEST_YEAR = 4  # digits


class PeriodSerializer(serializers.Serializer[Any]):
    """A period: its days, by when claims and approvals are owed, and where it stands today."""

    fiscal_year = serializers.IntegerField(source="month.fiscal_year")
    period = serializers.IntegerField(source="month.period")
    name = serializers.CharField(source="label")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    claim_by = serializers.DateField()
    approve_by = serializers.DateField(source="locks_on")
    state = serializers.ChoiceField(source="stage", choices=[each.value for each in PeriodStage])


class HolidaySerializer(serializers.Serializer[Any]):
    """A day on which nobody works."""

    day = serializers.DateField()
    name = serializers.CharField(max_length=LONGEST_NAME)


class Holidays(serializers.Serializer[Any]):
    """Days to be entered together, all or none."""

    holidays = serializers.ListField(child=HolidaySerializer(), max_length=MOST_HOLIDAYS)


class Locked(serializers.Serializer[Any]):
    """The period that is locked before its day, and why."""

    fiscal_year = serializers.IntegerField()
    period = serializers.IntegerField(min_value=1, max_value=PERIODS)
    reason = serializers.CharField(max_length=LONGEST_TEXT)


class Reopened(Locked):
    """The locked period that is opened once more, why, and until the end of which day."""

    open_until = serializers.DateField()


class FiscalYear(Endpoint):
    """The periods of a fiscal year."""

    permission = Permission.VIEW
    serializer_class = PeriodSerializer

    @extend_schema(
        operation_id="list_periods",
        parameters=[OpenApiParameter("year", OpenApiTypes.INT)],
        responses=PeriodSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the twelve periods of the running fiscal year, or of another one, in order."""
        with tenancy.reading(self.actor):
            ground = periods.ground()
            asked = request.query_params.get("year", str(ground.clock().fiscal_year))
            found = rows.year(ground, claims.month_of(_whole(asked), 1).fiscal_year)
            return Response(PeriodSerializer(found, many=True).data)


class HolidaysToCome(Endpoint):
    """The days to come on which nobody works."""

    permission = Permission.VIEW
    write_permission = Permission.ADMINISTER_STRUCTURE
    serializer_class = HolidaySerializer

    @extend_schema(operation_id="list_holidays", responses=HolidaySerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the holidays to come in order."""
        return Response(self._shown())

    @extend_schema(
        operation_id="enter_holidays",
        request=Holidays,
        responses={201: HolidaySerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Enter days to come, all or none; one that is there is left as it is."""
        given = fields.judged(Holidays(data=request.data))["holidays"]
        drafts = [HolidayDraft(each["day"], each["name"]) for each in given]
        calendar.enter_holidays(actor=self.actor, drafts=drafts)
        return Response(self._shown(), status=HTTPStatus.CREATED)

    def _shown(self) -> list[Any]:
        with tenancy.reading(self.actor):
            found = rows.holidays_ahead(periods.ground().today)
            return list(HolidaySerializer(found, many=True).data)


class LockPeriod(Endpoint):
    """The way to lock a period before its day."""

    permission = Permission.CLOSE_PERIOD
    serializer_class = PeriodSerializer

    @extend_schema(operation_id="lock_period", request=Locked)
    def post(self, request: Request) -> Response:
        """Lock a period that has ended; a claim that waits can still be decided."""
        given = fields.judged(Locked(data=request.data))
        month = claims.month_of(given.pop("fiscal_year"), given.pop("period"))
        closing.lock(actor=self.actor, month=month, **given)
        return Response(_period(self, month))


class ReopenPeriod(Endpoint):
    """The way to open a locked period once more."""

    permission = Permission.CLOSE_PERIOD
    serializer_class = PeriodSerializer

    @extend_schema(operation_id="reopen_period", request=Reopened)
    def post(self, request: Request) -> Response:
        """Open a locked period until the end of a day; once, for a few working days."""
        given = fields.judged(Reopened(data=request.data))
        month = claims.month_of(given.pop("fiscal_year"), given.pop("period"))
        closing.reopen(actor=self.actor, month=month, **given)
        return Response(_period(self, month))


def _whole(text: str) -> int:
    """Return a number that was sent in the address; 0, which is no year, for anything else."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST_YEAR else 0


def _period(view: Endpoint, month: Month) -> Any:
    with tenancy.reading(view.actor):
        found = rows.year(periods.ground(), month.fiscal_year)[month.period - 1]
        return PeriodSerializer(found).data
