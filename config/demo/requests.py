"""Measures of the pilot whose gate Decided is asked for, and the votes that still wait."""

from dataclasses import dataclass, replace
from datetime import date

from accounts.rules.roles import Role
from config.demo import planning
from config.demo.book import Book
from config.demo.halvern import PROCUREMENT, SPONSORS
from config.demo.pilot import YEAR, K, benefit, cost, month, story
from config.demo.script import MeasureScript, MilestoneScript, flat
from config.demo.timeline import Agenda
from core.tenancy import Actor
from hierarchy.services import deputies
from hierarchy.services.deputies import StandingIn
from measures.rules.calendar import Month
from measures.rules.stage import Stage


@dataclass(frozen=True, slots=True)
class Asking:
    """A measure at Detailed with the days on which Decided is asked for, due, and voted on.

    `controller_on` is the day on which the controller voted; None while that vote waits too.
    `deputy_on` is the day on which somebody voted for the sponsor, who is on leave.
    """

    script: MeasureScript
    asked_on: date
    due_on: date
    controller_on: date | None = None
    deputy_on: date | None = None


def _detailed(
    script: MeasureScript, proposed: date, identified: date, detailed: date
) -> MeasureScript:
    return replace(
        script,
        gates={Stage.IDENTIFIED: identified, Stage.DETAILED: detailed},
        proposed_on=proposed,
        stage=Stage.DETAILED,
        reported_on=None,
    )


def _year_from(first: int, monthly: int) -> dict[Month, int]:
    """Return the same amount for the twelve months from one of YEAR on."""
    begins = month(first)
    return flat(begins, begins.plus(11), monthly)


CASTINGS = _detailed(
    story(
        15,
        "Castings from two foundries",
        "Castings and forgings",
        "Pump housings are cast by two foundries in turn instead of one.",
        size=624 * K,
        lines=(
            replace(benefit("Casting prices", 10, 52 * K, {}), plan=_year_from(10, 52 * K)),
            cost("Patterns", {month(8): 140 * K, month(9): 60 * K}, {}),
        ),
        milestones=(
            MilestoneScript("Second foundry approved", date(YEAR, 8, 28)),
            MilestoneScript("Half of the volume moved", date(YEAR, 11, 27)),
        ),
    ),
    date(YEAR, 3, 2),
    date(YEAR, 3, 9),
    date(YEAR, 5, 11),
)
REGRIND = _detailed(
    story(
        16,
        "Regrind in plastic covers",
        "Plastics and resins",
        "Covers carry a third of regrind from the plants' own scrap.",
        size=276 * K,
        lines=(replace(benefit("Resin", 9, 23 * K, {}), plan=_year_from(9, 23 * K)),),
        milestones=(
            MilestoneScript("Colour approved by design", date(YEAR, 7, 31)),
            MilestoneScript("Mixers in three plants", date(YEAR, 9, 18)),
        ),
        owner=1,
    ),
    date(YEAR, 3, 16),
    date(YEAR, 3, 24),
    date(YEAR, 5, 19),
)
SEA_FREIGHT = _detailed(
    story(
        17,
        "Full containers from Asia",
        "Sea and air freight",
        "Orders of four plants share containers; a forwarder packs them in Ningbo.",
        size=408 * K,
        lines=(replace(benefit("Sea freight", 10, 34 * K, {}), plan=_year_from(10, 34 * K)),),
        milestones=(
            MilestoneScript("Forwarder contracted", date(YEAR, 8, 14)),
            MilestoneScript("First shared sailing", date(YEAR, 10, 2)),
        ),
    ),
    date(YEAR, 4, 6),
    date(YEAR, 4, 13),
    date(YEAR, 6, 2),
)

ASKING = (
    Asking(CASTINGS, date(YEAR, 6, 24), date(YEAR, 7, 10)),
    Asking(REGRIND, date(YEAR, 6, 22), date(YEAR, 7, 6), controller_on=date(YEAR, 6, 30)),
    Asking(SEA_FREIGHT, date(YEAR, 7, 2), date(YEAR, 7, 17), deputy_on=date(YEAR, 7, 7)),
)


# The sponsor of Procurement is away for a fortnight, and another one stands in.
ON_LEAVE, STANDS_IN = SPONSORS[PROCUREMENT]
LEAVE = (date(YEAR, 7, 6), date(YEAR, 7, 17))


def stand_in(agenda: Agenda, book: Book) -> None:
    """Put down that the sponsor on leave has named a deputy before going."""
    first, last = LEAVE

    def deed(actor: Actor) -> None:
        wanted = StandingIn(
            principal_id=book.company.member(ON_LEAVE),
            deputy_id=book.company.member(STANDS_IN),
            role=Role.SPONSOR,
            node_id=book.company.nodes[PROCUREMENT],
            first_on=first,
            last_on=last,
            reason="On leave until 17 July.",
        )
        deputies.name(actor=actor, wanted=wanted)

    agenda.add(date(YEAR, 7, 2), 16, ON_LEAVE, deed)


def put_down(agenda: Agenda, book: Book, asking: Asking) -> None:
    """Put down the request and the vote that was given."""
    script = asking.script
    agenda.add(asking.asked_on, 10, script.owner, planning.request(book, script, asking.due_on))
    if asking.controller_on is not None:
        agenda.add(asking.controller_on, 14, script.controller, planning.approve(book, script))
    if asking.deputy_on is not None:
        reason = "The price is fixed until March; Martin knows the contract."
        deed = planning.approve(book, script, reason)
        agenda.add(asking.deputy_on, 11, STANDS_IN, deed, acting_for=script.sponsor)
