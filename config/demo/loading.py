"""Loads the demo: founds each organization, lets its history happen, and brings roll-ups up."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from config.demo import history, hospital, looking
from config.demo.book import Book
from config.demo.founding import Company, found
from config.demo.halvern import HALVERN
from config.demo.halvern_targets import TARGETS
from config.demo.script import Setting
from config.demo.timeline import SYSTEM, Agenda, DemoClock
from core import queue, tenancy
from measures.models.target import Horizon
from measures.rules.rates import RateKind
from measures.services import rates, targets

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


TALES = (
    Tale(HALVERN, history.agenda_of, TARGETS, "Claire Dumont"),
    Tale(hospital.SETTING, hospital.agenda_of, hospital.TARGETS, "Andreas Keel"),
)


def load(clock: DemoClock, tell: Tell) -> list[Company]:
    """Load every organization; afterwards the clock stands at the morning on which a visit begins.

    Nothing is woken meanwhile: what workers would do after each act is done once at the end.
    """
    with queue.unheard():
        companies = [_told(tale, clock, tell) for tale in TALES]
    for company in companies:
        clock.set(_morning(company.setting, BEGINS_ON))
    return companies


def _told(tale: Tale, clock: DemoClock, tell: Tell) -> Company:
    tell(f"{tale.setting.name}: founded")
    clock.set(_morning(tale.setting, FOUNDED))
    company = found(tale.setting)
    _aim(company, tale)
    _rate(company)
    told: list[str] = []
    tale.agenda_of(Book(company)).carry_out(
        clock, company.actors, lambda day: _tell_month(tale, day, told, tell)
    )
    tell(f"{tale.setting.name}: roll-ups, lights and escalations of the first morning")
    clock.set(_morning(tale.setting, BEGINS_ON))
    looking.settle(company.actors[SYSTEM])
    return company


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


def _rate(company: Company) -> None:
    """Record what is known at the founding: the rates of the budget."""
    giver = company.actors[company.administrator]
    known = [each for each in company.setting.rates if each.kind != RateKind.ACTUAL]
    if known:
        rates.record(actor=giver, entries=known, reason="Rates of the budget")


def _tell_month(tale: Tale, day: date, told: list[str], tell: Tell) -> None:
    """Say once a month how far the history has come."""
    label = f"{day:%B %Y}"
    if label not in told:
        told.append(label)
        tell(f"{tale.setting.name}: {label}")
