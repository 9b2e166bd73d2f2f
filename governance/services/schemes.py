"""Changing gates and numbers: one administrator proposes, a second confirms, a version holds."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from accounts.events import NumberChanged
from accounts.queries import numbers as number_queries
from accounts.rules import numbers as number_rules
from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed
from core.tenancy import Actor
from governance.errors import (
    NumbersInvalid,
    OwnProposal,
    ProposalChanged,
    SchemeInvalid,
)
from governance.events import SchemeConfirmed, SchemeProposed, SchemeWithdrawn
from governance.models import Scheme, SchemeProposal
from governance.queries import proposals
from governance.rules import rulesets, schemes
from hierarchy.queries import authority, tree

NOT_THE_PAST = "choose today or a later day: what was decided stays as it was judged."


@tenancy.act
def propose(
    *,
    actor: Actor,
    document: dict[str, Any],
    effective_from: date,
    reason: str = "",
    numbers: Mapping[str, str] | None = None,
) -> SchemeProposal:
    """Save a draft of the next version, in place of the open one; it holds once confirmed.

    `numbers` are those that change with it, as texts by key; None leaves those of the open draft.
    Raises NotAllowed, SchemeInvalid and NumbersInvalid with every problem, and Invalid for a day
    that has passed or for what is in force already.
    """
    person = _lock(actor)
    if found := schemes.problems(document):
        raise SchemeInvalid(problems=" ".join(found))
    draft = proposals.open_one()
    if numbers is None:
        numbers = {} if draft is None else draft.numbers
    _check_numbers(numbers, effective_from)
    if effective_from < authority.today():
        raise Invalid(field="holds from", problem=NOT_THE_PAST)
    latest = proposals.latest()
    if document == latest.document and not numbers and draft is None:
        raise Invalid(field="rules", problem="they say this already: change something.")
    made: SchemeProposal = SchemeProposal.objects.create(
        document=document,
        numbers=dict(numbers),
        based_on=latest.version,
        effective_from=effective_from,
        reason=reason.strip(),
        proposed_by_id=person,
    )
    made.refresh_from_db()
    audit.record(
        SchemeProposed(
            subject_id=made.pk,
            based_on=made.based_on,
            effective_from=made.effective_from,
            reason=made.reason,
        )
    )
    return made


@tenancy.act
def withdraw(*, actor: Actor, proposal_id: int) -> SchemeProposal:
    """End the open draft; nothing changes. Raises NotAllowed, ProposalChanged."""
    person = _lock(actor)
    shown = _shown(proposal_id)
    ended: SchemeProposal = SchemeProposal.objects.create(
        document=shown.document,
        numbers=shown.numbers,
        based_on=shown.based_on,
        reason=shown.reason,
        effective_from=shown.effective_from,
        is_withdrawn=True,
        proposed_by_id=person,
    )
    audit.record(SchemeWithdrawn(subject_id=ended.pk))
    return ended


@tenancy.act
def confirm(*, actor: Actor, proposal_id: int) -> Scheme:
    """Put the open draft into force from its day, as a second administrator.

    Open requests of gates that it changes are void from that day; its numbers are recorded by the
    database, those that wait for a cycle from the next one on. Raises NotAllowed, ProposalChanged,
    OwnProposal, SchemeInvalid, NumbersInvalid, Invalid.
    """
    _lock(actor)
    shown = _shown(proposal_id)
    if shown.proposed_by_id == actor.member_id:
        raise OwnProposal
    if found := schemes.problems(shown.document):
        raise SchemeInvalid(problems=" ".join(found))
    if shown.effective_from < authority.today():
        raise Invalid(field="holds from", problem=NOT_THE_PAST)
    _check_numbers(shown.numbers, shown.effective_from)
    tenancy.lock_organization("numbers")
    made: Scheme = Scheme.objects.create(
        version=proposals.latest().version + 1,
        document=shown.document,
        effective_from=shown.effective_from,
        proposal=shown,
    )
    made.refresh_from_db()
    audit.record(
        SchemeConfirmed(
            subject_id=shown.pk,
            version=made.version,
            effective_from=made.effective_from,
            proposed_by_id=shown.proposed_by_id,
            reason=made.reason,
        )
    )
    for setting in number_queries.latest(shown.numbers):
        audit.record(
            NumberChanged(
                subject_id=setting.pk,
                key=setting.key,
                value=rulesets.written(setting.value),
                reason=setting.reason,
                effective_on=setting.effective_on,
            )
        )
    return made


@tenancy.act
def propose_number(
    *, actor: Actor, key: str, value: Decimal, effective_from: date, reason: str
) -> SchemeProposal:
    """Propose one number beside what the open draft changes; raises what `propose` does."""
    draft = proposals.open_one()
    changed = {} if draft is None else draft.numbers
    return propose(
        actor=actor,
        document=proposals.document(),
        effective_from=effective_from,
        reason=reason,
        numbers={**changed, key: rulesets.written(value)},
    )


def _check_numbers(numbers: Mapping[str, str], effective_from: date) -> None:
    found = rulesets.number_problems(numbers, number_rules.in_words)
    if not found:
        values = {key: Decimal(text) for key, text in numbers.items()}
        given = {**number_queries.overrides(effective_from), **values}
        wrong = number_rules.problems(given)
        found = [f"{number_rules.in_words(key)}: {said}" for key, said in wrong.items()]
    if found:
        raise NumbersInvalid(problems=" ".join(found))


def _lock(actor: Actor) -> int:
    """Refuse who may not, let nobody else change the gates meanwhile, and return who does."""
    authority.ensure(actor, Permission.CHANGE_GATES, tree.root())
    if actor.member_id is None:
        raise NotAllowed(act=Permission.CHANGE_GATES.value)
    tenancy.lock_organization("scheme")
    return actor.member_id


def _shown(proposal_id: int) -> SchemeProposal:
    found = proposals.open_one()
    if found is None or found.pk != proposal_id:
        raise ProposalChanged
    return found
