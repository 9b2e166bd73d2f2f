"""Halvern's two years on an agenda: the pilot, the take-over, the months, and the turns of fate."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

from config.demo import (
    chronicle,
    keeping,
    looking,
    overlapping,
    pilot,
    planning,
    requests,
    running,
    second_thoughts,
    talking,
)
from config.demo import stories_of_change as change
from config.demo import stories_of_value as value
from config.demo.book import Book
from config.demo.halvern import HALVERN, LEADS, PORTFOLIO_OF, STEERING
from config.demo.halvern_bulk import CUT_OVER, portfolio
from config.demo.halvern_stories import STORIES
from config.demo.script import MeasureScript
from config.demo.sums import RUNNING, Ending, year_of
from config.demo.taking_over import take_over
from config.demo.timeline import SYSTEM, Agenda, Deed
from core.tenancy import Actor
from governance.rules import holds
from measures.rules.rate_file import RateEntry
from measures.rules.rates import RateKind
from measures.rules.stage import Lifecycle, Stage
from measures.services import rates
from steering.rules.levels import Decision
from steering.rules.triggers import TriggerCode
from steering.services.decisions import Choice

PLAN, OUTLOOK = 45_000_000, 41_200_000
BEHIND = Fraction(7, 10)  # what brings less than this part of its plan is red
CLOSED_ON = date(pilot.YEAR, 6, 22)

ENDINGS = {
    value.COMPRESSORS.code: Ending(Lifecycle.CLOSED, CLOSED_ON, Fraction(72, 72)),
    value.TRAVEL.code: Ending(Lifecycle.CLOSED, CLOSED_ON, Fraction(99, 135)),
    change.OSTRAVA.code: Ending(Lifecycle.CANCELLED, change.OSTRAVA_CANCELLED),
    change.SOLAR.code: Ending(Lifecycle.ON_HOLD, change.SOLAR_HELD),
}


def bulk() -> tuple[MeasureScript, ...]:
    """Return the generated measures that bring the whole to the demo's totals."""
    decided = pilot.DECIDED[Stage.DECIDED]
    sums = [
        year_of(
            each,
            ENDINGS.get(each.code, RUNNING),
            HALVERN,
            pilot.TODAY,
            decided,
        )
        for each in STORIES
    ]
    plan, outlook = (sum(each) // 100 for each in zip(*sums, strict=True))
    off = (
        overlapping.THIS_YEAR
    )  # of the plan and of the outlook, for both open months are as planned
    return keeping.renamed(portfolio(PLAN + off - plan, OUTLOOK + off - outlook))


def agenda_of(book: Book) -> Agenda:
    """Return everything that happens at Halvern until the morning on which the demo begins."""
    agenda = Agenda(book.company.setting.time_zone)
    others = bulk()
    for script in STORIES:
        lead = LEADS[PORTFOLIO_OF[script.package]]
        chronicle.passage(agenda, book, script, lead)
    agenda.add(
        CUT_OVER,
        9,
        book.company.administrator,
        lambda actor: take_over(book, others, CUT_OVER, actor),
    )
    chronicle.milestones(agenda, book, STORIES, pilot.PROPOSED)
    chronicle.milestones(agenda, book, others, CUT_OVER)
    everything = (*STORIES, *others)
    chronicle.months(agenda, book, everything, pilot.TODAY)
    chronicle.reports(agenda, book, everything)
    chronicle.reports_of(agenda, book, pilot.REPORTED_BEFORE, STORIES)
    _averages(agenda, book)
    _endings(agenda, book)
    requests.stand_in(agenda, book)
    for asking in requests.ASKING:
        requests.put_down(agenda, book, asking)
    _looks(agenda, book)
    _looks_at_others(agenda, book, others)
    talking.around(agenda, book)
    keeping.put_down(agenda, book, others)
    second_thoughts.put_down(agenda, book)
    overlapping.put_down(agenda, book)
    return agenda


def _averages(agenda: Agenda, book: Book) -> None:
    """Put down how the average rate of each month came to be known in the next."""
    for entry in book.company.setting.rates:
        if entry.kind == RateKind.ACTUAL:
            day = date(entry.fiscal_year, entry.period + 1, 3)  # months are the calendar's
            agenda.add(day, 8, book.company.administrator, _recording(entry))


def _recording(entry: RateEntry) -> Deed:
    def deed(actor: Actor) -> None:
        rates.record(actor=actor, entries=[entry], reason="Average of the central bank")

    return deed


def _looks(agenda: Agenda, book: Book) -> None:
    """Put down when workers looked, and the one decision that was taken in time."""
    agenda.add(CUT_OVER, 20, SYSTEM, looking.settle)
    agenda.add(pilot.MEETING, 20, SYSTEM, looking.sum_up)
    agenda.add(pilot.LOOKED, 7, SYSTEM, looking.look_at(book, STORIES))
    agenda.add(pilot.FORCED, 7, SYSTEM, looking.look_at(book, [value.PORTAL]))
    for day in pilot.CLIMBED:
        agenda.add(day, 7, SYSTEM, looking.let_climb)
    choice = Choice(
        Decision.ADJUST,
        "Scope cut to order entry and tracking; the pilot customers are connected by January.",
        until=pilot.LOOKED_AGAIN,
    )
    script = value.PORTAL
    deed = looking.decide(book, script, TriggerCode.MILESTONE_LATE, choice)
    agenda.add(pilot.LOOKED, 16, LEADS[PORTFOLIO_OF[script.package]], deed)


def _looks_at_others(agenda: Agenda, book: Book, others: Sequence[MeasureScript]) -> None:
    """Put down what workers had found in the days before, so that cases are of different age.

    Their owners had told the same in June: a case is about value or time, and not about silence.
    """
    behind = [each for each in others if _is_behind(each)]
    chronicle.reports_of(agenda, book, pilot.TOLD_IN_TIME, behind)
    for script in behind:
        deed = running.confirm_status(book, script)
        agenda.add(pilot.TOLD_IN_TIME, 15, script.owner, deed)
    for at, day in enumerate(pilot.FOUND):
        agenda.add(day, 7, SYSTEM, looking.look_at(book, behind[at :: len(pilot.FOUND) + 1]))
    agenda.add(pilot.FOUND[-1], 8, SYSTEM, looking.let_climb)


def _is_behind(script: MeasureScript) -> bool:
    """Tell whether a measure brings much less than planned, by what was claimed of it."""
    claimed = sum(sum(line.claims.values()) for line in script.lines)
    planned = sum(line.plan.get(month, 0) for line in script.lines for month in line.claims)
    return claimed < BEHIND * planned


def _endings(agenda: Agenda, book: Book) -> None:
    """Put down what ended, stopped, or waits for somebody."""
    for script, shortfall in (
        (value.COMPRESSORS, ""),
        (value.TRAVEL, "A quarter of the trips is still booked by assistants elsewhere."),
    ):
        agenda.add(CLOSED_ON, 8, script.owner, running.state_lines(book, script))
        agenda.add(CLOSED_ON, 9, script.owner, running.propose_closing(book, script))
        statement = "Three closed months agree with the ledger."
        deed = running.confirm_closing(book, script, statement, shortfall)
        agenda.add(CLOSED_ON, 13, script.controller, deed)
    travel = value.TRAVEL
    why = "Assistants keep their agencies this year; the rest is booked as leakage."
    agenda.add(CLOSED_ON, 15, travel.sponsor, running.countersign(book, travel, why))
    agenda.add(CLOSED_ON, 17, travel.controller, running.close(book, travel))
    why = "The roof budget of the year went to the paint shop."
    deed = running.hold(book, change.SOLAR, change.SOLAR_UNTIL, why)
    agenda.add(change.SOLAR_HELD, 10, change.SOLAR.sponsor, deed)
    why = "The works council and the night bonus leave too little of the effect."
    ending = holds.Ending(
        lessons="Talk to the works council before the shift plan, not after it.",
        ending="Three weekend shifts are worked again from July, and their premiums are paid.",
    )
    deed = running.cancel(book, change.OSTRAVA, change.OSTRAVA_SUNK, why, ending)
    agenda.add(change.OSTRAVA_CANCELLED, 10, STEERING[0], deed)
    erp = change.ERP
    agenda.add(change.ERP_REQUESTED, 10, erp.owner, planning.request(book, erp, change.ERP_DUE))
    agenda.add(change.ERP_VOTED, 14, erp.controller, planning.approve(book, erp))
    # One of the two who are needed: the committee has no quorum.
    agenda.add(change.ERP_VOTED, 15, STEERING[0], planning.approve_large(book, erp))
