"""The rates of the active organization: those in force, and all their versions."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.db import models

from accounts.queries import people
from measures.models.rate import DISCOUNT, Rate
from measures.rules.rates import RateKey, RateKind, Rates


def current(as_of: datetime | None = None) -> Rates:
    """Return every rate in force: the latest version, or the latest recorded by a moment."""
    given: dict[RateKey, Decimal] = {}
    discounts: dict[int, Decimal] = {}
    for kind, currency, year, period, value in in_force(as_of).values_list(
        "kind", "currency", "fiscal_year", "period", "value"
    ):
        if kind == DISCOUNT:
            discounts[year] = value
        else:
            given[RateKey(RateKind(kind), currency, year, period)] = value
    return Rates(people.profile().currency, given, discounts)


def for_currencies(reporting: str, currencies: Iterable[str]) -> Rates:
    """Return the rates for figures in these currencies; without a foreign one nothing is read."""
    return current() if set(currencies) - {reporting, ""} else Rates(reporting)


def in_force(as_of: datetime | None = None) -> models.QuerySet[Rate]:
    """Return the latest version of each rate, by kind, currency, year and period."""
    rows = Rate.objects.all() if as_of is None else Rate.objects.filter(recorded_at__lte=as_of)
    key = ("kind", "currency", "fiscal_year", "period")
    return rows.order_by(*key, "-version").distinct(*key)


def changes(most: int) -> list[Rate]:
    """Return the versions recorded last, the newest first, with who recorded them."""
    rows = Rate.objects.select_related("recorded_by").order_by("-recorded_at", "-pk")
    return list(rows[:most])
