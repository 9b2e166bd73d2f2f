"""The hold a measure is under, how high a person decides about it, and what flows of it."""

from django.db import connection

from accounts.queries import people
from core import tenancy
from governance.models import Leakage, LeakageCause, LifecycleDecision, Restoration
from governance.rules.holds import BY_NAME, BY_SEAT, Held, Move, Rank
from hierarchy.models import Node
from hierarchy.queries import seats
from hierarchy.rules.levels import Level
from measures.models import Measure
from measures.queries import periods


def current(measure_id: int) -> Held | None:
    """Return the latest hold of a measure with its extension; None if it was never held."""
    holds = LifecycleDecision.objects.filter(measure_id=measure_id, act=Move.HOLD.value)
    began = holds.order_by("-pk").first()
    if began is None:
        return None
    extensions = LifecycleDecision.objects.filter(
        measure_id=measure_id, act=Move.EXTEND.value, pk__gt=began.pk
    )
    extended = extensions.order_by("-pk").first()
    latest = began if extended is None else extended
    day = periods.ground().day_of(began.decided_at)
    return Held(
        people=frozenset(
            each for each in (latest.decided_by_id, latest.decided_for_id) if each is not None
        ),
        rank=Rank(latest.level),
        since=day,
        until=latest.expires_on or day,
        was_extended=extended is not None,
    )


def rank(measure: Measure, member_id: int) -> Rank:
    """Return how high a member decides about a measure, by seats and as named on it."""
    places = Node.objects.filter(pk__in=[measure.node_id, *measure.node.ancestor_ids])
    by_seat = [
        each
        for seat in seats.in_force(places)
        if seat.member_id == member_id
        for role, levels, each in BY_SEAT
        if seat.role == role and Level(seat.node.level) in levels
    ]
    named = {"sponsor": measure.sponsor_id, "controller": measure.controller_id}
    by_name = [each for role, each in BY_NAME.items() if named[role.value] == member_id]
    return max([Rank.NONE, *by_seat, *by_name])


def flows(measure_id: int) -> bool:
    """Return whether approved actuals show a recurring effect that flows still."""
    return _asked("assay_effect_flows", measure_id)


def is_rephased(measure_id: int) -> bool:
    """Return whether sponsor and controller confirmed exactly the forecast given now as delayed."""
    return _asked("assay_is_rephased", measure_id)


def cancellation(measure_id: int) -> LifecycleDecision | None:
    """Return the latest cancellation or rejection of a measure."""
    acts = [Move.CANCEL.value, Move.REJECT.value]
    found = LifecycleDecision.objects.filter(measure_id=measure_id, act__in=acts)
    return found.order_by("-pk").first()


def restoration(cancellation_id: int) -> Restoration | None:
    """Return the proposal to take a cancellation back, if there is one."""
    return Restoration.objects.filter(cancellation_id=cancellation_id).first()


def proposed_by(proposal: Restoration) -> str:
    """Return who proposed to take a cancellation back, and for whom where it was a deputy."""
    names = people.names_of({proposal.proposed_by_id, proposal.decided_for_id})
    return people.written(names, proposal.proposed_by_id, proposal.decided_for_id)


def held_over(measure_id: int) -> list[Leakage]:
    """Return what holds cost fiscal years that are over, by year and line."""
    rows = Leakage.objects.filter(measure_id=measure_id, cause=LeakageCause.HOLD)
    return list(rows.select_related("line").order_by("fiscal_year", "line_id"))


def _asked(function: str, measure_id: int) -> bool:
    """Ask the database, which judges by the same function when it guards."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {function}(%s, %s)",
            [tenancy.current_organization_id(), measure_id],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
