"""The turn of the day: lights and outlooks depend on it, so what lives is derived anew."""

from datetime import date

from django.db.models import F, Q

from accounts.queries import numbers
from core import tenancy
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import periods
from measures.rules.stage import Lifecycle
from reporting.models import RollupState
from reporting.services import drain

ENDED = (Lifecycle.CLOSED, Lifecycle.CANCELLED)


@tenancy.act
def turn(*, actor: Actor) -> bool:
    """Mark what the new day changes, once a day in the organization's time zone; False if done.

    What has ended changes only with the fiscal year, when its weight does, or with the numbers
    by which nodes are judged.
    """
    today = authority.today()
    state = RollupState.objects.select_for_update().first() or RollupState.objects.create()
    if state.day is not None and state.day >= today:
        return False
    wanted = ~Q(lifecycle__in=ENDED) if _is_alike(state.day, today) else Q()
    drain.mark(Measure.objects.filter(wanted).order_by("pk").values_list("pk", flat=True))
    RollupState.objects.filter(pk=state.pk).update(day=today, version=F("version") + 1)
    return True


def _is_alike(last: date | None, today: date) -> bool:
    """Return whether two days lie in one fiscal year and under the same numbers."""
    if last is None:
        return False
    calendar = periods.ground(today).calendar
    is_same_year = calendar.month_of(last).fiscal_year == calendar.month_of(today).fiscal_year
    return is_same_year and numbers.overrides(last) == numbers.overrides(today)
