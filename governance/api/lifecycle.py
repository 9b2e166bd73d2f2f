"""The lifecycle in the API: hold, resume, extend, cancel, reject, and taking a cancellation back.

Each is a decision of a person, so that a session is asked for its password and a token refused.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission, Role
from core import tenancy
from core.tenancy import Actor
from governance.api.gates import RequestSerializer, request_at, shown
from governance.api.given import Words, judged, measure_at
from governance.queries import holding, passage
from governance.rules.holds import Ending, Move, ReasonCode
from governance.services import lifecycle, outcomes, restoring
from governance.services.outcomes import Cancellation, Hold, Shown
from hierarchy.endpoints import Endpoint
from measures.models import Measure
from measures.queries import measures

REASONS = [code.value for code in ReasonCode]
MOVES = [move.value for move in Move]


class LineLostSerializer(serializers.Serializer[Any]):
    """What a line's plan loses by a cancellation, in its unit; null where nothing was planned."""

    line = serializers.CharField()
    unit = serializers.CharField()
    in_year = serializers.DecimalField(max_digits=24, decimal_places=6, allow_null=True)
    run_rate = serializers.DecimalField(max_digits=24, decimal_places=6, allow_null=True)
    carry_over = serializers.DecimalField(max_digits=24, decimal_places=6, allow_null=True)


class EndedSerializer(serializers.Serializer[Any]):
    """What is on record of a cancellation; amounts in the organization's currency."""

    currency = serializers.CharField()
    sunk_cost = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    freed_budget = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    freed_people = serializers.DecimalField(max_digits=7, decimal_places=1, allow_null=True)
    ending = serializers.CharField()
    lessons = serializers.CharField()
    replacement = serializers.CharField()
    lost = LineLostSerializer(many=True)


class DecisionSerializer(serializers.Serializer[Any]):
    """One decision about the lifecycle; `decided_by` is "A for B" where a deputy decided."""

    act = serializers.ChoiceField(choices=MOVES)
    reason_code = serializers.CharField()
    reason = serializers.CharField()
    decided_by = serializers.CharField()
    decided_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True)
    review_on = serializers.DateField(allow_null=True)
    ended = EndedSerializer(allow_null=True)


class RestorationSerializer(serializers.Serializer[Any]):
    """A proposal to take a cancellation back, which waits for the other of the two."""

    proposed_as = serializers.ChoiceField(choices=[Role.SPONSOR.value, Role.LEAD.value])
    proposed_by = serializers.CharField()
    proposed_at = serializers.DateTimeField()
    reason = serializers.CharField()


class LifecycleSerializer(serializers.Serializer[Any]):
    """Where a measure stands, what the caller may decide now, and what was decided."""

    lifecycle = serializers.CharField()
    possible = serializers.ListField(child=serializers.ChoiceField(choices=MOVES))
    decisions = DecisionSerializer(many=True)
    restoration = RestorationSerializer(allow_null=True)


class NewHold(serializers.Serializer[Any]):
    """A hold until a day, with its reason."""

    reason_code = serializers.ChoiceField(choices=REASONS)
    reason = Words()
    until = serializers.DateField()
    review_on = serializers.DateField(required=False, allow_null=True, default=None)


class NewExtension(serializers.Serializer[Any]):
    """A hold is lengthened once, until a day."""

    reason = Words()
    until = serializers.DateField()


class NewCancellation(serializers.Serializer[Any]):
    """A measure is ended; amounts in the organization's currency, worked out where left out."""

    reason_code = serializers.ChoiceField(choices=REASONS)
    reason = Words()
    lessons = Words(required=False, allow_blank=True, default="")
    ending = Words(required=False, allow_blank=True, default="")
    sunk_cost = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True, default=None
    )
    freed_budget = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True, default=None
    )
    freed_people = serializers.DecimalField(
        max_digits=6, decimal_places=1, required=False, allow_null=True, default=None
    )
    replacement_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class GateHold(NewHold):
    """A hold decided on a request, on exactly what was shown of it."""

    digest = serializers.CharField(max_length=64)


class GateCancellation(NewCancellation):
    """A cancellation decided on a request, on exactly what was shown of it."""

    digest = serializers.CharField(max_length=64)


class Reason(serializers.Serializer[Any]):
    """Why, in words."""

    reason = Words()


class OptionalReason(serializers.Serializer[Any]):
    """Why, in words, where there is something to say."""

    reason = Words(required=False, allow_blank=True, default="")


class MeasureLifecycle(Endpoint):
    """The lifecycle of one measure; each decision has an address of its own below it."""

    permission = Permission.VIEW
    serializer_class = LifecycleSerializer

    @extend_schema(operation_id="show_lifecycle", responses=LifecycleSerializer)
    def get(self, request: Request, measure: UUID) -> Response:
        """Show where a measure stands, what may be decided, and what was."""
        return Response(_standing(self.actor, measures.by_public_id(self.actor, measure)))


class LifecycleStep(Endpoint):
    """A decision about the lifecycle; answers with the lifecycle as it stands then.

    A subclass names its right, what is sent (`given`), and the act that carries it out.
    """

    permission = Permission.VIEW
    step_up = True
    serializer_class = LifecycleSerializer
    given: ClassVar[type[serializers.Serializer[Any]]]
    act: ClassVar[Callable[..., object]]

    def post(self, request: Request, measure: UUID) -> Response:
        """Carry the decision out, and tell how the measure stands now."""
        given, found = judged(self.given(data=request.data)), measure_at(self.actor, measure)
        self.act(actor=self.actor, measure_id=found.pk, **given)
        with tenancy.reading(self.actor):
            now = measures.by_id(found.pk)
            return Response(_standing(self.actor, now), status=HTTPStatus.CREATED)


def told(operation: str, description: str) -> Callable[[type[LifecycleStep]], type[LifecycleStep]]:
    """Say in the schema what a step is called and does; what is sent says its class."""

    def telling(step: type[LifecycleStep]) -> type[LifecycleStep]:
        schema = extend_schema(operation_id=operation, request=step.given, description=description)
        return extend_schema_view(post=schema)(step)

    return telling


@told("hold_measure", "Put a measure on hold until a day.")
class Holds(LifecycleStep):
    """The way to put a measure on hold."""

    write_permission = Permission.HOLD
    given = NewHold
    act = staticmethod(lifecycle.hold)


@told("extend_hold", "Lengthen a hold, one level above who decided it.")
class Extensions(LifecycleStep):
    """The way to lengthen a hold, once."""

    write_permission = Permission.EXTEND_HOLD
    given = NewExtension
    act = staticmethod(lifecycle.extend)


@told("resume_measure", "Let a measure on hold run again at its stage.")
class Resumptions(LifecycleStep):
    """The way to let a measure on hold run again."""

    write_permission = Permission.RESUME
    given = OptionalReason
    act = staticmethod(lifecycle.resume)


def cancel(*, actor: Actor, measure_id: int, **given: Any) -> None:
    """End a measure on what was sent; raises what lifecycle.cancel does."""
    said = cancellation(actor, given)
    lifecycle.cancel(
        actor=actor,
        measure_id=measure_id,
        reason_code=said.reason_code,
        reason=said.reason,
        sunk_cost=said.sunk_cost,
        ending=said.ending,
    )


@told("cancel_measure", "Cancel a measure, with its reason and what it leaves behind.")
class Cancellations(LifecycleStep):
    """The way to end a measure without delivering it."""

    write_permission = Permission.CANCEL
    given = NewCancellation
    act = staticmethod(cancel)


@told("reject_proposal", "Reject a proposal before it is sized.")
class Rejections(LifecycleStep):
    """The way to reject a proposal."""

    write_permission = Permission.REJECT_PROPOSAL
    given = Reason
    act = staticmethod(lifecycle.reject)


@told("propose_restoration", "Propose it, as the sponsor or a lead.")
class Restorations(LifecycleStep):
    """The way to propose that a cancellation is taken back."""

    write_permission = Permission.RESTORE
    given = Reason
    act = staticmethod(restoring.propose)


@told("confirm_restoration", "Confirm the proposal, as the other of sponsor and lead.")
class RestorationConfirmations(LifecycleStep):
    """The way to take a cancellation back."""

    write_permission = Permission.RESTORE
    given = Reason
    act = staticmethod(restoring.restore)


class GateHolds(Endpoint):
    """The outcome hold of a gate."""

    permission = Permission.HOLD
    step_up = True
    serializer_class = RequestSerializer

    @extend_schema(
        operation_id="hold_at_gate", request=GateHold, responses={201: RequestSerializer}
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        """Settle a request by putting its measure on hold."""
        given = judged(GateHold(data=request.data))
        found = request_at(self.actor, request_id)
        digest = given.pop("digest")
        outcomes.hold(actor=self.actor, shown=Shown(found.pk, digest), said=Hold(**given))
        return Response(shown(self.actor, found), status=HTTPStatus.CREATED)


class GateCancellations(Endpoint):
    """The outcome cancel of a gate."""

    permission = Permission.CANCEL
    step_up = True
    serializer_class = RequestSerializer

    @extend_schema(
        operation_id="cancel_at_gate", request=GateCancellation, responses={201: RequestSerializer}
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        """Settle a request by cancelling its measure."""
        given = judged(GateCancellation(data=request.data))
        found = request_at(self.actor, request_id)
        said = cancellation(self.actor, given)
        outcomes.cancel(actor=self.actor, shown=Shown(found.pk, given["digest"]), said=said)
        return Response(shown(self.actor, found), status=HTTPStatus.CREATED)


def cancellation(actor: Actor, given: dict[str, Any]) -> Cancellation:
    """Return what a cancellation says; NotFound for a replacement the caller may not see."""
    replacement = given["replacement_id"]
    replaced_by = None if replacement is None else measure_at(actor, replacement).pk
    return Cancellation(
        reason_code=given["reason_code"],
        reason=given["reason"],
        sunk_cost=given["sunk_cost"],
        ending=Ending(
            lessons=given["lessons"],
            freed_budget=given["freed_budget"],
            freed_people=given["freed_people"],
            replacement_id=replaced_by,
            ending=given["ending"],
        ),
    )


def _standing(actor: Actor, found: Measure) -> Any:
    """Return where a measure stands, what the caller may decide, and what was decided."""
    ended = holding.cancellation(found.pk)
    proposed = None if ended is None else holding.restoration(ended.pk)
    waiting = proposed and {
        "proposed_as": proposed.proposed_as,
        "proposed_by": holding.proposed_by(proposed),
        "proposed_at": proposed.proposed_at,
        "reason": proposed.reason,
    }
    seen = {
        "lifecycle": found.lifecycle,
        "possible": passage.moves(actor, found),
        "decisions": passage.lifecycle(found.pk),
        "restoration": waiting,
    }
    return LifecycleSerializer(seen).data
