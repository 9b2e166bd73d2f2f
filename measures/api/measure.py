"""The measure in the API: list, propose, show, describe, name its people."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.endpoints import Endpoint
from hierarchy.queries import past, tree
from measures.api import fields
from measures.models import Measure
from measures.queries import measures, stages
from measures.queries import past as known_then
from measures.rules.lines import EffectType
from measures.rules.stage import Lifecycle, Stage
from measures.services import proposals
from measures.services.comments import LONGEST_TEXT

STAGES = {stage.name.lower(): stage for stage in Stage}
KINDS = [kind.value for kind in EffectType]
LIFECYCLES = [state.value for state in Lifecycle]


class MeasureSerializer(serializers.ModelSerializer[Measure]):
    """A measure as the API shows it; lights are null until they were judged."""

    id = serializers.UUIDField(source="node.public_id")
    name = serializers.CharField(source="node.name")
    code = serializers.CharField(source="node.code")
    package_id = serializers.UUIDField(source="node.parent.public_id")
    stage = serializers.SerializerMethodField()
    stage_name = serializers.SerializerMethodField()
    owner_id = serializers.UUIDField(source="owner.public_id", default=None)
    sponsor_id = serializers.UUIDField(source="sponsor.public_id", default=None)
    controller_id = serializers.UUIDField(source="controller.public_id", default=None)
    implementation = serializers.SerializerMethodField()
    potential = serializers.SerializerMethodField()

    class Meta:
        model = Measure
        fields: ClassVar = [
            "id", "name", "code", "package_id", "description", "effect_type", "size", "size_unit",
            "stage", "step", "stage_name", "lifecycle", "owner_id", "sponsor_id", "controller_id",
            "starts_on", "ends_on", "decided_on", "implementation", "potential", "version",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=list(STAGES)))
    def get_stage(self, measure: Measure) -> str:
        """Return the stage by its code, the same in every organization."""
        return Stage(measure.stage).name.lower()

    def get_stage_name(self, measure: Measure) -> str:
        """Return what the organization calls the stage, or the step inside it."""
        return stages.names().of(measure.stage, measure.step)

    def get_implementation(self, measure: Measure) -> str | None:
        """Return the colour of the implementation light."""
        return next((each.implementation for each in measure.statuses.all()), None)

    def get_potential(self, measure: Measure) -> str | None:
        """Return the colour of the potential light."""
        return next((each.potential for each in measure.statuses.all()), None)


class MeasureListQuery(serializers.Serializer[Any]):
    """How a list of measures is narrowed."""

    under_id = serializers.UUIDField(required=False, help_text="Only below this node.")
    stage = serializers.ChoiceField(choices=list(STAGES), required=False)
    lifecycle = serializers.ChoiceField(choices=LIFECYCLES, required=False)
    code = serializers.CharField(required=False)
    as_of = serializers.DateField(required=False, help_text="As known when this day ended.")


class NewMeasure(serializers.Serializer[Any]):
    """A measure to be proposed."""

    package_id = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=LONGEST_TEXT)
    effect_type = serializers.ChoiceField(choices=KINDS)
    code = serializers.CharField(max_length=60, required=False, allow_blank=True)
    size = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True
    )
    size_unit = serializers.CharField(max_length=20, required=False, allow_blank=True)


class MeasureChanges(serializers.Serializer[Any]):
    """What can be described anew; what is left out stays as it is."""

    name = serializers.CharField(max_length=200, required=False)
    code = serializers.CharField(max_length=60, required=False, allow_blank=True)
    description = serializers.CharField(max_length=LONGEST_TEXT, required=False)
    effect_type = serializers.ChoiceField(choices=KINDS, required=False)
    size = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True
    )
    size_unit = serializers.CharField(max_length=20, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)


class People(serializers.Serializer[Any]):
    """The three people of a measure, by member id; null for nobody yet."""

    owner_id = serializers.UUIDField(allow_null=True)
    sponsor_id = serializers.UUIDField(allow_null=True)
    controller_id = serializers.UUIDField(allow_null=True)


class Measures(Endpoint):
    """The measures a caller may see, and the way to propose one."""

    permission = Permission.VIEW
    write_permission = Permission.PROPOSE_MEASURE
    serializer_class = MeasureSerializer

    @extend_schema(
        operation_id="list_measures",
        parameters=[MeasureListQuery],
        responses=MeasureSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List measures in tree order, or as they were known on a past day."""
        on = past.asked(request.query_params.get(past.ASKED, ""))
        query = fields.judged(MeasureListQuery(data=request.query_params))
        with past.as_asked(on):
            return self.listed(_narrowed(measures.visible(self.actor), query))

    @extend_schema(
        operation_id="propose_measure", request=NewMeasure, responses={201: MeasureSerializer}
    )
    def post(self, request: Request) -> Response:
        """Propose a measure under a package; it begins at Defined."""
        given = fields.judged(NewMeasure(data=request.data))
        with tenancy.reading(self.actor):
            package = tree.by_public_id(given.pop("package_id"))
        measure = proposals.propose(actor=self.actor, package_id=package.pk, **given)
        named = {"slug": self.slug, "measure": measure.node.public_id}
        return answered(self, measure.pk, HTTPStatus.CREATED, reverse("api:measure", kwargs=named))


class OneMeasure(Endpoint):
    """One measure."""

    permission = Permission.VIEW
    write_permission = Permission.EDIT_MEASURE
    serializer_class = MeasureSerializer

    @extend_schema(operation_id="show_measure", parameters=[fields.AsOf])
    def get(self, request: Request, measure: UUID) -> Response:
        """Show a measure with its version, or as it was known on a past day."""
        found = fields.found(self.actor, measure)
        on = past.asked(request.query_params.get(past.ASKED, ""))
        if on is None:
            return answered(self, found.pk)
        with past.known_on(on):
            known_then.known(found, on)
            return Response(
                MeasureSerializer(_whole(Measure.objects.filter(pk=found.pk)).get()).data
            )

    @extend_schema(operation_id="describe_measure", request=MeasureChanges)
    def patch(self, request: Request, measure: UUID) -> Response:
        """Change text, size, kind or dates, if it still has the version named in If-Match."""
        given = fields.judged(MeasureChanges(data=request.data))
        found = fields.found(self.actor, measure)
        proposals.describe(
            actor=self.actor, measure_id=found.pk, version=self.version, **_changes(given)
        )
        return answered(self, found.pk)


class MeasurePeople(Endpoint):
    """Owner, sponsor and controller of a measure."""

    permission = Permission.NAME_PEOPLE
    serializer_class = MeasureSerializer

    @extend_schema(operation_id="name_people", request=People)
    def put(self, request: Request, measure: UUID) -> Response:
        """Name the three people, if the measure still has the version named in If-Match."""
        _refuse_second_owner(request.data)
        given = fields.judged(People(data=request.data))
        found = fields.found(self.actor, measure)
        with tenancy.reading(self.actor):
            named = {role: fields.member_id(member) for role, member in given.items()}
        proposals.name_people(actor=self.actor, measure_id=found.pk, version=self.version, **named)
        return answered(self, found.pk)


def answered(
    view: Endpoint, measure_id: int, status: int = HTTPStatus.OK, location: str = ""
) -> Response:
    """Answer with a measure as it is now, read in a transaction of its own."""
    with tenancy.reading(view.actor):
        measure = _whole(Measure.objects.filter(pk=measure_id)).get()
        data = MeasureSerializer(measure).data
    return view.versioned_answer(data, measure.version, status, location)


def _whole(rows: "QuerySet[Measure]") -> "QuerySet[Measure]":
    related = ("node__parent", "owner", "sponsor", "controller")
    return rows.select_related(*related).prefetch_related("statuses")


def _narrowed(rows: "QuerySet[Measure]", query: dict[str, Any]) -> "QuerySet[Measure]":
    if "stage" in query:
        rows = rows.filter(stage=STAGES[query["stage"]])
    if "lifecycle" in query:
        rows = rows.filter(lifecycle=query["lifecycle"])
    if "code" in query:
        rows = rows.filter(node__code=query["code"])
    if "under_id" in query:
        rows = rows.filter(tree.below(tree.by_public_id(query["under_id"]), "node__"))
    return _whole(rows).order_by("node_id")


def _refuse_second_owner(sent: object) -> None:
    """Refuse several owners in words, before their form is judged."""
    owners = sent.get("owner_id") if isinstance(sent, dict) else None
    if isinstance(owners, list):
        proposals.sole_owner(owners)


def _changes(given: dict[str, Any]) -> proposals.Changes:
    changes: proposals.Changes = {}
    changes.update(given)  # type: ignore[typeddict-item]  # the serializer has the same fields
    return changes
