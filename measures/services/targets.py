"""Targets: the ambition that the leader above gives to a node, in versions, never summed upward."""

from decimal import Decimal

from django.db.models import Max

from accounts.queries import people
from accounts.rules.roles import Permission
from audit import services as audit
from core import money, tenancy
from core.errors import Invalid, NotAllowed
from core.tenancy import Actor
from hierarchy.queries import authority, tree
from measures.events import TargetSet
from measures.models import NodeTarget
from measures.models.target import Horizon
from measures.queries.periods import YEARS

DECIMALS = 2


@tenancy.act
def set_target(
    *,
    actor: Actor,
    node_id: int,
    horizon: Horizon | str,
    fiscal_year: int,
    amount: Decimal,
    reason: str = "",
) -> NodeTarget:
    """Give a node its next target, in the organization's currency; the old ones stay.

    The right is judged at the parent, for nobody sets their own ambition; at the root, there.
    Raises NotFound, NotAllowed, Invalid.
    """
    tenancy.lock_organization("targets")
    node = tree.node(node_id)
    giver = node if node.parent_id is None else tree.node(node.parent_id)
    authority.ensure(actor, Permission.VIEW, node)
    if not authority.may(actor, Permission.SET_TARGET, giver):
        raise NotAllowed(act=Permission.SET_TARGET.value)
    if horizon not in Horizon.values:
        raise Invalid(field="horizon", problem="choose a fiscal year or the run-rate.")
    if fiscal_year not in YEARS:
        raise Invalid(field="fiscal_year", problem=f"{fiscal_year} is no fiscal year.")
    try:
        scaled = money.to_scaled(amount, DECIMALS)
    except ValueError as error:
        raise Invalid(field="amount", problem=f"{amount} is {error}.") from error
    key = {
        "node": node,
        "horizon": horizon,
        "fiscal_year": fiscal_year,
        "currency": people.profile().currency,
    }
    last = NodeTarget.objects.filter(**key).aggregate(last=Max("version"))["last"] or 0
    target: NodeTarget = NodeTarget.objects.create(
        **key,
        amount=scaled,
        version=last + 1,
        reason=reason.strip(),
        recorded_by_id=actor.member_id,
    )
    audit.record(
        TargetSet(
            subject_id=node.pk,
            target_id=target.pk,
            horizon=str(horizon),
            fiscal_year=fiscal_year,
            amount=scaled,
            reason=reason.strip(),
        )
    )
    return target
