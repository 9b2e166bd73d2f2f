"""Halvern's two years on an agenda: the pilot, the take-over, the months, and the turns of fate."""

from datetime import date
from fractions import Fraction

from config.demo import chronicle, planning, running
from config.demo import halvern_stories as stories
from config.demo.book import Book
from config.demo.halvern import HALVERN, LEADS, PORTFOLIO_OF, STEERING
from config.demo.halvern_bulk import CUT_OVER, portfolio
from config.demo.script import MeasureScript
from config.demo.sums import RUNNING, Ending, year_of
from config.demo.taking_over import take_over
from config.demo.timeline import Agenda
from measures.rules.stage import Lifecycle, Stage

PLAN, OUTLOOK = 45_000_000, 41_200_000
CLOSED_ON = date(stories.YEAR, 6, 22)

ENDINGS = {
    stories.COMPRESSORS.code: Ending(Lifecycle.CLOSED, CLOSED_ON, Fraction(72, 72)),
    stories.TRAVEL.code: Ending(Lifecycle.CLOSED, CLOSED_ON, Fraction(99, 135)),
    stories.OSTRAVA.code: Ending(Lifecycle.CANCELLED, stories.OSTRAVA_CANCELLED),
    stories.SOLAR.code: Ending(Lifecycle.ON_HOLD, stories.SOLAR_HELD),
}


def bulk() -> tuple[MeasureScript, ...]:
    """Return the generated measures that bring the whole to the demo's totals."""
    decided = stories.DECIDED[Stage.DECIDED]
    sums = [
        year_of(
            each,
            ENDINGS.get(each.code, RUNNING),
            HALVERN,
            stories.TODAY,
            decided,
        )
        for each in stories.STORIES
    ]
    plan, outlook = (sum(each) // 100 for each in zip(*sums, strict=True))
    return portfolio(PLAN - plan, OUTLOOK - outlook)


def agenda_of(book: Book) -> Agenda:
    """Return everything that happens at Halvern until the morning on which the demo begins."""
    agenda = Agenda(book.company.setting.time_zone)
    others = bulk()
    for script in stories.STORIES:
        lead = LEADS[PORTFOLIO_OF[script.package]]
        chronicle.passage(agenda, book, script, lead)
    agenda.add(
        CUT_OVER,
        9,
        book.company.administrator,
        lambda actor: take_over(book, others, CUT_OVER, actor),
    )
    chronicle.milestones(agenda, book, stories.STORIES, stories.PROPOSED)
    chronicle.milestones(agenda, book, others, CUT_OVER)
    everything = (*stories.STORIES, *others)
    chronicle.months(agenda, book, everything, stories.TODAY)
    chronicle.reports(agenda, book, everything)
    _endings(agenda, book)
    return agenda


def _endings(agenda: Agenda, book: Book) -> None:
    """Put down what ended, stopped, or waits for somebody."""
    for script, shortfall in (
        (stories.COMPRESSORS, ""),
        (stories.TRAVEL, "A quarter of the trips is still booked by assistants elsewhere."),
    ):
        agenda.add(CLOSED_ON, 9, script.owner, running.propose_closing(book, script))
        statement = "Three closed months agree with the ledger."
        deed = running.confirm_closing(book, script, statement, shortfall)
        agenda.add(CLOSED_ON, 15, script.controller, deed)
    why = "The roof budget of the year went to the paint shop."
    deed = running.hold(book, stories.SOLAR, stories.SOLAR_UNTIL, why)
    agenda.add(stories.SOLAR_HELD, 10, stories.SOLAR.sponsor, deed)
    why = "The works council and the night bonus leave too little of the effect."
    deed = running.cancel(book, stories.OSTRAVA, stories.OSTRAVA_SUNK, why)
    agenda.add(stories.OSTRAVA_CANCELLED, 10, STEERING[0], deed)
    erp = stories.ERP
    agenda.add(
        stories.ERP_REQUESTED, 10, erp.owner, planning.request(book, erp, stories.ERP_DUE)
    )
    agenda.add(stories.ERP_VOTED, 14, erp.controller, planning.approve(book, erp))
