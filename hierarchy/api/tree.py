"""The API of the tree: nodes, and who sits where."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Member
from accounts.queries import people
from accounts.rules.roles import Permission
from core import tenancy
from hierarchy.endpoints import Endpoint
from hierarchy.models import Node, Seat
from hierarchy.queries import authority
from hierarchy.queries import seats as seat_queries
from hierarchy.queries import tree as places
from hierarchy.rules.levels import NAMES, Level
from hierarchy.services import tree

LEVELS: dict[str, Level] = {name: level for level, name in NAMES.items()}


class NodeSerializer(serializers.ModelSerializer[Node]):
    """A node as the API shows it; addresses are public ids."""

    id = serializers.UUIDField(source="public_id")
    parent_id = serializers.UUIDField(source="parent.public_id", allow_null=True, default=None)
    level = serializers.SerializerMethodField()

    class Meta:
        model = Node
        fields: ClassVar = ["id", "parent_id", "level", "name", "code", "archived_on", "version"]
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=list(LEVELS)))
    def get_level(self, node: Node) -> str:
        """Return the level's name."""
        return NAMES[Level(node.level)]


class NodeListQuery(serializers.Serializer[Any]):
    """How a list of nodes is narrowed."""

    level = serializers.ChoiceField(choices=list(LEVELS), required=False)
    parent_id = serializers.UUIDField(
        required=False, help_text="Only what stands directly below it."
    )
    under_id = serializers.UUIDField(
        required=False, help_text="Only what stands anywhere below it."
    )
    archived = serializers.BooleanField(required=False, default=False)


class NewNode(serializers.Serializer[Any]):
    """A node to be added."""

    parent_id = serializers.UUIDField()
    name = serializers.CharField(max_length=200)
    code = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    level = serializers.ChoiceField(
        choices=list(LEVELS), required=False, help_text="Follows from the parent; checked if given."
    )


class NodeLabels(serializers.Serializer[Any]):
    """What a node is called; what is left out stays as it is."""

    name = serializers.CharField(max_length=200, required=False)
    code = serializers.CharField(max_length=60, required=False, allow_blank=True)


class NewParent(serializers.Serializer[Any]):
    """Where a node is to be hung."""

    parent_id = serializers.UUIDField()


class MemberSerializer(serializers.ModelSerializer[Member]):
    """A member as others see one."""

    id = serializers.UUIDField(source="public_id")

    class Meta:
        model = Member
        fields: ClassVar = ["id", "name"]
        read_only_fields = fields


class SeatSerializer(serializers.ModelSerializer[Seat]):
    """A seat: who is what, where, and when."""

    member_id = serializers.UUIDField(source="member.public_id")
    member_name = serializers.CharField(source="member.name")
    node_id = serializers.UUIDField(source="node.public_id")

    class Meta:
        model = Seat
        fields: ClassVar = ["member_id", "member_name", "node_id", "role", "valid_from", "valid_to"]
        read_only_fields = fields


class SeatListQuery(serializers.Serializer[Any]):
    """How a list of seats is narrowed."""

    node_id = serializers.UUIDField(required=False)
    member_id = serializers.UUIDField(required=False)


class Nodes(Endpoint):
    """The nodes a caller may see, and the way to add one."""

    permission = Permission.VIEW
    write_permission = Permission.ADMINISTER_STRUCTURE
    serializer_class = NodeSerializer

    @extend_schema(
        operation_id="list_nodes",
        parameters=[NodeListQuery],
        responses=NodeSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List nodes in tree order."""
        query = _judged(NodeListQuery(data=request.query_params))
        return self.listed(_narrowed(authority.visible(self.actor), query))

    @extend_schema(operation_id="add_node", request=NewNode, responses={201: NodeSerializer})
    def post(self, request: Request) -> Response:
        """Add a node under a parent, which decides its level."""
        given = _judged(NewNode(data=request.data))
        with tenancy.reading(self.actor):
            parent = places.by_public_id(given["parent_id"])
        node = tree.add(
            actor=self.actor,
            parent_id=parent.pk,
            name=given["name"],
            code=given["code"],
            level=LEVELS[given["level"]] if "level" in given else None,
        )
        address = reverse("api:node", kwargs={"slug": self.slug, "node": node.public_id})
        return _answered(self, node, HTTPStatus.CREATED, address)


class OneNode(Endpoint):
    """One node."""

    permission = Permission.VIEW
    write_permission = Permission.ADMINISTER_STRUCTURE
    serializer_class = NodeSerializer

    @extend_schema(operation_id="show_node")
    def get(self, request: Request, node: UUID) -> Response:
        """Show a node with its version."""
        found = places.by_public_id(node)
        authority.ensure(self.actor, Permission.VIEW, found)
        return self.versioned_answer(NodeSerializer(found).data, found.version)

    @extend_schema(operation_id="rename_node", request=NodeLabels)
    def patch(self, request: Request, node: UUID) -> Response:
        """Rename a node, if it still has the version named in If-Match."""
        with tenancy.reading(self.actor):
            found = places.by_public_id(node)
        given = _judged(NodeLabels(data=request.data))
        renamed = tree.rename(
            actor=self.actor,
            node_id=found.pk,
            version=self.version,
            name=given.get("name", found.name),
            code=given.get("code", found.code),
        )
        return _answered(self, renamed)


class NodeMove(Endpoint):
    """The way to hang a node elsewhere."""

    permission = Permission.ADMINISTER_STRUCTURE
    serializer_class = NodeSerializer

    @extend_schema(operation_id="move_node", request=NewParent)
    def post(self, request: Request, node: UUID) -> Response:
        """Move a node with all below it under another parent of the right level."""
        with tenancy.reading(self.actor):
            found = places.by_public_id(node)
            given = _judged(NewParent(data=request.data))
            parent = places.by_public_id(given["parent_id"])
        moved = tree.move(
            actor=self.actor, node_id=found.pk, parent_id=parent.pk, version=self.version
        )
        return _answered(self, moved)


class NodeArchive(Endpoint):
    """The way to end a node."""

    permission = Permission.ADMINISTER_STRUCTURE
    serializer_class = NodeSerializer

    @extend_schema(operation_id="archive_node", request=None)
    def post(self, request: Request, node: UUID) -> Response:
        """Archive a node that holds nothing active."""
        with tenancy.reading(self.actor):
            found = places.by_public_id(node)
        return _answered(
            self, tree.archive(actor=self.actor, node_id=found.pk, version=self.version)
        )


class Members(Endpoint):
    """The organization's members."""

    permission = Permission.VIEW
    serializer_class = MemberSerializer

    @extend_schema(operation_id="list_members", responses=MemberSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List present members by name."""
        return self.listed(people.members())


class Seats(Endpoint):
    """Who sits where the caller may look."""

    permission = Permission.VIEW
    serializer_class = SeatSerializer

    @extend_schema(
        operation_id="list_seats",
        parameters=[SeatListQuery],
        responses=SeatSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the seats in force today."""
        query = _judged(SeatListQuery(data=request.query_params))
        rows = seat_queries.in_force(authority.visible(self.actor))
        if "node_id" in query:
            rows = rows.filter(node__public_id=query["node_id"])
        if "member_id" in query:
            rows = rows.filter(member__public_id=query["member_id"])
        return self.listed(rows)


def _judged(serializer: serializers.Serializer[Any]) -> dict[str, Any]:
    """Return the values a caller sent; ValidationError names each that does not fit."""
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _narrowed(rows: QuerySet[Node], query: dict[str, Any]) -> QuerySet[Node]:
    if not query["archived"]:
        rows = rows.filter(archived_on__isnull=True)
    if "level" in query:
        rows = rows.filter(level=LEVELS[query["level"]])
    if "parent_id" in query:
        rows = rows.filter(parent__public_id=query["parent_id"])
    if "under_id" in query:
        rows = rows.filter(places.below(places.by_public_id(query["under_id"])))
    return rows.select_related("parent").order_by("lft")


def _answered(
    view: Endpoint, node: Node, status: int = HTTPStatus.OK, location: str = ""
) -> Response:
    """Answer with a node after a change, read again in a transaction of its own."""
    with tenancy.reading(view.actor):
        data = NodeSerializer(node).data
    return view.versioned_answer(data, node.version, status, location)
