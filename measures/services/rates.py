"""Recording rates of exchange and of discount: new versions, never an edit; one act a batch."""

from collections.abc import Sequence

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed
from core.tenancy import Actor
from hierarchy.queries import authority, tree
from measures.errors import RatesRefused
from measures.events import RatesRecorded
from measures.models.rate import Rate
from measures.queries import rates
from measures.rules.rate_file import RateEntry, entries_of, name_of, problem_with, repeated

LONGEST_REASON = 500


@tenancy.act
def record(*, actor: Actor, entries: Sequence[RateEntry], reason: str) -> list[Rate]:
    """Record rates, each as its next version; what is in force already stays as it is.

    All or none: NotAllowed, Invalid without a reason, RatesRefused with a sentence for each rate
    that cannot stand.
    """
    # Who has a seat below may read the rates, so the answer is not that there is no such page.
    if not authority.may(actor, Permission.MAINTAIN_RATES, tree.root()):
        raise NotAllowed(act=Permission.MAINTAIN_RATES.value)
    tenancy.lock_organization("rates")
    _judge(entries, reason)
    known = {(row.kind, row.currency, row.fiscal_year, row.period): row for row in rates.in_force()}
    made = [
        Rate.objects.create(
            kind=each.kind,
            currency=each.currency,
            fiscal_year=each.fiscal_year,
            period=each.period,
            value=each.value,
            version=1 if last is None else last.version + 1,
            reason=reason.strip(),
            recorded_by_id=actor.member_id,
        )
        for each in entries
        if (last := known.get(each.key)) is None or last.value != each.value
    ]
    if made:
        said = [f"{name_of(each)} = {each.value:f}" for each in entries]
        audit.record(RatesRecorded(subject_id=made[-1].pk, rates=said, reason=reason.strip()))
    return made


def record_file(*, actor: Actor, text: str, reason: str) -> list[Rate]:
    """Record every rate of a file of comma-separated rows; the refusals of `record`."""
    entries, problems = entries_of(text)
    if problems:
        raise RatesRefused(rows=problems)
    return record(actor=actor, entries=entries, reason=reason)


def _judge(entries: Sequence[RateEntry], reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(field="reason", problem=f"enter 1 to {LONGEST_REASON} characters.")
    if not entries:
        raise Invalid(field="rates", problem="enter at least one.")
    own = people.profile().currency
    judged = ((each, problem_with(each, own)) for each in entries)
    problems = [f"{name_of(each)}: {problem}" for each, problem in judged if problem]
    problems += repeated(entries)
    if problems:
        raise RatesRefused(rows=problems)
