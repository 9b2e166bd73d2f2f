"""Two packaging measures on one budget line: its chart, its budget, and what they overlap in."""

from datetime import date
from decimal import Decimal

from config.demo import stories_of_change as change
from config.demo.book import Book
from config.demo.halvern import GROUP_CONTROLLER
from config.demo.pilot import JULY, LAST, YEAR, month
from config.demo.script import flat
from config.demo.timeline import Agenda, Deed
from core.tenancy import Actor
from measures.rules.budget_file import FileKind
from measures.services import budget, overlaps

PROPOSED_BY = "Petra Vogel"  # the lead of the whole sees both
IMPORTED_ON, PROPOSED_ON, CONFIRMED_ON = date(2025, 11, 6), date(2025, 11, 18), date(2025, 11, 20)
A_MONTH = 350_000  # budgeted for packaging
CHART = (
    "code,name,kind,account,cost_centre,node,currency,variable_share\n"
    f"{change.PACKAGING_LINE},Packaging material,cost,621000,,,EUR,\n"
)
BUDGET = "code,fiscal_year,period,amount,volume\n" + "".join(
    f"{change.PACKAGING_LINE},{year},{period},{A_MONTH}.00,\n"
    for year in (YEAR, YEAR + 1)
    for period in range(1, 13)
)
# 140 k in the twelve months from the later full effect, as both plans have it.
AMOUNTS = {**flat(JULY, LAST, 11_667), month(6, YEAR + 1): 11_663}
THIS_YEAR = sum(amount for at, amount in AMOUNTS.items() if at.fiscal_year == YEAR)


def put_down(agenda: Agenda, book: Book) -> None:
    """Put down the import of the budget, and the agreement before both were decided."""
    for kind, text in ((FileKind.CHART, CHART), (FileKind.BUDGET, BUDGET)):
        agenda.add(IMPORTED_ON, 9, GROUP_CONTROLLER, _imported(kind, text))
    one, other = change.PACKAGING_SPECIFICATION, change.PACKAGING_BUNDLING
    agenda.add(PROPOSED_ON, 10, PROPOSED_BY, _proposed(book))
    agenda.add(CONFIRMED_ON, 10, other.sponsor, _confirmed(book))
    agenda.add(CONFIRMED_ON, 14, one.controller, _confirmed(book))


def _imported(kind: FileKind, text: str) -> Deed:
    def deed(actor: Actor) -> None:
        budget.import_file(actor=actor, kind=kind, text=text, reason="Budget round")

    return deed


def _proposed(book: Book) -> Deed:
    def deed(actor: Actor) -> None:
        one, other = (
            book.of(each).line(each.lines[0])
            for each in (change.PACKAGING_SPECIFICATION, change.PACKAGING_BUNDLING)
        )
        made = overlaps.propose(
            actor=actor,
            line_id=one,
            other_line_id=other,
            amounts={at: Decimal(amount) for at, amount in AMOUNTS.items()},
            reason="Cartons that are no longer bought cannot be bought more cheaply.",
        )
        book.overlaps.append(made.pk)

    return deed


def _confirmed(book: Book) -> Deed:
    def deed(actor: Actor) -> None:
        overlaps.confirm(actor=actor, overlap_id=book.overlaps[-1])

    return deed
