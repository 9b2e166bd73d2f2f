"""Agreeing that two measures count the same on one budget line, so that it is taken off once."""

from collections.abc import Mapping
from decimal import Decimal

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from core.money import LARGEST_SCALED
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.errors import MeasureEnded
from measures.errors.overlap import (
    OverlapNotYours,
    OverlapOfSecret,
    OverlapOver,
    OverlapReversedByOthers,
    OverlapTaken,
    OverlapTooLarge,
    OverlapUnlike,
)
from measures.models import Line, Measure, Overlap
from measures.overlap_events import (
    OverlapConfirmed,
    OverlapDeclined,
    OverlapProposed,
    OverlapReversed,
)
from measures.queries import confidential, overlaps, periods, series
from measures.queries.measures import named
from measures.queries.periods import YEARS
from measures.rules.calendar import Month
from measures.rules.lines import MONEY, Nature, Series
from measures.rules.overlap import MOST_YEARS, OverlapHat, OverlapState, beyond, row_of_years
from measures.services import lock

CENTS = 2
LONGEST_REASON = 500
MONTHS_NAMED = 3


@tenancy.act
def propose(
    *,
    actor: Actor,
    line_id: int,
    other_line_id: int,
    amounts: Mapping[Month, Decimal],
    reason: str,
) -> Overlap:
    """Propose what two lines on one budget line count both, by month, in units of the currency.

    For the measure of the first line, by its people or by a lead or controller above it.
    Raises NotFound, NotAllowed, MeasureEnded, Invalid, OverlapUnlike, OverlapTooLarge,
    OverlapTaken, OverlapOfSecret.
    """
    line, other = _lines(actor, line_id, other_line_id)
    said = _reason(reason)
    _refuse_unlike(line, other)
    _refuse_secret(line.measure_id, other.measure_id)
    months = _scaled(amounts)
    _refuse_more_than_planned(months, line, other)
    taken = Overlap.objects.filter(
        line__in=(line, other), other_line__in=(line, other), state__in=overlaps.OPEN
    )
    if taken.exists():
        raise OverlapTaken(line=line.name, other=other.name)
    first_year, rows = row_of_years(months)
    made: Overlap = Overlap.objects.create(
        budget=line.budget,
        measure_id=line.measure_id,
        line=line,
        other_id=other.measure_id,
        other_line=other,
        first_year=first_year,
        amounts=rows,
        reason=said,
        proposed_by_id=_person(actor),
    )
    audit.record(
        OverlapProposed(
            subject_id=made.measure_id,
            overlap_id=made.pk,
            other_id=made.other_id,
            amount=sum(rows),
            reason=said,
        )
    )
    return made


@tenancy.act
def confirm(*, actor: Actor, overlap_id: int) -> Overlap:
    """Confirm a proposed overlap as sponsor of the other measure or as controller of either.

    With both it is agreed, and taken off from then on. Raises NotFound, MeasureEnded, OverlapOver,
    OverlapNotYours, OverlapOfSecret.
    """
    overlap = _locked(actor, overlap_id)
    for side in (overlap.measure, overlap.other):
        _refuse_ended(side)
    if overlap.state != OverlapState.PROPOSED:
        raise OverlapOver(state=overlap.state, act="confirmed")
    _refuse_secret(overlap.measure_id, overlap.other_id)
    hats = overlaps.hats(overlap, actor.member_id)
    if not hats:
        raise OverlapNotYours(who=overlaps.who_confirms(overlap))
    hat = hats[0]
    setattr(overlap, f"{hat.value}_by_id", actor.member_id)
    overlap.save(update_fields=[f"{hat.value}_by"])
    overlap.refresh_from_db(fields=["state"])
    audit.record(
        OverlapConfirmed(
            subject_id=overlap.measure_id,
            overlap_id=overlap.pk,
            other_id=overlap.other_id,
            confirmed_as=OverlapHat(hat).value,
            is_agreed=overlap.state == OverlapState.AGREED,
        )
    )
    return overlap


@tenancy.act
def end(*, actor: Actor, overlap_id: int, reason: str) -> Overlap:
    """Decline a proposed overlap or take it back, or reverse an agreed one as a controller.

    Raises NotFound, Invalid, OverlapOver, OverlapNotYours, OverlapReversedByOthers.
    """
    overlap = _locked(actor, overlap_id)
    said = _reason(reason)
    if overlap.state not in overlaps.OPEN:
        raise OverlapOver(state=overlap.state, act="ended")
    is_agreed = overlap.state == OverlapState.AGREED
    if not overlaps.may_end(overlap, actor.member_id):
        if is_agreed:
            who = overlaps.named(overlaps.controllers(overlap))
            raise OverlapReversedByOthers(who=who)
        raise OverlapNotYours(who=overlaps.who_confirms(overlap))
    overlap.state = OverlapState.REVERSED if is_agreed else OverlapState.DECLINED
    overlap.ended_by_id, overlap.ended_reason = actor.member_id, said
    overlap.save(update_fields=["state", "ended_by", "ended_reason"])
    act = OverlapReversed if is_agreed else OverlapDeclined
    audit.record(
        act(
            subject_id=overlap.measure_id,
            overlap_id=overlap.pk,
            other_id=overlap.other_id,
            reason=said,
        )
    )
    return overlap


def _lines(actor: Actor, line_id: int, other_line_id: int) -> tuple[Line, Line]:
    """Lock both measures in the order of their keys; return both lines."""
    there = Line.objects.filter(pk__in=(line_id, other_line_id), removed_on__isnull=True)
    held = {each.pk: each for each in lock.locked(there.values_list("measure_id", flat=True))}
    found = {each.pk: each for each in there.select_related("budget") if each.measure_id in held}
    if set(found) != {line_id, other_line_id}:
        raise NotFound(what="line")
    permissions = {line_id: Permission.PROPOSE_OVERLAP, other_line_id: Permission.VIEW}
    for pk, permission in permissions.items():
        found[pk].measure = measure = held[found[pk].measure_id]
        authority.ensure(actor, permission, measure.node, named(measure))
        _refuse_ended(measure)
    return found[line_id], found[other_line_id]


def _refuse_ended(measure: Measure) -> None:
    if measure.lifecycle in lock.ENDED:
        words = next(word for state, word in lock.WORDS.items() if state == measure.lifecycle)
        raise MeasureEnded(measure=measure.node.name, lifecycle=words)


def _locked(actor: Actor, overlap_id: int) -> Overlap:
    """Return an overlap with both its measures locked, read after the lock."""
    sides = Overlap.objects.filter(pk=overlap_id).values_list("measure_id", "other_id").first()
    if sides is None:
        raise NotFound(what="overlap")
    lock.locked(sides)
    return overlaps.by_id(actor, overlap_id)


def _refuse_unlike(line: Line, other: Line) -> None:
    why = ""
    if line.measure_id == other.measure_id:
        why = "both are lines of one measure"
    elif line.budget_id is None or line.budget_id != other.budget_id:
        why = "they do not stand on one budget line of the chart"
    elif not (_is_plain(line) and _is_plain(other)):
        why = "one is no line of effect in money, month by month"
    else:
        names = ("currency", "effect_type", "recurrence")
        differing = [each for each in names if getattr(line, each) != getattr(other, each)]
        why = f"their {differing[0].replace('_', ' ')} differs" if differing else ""
    if why:
        raise OverlapUnlike(why=why)


def _is_plain(line: Line) -> bool:
    is_effect = line.nature == Nature.BENEFIT and line.unit == MONEY
    return is_effect and not line.is_level and line.decimals <= CENTS


def _refuse_secret(*measure_ids: int) -> None:
    if any(confidential.of(each) is not None for each in measure_ids):
        raise OverlapOfSecret


def _scaled(amounts: Mapping[Month, Decimal]) -> dict[Month, int]:
    """Return amounts in hundredths, those of 0 left out; Invalid."""
    months = {}
    for month, amount in amounts.items():
        scaled = amount.scaleb(CENTS)
        if month.fiscal_year not in YEARS:
            raise Invalid(field="month", problem="is out of the range of years.")
        if not scaled.is_finite() or scaled != scaled.to_integral_value():
            raise Invalid(field="amount", problem="enter at most two decimals.")
        if not 0 <= scaled < LARGEST_SCALED:
            raise Invalid(field="amount", problem="enter 0 or more.")
        if scaled:
            months[month] = int(scaled)
    years = {month.fiscal_year for month in months}
    if not years or max(years) - min(years) >= MOST_YEARS:
        raise Invalid(
            field="amount", problem=f"enter one month at least, within {MOST_YEARS} years."
        )
    return months


def _refuse_more_than_planned(months: Mapping[Month, int], *lines: Line) -> None:
    plans = series.by_line(series.current([each.pk for each in lines], [Series.PLAN]), Series.PLAN)
    scaled = [
        {
            year: tuple(
                None if each is None else each * 10 ** (CENTS - line.decimals) for each in row
            )
            for year, row in plans.get(line.pk, {}).items()
        }
        for line in lines
    ]
    over = beyond(months, scaled)
    if over:
        ground = periods.ground()
        names = ", ".join(ground.label(month) for month in over[:MONTHS_NAMED])
        more = len(over) - MONTHS_NAMED
        raise OverlapTooLarge(months=f"{names} and {more} more" if more > 0 else names)


def _reason(given: str) -> str:
    said = given.strip()
    if not said or len(said) > LONGEST_REASON:
        raise Invalid(field="reason", problem=f"say why, in 1 to {LONGEST_REASON} characters.")
    return said


def _person(actor: Actor) -> int:
    """Return who acts: Assay itself agrees to nothing."""
    if actor.member_id is None:
        raise NotAllowed(act=Permission.PROPOSE_OVERLAP.value)
    return actor.member_id
