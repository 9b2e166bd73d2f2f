"""Changing a number of the rules: a new version, never an edit."""

from datetime import date
from decimal import Decimal

from django.db.models import Max

from accounts.errors import NumberNeedsTwo
from accounts.events import NumberChanged
from accounts.models import NumberSetting
from accounts.queries import numbers, people
from accounts.rules.numbers import NUMBERS, in_words, problems, timing_problem
from audit import services as audit
from core import clock, tenancy
from core.errors import Invalid
from core.tenancy import Actor


@tenancy.act
def change(
    *, actor: Actor, key: str, value: Decimal, effective_on: date, reason: str
) -> NumberSetting:
    """Record a number's next version, effective from a day.

    Raises Invalid when it does not fit, NumberNeedsTwo for what governance.services.schemes does.
    """
    for found, problem in problems({**numbers.overrides(effective_on), key: value}).items():
        raise Invalid(field=in_words(found), problem=problem)
    late = timing_problem(key, effective_on, clock.today(people.time_zone()))
    if late is not None:
        raise Invalid(field=in_words(key), problem=late)
    if NUMBERS[key].two:
        raise NumberNeedsTwo(number=in_words(key))
    tenancy.lock_organization("numbers")
    recorder = people.member(actor.member_id or 0)
    last = NumberSetting.objects.filter(key=key).aggregate(last=Max("version"))["last"] or 0
    setting: NumberSetting = NumberSetting.objects.create(
        key=key,
        value=value,
        version=last + 1,
        effective_on=effective_on,
        reason=reason,
        recorded_by=recorder,
    )
    audit.record(
        NumberChanged(
            subject_id=setting.pk,
            key=key,
            value=str(value),
            reason=reason,
            effective_on=effective_on,
        )
    )
    return setting
