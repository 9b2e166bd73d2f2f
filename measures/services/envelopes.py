"""Spending envelopes: given from above in versions, passed only with another person's approval."""

from datetime import date
from decimal import Decimal

from django.db.models import Max

from accounts.rules.roles import Permission
from audit import services as audit
from core import money, tenancy
from core.errors import Invalid, NotAllowed, NotFound
from core.tenancy import Actor
from hierarchy.models import Node
from hierarchy.queries import authority, tree
from hierarchy.rules.levels import Level
from measures.envelope_events import EnvelopeSet, OverspendAsked, OverspendDecided
from measures.models import Envelope, Overspend
from measures.queries import envelopes
from measures.queries.periods import YEARS
from measures.rules.envelopes import Cost, OverspendState

DECIMALS = 2
LONGEST_REASON = 500


@tenancy.act
def set_envelope(
    *,
    actor: Actor,
    node_id: int,
    key: tuple[Cost, int],
    amount: Decimal,
    effective_on: date,
    reason: str,
) -> Envelope:
    """Give a node its next envelope of a cost in a fiscal year (`key`), in its own currency.

    The right is judged at the parent, at the root there. Raises NotFound, NotAllowed, Invalid; the
    database refuses a day before the last version's, and more below a node than it has itself.
    """
    tenancy.lock_organization("envelopes")
    node = tree.node(node_id)
    _ensure(actor, Permission.SET_ENVELOPE, node, giver(node))
    nature, fiscal_year = key
    if node.level == Level.MEASURE:
        raise Invalid(field="node", problem="an envelope is given to a node above measures.")
    if fiscal_year not in YEARS:
        raise Invalid(field="fiscal_year", problem=f"{fiscal_year} is no fiscal year.")
    rows = Envelope.objects.filter(node=node, nature=nature.value, fiscal_year=fiscal_year)
    last = rows.aggregate(last=Max("version"))["last"] or 0
    given: Envelope = Envelope.objects.create(
        node=node,
        nature=nature.value,
        fiscal_year=fiscal_year,
        version=last + 1,
        amount=_scaled("amount", amount, least=0),
        effective_on=effective_on,
        reason=_said(reason),
    )
    audit.record(
        EnvelopeSet(
            subject_id=node.pk,
            envelope_id=given.pk,
            nature=nature.value,
            fiscal_year=fiscal_year,
            amount=given.amount,
            effective_on=effective_on,
            reason=given.reason,
        )
    )
    return given


@tenancy.act
def ask_overspend(*, actor: Actor, envelope_id: int, extra: Decimal, reason: str) -> Overspend:
    """Ask to commit to more than an envelope in force holds; another person decides.

    Raises NotFound, NotAllowed, Invalid; Invalid too while one that was asked before waits.
    """
    tenancy.lock_organization("envelopes")
    given = _in_force(envelope_id)
    _ensure(actor, Permission.ASK_OVERSPEND, given.node, given.node)
    if Overspend.objects.filter(envelope=given, state=OverspendState.ASKED.value).exists():
        raise Invalid(field="extra", problem="more was asked already, and waits to be decided.")
    asked: Overspend = Overspend.objects.create(
        envelope=given, extra=_scaled("extra", extra, least=1), reason=_said(reason)
    )
    audit.record(
        OverspendAsked(
            subject_id=given.node_id,
            envelope_id=given.pk,
            nature=given.nature,
            fiscal_year=given.fiscal_year,
            overspend_id=asked.pk,
            extra=asked.extra,
            reason=asked.reason,
        )
    )
    return asked


@tenancy.act
def decide_overspend(*, actor: Actor, overspend_id: int, approve: bool, reason: str) -> Overspend:
    """Approve or reject what was asked beyond an envelope: never by who asked, and once.

    Raises NotFound, NotAllowed, Invalid.
    """
    tenancy.lock_organization("envelopes")
    asked = (
        Overspend.objects.select_related("envelope__node")
        .filter(pk=overspend_id, state=OverspendState.ASKED.value)
        .first()
    )
    if asked is None:
        raise NotFound(what="overspend")
    given = asked.envelope
    _ensure(actor, Permission.DECIDE_OVERSPEND, given.node, given.node)
    asked.state = (OverspendState.APPROVED if approve else OverspendState.REJECTED).value
    asked.decided_at = tenancy.current().now
    asked.decision_reason = _said(reason)
    asked.save(update_fields=["state", "decided_at", "decision_reason"])
    audit.record(
        OverspendDecided(
            subject_id=given.node_id,
            envelope_id=given.pk,
            nature=given.nature,
            fiscal_year=given.fiscal_year,
            overspend_id=asked.pk,
            extra=asked.extra,
            state=asked.state,
            reason=asked.decision_reason,
        )
    )
    return asked


def giver(node: Node) -> Node:
    """Return the node whose seats give this one its envelope: the parent, at the root itself."""
    return node if node.parent_id is None else tree.node(node.parent_id)


def _ensure(actor: Actor, permission: Permission, node: Node, judged_at: Node) -> None:
    authority.ensure(actor, Permission.VIEW, node)
    if not authority.may(actor, permission, judged_at):
        raise NotAllowed(act=permission.value)


def _in_force(envelope_id: int) -> Envelope:
    given = Envelope.objects.select_related("node").filter(pk=envelope_id).first()
    if given is None or envelope_id not in envelopes.in_force_ids(given.node_id):
        raise NotFound(what="envelope")
    return given


def _scaled(field: str, amount: Decimal, *, least: int) -> int:
    try:
        scaled = money.to_scaled(amount, DECIMALS)
    except ValueError as error:
        raise Invalid(field=field, problem=f"{amount} is {error}.") from error
    if scaled < least:
        raise Invalid(field=field, problem="enter an amount that is not negative, and not nothing.")
    return scaled


def _said(reason: str) -> str:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise Invalid(field="reason", problem=f"enter 1 to {LONGEST_REASON} characters.")
    return reason.strip()
