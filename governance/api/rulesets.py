"""The rule set in the API: given out as a signed file, brought in, and confirmed by a second."""

from datetime import date
from http import HTTPStatus
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.rules.roles import Permission
from core import tenancy
from core.errors import Invalid, NotFound
from governance.api.given import Words, judged
from governance.models import SchemeProposal
from governance.queries import proposals, rulesets
from governance.rules.rulesets import LARGEST
from governance.services import rulesets as services
from governance.services import schemes
from hierarchy.endpoints import Endpoint
from hierarchy.queries import authority
from hierarchy.rules.given import day_in


class RuleFileSerializer(serializers.Serializer[Any]):
    """The signed file, line by line as it is given out and can be brought in again."""

    as_of = serializers.DateField()
    file = serializers.CharField()


class RuleFileGiven(serializers.Serializer[Any]):
    """A file of rules as text, from when on it is to hold, and why."""

    file = serializers.CharField(max_length=LARGEST, trim_whitespace=False)
    effective_from = serializers.DateField()
    reason = Words(required=False, allow_blank=True, default="")


class RulesProposalSerializer(serializers.Serializer[Any]):
    """The open proposal: gates and numbers as they would be."""

    proposal = serializers.IntegerField(source="pk")
    effective_from = serializers.DateField()
    reason = serializers.CharField()
    proposed_by = serializers.CharField(source="proposed_by.name")
    document = serializers.JSONField()
    numbers = serializers.JSONField()


class ShownProposal(serializers.Serializer[Any]):
    """The number of the proposal that was read, so that no other one is confirmed."""

    proposal = serializers.IntegerField(min_value=1, max_value=2**63 - 1)


class ConfirmedRules(serializers.Serializer[Any]):
    """The version that was made, and from when on it holds."""

    version = serializers.IntegerField()
    effective_from = serializers.DateField()


class RuleSet(Endpoint):
    """The rules of the organization as one signed file."""

    permission = Permission.VIEW
    serializer_class = RuleFileSerializer

    @extend_schema(
        operation_id="export_rules",
        parameters=[OpenApiParameter("as_of", OpenApiTypes.DATE)],
        responses=RuleFileSerializer,
    )
    def get(self, request: Request) -> Response:
        """Return the rules of a day, today unless named."""
        on = _day(request.query_params.get("as_of", ""))
        return Response(RuleFileSerializer({"as_of": on, "file": rulesets.paper(on)}).data)


class RuleProposals(Endpoint):
    """The open proposal of rules."""

    permission = Permission.CHANGE_GATES
    serializer_class = RulesProposalSerializer

    @extend_schema(operation_id="read_rules_proposal", responses=RulesProposalSerializer)
    def get(self, request: Request) -> Response:
        """Return the open proposal; 404 where there is none."""
        found = proposals.open_one()
        if found is None:
            raise NotFound(what="proposal")
        return Response(RulesProposalSerializer(found).data)

    @extend_schema(
        operation_id="import_rules",
        request=RuleFileGiven,
        responses={201: RulesProposalSerializer},
    )
    def post(self, request: Request) -> Response:
        """Make a file of rules the open proposal, all of it or nothing."""
        given = judged(RuleFileGiven(data=request.data))
        made = services.bring_in(
            actor=self.actor,
            given=given["file"].encode(),
            effective_from=given["effective_from"],
            reason=given["reason"],
        )
        return _answer(self, made)


class RuleConfirmations(Endpoint):
    """That the open proposal holds from its day on; a person's act."""

    permission = Permission.CHANGE_GATES
    step_up = True
    serializer_class = ConfirmedRules

    @extend_schema(
        operation_id="confirm_rules", request=ShownProposal, responses={201: ConfirmedRules}
    )
    def post(self, request: Request) -> Response:
        """Confirm exactly the proposal that was read, as a second administrator."""
        given = judged(ShownProposal(data=request.data))
        made = schemes.confirm(actor=self.actor, proposal_id=given["proposal"])
        return Response(ConfirmedRules(made).data, status=HTTPStatus.CREATED)


class RuleWithdrawals(Endpoint):
    """That the open proposal is given up."""

    permission = Permission.CHANGE_GATES
    serializer_class = RulesProposalSerializer

    @extend_schema(
        operation_id="withdraw_rules",
        request=ShownProposal,
        responses={201: RulesProposalSerializer},
    )
    def post(self, request: Request) -> Response:
        """Withdraw the proposal that was read."""
        given = judged(ShownProposal(data=request.data))
        made = schemes.withdraw(actor=self.actor, proposal_id=given["proposal"])
        return _answer(self, made)


def _day(given: str) -> date:
    on = day_in(given) if given else authority.today()
    if on is None:
        raise Invalid(field="as_of", problem=f"must be a day like {authority.today()}.")
    return on


def _answer(endpoint: Endpoint, made: SchemeProposal) -> Response:
    with tenancy.reading(endpoint.actor):
        found = SchemeProposal.objects.select_related("proposed_by").get(pk=made.pk)
        shown = RulesProposalSerializer(found).data
    return Response(shown, status=HTTPStatus.CREATED)
