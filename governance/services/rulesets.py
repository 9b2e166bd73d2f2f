"""Bringing in a file of rules: it becomes the open proposal, for another one to confirm."""

from datetime import date
from decimal import Decimal
from typing import cast

from accounts.queries import numbers as number_queries
from accounts.rules.numbers import NUMBERS, cycle_after
from audit import services as audit
from core import tenancy
from core.tenancy import Actor
from governance import rulefiles
from governance.events import RulesBroughtIn
from governance.models import SchemeProposal
from governance.rules import rulesets
from governance.services import schemes
from hierarchy.queries import authority


@tenancy.act
def bring_in(
    *, actor: Actor, given: bytes, effective_from: date, reason: str = ""
) -> SchemeProposal:
    """Propose what a file says in place of gates and numbers, all of it or nothing.

    Numbers of a cycle change from the next one on. Raises RulesRefused, naming every line, and
    what `schemes.propose` raises.
    """
    file = rulefiles.read(given)
    wanted = cast("dict[str, str]", file.rules["numbers"])
    made = schemes.propose(
        actor=actor,
        document=cast("dict[str, object]", file.rules["scheme"]),
        effective_from=effective_from,
        reason=reason,
        numbers=rulesets.changed(wanted, _in_force(effective_from)),
    )
    audit.record(RulesBroughtIn(subject_id=made.pk, digest=file.digest, key=file.fingerprint))
    return made


def _in_force(on: date) -> dict[str, Decimal]:
    """Return each number as it would be when a change of that day is in force."""
    then = number_queries.overrides(on)
    later = number_queries.overrides(max(on, cycle_after(authority.today())))
    return {
        key: (later if row.cyclic else then).get(key, Decimal(row.default))
        for key, row in NUMBERS.items()
    }
