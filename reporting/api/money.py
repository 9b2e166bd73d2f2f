"""The money of nodes and measures in the API, and sums that refuse what is unlike."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core.errors import NotFound
from core.money import from_scaled
from hierarchy.endpoints import Endpoint
from hierarchy.queries import authority, past, tree
from measures.queries import measures, periods
from measures.queries import past as known_then
from measures.rules.lines import EffectType, Recurrence
from measures.rules.sums import Kind, Quantity, Span, Worth, total
from reporting.queries import money, stored
from reporting.queries.money import Money
from reporting.queries.money import Worth as WorthOverTime
from reporting.rules import figures
from reporting.rules.figures import Horizon, Measured
from reporting.rules.money import Basis, Term

CENTS = 2
SPANS = {
    Span.IN_YEAR: Horizon.FISCAL_YEAR,
    Span.RUN_RATE: Horizon.RUN_RATE,
    Span.LIFE: Horizon.LIFE,
}
BY_NAME = {each.name.lower(): each for each in SPANS}
MOST_ADDED = 50


class TermSerializer(serializers.Serializer[Any]):
    """One row; amounts as exact text by span, a span that does not exist for it is left out."""

    effect_type = serializers.ChoiceField(choices=[each.value for each in EffectType])
    recurrence = serializers.ChoiceField(choices=[each.value for each in Recurrence])
    worth = serializers.ChoiceField(choices=[each.name.lower() for each in Worth])
    plan = serializers.DictField(child=serializers.CharField())
    outlook = serializers.DictField(child=serializers.CharField())


class FxSerializer(serializers.Serializer[Any]):
    """The FX effect on one group; `amount` is null where a rate is missing, which is named."""

    group = serializers.CharField()
    amount = serializers.CharField(allow_null=True)
    currencies = serializers.ListField(child=serializers.CharField())
    missing = serializers.ListField(child=serializers.CharField())


class WorthSerializer(serializers.Serializer[Any]):
    """Worth over time; `irr` is null unless just one rate fits, `payback` the months it takes."""

    basis = serializers.ChoiceField(choices=[each.value for each in Basis])
    first_month = serializers.CharField()
    discount = serializers.CharField(allow_null=True)
    npv = serializers.CharField(allow_null=True)
    irr = serializers.CharField(allow_null=True)
    irr_found = serializers.CharField()
    payback = serializers.IntegerField(allow_null=True)
    why = serializers.CharField(allow_blank=True)


class MoneySerializer(serializers.Serializer[Any]):
    """Money in the organization's currency, at plan rates; `left_out` has no plan rate."""

    currency = serializers.CharField()
    fiscal_year = serializers.IntegerField()
    terms = TermSerializer(many=True)
    fx = FxSerializer(many=True)
    worth = WorthSerializer(many=True)
    left_out = serializers.ListField(child=serializers.CharField())


class SumQuery(serializers.Serializer[Any]):
    """What is to be added: each figure as GROUP.SPAN, "hard-recurring-benefit-EUR-2.in_year"."""

    of = serializers.ListField(child=serializers.CharField(), min_length=1, max_length=MOST_ADDED)
    basis = serializers.ChoiceField(
        choices=[each.value for each in Basis], default=Basis.PLAN.value
    )


class SumSerializer(serializers.Serializer[Any]):
    """A sum with what it counts; `amount` is exact text in units."""

    amount = serializers.CharField()
    counts = serializers.CharField()


class AsOf(serializers.Serializer[Any]):
    """The past day as known on which figures are shown; without it, as they are now."""

    as_of = serializers.DateField(required=False)


class NodeMoney(Endpoint):
    """The committed money of a node."""

    permission = Permission.VIEW
    serializer_class = MoneySerializer

    @extend_schema(operation_id="show_node_money", parameters=[AsOf])
    def get(self, request: Request, node: UUID) -> Response:
        """Show gross, running, net and one-time over each span, FX apart, and worth over time."""
        found = tree.by_public_id(node)
        authority.ensure(self.actor, Permission.VIEW, found)
        on = past.asked(request.query_params.get(past.ASKED, ""))
        with past.as_asked(on):
            return Response(_written(money.of_node(found.pk, periods.ground())))


class MeasureMoney(Endpoint):
    """The money of a measure: committed, or below Decided planned."""

    permission = Permission.VIEW
    serializer_class = MoneySerializer

    @extend_schema(operation_id="show_measure_money", parameters=[AsOf])
    def get(self, request: Request, measure: UUID) -> Response:
        """Show a measure's money as its page does."""
        found = measures.by_public_id(self.actor, measure)
        on = past.asked(request.query_params.get(past.ASKED, ""))
        if on is None:
            return Response(_written(money.of_measure(found, periods.ground())))
        with past.known_on(on):
            known = known_then.known(found, on)
            return Response(_written(money.of_measure(known, periods.ground())))


class NodeSum(Endpoint):
    """The sum of figures of a node that are alike."""

    permission = Permission.VIEW
    serializer_class = SumSerializer

    @extend_schema(operation_id="sum_of_node", parameters=[SumQuery])
    def get(self, request: Request, node: UUID) -> Response:
        """Add figures of one kind; 422 names the two that are unlike, 404 a figure not there."""
        found = tree.by_public_id(node)
        authority.ensure(self.actor, Permission.VIEW, found)
        query = SumQuery(
            data={
                "of": request.query_params.getlist("of"),
                "basis": request.query_params.get("basis", Basis.PLAN.value),
            }
        )
        query.is_valid(raise_exception=True)
        whole = total(_quantities(found.pk, **query.validated_data))
        amount = from_scaled(_whole(whole.amount), whole.kind.unit.decimals)
        return Response({"amount": f"{amount:f}", "counts": whole.kind.words})


def _quantities(node_id: int, of: Iterable[str], basis: str) -> list[Quantity]:
    rows, year = stored.rows_of(node_id), periods.ground().clock().fiscal_year
    groups = figures.groups_in(rows, year)
    found = []
    for address in of:
        name, _, spanned = address.rpartition(".")
        group, span = figures.group_at(name, groups), BY_NAME.get(spanned)
        value = (
            None
            if group is None or span is None
            else figures.figure(rows, group, Measured(basis), SPANS[span], year)
        )
        if group is None or span is None or value is None:
            raise NotFound(what="figure")
        kind = Kind.of(group, span, year if span is Span.IN_YEAR else None)
        found.append(Quantity(kind, Fraction(value)))
    return found


def _written(shown: Money) -> dict[str, Any]:
    return {
        "currency": shown.currency,
        "fiscal_year": shown.fiscal_year,
        "terms": [_term(each) for each in shown.terms],
        "fx": [
            {
                "group": figures.address(each.group),
                "amount": None if each.amount is None else _text(each.amount),
                "currencies": list(each.currencies),
                "missing": list(each.missing),
            }
            for each in shown.fx
        ],
        "worth": [_worth(basis, each) for basis, each in shown.worth.items()],
        "left_out": [f"{currency} {year}" for currency, year in shown.left_out],
    }


def _term(term: Term) -> dict[str, Any]:
    spans = {
        basis.value: {
            span.name.lower(): _text(each.amount) for span, each in term.by_basis[basis].items()
        }
        for basis in Basis
    }
    return {
        "effect_type": term.effect_type.value,
        "recurrence": term.recurrence.value,
        "worth": term.worth.name.lower(),
        **spans,
    }


def _worth(basis: Basis, each: WorthOverTime) -> dict[str, Any]:
    return {
        "basis": basis.value,
        "first_month": f"{each.cash.first.fiscal_year}-{each.cash.first.period:02d}",
        "discount": None if each.discount is None else f"{each.discount:f}",
        "npv": None if each.npv is None else f"{each.npv:.2f}",
        "irr": None if each.irr.rate is None else f"{each.irr.rate:.6f}",
        "irr_found": each.irr.found.value,
        "payback": each.payback_months,
        "why": each.why,
    }


def _text(scaled: Fraction) -> str:
    """Return cents as text in units; what actual rates leave of a cent is rounded here."""
    return f"{from_scaled(_whole(scaled), CENTS):f}"


def _whole(scaled: Fraction) -> int:
    return round(scaled)
