"""Changing the gates: one administrator proposes, a second one confirms, and a version holds."""

from datetime import date
from typing import Any

from accounts.rules.roles import Permission
from audit import services as audit
from core import tenancy
from core.errors import Invalid, NotAllowed
from core.tenancy import Actor
from governance.errors import (
    OwnProposal,
    ProposalChanged,
    SchemeInvalid,
)
from governance.events import SchemeConfirmed, SchemeProposed, SchemeWithdrawn
from governance.models import Scheme, SchemeProposal
from governance.queries import proposals
from governance.rules import schemes
from hierarchy.queries import authority, tree

NOT_THE_PAST = "choose today or a later day: what was decided stays as it was judged."


@tenancy.act
def propose(
    *, actor: Actor, document: dict[str, Any], effective_from: date, reason: str = ""
) -> SchemeProposal:
    """Save a draft of the next version, in place of the open one; it holds once confirmed.

    Raises NotAllowed, SchemeInvalid with every problem, and Invalid for a day that has passed
    or for what is in force already.
    """
    person = _lock(actor)
    if found := schemes.problems(document):
        raise SchemeInvalid(problems=" ".join(found))
    if effective_from < authority.today():
        raise Invalid(field="holds from", problem=NOT_THE_PAST)
    latest = proposals.latest()
    if document == latest.document and proposals.open_one() is None:
        raise Invalid(field="gates", problem="they say this already: change something.")
    made: SchemeProposal = SchemeProposal.objects.create(
        document=document,
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

    Open requests of gates that it changes are void from that day. Raises NotAllowed,
    ProposalChanged, OwnProposal, SchemeInvalid, Invalid.
    """
    _lock(actor)
    shown = _shown(proposal_id)
    if shown.proposed_by_id == actor.member_id:
        raise OwnProposal
    if found := schemes.problems(shown.document):
        raise SchemeInvalid(problems=" ".join(found))
    if shown.effective_from < authority.today():
        raise Invalid(field="holds from", problem=NOT_THE_PAST)
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
    return made


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
