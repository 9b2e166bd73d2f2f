"""Forced decisions for tests: a measure that costs more than it will bring, and what follows."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from governance.models import ForcedDecision
from measures.rules.lines import Direction, Nature, Recurrence, Series
from measures.rules.stage import Stage
from measures.services import figures, lines
from measures.services.figures import CellChange
from steering.services import clock
from tests.factories import governance
from tests.factories.measures import YEAR, Subject, a_line_draft, a_planned_measure
from tests.factories.organizations import TestOrganization

LARGE = 250_000  # of one-time cost: from here on the committee decides
DECIDED_ON = (2026, 7, 2, 9)  # a Thursday


def a_costly_measure(
    clock_at, organization: TestOrganization | None = None, one_time: int = 5000
) -> Subject:
    """Decide a measure that wins 10,000 a month and spends `one_time` a month until December."""
    clock_at(*DECIDED_ON)
    subject = a_planned_measure(organization)
    cost = lines.add(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        draft=a_line_draft(
            "Machines",
            nature=Nature.ONE_TIME,
            recurrence=Recurrence.ONE_OFF,
            direction=Direction.LESS,
            full_effect_on=None,
        ),
    )
    for series, amount in ((Series.PLAN, one_time), (Series.BASELINE, 0)):
        _save(subject, cost.pk, series, dict.fromkeys(range(7, 13), amount))
    case = subject.case()
    while case.measure().stage < Stage.DECIDED:
        is_large = case.measure().stage == Stage.DETAILED and 6 * one_time >= LARGE
        governance.pass_next_gate(case, *(_committee(subject) if is_large else []))
    with tenancy.acting(subject.actor("controller")):
        figures.seed_forecast(case.measure())
    return Subject(subject.organization, subject.package, subject.measure_id, subject.line_id)


def _committee(subject: Subject) -> list[Actor]:
    """Return two members of the steering committee, as many as the default scheme wants."""
    second = subject.organization.newcomer("Second Member")
    subject.organization.seat(second, Role.STEERING)
    return [subject.actor("steering"), second]


def cost_line(subject: Subject) -> int:
    """Return the id of the line that costs."""
    with tenancy.reading(subject.actor("lead")):
        found: int = subject.measure().lines.get(nature="one_time").pk
        return found


def forecast_cost(subject: Subject, months: Mapping[int, int]) -> None:
    """Give another forecast of the cost, as the owner."""
    _save(subject, cost_line(subject), Series.FORECAST, months)


def _save(subject: Subject, line_id: int, series: Series, months: Mapping[int, int]) -> None:
    figures.save(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        cells=[
            CellChange(line_id, series, YEAR, month, Decimal(each))
            for month, each in months.items()
        ],
        versions=subject.versions(),
    )


def a_zombie(clock_at, **options) -> Subject:
    """Let the value of a costly measure go: 1,000 a month to gain for 5,000 to spend."""
    subject = a_costly_measure(clock_at, **options)
    subject.save(Series.FORECAST, dict.fromkeys(range(7, 13), 1000))
    return subject


def a_day_begins(subject: Subject) -> None:
    """Judge the lights as the new day asks, and let steering's clock run."""
    subject.judged()
    clock.run(actor=tenancy.system(subject.organization.id))


def forced_on(subject: Subject) -> list[ForcedDecision]:
    """Return the forced decisions of a measure, oldest first."""
    with tenancy.reading(tenancy.system(subject.organization.id)):
        rows = ForcedDecision.objects.filter(measure_id=subject.measure_id)
        return list(rows.order_by("pk"))


def a_forced_decision(clock_at, **options) -> tuple[Subject, ForcedDecision]:
    """Let the system find a zombie on the day it was decided, a Thursday; due next Thursday."""
    subject = a_zombie(clock_at, **options)
    a_day_begins(subject)
    (found,) = forced_on(subject)
    return subject, found


DUE_ON = date(2026, 7, 9)
