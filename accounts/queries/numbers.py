"""The numbers of the rules as the active organization has them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from accounts.models import NumberSetting
from accounts.rules.numbers import Numbers


def current(on: date) -> Numbers:
    """Return every number in force on a day: the latest version effective by then, or default."""
    return Numbers.from_overrides(overrides(on))


def overrides(on: date) -> Mapping[str, Decimal]:
    """Return only what the organization has changed, by key."""
    rows = (
        NumberSetting.objects.filter(effective_on__lte=on)
        .order_by("key", "-version")
        .distinct("key")
        .values_list("key", "value")
    )
    return dict(rows)


def version() -> int:
    """Return how many changes of numbers there have been: what decisions are stored with."""
    return NumberSetting.objects.count()


def versions(key: str) -> list[NumberSetting]:
    """Return every change of one number, the latest first, with who made it."""
    return list(
        NumberSetting.objects.filter(key=key).select_related("recorded_by").order_by("-version")
    )
