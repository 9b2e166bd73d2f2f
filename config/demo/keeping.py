"""What Halvern keeps to a few: three measures about jobs and a sale, and who reads them by name.

Three, in two packages of one project: each package's totals would give away one or two of them
and are withheld; from the project up they are pooled and shown.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from config.demo.book import Book
from config.demo.halvern import STEERING
from config.demo.pilot import YEAR
from config.demo.script import MeasureScript
from config.demo.timeline import Agenda, Deed
from core.tenancy import Actor
from measures.models.confidential import SecretKind
from measures.rules.lines import EffectType
from measures.rules.stage import Stage
from measures.services import confidential

HIDDEN_ON = date(YEAR, 7, 7)
READER = STEERING[0]
# In which package, about what, as what, and why.
KEPT = (
    ("Shift models", "Night shift ended, Varese", SecretKind.HEADCOUNT,
     "The works council is told in September."),
    ("Shift models", "Early retirement, Győr", SecretKind.HEADCOUNT,
     "The offers go out together, in September."),
    ("Wiring and harness", "Harness plant handed to a partner", SecretKind.ACQUISITION,
     "The partner is listed: nothing may be known before the contract."),
)  # fmt: skip


def renamed(scripts: Sequence[MeasureScript]) -> tuple[MeasureScript, ...]:
    """Return the generated measures with those that are kept called by what they are about."""
    found = list(scripts)
    for package, name, *_ in KEPT:
        at = next(at for at, each in enumerate(found) if _is_fit(each, package))
        found[at] = replace(found[at], name=name, description="Kept to those who prepare it.")
    return tuple(found)


def put_down(agenda: Agenda, book: Book, scripts: Sequence[MeasureScript]) -> None:
    """Put down how their sponsors make them confidential and name a reader."""
    by_name = {each.name: each for each in scripts}
    for _, name, kind, reason in KEPT:
        script = by_name[name]
        agenda.add(HIDDEN_ON, 16, script.sponsor, _hide(book, script, kind, reason))
        agenda.add(HIDDEN_ON, 17, script.sponsor, _name_reader(book, script))


def _is_fit(script: MeasureScript, package: str) -> bool:
    """Tell whether a measure runs like others, so that no total is of it alone."""
    is_running = script.stage is Stage.DECIDED and script.effect_type is EffectType.HARD
    is_kept = script.name in {name for _, name, *_ in KEPT}
    has_claims = any(line.claims for line in script.lines)
    return script.package == package and is_running and has_claims and not is_kept


def _hide(book: Book, script: MeasureScript, kind: SecretKind, reason: str) -> Deed:
    def deed(actor: Actor) -> None:
        confidential.make(
            actor=actor, measure_id=book.of(script).measure_id, kind=kind, reason=reason
        )

    return deed


def _name_reader(book: Book, script: MeasureScript) -> Deed:
    def deed(actor: Actor) -> None:
        confidential.name_reader(
            actor=actor,
            measure_id=book.of(script).measure_id,
            member_id=book.company.actors[READER].member_id or 0,
            reason="Answers for it in the steering committee.",
        )

    return deed
