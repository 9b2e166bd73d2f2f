"""Milestones in the API: planned, forecast, completed."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import NotFound
from hierarchy.endpoints import Endpoint
from measures.api import fields
from measures.models import Measure, Milestone
from measures.services import milestones
from measures.services.milestones import MilestoneDraft


class MilestoneSerializer(serializers.ModelSerializer[Milestone]):
    """A milestone as the API shows it."""

    owner_id = serializers.UUIDField(source="owner.public_id", default=None)

    class Meta:
        model = Milestone
        fields: ClassVar = [
            "id", "name", "owner_id", "plan_end", "forecast_end", "actual_end", "is_mandatory",
            "is_critical", "weight", "is_imported", "added_after_freeze", "version",
        ]  # fmt: skip
        read_only_fields = fields


class MilestoneGiven(serializers.Serializer[Any]):
    """What a milestone is; a change that leaves something out keeps it."""

    name = serializers.CharField(max_length=200)
    plan_end = serializers.DateField()
    owner_id = serializers.UUIDField(required=False, allow_null=True)
    is_mandatory = serializers.BooleanField(required=False)
    is_critical = serializers.BooleanField(required=False)
    weight = serializers.IntegerField(min_value=1, max_value=100, required=False)


class ForecastGiven(serializers.Serializer[Any]):
    """When a milestone is expected to be done; null for as planned."""

    forecast_end = serializers.DateField(allow_null=True)


class Milestones(Endpoint):
    """The milestones of a measure."""

    permission = Permission.VIEW
    write_permission = Permission.UPDATE_MILESTONE
    serializer_class = MilestoneSerializer

    @extend_schema(operation_id="list_milestones", responses=MilestoneSerializer(many=True))
    def get(self, request: Request, measure: UUID) -> Response:
        """List the milestones of a measure by their planned end."""
        found = fields.found(self.actor, measure)
        return self.listed(_milestones(found).order_by("plan_end", "pk"))

    @extend_schema(
        operation_id="add_milestone", request=MilestoneGiven, responses={201: MilestoneSerializer}
    )
    def post(self, request: Request, measure: UUID) -> Response:
        """Add a milestone."""
        given = fields.judged(MilestoneGiven(data=request.data))
        found = fields.found(self.actor, measure)
        with tenancy.reading(self.actor):
            draft = _draft(given)
        made = milestones.add(actor=self.actor, measure_id=found.pk, draft=draft)
        return _answered(self, made.pk, HTTPStatus.CREATED)


class OneMilestone(Endpoint):
    """One milestone."""

    permission = Permission.UPDATE_MILESTONE
    serializer_class = MilestoneSerializer

    @extend_schema(operation_id="revise_milestone", request=MilestoneGiven(partial=True))
    def patch(self, request: Request, measure: UUID, milestone: int) -> Response:
        """Change what a milestone is, if it still has the version named in If-Match."""
        given = fields.judged(MilestoneGiven(data=request.data, partial=True))
        with tenancy.reading(self.actor):
            known = _known(_milestone(fields.found(self.actor, measure), milestone))
            draft = _draft(known | given)
        milestones.revise(
            actor=self.actor, milestone_id=milestone, version=self.version, draft=draft
        )
        return _answered(self, milestone)

    @extend_schema(operation_id="remove_milestone", request=None, responses={204: None})
    def delete(self, request: Request, measure: UUID, milestone: int) -> Response:
        """Take a milestone out of the plan."""
        _ensure(self, measure, milestone)
        milestones.remove(actor=self.actor, milestone_id=milestone, version=self.version)
        return Response(status=HTTPStatus.NO_CONTENT)


class MilestoneForecast(Endpoint):
    """The expected end of a milestone."""

    permission = Permission.UPDATE_MILESTONE
    serializer_class = MilestoneSerializer

    @extend_schema(operation_id="forecast_milestone", request=ForecastGiven)
    def put(self, request: Request, measure: UUID, milestone: int) -> Response:
        """Say when a milestone will be done; the plan stays."""
        given = fields.judged(ForecastGiven(data=request.data))
        _ensure(self, measure, milestone)
        milestones.forecast(actor=self.actor, milestone_id=milestone, version=self.version, **given)
        return _answered(self, milestone)


class CompleteMilestone(Endpoint):
    """The way to complete a milestone."""

    permission = Permission.UPDATE_MILESTONE
    versioned = frozenset({"POST"})
    serializer_class = MilestoneSerializer

    @extend_schema(operation_id="complete_milestone", request=None)
    def post(self, request: Request, measure: UUID, milestone: int) -> Response:
        """Record that a milestone is done today."""
        _ensure(self, measure, milestone)
        milestones.complete(actor=self.actor, milestone_id=milestone, version=self.version)
        return _answered(self, milestone)


def _milestones(measure: Measure) -> Any:
    rows = Milestone.objects.filter(measure=measure, removed_on__isnull=True)
    return rows.select_related("owner")


def _milestone(measure: Measure, milestone_id: int) -> Milestone:
    found: Milestone | None = _milestones(measure).filter(pk=milestone_id).first()
    if found is None:
        raise NotFound(what="milestone")
    return found


def _ensure(view: Endpoint, measure: UUID, milestone_id: int) -> None:
    """Refuse a milestone that is not this measure's."""
    with tenancy.reading(view.actor):
        _milestone(fields.found(view.actor, measure), milestone_id)


def _known(milestone: Milestone) -> dict[str, Any]:
    owner = milestone.owner
    return {
        "name": milestone.name,
        "plan_end": milestone.plan_end,
        "owner_id": None if owner is None else owner.public_id,
        "is_mandatory": milestone.is_mandatory,
        "is_critical": milestone.is_critical,
        "weight": milestone.weight,
    }


def _draft(given: dict[str, Any]) -> MilestoneDraft:
    return MilestoneDraft(**given | {"owner_id": fields.member_id(given.get("owner_id"))})


def _answered(view: Endpoint, milestone_id: int, status: int = HTTPStatus.OK) -> Response:
    """Answer with a milestone as it is now: the guard fills part of it."""
    with tenancy.reading(view.actor):
        milestone = Milestone.objects.select_related("owner").get(pk=milestone_id)
        data = MilestoneSerializer(milestone).data
    return view.versioned_answer(data, milestone.version, status)
