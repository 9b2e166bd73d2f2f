"""The Money panel of a measure or node: the field's terms, FX apart, what it is worth over time."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts import exact
from accounts.rules.roles import Permission
from accounts.templatetags.signs import Scale
from core import tenancy
from hierarchy.models import Node
from hierarchy.pages import Request, render, requires
from hierarchy.queries import tree
from measures.queries import drivers, facts, measures
from measures.queries.drivers import LineSplit
from measures.queries.periods import Ground
from measures.rules.finance import RateOfReturn, Returns
from measures.rules.lines import EffectType, Recurrence, Unit
from measures.rules.sums import Span
from measures.rules.sums import Worth as Kind
from measures.words import EFFECT_NAMES, RECURRENCE_NAMES
from reporting.queries import money
from reporting.queries.money import Money, Worth
from reporting.rules.management import FxEffect
from reporting.rules.money import Basis, Term
from reporting.views import scene as scenes
from reporting.views.scene import Scene, Writer
from reporting.views.words import group_name

PAGE = 50
CENTS = Unit().decimals
HIGHEST_TOLD = Decimal(10)  # a rate of return beyond 1,000 % says nothing more
SPAN_NAMES: dict[Span, Promise] = {
    Span.IN_YEAR: gettext_lazy("In-year"),
    Span.RUN_RATE: gettext_lazy("Run-rate"),
    Span.CARRY_OVER: gettext_lazy("Carry-over"),
    Span.EXIT_RATE: gettext_lazy("Exit rate"),
    Span.LIFE: gettext_lazy("Life"),
}
WORTH_NAMES: dict[Kind, Promise] = {
    Kind.GROSS: gettext_lazy("Gross effect"),
    Kind.RUNNING: gettext_lazy("Running cost"),
    Kind.NET: gettext_lazy("Net effect"),
    Kind.ONE_TIME: gettext_lazy("One-time cost"),
    Kind.NET_OF_ALL: gettext_lazy("Net after one-time cost"),
}
BASIS_NAMES: dict[Basis, Promise] = {
    Basis.PLAN: gettext_lazy("Plan"),
    Basis.OUTLOOK: gettext_lazy("Outlook"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure, outlook above plan; en dashes where a term has no such span."""

    label: str
    outlook: str
    plan: str


@dataclass(frozen=True, slots=True)
class Row:
    """One term, or one child, with a cell for each column."""

    name: str
    under: str
    cells: tuple[Cell, ...]
    url: str = ""
    is_sum: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of worth over time, by basis; `note` says how it is counted, or why it is not."""

    label: str
    values: tuple[tuple[str, str], ...]
    note: str = ""


@requires(Permission.VIEW)
@require_safe
def measure_money(request: Request, measure: UUID) -> HttpResponse:
    """Show a measure's money as a part of its page."""
    found = measures.by_public_id(request.actor, measure)
    scene = scenes.around(request, found.node)
    shown = money.of_measure(found, scene.ground)
    split = drivers.splits(facts.of_one(found.pk, scene.ground.today, scene.ground))
    context = panel(scene, shown) | {"splits": [_split(each, scene) for each in split]}
    return render(request, "reporting/_money.html", context)


@requires(Permission.VIEW)
@require_safe
def node_money(request: Request, node: UUID) -> HttpResponse:
    """Show a node's money, and that of each child; a part of its dashboard for HTMX."""
    scene = scenes.of(request, node)
    shown = money.of_node(scene.node.pk, scene.ground)
    context = panel(scene, shown) | _children(request, scene, shown)
    context["hides"] = tenancy.current().sight.hidden_below(scene.node.pk) > 0
    if request.htmx:
        return render(request, "reporting/_money_below.html", context)
    context["breadcrumbs"] = [
        *scenes.crumbs(scene, request.actor, leads_here=True),
        {"label": _("Money"), "url": ""},
    ]
    return render(request, "reporting/money.html", context)


def _split(each: LineSplit, scene: Scene) -> Row:
    """Return price and volume of a line in its own currency, in whole units."""
    write = Writer(Scale.UNITS, scene.number_format, each.currency)
    parts = (
        (_("Price"), each.split.price),
        (_("Volume"), each.split.volume),
        (_("Other"), each.split.other),
        (_("Planned"), each.split.total),
    )
    under = ngettext("%(n)s month, %(unit)s", "%(n)s months, %(unit)s", each.months)
    return Row(
        each.name,
        under % {"n": each.months, "unit": each.currency},
        tuple(Cell(label, write.money(_exact(value)), "") for label, value in parts),
    )


def panel(scene: Scene, shown: Money) -> dict[str, Any]:
    """Return the context of `_money.html`."""
    write = _writer(scene, shown.terms)
    return {
        "scene": scene,
        "write": write,
        "number_format": scene.number_format,
        "fiscal_year": str(shown.fiscal_year),
        "spans": [str(name) for name in SPAN_NAMES.values()],
        "terms": [_term(each, write) for each in shown.terms],
        "worth": list(_worth(shown, scene, write)),
        "bases": [str(BASIS_NAMES[basis]) for basis in shown.worth],
        "why": next((each.why for each in shown.worth.values() if each.why), ""),
        "fx": [fx_sentence(each, write) for each in shown.fx],
        "is_withheld": scene.node.pk in tenancy.current().sight.sums,
        "left_out": left_out_sentence(shown.left_out, shown.currency),
    }


def fx_sentence(effect: FxEffect, write: Writer) -> str:
    """Return what actual rates make of a group, or which rate is missing, in words."""
    if effect.amount is None:
        return " ".join(effect.missing)
    said = {
        "amount": write.fine(_units(effect.amount), signed=True),
        "group": group_name(effect.group),
        "currencies": ", ".join(effect.currencies),
    }
    return (
        _(
            "FX effect of the approved months: %(amount)s on %(group)s (%(currencies)s at actual "
            "rates, less at plan rates). It stands in none of these figures and is nobody's credit."
        )
        % said
    )


def left_out_sentence(left_out: Sequence[tuple[str, int]], currency: str) -> str:
    """Return which figures no total holds for want of a plan rate, in words; empty if none."""
    if not left_out:
        return ""
    named = ", ".join(f"{code} {year}" for code, year in left_out)
    return _(
        "Not in the figures in %(currency)s, for want of a plan rate: %(named)s. An administrator "
        "or a controller of the organization enters it under Administration › Rates."
    ) % {"currency": currency, "named": named}


def _writer(scene: Scene, terms: Iterable[Term]) -> Writer:
    spans = (Span.IN_YEAR, Span.RUN_RATE)
    amounts = [_units(each.at(basis, span)) for each in terms for basis in Basis for span in spans]
    return scenes.writer(scene, None, amounts)


def _units(scaled: Fraction | None) -> Decimal | None:
    return None if scaled is None else _exact(scaled).scaleb(-CENTS)


def _exact(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / amount.denominator


def _term(term: Term, write: Writer) -> Row:
    under = f"{EFFECT_NAMES[term.effect_type]}"
    if term.worth is not Kind.ONE_TIME:
        under = f"{under}, {RECURRENCE_NAMES[term.recurrence]}"
    return Row(
        name=str(WORTH_NAMES[term.worth]),
        under=under,
        cells=tuple(_cell(term, span, write, str(name)) for span, name in SPAN_NAMES.items()),
        is_sum=term.worth in {Kind.NET, Kind.NET_OF_ALL},
    )


def _cell(term: Term | None, span: Span, write: Writer, label: str) -> Cell:
    outlook, plan = (
        None if term is None else _units(term.at(basis, span))
        for basis in (Basis.OUTLOOK, Basis.PLAN)
    )
    return Cell(label, write.money(outlook), write.money(plan))


def _worth(shown: Money, scene: Scene, write: Writer) -> Iterator[Figure]:
    by_basis = [(str(BASIS_NAMES[basis]), each) for basis, each in shown.worth.items()]
    if not by_basis:
        return
    first = by_basis[0][1]
    if first.npv is not None:
        values = tuple((name, write.fine(each.npv)) for name, each in by_basis)
        said = {
            "month": scene.ground.label(first.cash.first),
            "rate": write.share(first.discount),
        }
        note = _("at %(month)s, discounted at %(rate)s a year") % said
        yield Figure(_("Net present value"), values, note)
    values = tuple((name, _rate(each.irr, write)) for name, each in by_basis)
    yield Figure(_("Internal rate of return"), values, _("a year"))
    values = tuple((name, _payback(each, scene.ground)) for name, each in by_basis)
    yield Figure(_("Payback"), values, _("from the first month with cash, that one included"))


def _rate(found: RateOfReturn, write: Writer) -> str:
    if found.found is Returns.NONE:
        return _("none: cash never turns between spending and earning")
    if found.rate is None:
        return _("several fit, so none is shown")
    if found.rate > HIGHEST_TOLD:
        return _("above %(rate)s") % {"rate": write.share(HIGHEST_TOLD, decimals=0)}
    return write.share(found.rate)


def _payback(worth: Worth, ground: Ground) -> str:
    if worth.payback is None:
        return _("not within the months planned")
    if worth.cash.is_never_below:
        return _("nothing to pay back: cash together is never below zero")
    said = {"month": ground.label(worth.payback), "count": worth.payback_months}
    return _("%(month)s (month %(count)s)") % said


COLUMNS: tuple[tuple[Kind, Span, Promise], ...] = (
    (Kind.GROSS, Span.IN_YEAR, gettext_lazy("Gross")),
    (Kind.NET, Span.IN_YEAR, gettext_lazy("Net")),
    (Kind.ONE_TIME, Span.IN_YEAR, gettext_lazy("One-time cost")),
    (Kind.NET_OF_ALL, Span.IN_YEAR, gettext_lazy("Net after one-time cost")),
    (Kind.NET, Span.RUN_RATE, gettext_lazy("Run-rate, net")),
    (Kind.NET, Span.CARRY_OVER, gettext_lazy("Carry-over, net")),
    (Kind.NET, Span.EXIT_RATE, gettext_lazy("Exit rate, net")),
)


def _children(request: Request, scene: Scene, shown: Money) -> dict[str, Any]:
    """Return the money of the children, in the one effect that leads the node's own."""
    effect = _leading(shown.terms)
    if effect is None:
        return {"children": [], "columns": [], "effect": ""}
    page = Paginator(tree.children(scene.node, archived=True), exact.rows_a_page(PAGE))
    found = page.get_page(request.GET.get("page"))
    nodes: list[Node] = list(found.object_list)
    terms = money.of_many([each.pk for each in nodes], scene.ground)
    by_node = [(each, _of_effect(terms.get(each.pk, []), *effect)) for each in nodes]
    write = _writer(scene, shown.terms)
    kind, recurrence = effect
    return {
        "page": found,
        "columns": [str(label) for _kind, _span, label in COLUMNS],
        "children": [
            _child(scene, node, by_worth, write) for node, by_worth in by_node if by_worth
        ],
        "whole": _cells(_of_effect(shown.terms, *effect), write),
        "effect": f"{EFFECT_NAMES[kind]}, {RECURRENCE_NAMES[recurrence]}",
    }


def _leading(terms: Iterable[Term]) -> tuple[EffectType, Recurrence] | None:
    gross = [each for each in terms if each.worth is Kind.GROSS]
    if not gross:
        return None

    def size(each: Term) -> Fraction:
        return abs(each.at(Basis.PLAN, Span.IN_YEAR) or Fraction(0))

    largest = max(gross, key=size)
    return largest.effect_type, largest.recurrence


def _of_effect(terms: Iterable[Term], kind: EffectType, recurrence: Recurrence) -> dict[Kind, Term]:
    """Return the terms of one effect by worth; without a cost, what is left after it is all."""
    found = {
        each.worth: each
        for each in terms
        if each.effect_type is kind
        and (each.recurrence is recurrence or each.worth is Kind.ONE_TIME)
    }
    if Kind.GROSS in found:
        found.setdefault(Kind.NET, found[Kind.GROSS])
        found.setdefault(Kind.NET_OF_ALL, found[Kind.NET])
    return found


def _child(scene: Scene, node: Node, by_worth: dict[Kind, Term], write: Writer) -> Row:
    # The address of a node sends who opens a measure's on to its own page.
    url = reverse("reporting:node", kwargs={"slug": scene.slug, "node": node.public_id})
    return Row(node.name, node.code, _cells(by_worth, write), url)


def _cells(by_worth: dict[Kind, Term], write: Writer) -> tuple[Cell, ...]:
    return tuple(
        _cell(by_worth.get(kind), span, write, str(label)) for kind, span, label in COLUMNS
    )
