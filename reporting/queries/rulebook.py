"""The rulebook of the active organization on a day, read from what it has in force."""

from dataclasses import dataclass
from datetime import date

from accounts.models import Profile
from accounts.queries import numbers, people
from accounts.rules.numbers import Numbers
from governance import rulefiles
from governance.models import Scheme
from governance.queries import rulesets, schemes
from measures.rules.amounts import NumberFormat
from reporting.rules import rulebook
from reporting.rules.book import Change, Chapter, Style


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules in force on a day; `digest` is that of the file they are exported as."""

    profile: Profile
    on: date
    scheme: Scheme
    digest: str
    chapters: tuple[Chapter, ...]

    @property
    def as_of(self) -> str:
        """Return the day as an address names it."""
        return self.on.isoformat()


def read(on: date) -> Rulebook:
    """Return the rulebook of a day."""
    profile = people.profile()
    rules = schemes.current(on)
    made = numbers.changes(on)
    style = Style(
        Numbers.from_overrides({each.key: each.value for each in made}),
        NumberFormat(profile.decimal_separator, profile.group_separator),
        profile.currency,
    )
    changes = {
        each.key: Change(each.effective_on, each.recorded_by.name, each.reason) for each in made
    }
    return Rulebook(
        profile=profile,
        on=on,
        scheme=Scheme.objects.get(version=rules.version),
        digest=rulefiles.digest(rulesets.content(on)),
        chapters=rulebook.chapters(rules, style, changes),
    )
