"""Reminders: a letter of what is due for every member who wants one, once a period."""

from zoneinfo import ZoneInfo

from accounts.queries import people
from accounts.rules.letters import Digest
from accounts.services import letters
from core import clock, tenancy
from core.tenancy import Actor
from reporting.rules import digest

KIND = "digest"


@tenancy.act
def post(*, actor: Actor) -> None:
    """Post the letters whose period has begun in the organization's own time, each once.

    What a letter says, and whether there is anything to say, is found when it is sent.
    """
    del actor
    moment = clock.now().astimezone(ZoneInfo(people.time_zone()))
    for choice in Digest:
        period = digest.period(choice, moment)
        if period is None:
            continue
        recipients = [(f"{period} {each.pk}", each) for each in people.who_wants(choice)]
        letters.post_to_all(kind=KIND, recipients=recipients)
