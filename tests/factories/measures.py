"""Measures for tests, made through the services by the people whose acts they are."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from hierarchy.models import Node
from measures.models import ActualClaim, Line, Measure, MeasureStatus
from measures.queries import periods, series
from measures.rules.lines import EffectType, Nature, Recurrence, Series
from measures.rules.stage import Stage
from measures.services import claims, figures, lights, lines, milestones, proposals
from measures.services.figures import CellChange
from measures.services.lines import LineDraft
from measures.services.milestones import MilestoneDraft
from tests.factories import governance
from tests.factories.organizations import TestOrganization, an_organization

_numbers = itertools.count(1)
YEAR = 2026


@dataclass(frozen=True, slots=True)
class Subject:
    """A measure with its first line, and the people around it, each a different member."""

    organization: TestOrganization
    package: Node
    measure_id: int
    line_id: int

    def actor(self, role: Role | str) -> Actor:
        """Return owner, sponsor, controller, lead or another by role."""
        return self.organization.actor(role)

    def id_of(self, role: Role | str) -> int:
        """Return the member id of a role."""
        member_id = self.actor(role).member_id
        assert member_id is not None
        return member_id

    def measure(self) -> Measure:
        """Read the measure as it is now."""
        with tenancy.reading(self.actor("lead")):
            return Measure.objects.select_related("node").get(pk=self.measure_id)

    def line(self) -> Line:
        """Read the first line as it is now."""
        with tenancy.reading(self.actor("lead")):
            return Line.objects.get(pk=self.line_id)

    def row(self, kind: Series, year: int = YEAR) -> tuple[int | None, ...] | None:
        """Return the first line's current figures of a year, scaled; None without a version."""
        with tenancy.reading(self.actor("lead")):
            found = series.current([self.line_id], [kind])
        at = found.get(series.SeriesKey(self.line_id, kind, year))
        return None if at is None else at.row

    def versions(self) -> dict[tuple[int, Series, int], int]:
        """Return the version of every series, as a page that was just opened shows them."""
        with tenancy.reading(self.actor("lead")):
            ids = Line.objects.filter(measure_id=self.measure_id).values_list("pk", flat=True)
            return {tuple(key): at.version for key, at in series.current(ids).items()}

    def cells(
        self, kind: Series, months: Mapping[int, Decimal | int | None], year: int = YEAR
    ) -> list[CellChange]:
        """Return changes of the first line's cells by period."""
        return [
            CellChange(
                self.line_id, kind, year, period, None if amount is None else Decimal(amount)
            )
            for period, amount in months.items()
        ]

    def save(
        self,
        kind: Series,
        months: Mapping[int, Decimal | int | None],
        *,
        by: Role | str = "owner",
        year: int = YEAR,
    ) -> None:
        """Save cells of the first line from a page that was just opened."""
        figures.save(
            actor=self.actor(by),
            measure_id=self.measure_id,
            cells=self.cells(kind, months, year),
            versions=self.versions(),
        )

    def claim(self, period: int, amount: Decimal | int, year: int = YEAR) -> ActualClaim:
        """Claim a month of the first line as the owner."""
        return claims.claim(
            actor=self.actor("owner"),
            line_id=self.line_id,
            fiscal_year=year,
            period=period,
            amount=Decimal(amount),
        )

    def approve(self, *waiting: ActualClaim) -> None:
        """Approve claims as the controller."""
        claims.approve(actor=self.actor("controller"), claim_ids=[each.pk for each in waiting])

    def judged(self) -> MeasureStatus:
        """Judge both lights as the drain would, and return what is stored."""
        with tenancy.acting(tenancy.system(self.organization.id)):
            today = periods.ground().today
            lights.recompute([self.measure_id], today)
            return MeasureStatus.objects.get(measure_id=self.measure_id)

    def case(self) -> governance.Case:
        """Return the measure as the factory of governance knows it."""
        return governance.Case(self.organization, self.measure_id, self.line_id)


def a_line_draft(name: str = "Freight", **changes: object) -> LineDraft:
    """Return a recurring hard benefit in money, complete from April of YEAR."""
    fields: dict[str, object] = {
        "name": name,
        "nature": Nature.BENEFIT,
        "effect_type": EffectType.HARD,
        "recurrence": Recurrence.RECURRING,
        "full_effect_on": date(YEAR, 4, 1),
    }
    return LineDraft(**(fields | changes))


def a_proposal(organization: TestOrganization | None = None) -> Subject:
    """Propose a measure at Defined with nobody named and one line without figures."""
    organization = organization or an_organization()
    package = organization.branch(f"Branch {next(_numbers):05}").package
    measure = proposals.propose(
        actor=organization.actor("owner"),
        package_id=package.pk,
        name=f"Measure {next(_numbers):05}",
        description="Freight lanes are tendered anew.",
        effect_type=EffectType.HARD,
        size=Decimal(120000),
    )
    line = lines.add(actor=organization.actor("lead"), measure_id=measure.pk, draft=a_line_draft())
    return Subject(organization, package, measure.pk, line.pk)


def a_planned_measure(
    organization: TestOrganization | None = None,
    plan: Mapping[int, Decimal | int | None] | None = None,
) -> Subject:
    """Propose a measure, name its people, plan 10,000 a month from April, and one milestone."""
    subject = a_proposal(organization)
    proposals.name_people(
        actor=subject.actor("lead"),
        measure_id=subject.measure_id,
        version=1,
        owner_id=subject.id_of("owner"),
        sponsor_id=subject.id_of("sponsor"),
        controller_id=subject.id_of("controller"),
    )
    months = dict.fromkeys(range(4, 13), 10000) if plan is None else plan
    subject.save(Series.PLAN, months)
    subject.save(Series.BASELINE, months)
    milestones.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=MilestoneDraft(
            name="Carriers chosen", plan_end=date(YEAR, 12, 1), owner_id=subject.id_of("owner")
        ),
    )
    return subject


def a_decided_measure(
    organization: TestOrganization | None = None,
    plan: Mapping[int, Decimal | int | None] | None = None,
    stage: Stage = Stage.DECIDED,
    committee: Sequence[Actor] = (),
) -> Subject:
    """Take a planned measure to Decided (or beyond), its forecast seeded with the plan.

    A large one is decided by a committee as well.
    """
    subject = a_planned_measure(organization, plan)
    case, at = subject.case(), Stage.DEFINED
    while at < stage:
        voting = committee if at is Stage.DETAILED else ()
        at = governance.pass_next_gate(case, *voting, at=at)
        if at is Stage.DECIDED:
            with tenancy.acting(subject.actor("controller")):
                figures.seed_forecast(case.measure())
    return subject
