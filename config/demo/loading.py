"""Loads the demo: founds each organization, lets its history happen, and brings roll-ups up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from config.demo import history
from config.demo.book import Book
from config.demo.founding import Company, found
from config.demo.halvern import HALVERN
from config.demo.halvern_targets import TARGETS
from config.demo.script import Setting
from config.demo.timeline import Agenda, DemoClock
from core import queue, tenancy
from measures.models.target import Horizon
from measures.services import targets
from reporting.services import day as days
from reporting.services import drain
from steering.services import clock as steering

FOUNDED = date(2025, 10, 20)
BEGINS_ON, BEGINS_AT = date(2026, 7, 8), time(9)
FISCAL_YEAR = 2026

Tell = Callable[[str], None]
Targets = Mapping[str, Mapping[Horizon, int]]


@dataclass(frozen=True, slots=True)
class Tale:
    """What happens in one organization, and what is aimed at there by whom."""

    setting: Setting
    agenda_of: Callable[[Book], Agenda]
    targets: Targets
    target_giver: str


TALES = (Tale(HALVERN, history.agenda_of, TARGETS, "Claire Dumont"),)


def load(clock: DemoClock, tell: Tell) -> list[Company]:
    """Load every organization; afterwards the clock stands at the morning on which a visit begins.

    Nothing is woken meanwhile: what workers would do after each act is done once at the end.
    """
    companies = []
    with queue.unheard():
        for tale in TALES:
            tell(f"{tale.setting.name}: founded")
            clock.set(_morning(tale.setting, FOUNDED))
            company = found(tale.setting)
            _aim(company, tale)
            months: list[str] = []
            tale.agenda_of(Book(company)).carry_out(
                clock, company.actors, lambda day: _tell_month(tale, day, months, tell)
            )
            clock.set(_morning(tale.setting, BEGINS_ON))
            tell(f"{tale.setting.name}: roll-ups and lights")
            settle(company)
            companies.append(company)
    return companies


def settle(company: Company) -> None:
    """Do what workers do when a day begins: roll-ups, lights, escalations, and roll-ups again."""
    system = tenancy.system(company.organization_id)
    days.turn(actor=system)
    drain.drain_all(actor=system)
    steering.run(actor=system)
    drain.drain_all(actor=system)


def _morning(setting: Setting, day: date) -> datetime:
    return datetime.combine(day, BEGINS_AT, ZoneInfo(setting.time_zone))


def _aim(company: Company, tale: Tale) -> None:
    giver = company.actors[tale.target_giver]
    with tenancy.acting(giver):
        for node, aims in tale.targets.items():
            for horizon, amount in aims.items():
                targets.set_target(
                    actor=giver,
                    node_id=company.nodes[node],
                    horizon=horizon,
                    fiscal_year=FISCAL_YEAR,
                    amount=Decimal(amount),
                )


def _tell_month(tale: Tale, day: date, told: list[str], tell: Tell) -> None:
    """Say once a month how far the history has come."""
    label = f"{day:%B %Y}"
    if label not in told:
        told.append(label)
        tell(f"{tale.setting.name}: {label}")
