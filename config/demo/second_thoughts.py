"""What Halvern thinks better of: a stage, a premise, a package's place, a rule to be changed."""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date

from config.demo import stories_of_change as change
from config.demo import stories_of_value as value
from config.demo.book import Book
from config.demo.halvern import RULES_PROPOSED_BY
from config.demo.pilot import YEAR
from config.demo.script import MeasureScript
from config.demo.timeline import Agenda, Deed
from core.tenancy import Actor
from governance.models import Premise
from governance.queries import proposals
from governance.services import premises, rollback, schemes
from hierarchy.models import Node
from hierarchy.services import tree
from measures.rules.stage import Stage

GIVEN_UP_ON = date(YEAR, 7, 6)
WAITS_SINCE = date(YEAR, 7, 3)
STATED_ON, FELL_ON, NEXT_CHECK = date(2025, 12, 2), date(YEAR, 6, 29), date(YEAR, 7, 10)
MOVED_ON, MOVED, MOVED_TO = date(YEAR, 6, 15), "Temporary labour", "Demand management"
RULES_ON, RULES_FROM = date(YEAR, 7, 7), date(YEAR, 8, 3)
DUE_DAYS, HOLD_DAYS = 8, "60"


def put_down(agenda: Agenda, book: Book) -> None:
    """Put down each of them on its day."""
    harness, packaging = change.HARNESS, change.PACKAGING_BUNDLING
    why = "Full volume was run for one week; the second shift is not trained before September."
    agenda.add(GIVEN_UP_ON, 9, harness.sponsor, _propose(book, harness, Stage.DECIDED, why))
    agenda.add(GIVEN_UP_ON, 14, harness.controller, _confirm(book, harness))
    why = "One of the two suppliers has withdrawn: prices and switch dates are to be planned anew."
    deed = _propose(book, packaging, Stage.DETAILED, why)
    agenda.add(WAITS_SINCE, 11, packaging.sponsor, deed)
    mill, shifts = value.STEEL, change.OSTRAVA
    said = "The second mill keeps its price per tonne until the end of the year."
    agenda.add(STATED_ON, 9, mill.owner, _state(book, mill, said, NEXT_CHECK))
    said = "The works council agrees to two weekend shifts without a higher night bonus."
    agenda.add(STATED_ON, 9, shifts.owner, _state(book, shifts, said, date(YEAR, 6, 30)))
    why = "The works council asks for a night bonus that takes most of the effect."
    agenda.add(FELL_ON, 10, shifts.controller, _void(book, shifts, why))
    agenda.add(MOVED_ON, 11, book.company.administrator, _move(book))
    agenda.add(RULES_ON, 15, RULES_PROPOSED_BY, _change_the_rules)


def _propose(book: Book, script: MeasureScript, to: Stage, reason: str) -> Deed:
    def deed(actor: Actor) -> None:
        measure_id = book.of(script).measure_id
        rollback.propose(actor=actor, measure_id=measure_id, to_stage=to, reason=reason)

    return deed


def _confirm(book: Book, script: MeasureScript) -> Deed:
    def deed(actor: Actor) -> None:
        rollback.confirm(actor=actor, measure_id=book.of(script).measure_id)

    return deed


def _state(book: Book, script: MeasureScript, statement: str, check_on: date) -> Deed:
    def deed(actor: Actor) -> None:
        premises.state(
            actor=actor,
            measure_id=book.of(script).measure_id,
            statement=statement,
            checked_by_id=book.company.member(script.owner),
            check_on=check_on,
        )

    return deed


def _void(book: Book, script: MeasureScript, reason: str) -> Deed:
    def deed(actor: Actor) -> None:
        measure_id = book.of(script).measure_id
        stated = Premise.objects.get(measure_id=measure_id)
        premises.declare_void(
            actor=actor, measure_id=measure_id, premise_id=stated.pk, reason=reason
        )

    return deed


def _move(book: Book) -> Deed:
    def deed(actor: Actor) -> None:
        node = Node.objects.get(pk=book.company.nodes[MOVED])
        parent_id = book.company.nodes[MOVED_TO]
        tree.move(actor=actor, node_id=node.pk, parent_id=parent_id, version=node.version)

    return deed


def _change_the_rules(actor: Actor) -> None:
    document = deepcopy(proposals.document())
    gates: Sequence[dict[str, object]] = document["gates"]
    for gate in gates:
        if gate["stage"] == Stage.DECIDED:
            gate["due_days"] = DUE_DAYS
    schemes.propose(
        actor=actor,
        document=document,
        effective_from=RULES_FROM,
        reason="What is asked for is decided sooner, and what rests is looked at sooner.",
        numbers={"hold_days": HOLD_DAYS},
    )
