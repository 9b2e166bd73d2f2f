"""What people of Halvern say around their measures: risks, remarks, who waits for whom."""

from datetime import date

from config.demo import stories_of_change as change
from config.demo import stories_of_value as value
from config.demo.book import Book
from config.demo.halvern import CONTROLLERS, OPERATIONS, PROCUREMENT
from config.demo.pilot import YEAR
from config.demo.script import MeasureScript
from config.demo.timeline import Agenda, Deed
from core.tenancy import Actor
from governance.models import TakeOver
from governance.services import takeover
from measures.models.register import Grade
from measures.services import comments, dependencies, risks
from measures.services.risks import RiskDraft

CONFIRMED_ON = date(YEAR, 1, 14)

REMARKS = (
    (date(YEAR, 4, 10), value.STEEL.controller, value.STEEL,
     "The new mill's price holds, but only a sixth of the volume has moved."),
    (date(YEAR, 6, 9), value.STEEL.owner, value.STEEL,
     "Two plants still wait for the customer's release of the new coil."),
    (date(YEAR, 6, 9), value.FREIGHT.owner, value.FREIGHT,
     "Spot rates to Italy were above the contract in May; the carrier has been changed."),
    (date(YEAR, 6, 10), value.PORTAL.sponsor, value.PORTAL,
     "I will not ask for more money before one pilot customer orders in the portal."),
    (date(YEAR, 5, 21), change.ERP.owner, change.ERP,
     "The sponsor's vote is missing since the committee did not meet."),
)  # fmt: skip
RISKS = (
    (value.STEEL, "Customers do not release the new coil", Grade.HIGH, Grade.HIGH,
     "Samples are at the three largest customers."),
    (value.FREIGHT, "A carrier gives lanes back", Grade.MEDIUM, Grade.MEDIUM,
     "Second carrier named for every lane."),
    (change.CYBER, "Old machines do not tolerate the new network", Grade.MEDIUM, Grade.HIGH,
     "Tested on a weekend before each plant."),
)  # fmt: skip


def around(agenda: Agenda, book: Book) -> None:
    """Put down what is said around the measures."""
    for area in (PROCUREMENT, OPERATIONS):
        agenda.add(CONFIRMED_ON, 10, CONTROLLERS[area], confirm_take_over)
    for day, who, script, text in REMARKS:
        agenda.add(day, 16, who, _remark(book, script, text))
    for script, title, likelihood, impact, mitigation in RISKS:
        draft = RiskDraft(title=title, likelihood=likelihood, impact=impact, mitigation=mitigation)
        agenda.add(date(YEAR, 2, 11), 16, script.owner, _risk(book, script, draft))
    _dependency(agenda, book)


def confirm_take_over(actor: Actor) -> None:
    """Confirm as controller whatever was taken over and names the actor so."""
    taken = TakeOver.objects.filter(measure__controller_id=actor.member_id)
    takeover.confirm(actor=actor, take_over_ids=list(taken.values_list("pk", flat=True)))


def _remark(book: Book, script: MeasureScript, text: str) -> Deed:
    def deed(actor: Actor) -> None:
        comments.add(actor=actor, measure_id=book.of(script).measure_id, text=text)

    return deed


def _risk(book: Book, script: MeasureScript, draft: RiskDraft) -> Deed:
    def deed(actor: Actor) -> None:
        risks.add(actor=actor, measure_id=book.of(script).measure_id, draft=draft)

    return deed


def _dependency(agenda: Agenda, book: Book) -> None:
    """Let the portal's payment wait for the separated network, which its owner accepts."""
    waits: list[int] = []

    def propose(actor: Actor) -> None:
        made = dependencies.propose(
            actor=actor,
            measure_id=book.of(value.PORTAL).measure_id,
            needs_id=book.of(change.CYBER).measure_id,
            what="Payment runs in the separated network only.",
            is_blocking=False,
        )
        waits.append(made.pk)

    def accept(actor: Actor) -> None:
        dependencies.accept(actor=actor, dependency_id=waits[0], version=1)

    agenda.add(date(YEAR, 3, 9), 10, value.PORTAL.owner, propose)
    agenda.add(date(YEAR, 3, 10), 10, change.CYBER.owner, accept)
