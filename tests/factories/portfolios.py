"""A small running portfolio for pages: three portfolios of two programs, told month by month."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from accounts.rules.roles import Role
from core import tenancy
from hierarchy.models import Node
from measures.rules.lines import Series
from tests.clock import ClockAt
from tests.factories.measures import YEAR, Subject, a_decided_measure, a_planned_measure
from tests.factories.organizations import Branch, TestOrganization, an_organization
from tests.factories.reporting import drained
from tests.factories.sharing import shared

NAMES = {
    "Procurement": ("Direct materials", "Logistics"),
    "Operations": ("Plant productivity", "Energy"),
    "Product and complexity": ("Variant reduction", "Design to cost"),
}
SIZES = (36_000, 84_000, 150_000, 300_000, 720_000, 1_500_000)
LARGE = 500_000  # of run-rate: from here on the committee decides
REACHED = (50, 80, 95, 100, 105)  # percent of plan
TODAY = (YEAR, 7, 8, 9)


@dataclass(frozen=True, slots=True)
class OnePackage(TestOrganization):
    """An organization whose next branch is a package that stands already."""

    chosen: list[Node] = field(default_factory=list)

    def branch(self, name: str = "") -> Branch:
        """Return the package chosen last, whatever the name."""
        del name
        return Branch(self.root, self.root, self.root, self.chosen[-1])


@dataclass(frozen=True, slots=True)
class Portfolio:
    """An organization with packages and measures below them, its roll-ups drained."""

    organization: TestOrganization
    packages: tuple[Node, ...]
    decided: tuple[Subject, ...]
    now: datetime


def a_portfolio(clock_at: ClockAt, *, measures: int = 4, seed: int = 3) -> Portfolio:
    """Build a portfolio from January to 8 July; `measures` in each of six packages."""
    chance = random.Random(seed)
    clock_at(YEAR, 1, 12, 9)
    founded = an_organization()
    organization = OnePackage(founded.id, founded.slug, founded.root, founded.actors)
    packages = _packages(organization)
    second = organization.newcomer("Second Member")
    organization.seat(second, Role.STEERING)
    committee = [organization.actor("steering"), second]
    decided = []
    for package in packages:
        organization.chosen.append(package)
        for number in range(measures):
            size = chance.choice(SIZES)
            plan = dict.fromkeys(range(4, 13), size // 12)
            if number % 4 == 3:
                a_planned_measure(organization, plan)
            else:
                voters = committee if size >= LARGE else []
                decided.append(a_decided_measure(organization, plan, committee=voters))
    for month in (4, 5):
        clock_at(YEAR, month + 1, 4, 9)
        _claims(decided, month, chance)
    now = clock_at(*TODAY)
    for subject in decided:
        _forecast(subject, chance)
    drained(organization)
    return Portfolio(organization, tuple(packages), tuple(decided), now)


def _packages(organization: TestOrganization) -> list[Node]:
    found = []
    with tenancy.acting(organization.actor("administrator")):
        for number, (name, programs) in enumerate(NAMES.items(), start=1):
            portfolio = organization.add(organization.root, name, f"P{number}")
            for program in programs:
                below = organization.add(organization.add(portfolio, program), f"{program}, wave 1")
                found.append(organization.add(below, f"{program} package"))
    return found


def _monthly(subject: Subject) -> int:
    row = subject.row(Series.PLAN)
    assert row is not None
    return (row[3] or 0) // 100


def _claims(subjects: list[Subject], month: int, chance: random.Random) -> None:
    for subject in subjects:
        claim = subject.claim(month, _monthly(subject) * chance.choice(REACHED) // 100)
        if month == 4 or chance.random() < 0.7:
            subject.approve(claim)


def _forecast(subject: Subject, chance: random.Random) -> None:
    amount = _monthly(subject) * chance.choice((55, 80, 95, 100, 110)) // 100
    subject.save(Series.FORECAST, dict.fromkeys(range(7, 13), amount))
    if chance.random() < 0.6:
        subject.claim(6, amount)


def the_portfolio(clock_at: ClockAt) -> Portfolio:
    """Return the portfolio that tests which only look share, on its day; built once a process."""
    made = shared(a_portfolio, clock_at)
    clock_at(*TODAY)
    return made
