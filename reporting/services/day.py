"""The turn of the day: lights and outlooks depend on it, so what lives is derived anew."""

from datetime import date

from django.db.models import F, Q

from core import tenancy
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.models import Measure
from measures.queries import periods
from measures.rules.calendar import FiscalCalendar
from measures.rules.stage import Lifecycle
from reporting.models import RollupState
from reporting.services import drain

ENDED = (Lifecycle.CLOSED, Lifecycle.CANCELLED)


@tenancy.act
def turn(*, actor: Actor) -> bool:
    """Mark what the new day changes, once a day in the organization's time zone; False if done.

    What has ended changes only with the fiscal year, when its weight does.
    """
    today = authority.today()
    state = RollupState.objects.select_for_update().first() or RollupState.objects.create()
    if state.day is not None and state.day >= today:
        return False
    calendar = periods.ground(today).calendar
    is_new_year = state.day is None or _year(calendar, state.day) != _year(calendar, today)
    living = Q() if is_new_year else ~Q(lifecycle__in=ENDED)
    drain.mark(Measure.objects.filter(living).order_by("pk").values_list("pk", flat=True))
    RollupState.objects.filter(pk=state.pk).update(day=today, version=F("version") + 1)
    return True


def _year(calendar: FiscalCalendar, day: date) -> int:
    return calendar.month_of(day).fiscal_year
