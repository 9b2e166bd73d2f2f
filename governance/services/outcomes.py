"""The outcomes of a gate that end its measure's run: hold and cancel, decided on its request.

They are the decisions on the lifecycle that they always are; the request they settle is void by
them, and the database writes down which it was. Advance and return are votes (services.gates).
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.rules.roles import Permission
from core import tenancy
from core.tenancy import Actor
from governance.errors import AlreadyDecided
from governance.models import LifecycleDecision
from governance.rules.holds import UNSAID, Ending, ReasonCode
from governance.rules.votes import RequestState
from governance.services import lifecycle, voting


@dataclass(frozen=True, slots=True)
class Shown:
    """The request on which somebody decides, and the digest of what they were shown of it."""

    request_id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Hold:
    """What a hold says (services.lifecycle.hold)."""

    reason_code: ReasonCode | str
    reason: str
    until: date
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """What a cancellation says (services.lifecycle.cancel)."""

    reason_code: ReasonCode | str
    reason: str
    sunk_cost: Decimal | None = None
    ending: Ending = UNSAID


@tenancy.act
def hold(*, actor: Actor, shown: Shown, said: Hold) -> LifecycleDecision:
    """Put the measure of an open request on hold; AlreadyDecided, StaleRequest, and as `hold`."""
    measure_id = _open(actor, shown, Permission.HOLD)
    return lifecycle.hold(
        actor=actor,
        measure_id=measure_id,
        reason_code=said.reason_code,
        reason=said.reason,
        until=said.until,
        review_on=said.review_on,
    )


@tenancy.act
def cancel(*, actor: Actor, shown: Shown, said: Cancellation) -> LifecycleDecision:
    """Cancel the measure of an open request; AlreadyDecided, StaleRequest, and as `cancel`."""
    measure_id = _open(actor, shown, Permission.CANCEL)
    return lifecycle.cancel(
        actor=actor,
        measure_id=measure_id,
        reason_code=said.reason_code,
        reason=said.reason,
        sunk_cost=said.sunk_cost,
        ending=said.ending,
    )


def _open(actor: Actor, shown: Shown, permission: Permission) -> int:
    """Lock the measure of a request that is open and says what was shown; return its id."""
    asked = voting.locked(actor, shown.request_id, permission)
    if asked.request.state != RequestState.OPEN:
        raise AlreadyDecided(gate=asked.gate.name)
    voting.ensure_fresh(asked, shown.digest)
    return int(asked.measure.pk)
