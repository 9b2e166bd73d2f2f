"""How an organization counts time: the cut of its fiscal years, and the days nobody works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotFound
from core.tenancy import Actor
from hierarchy.queries import authority, tree
from measures.calendar_events import CalendarChanged, HolidaysEntered, HolidayTakenBack
from measures.errors import CalendarHasBegun, HolidayHasPassed
from measures.models import CalendarPattern, Holiday, SeriesVersion
from measures.queries import periods
from measures.rules.patterns import Pattern

MOST_HOLIDAYS = 400
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class HolidayDraft:
    """A day on which nobody will work."""

    day: date
    name: str


@tenancy.act
def change_pattern(*, actor: Actor, pattern: Pattern, reason: str) -> CalendarPattern:
    """Cut the fiscal years from one on that has not begun (any, before figures are there).

    Figures stay in their period; its days move. NotAllowed, Invalid, CalendarHasBegun.
    """
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, tree.root())
    tenancy.lock_organization("calendar")
    if not reason.strip():
        raise Invalid(field="reason", problem="say why the calendar changes.")
    if pattern.from_year not in periods.YEARS:
        raise Invalid(field="from year", problem=f"{pattern.from_year} is no fiscal year here.")
    running = periods.ground().clock().fiscal_year
    if pattern.from_year <= running and SeriesVersion.objects.exists():
        raise CalendarHasBegun(year=pattern.from_year, first=running + 1)
    last = CalendarPattern.objects.aggregate(last=Max("version"))["last"] or 0
    made: CalendarPattern = CalendarPattern.objects.create(
        version=last + 1,
        from_year=pattern.from_year,
        kind=pattern.kind.value,
        last_weekday=pattern.last_weekday,
        year_end=pattern.year_end.value,
        reason=reason.strip(),
        recorded_by_id=actor.member_id,
    )
    audit.record(
        CalendarChanged(
            subject_id=actor.organization_id,
            reason=made.reason,
            from_year=made.from_year,
            cut=made.kind,
        )
    )
    return made


@tenancy.act
def enter_holidays(*, actor: Actor, drafts: Sequence[HolidayDraft]) -> list[Holiday]:
    """Enter days to come on which nobody works, all or none; one that is there is left as it is.

    Raises NotAllowed, Invalid, HolidayHasPassed naming every day that lies behind.
    """
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, tree.root())
    tenancy.lock_organization("calendar")
    if not 1 <= len(drafts) <= MOST_HOLIDAYS:
        raise Invalid(field="holidays", problem=f"enter 1 to {MOST_HOLIDAYS} days at once.")
    nameless = [each for each in drafts if not 1 <= len(each.name.strip()) <= LONGEST_NAME]
    if nameless:
        problem = f"{nameless[0].day} needs a name of at most {LONGEST_NAME} characters."
        raise Invalid(field="holidays", problem=problem)
    today = authority.today()
    passed = sorted(each.day for each in drafts if each.day <= today)
    if passed:
        raise HolidayHasPassed(days=", ".join(map(str, passed)))
    wanted = {each.day: each.name.strip() for each in drafts}
    known = Holiday.objects.filter(day__in=wanted, removed_at__isnull=True)
    for day in known.values_list("day", flat=True):
        del wanted[day]
    made: list[Holiday] = Holiday.objects.bulk_create(
        Holiday(day=day, name=name, recorded_by_id=actor.member_id)
        for day, name in sorted(wanted.items())
    )
    if made:
        audit.record(
            HolidaysEntered(
                subject_id=actor.organization_id, days=[each.day.isoformat() for each in made]
            )
        )
    return made


@tenancy.act
def take_back_holiday(*, actor: Actor, day: date) -> None:
    """Make a day to come a working day again; NotAllowed, NotFound, HolidayHasPassed."""
    authority.ensure(actor, Permission.ADMINISTER_STRUCTURE, tree.root())
    tenancy.lock_organization("calendar")
    found = Holiday.objects.filter(day=day, removed_at__isnull=True).first()
    if found is None:
        raise NotFound(what="holiday")
    if found.day <= authority.today():
        raise HolidayHasPassed(days=found.day)
    Holiday.objects.filter(pk=found.pk).update(removed_at=tenancy.current().now)
    audit.record(HolidayTakenBack(subject_id=actor.organization_id, day=found.day.isoformat()))
