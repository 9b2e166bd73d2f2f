"""The budget in the API: its chart, what is unexplained in a year, and files to be taken."""

from http import HTTPStatus
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core.tenancy import Actor
from hierarchy.endpoints import Endpoint
from hierarchy.queries import past
from measures.api import fields
from measures.models import BudgetLine
from measures.queries import budget, periods
from measures.queries.budget import hundredths
from measures.rules.budget_file import FileKind
from measures.rules.calendar import MonthState
from measures.rules.reconciliation import expected, flexed, is_beyond, unexplained
from measures.services import budget as service

LONGEST_FILE = 2 * 1024 * 1024


class BudgetLineSerializer(serializers.ModelSerializer[BudgetLine]):
    """A line of the chart; `variable_share` is the part of its budget that follows the volume."""

    id = serializers.UUIDField(source="public_id")
    node_id = serializers.UUIDField(source="node.public_id")

    class Meta:
        model = BudgetLine
        fields: ClassVar = [
            "id", "code", "name", "kind", "account", "cost_centre", "node_id", "currency",
            "variable_share", "version",
        ]  # fmt: skip
        read_only_fields = fields


class YearQuery(serializers.Serializer[Any]):
    """The fiscal year, the current one unless given; and as known on which day."""

    fiscal_year = serializers.IntegerField(required=False, min_value=1990, max_value=2199)
    as_of = serializers.DateField(required=False)


class LedgerMonthSerializer(serializers.Serializer[Any]):
    """A month of a budget line: amounts as text, null where not given or not readable."""

    budget_line = serializers.CharField()
    fiscal_year = serializers.IntegerField()
    period = serializers.IntegerField()
    currency = serializers.CharField()
    baseline = serializers.CharField(allow_null=True)
    expected = serializers.CharField(allow_null=True)
    booked = serializers.CharField(allow_null=True)
    unexplained = serializers.CharField(allow_null=True)
    is_beyond_tolerance = serializers.BooleanField()
    is_locked = serializers.BooleanField()
    is_withheld = serializers.BooleanField()


class BudgetFileGiven(serializers.Serializer[Any]):
    """A file of the budget as text, to be checked alone or taken."""

    kind = serializers.ChoiceField(choices=[each.value for each in FileKind])
    text = serializers.CharField(max_length=LONGEST_FILE, trim_whitespace=False)
    reason = serializers.CharField(max_length=service.LONGEST_REASON)
    is_check = serializers.BooleanField(required=False, default=False)


class BudgetFileTaken(serializers.Serializer[Any]):
    """What a file did, or would do: rows that are new, change something, or say what stands."""

    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    same = serializers.IntegerField()
    is_taken = serializers.BooleanField()


class BudgetLines(Endpoint):
    """The chart of budget lines."""

    permission = Permission.VIEW
    serializer_class = BudgetLineSerializer

    @extend_schema(
        operation_id="list_budget_lines",
        parameters=[fields.AsOf],
        responses=BudgetLineSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the lines of the chart that the caller may see, now or as of a past day."""
        with past.as_asked(past.asked(request.query_params.get(past.ASKED, ""))):
            return self.listed(budget.visible(self.actor))


class Reconciliation(Endpoint):
    """What the ledger booked against what claims explain."""

    permission = Permission.VIEW
    serializer_class = LedgerMonthSerializer

    @extend_schema(
        operation_id="reconcile_budget",
        parameters=[YearQuery],
        responses=LedgerMonthSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List every month of a year that has a booking, by budget line; now or as of a day."""
        asked = fields.judged(YearQuery(data=request.query_params))
        on = past.asked(request.query_params.get(past.ASKED, ""))
        with past.as_asked(on):
            return Response(_months(self.actor, asked.get("fiscal_year")))


class BudgetFiles(Endpoint):
    """Files of the budget."""

    permission = Permission.MAINTAIN_BUDGET
    serializer_class = BudgetFileTaken

    @extend_schema(
        operation_id="import_budget_file",
        request=BudgetFileGiven,
        responses={201: BudgetFileTaken, 200: BudgetFileTaken},
    )
    def post(self, request: Request) -> Response:
        """Take a file, all of it or nothing; 200 where it was only checked or changes nothing."""
        given = fields.judged(BudgetFileGiven(data=request.data))
        kind = FileKind(given["kind"])
        if given["is_check"]:
            done = service.check_file(actor=self.actor, kind=kind, text=given["text"])
        else:
            done = service.import_file(
                actor=self.actor, kind=kind, text=given["text"], reason=given["reason"]
            )
        told = {"new": done.new, "changed": done.changed, "same": done.same}
        is_taken = done.batch is not None
        status = HTTPStatus.CREATED if is_taken else HTTPStatus.OK
        return Response({**told, "is_taken": is_taken}, status=status)


def _months(actor: Actor, fiscal_year: int | None) -> list[dict[str, object]]:
    ground = periods.ground()
    clock = ground.clock()
    year = clock.fiscal_year if fiscal_year is None else fiscal_year
    accounts = budget.accounts(budget.visible(actor), year)
    withheld = budget.withheld(actor, accounts)
    rows: list[dict[str, object]] = []
    for account in accounts:
        hidden = account.budget.pk in withheld
        for month, ledger in account.months.items():
            if ledger.booked is None:
                continue
            beyond = is_beyond(ledger, ground.numbers.ledger_tolerance)
            rows.append(
                {
                    "budget_line": account.budget.code,
                    "fiscal_year": month.fiscal_year,
                    "period": month.period,
                    "currency": account.budget.currency,
                    "baseline": _text(hundredths(flexed(ledger))),
                    "expected": None if hidden else _text(hundredths(expected(ledger))),
                    "booked": _text(hundredths(ledger.booked)),
                    "unexplained": None if hidden else _text(hundredths(unexplained(ledger))),
                    "is_beyond_tolerance": beyond and not hidden,
                    "is_locked": clock.state(month) is MonthState.LOCKED,
                    "is_withheld": hidden,
                }
            )
    return rows


def _text(amount: object) -> str | None:
    return None if amount is None else f"{amount:f}"
