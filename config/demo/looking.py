"""What workers do as time passes: roll-ups, lights, escalations that open and climb."""

from collections.abc import Sequence

from config.demo.book import Book
from config.demo.script import MeasureScript
from config.demo.timeline import Deed
from core.tenancy import Actor
from hierarchy.queries import authority
from measures.services import lights
from reporting.services import day, drain
from steering.models import Escalation
from steering.rules.triggers import TriggerCode
from steering.services import clock, decisions, evaluation
from steering.services.decisions import Choice


def settle(actor: Actor) -> None:
    """Begin a day: roll-ups and lights of everything, escalations, and roll-ups again."""
    day.turn(actor=actor)
    drain.drain_all(actor=actor)
    clock.run(actor=actor)
    drain.drain_all(actor=actor)


def sum_up(actor: Actor) -> None:
    """Bring roll-ups and lights up to a day, to be looked back at; nothing is raised."""
    day.turn(actor=actor)
    drain.drain_all(actor=actor)


def look_at(book: Book, scripts: Sequence[MeasureScript]) -> Deed:
    """Judge some measures, and escalate what fires."""

    def deed(actor: Actor) -> None:
        ids = [book.of(script).measure_id for script in scripts]
        lights.recompute(ids, authority.today())
        evaluation.evaluate(actor=actor, measure_ids=ids)

    return deed


def let_climb(actor: Actor) -> None:
    """Raise what was not decided in time."""
    clock.climb(actor=actor)


def decide(book: Book, script: MeasureScript, code: TriggerCode, choice: Choice) -> Deed:
    """Decide what one rule has opened on a measure."""

    def deed(actor: Actor) -> None:
        found = Escalation.objects.filter(measure_id=book.of(script).measure_id, rule=code).latest(
            "pk"
        )
        decisions.decide(actor=actor, escalation_id=found.pk, version=found.version, choice=choice)

    return deed
