"""Confirming that what a hold delays still comes: sponsor and controller, each on one forecast."""

from accounts.rules.roles import Permission, Role
from audit import services as audit
from core import tenancy
from core.errors import NotAllowed
from core.tenancy import Actor
from governance.errors import NothingToRephase, NotItsRephaser
from governance.events import PhasingConfirmed
from governance.models import LifecycleDecision, Rephasing
from governance.models.holding import REPHASED_BY
from governance.queries import standing
from governance.rules.holds import Move
from measures.rules.stage import Lifecycle
from measures.services import lock


@tenancy.act
def confirm(*, actor: Actor, measure_id: int) -> Rephasing:
    """Confirm the forecast given now as the delayed phasing of a measure on hold (§10.2).

    Until sponsor and controller both have, the open months on hold count for nothing but the
    effect that flows. Another forecast needs another confirmation. Raises NotFound, NotAllowed,
    MeasureEnded, NothingToRephase, NotItsRephaser.
    """
    measure = lock.measure(actor, measure_id, Permission.VIEW)
    if measure.lifecycle != Lifecycle.ON_HOLD:
        raise NothingToRephase(state=measure.lifecycle)
    if actor.member_id is None:
        raise NotAllowed(act="confirm as nobody")
    roles = standing.named(measure, actor.member_id) & frozenset(REPHASED_BY)
    role: Role | None = next(iter(sorted(roles)), None)
    if role is None:
        raise NotItsRephaser
    held = LifecycleDecision.objects.filter(measure=measure, act=Move.HOLD.value)
    made: Rephasing = Rephasing.objects.create(
        measure=measure,
        hold=held.latest("pk"),
        role=role,
        confirmed_by_id=actor.member_id,
    )
    made.refresh_from_db()
    audit.record(
        PhasingConfirmed(
            subject_id=measure.pk,
            rephasing_id=made.pk,
            role=made.role,
            forecast_digest=made.forecast_digest,
        )
    )
    return made
