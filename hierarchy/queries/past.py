"""The past of the active organization: which days can be asked for, and reading what was known."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.queries import numbers, people
from audit.models import Kept
from core import tenancy
from core.errors import Invalid
from core.tenancy import Actor
from hierarchy.errors import DayBeforeFounding, DayNotYetOver
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.rules.given import day_in

ASKED = "as_of"  # what an address names the day by
PLACES = "hierarchy_node"


def asked(given: str) -> date | None:
    """Return the day an address asks for, None for today's page.

    Raises Invalid where it names no day, DayNotYetOver, DayBeforeFounding.
    """
    if not given:
        return None
    on, today = day_in(given), authority.today()
    if on is None:
        raise Invalid(field=ASKED, problem=f"must be a day like {today}.")
    if on > today:
        raise DayNotYetOver(day=on, today=today)
    first = first_day()
    if on < first:
        raise DayBeforeFounding(day=on, first=first)
    return on


def first_day() -> date:
    """Return the first day of which anything is known: that of the organization's own node."""
    rows = Kept.objects.filter(table_name=PLACES, row_id=tree.root().pk)
    return rows.order_by("day").values_list("day", flat=True).first() or authority.today()


def usual_since(until: date) -> date:
    """Return where a bridge begins that names no day: as many days before as the organization says.

    Not before the first day known.
    """
    days = timedelta(days=numbers.current(until).bridge_days)
    return max(until - days, min(first_day(), until))


def in_order(since: date, until: date) -> None:
    """Refuse a bridge that begins after it ends."""
    if since > until:
        raise Invalid(field="since", problem=f"must not lie after {until}.")


@contextmanager
def known_on(day: date) -> Iterator[None]:
    """Read in this block what was known when a day had ended in the organization's time zone.

    Who sees what is judged before: inside, the clock stands at the end of that day.
    """
    zone = ZoneInfo(people.time_zone())
    ends_at = datetime.combine(day + timedelta(days=1), time.min, zone)
    with tenancy.as_known_on(day, ends_at):
        yield


def as_asked(day: date | None) -> AbstractContextManager[None]:
    """Read in this block what was known on a day, or what is known now where none was asked."""
    return nullcontext() if day is None else known_on(day)


def seen_below(actor: Actor, node: Node) -> tuple[int, ...]:
    """Return which nodes that the actor sees stand right below a node, or did on any day."""
    seen = authority.visible(actor).filter(pk__in=ever_below(node))
    return tuple(seen.values_list("pk", flat=True))


def ever_below(node: Node) -> list[int]:
    """Return the nodes that stand right below a node, or stood there on any day until then.

    Inside `known_on`: whom to ask which of them stood there that day.
    """
    rows = Kept.objects.filter(table_name=PLACES, content__parent_id=node.pk)
    return sorted(set(rows.values_list("row_id", flat=True)))
