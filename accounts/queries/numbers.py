"""The numbers of the rules as the active organization has them."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import OuterRef, TextField
from django.db.models.functions import Cast, JSONObject

from accounts.models import NumberSetting, Profile
from accounts.rules.numbers import Numbers
from core import tenancy


def current(on: date) -> Numbers:
    """Return every number in force on a day: the latest version effective by then, or default."""
    return Numbers.from_overrides(overrides(on))


def with_profile(on: date, **also: ArraySubquery) -> tuple[Profile, Numbers]:
    """Return the organization's profile and its numbers in force on a day; one query.

    `also` are lists that another app reads in the same breath, as attributes of the profile.
    """
    # As text: a number of JSON would come back as a float.
    changed = _in_force(on).filter(organization_id=OuterRef("organization_id"))
    pairs = changed.annotate(pair=JSONObject(key="key", value=Cast("value", TextField())))
    found = tenancy.once(
        ("profile and numbers", on, *also),
        lambda: Profile.objects.annotate(changed=ArraySubquery(pairs.values("pair")), **also).get(),
    )
    given = {each["key"]: Decimal(each["value"]) for each in found.changed}
    tenancy.once("profile", lambda: found)  # whoever asks for it alone need not ask again
    return found, Numbers.from_overrides(given)


def overrides(on: date) -> Mapping[str, Decimal]:
    """Return only what the organization has changed, by key."""
    return dict(_in_force(on).values_list("key", "value"))


def changes(on: date) -> list[NumberSetting]:
    """Return the change behind each number in force on a day, with who made it."""
    return list(_in_force(on).select_related("recorded_by"))


def latest(keys: Iterable[str]) -> list[NumberSetting]:
    """Return the last change of each number named, whenever it is in force."""
    rows = NumberSetting.objects.filter(key__in=list(keys))
    return list(rows.order_by("key", "-version").distinct("key"))


def _in_force(on: date) -> models.QuerySet[NumberSetting]:
    given = NumberSetting.objects.filter(effective_on__lte=on)
    return given.order_by("key", "-version").distinct("key")


def version() -> int:
    """Return how many changes of numbers there have been: what decisions are stored with."""
    return NumberSetting.objects.count()


def versions(key: str) -> list[NumberSetting]:
    """Return every change of one number, the latest first, with who made it."""
    return list(
        NumberSetting.objects.filter(key=key).select_related("recorded_by").order_by("-version")
    )
