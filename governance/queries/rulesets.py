"""The rule set of the active organization on a day: gates and numbers as one document."""

from datetime import date
from decimal import Decimal

from accounts.queries import numbers, people
from accounts.rules.numbers import NUMBERS
from audit import papers
from governance import rulefiles
from governance.models import Scheme
from governance.queries import schemes
from governance.rules import rulesets
from governance.rules.rulesets import KIND, Content


def content(on: date) -> Content:
    """Return what a file of the rules says besides whose they are: no people, no ids."""
    scheme = Scheme.objects.get(version=schemes.current(on).version)
    given = numbers.overrides(on)
    values = {key: given.get(key, Decimal(row.default)) for key, row in NUMBERS.items()}
    return rulesets.content(scheme.document, values)


def paper(on: date) -> str:
    """Return the rules of a day as a signed line of JSON; CannotSign where there is no key."""
    rules = content(on)
    said: Content = {
        "organization": people.profile().name,
        "as_of": on.isoformat(),
        "digest": rulefiles.digest(rules),
        "rules": rules,
    }
    return papers.sealed(KIND, said)
