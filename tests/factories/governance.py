"""Measures at each stage for tests of governance, written row by row past the services.

Every row is written by the member whose act it is, as role app and under the database's guards:
what these functions can do is what the guards let pass.
"""

import itertools
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from accounts.rules.roles import Role
from core import tenancy
from core.tenancy import Actor
from governance.models import ClosureConfirmation, Decision, GateRequest, LineStatement, Vote
from governance.rules.default_scheme import DEFAULT
from governance.rules.votes import Choice, Outcome
from hierarchy.queries import authority
from hierarchy.services import tree
from measures.models import ActualClaim, Evidence, Line, Measure, Milestone, SeriesVersion
from measures.rules.stage import Lifecycle, Stage
from tests.factories.in_time import in_time
from tests.factories.organizations import TestOrganization, an_organization

_numbers = itertools.count(1)
YEAR = 2026


@dataclass(frozen=True, slots=True)
class Case:
    """A measure and the people around it, each a different member."""

    organization: TestOrganization
    measure_id: int
    line_id: int

    def actor(self, role: Role | str) -> Actor:
        """Return owner, sponsor, controller, lead, administrator or another by role."""
        return self.organization.actor(role)

    def id_of(self, role: Role | str) -> int:
        """Return the member id of a role."""
        member_id = self.actor(role).member_id
        assert member_id is not None
        return member_id

    def measure(self) -> Measure:
        """Read the measure as it is now."""
        with tenancy.reading(self.actor("lead")):
            return Measure.objects.select_related("node__parent").get(pk=self.measure_id)

    @contextmanager
    def acting(self, role: Role | str):
        """Open a transaction in which the holder of a role acts."""
        with tenancy.acting(self.actor(role)):
            yield


def a_measure(
    stage: Stage = Stage.DEFINED, organization: TestOrganization | None = None, *, planned=True
) -> Case:
    """Make a measure with three people, a planned line and a milestone, and pass it to a stage."""
    organization = organization or an_organization()
    package = organization.branch(f"Branch {next(_numbers):05}").package
    with tenancy.acting(organization.actor("owner")):
        node = tree.place(package, f"Measure {next(_numbers):05}", "")
        measure = Measure.objects.create(
            node=node,
            description="Heat is recovered from the compressors.",
            effect_type="hard",
            size="120000",
            proposer_id=organization.actor("owner").member_id,
            owner_id=organization.actor("owner").member_id,
            sponsor_id=organization.actor("sponsor").member_id,
            controller_id=organization.actor("controller").member_id,
        )
        line = _plan(measure, organization) if planned else None
    case = Case(organization, measure.pk, 0 if line is None else line.pk)
    at = Stage.DEFINED
    while at < stage:
        at = pass_next_gate(case, at=at)
    if planned and stage == Stage.IMPLEMENTED:
        with case.acting("owner"):
            statement_row(case)
    return case


def statement_row(case: Case, **fields: object) -> LineStatement:
    """Say inside the owner's open transaction that the budget of the line was reduced."""
    said = {"budget": "reduced", "budget_note": "Voucher 4711"} | fields
    return LineStatement.objects.create(
        measure_id=case.measure_id,
        line_id=case.line_id,
        stated_by_id=case.id_of("owner"),
        **said,
    )


def _plan(measure: Measure, organization: TestOrganization) -> Line:
    proof = evidence(measure.pk, "baseline")
    line = Line.objects.create(
        measure=measure,
        name="Energy",
        nature="benefit",
        effect_type="hard",
        recurrence="recurring",
        currency="EUR",
        full_effect_on=date(YEAR, 4, 1),
        baseline_evidence=proof,
    )
    months = {f"p{number:02d}": 10_000_00 for number in range(4, 13)}
    for series in ("plan", "baseline"):
        SeriesVersion.objects.create(
            line=line, series=series, fiscal_year=YEAR, version=1, **months
        )
    Milestone.objects.create(
        measure=measure,
        name="Compressor installed",
        owner_id=organization.actor("owner").member_id,
        plan_end=date(YEAR, 3, 31),
    )
    return line


def evidence(measure_id: int, kind: str = "other") -> Evidence:
    """Attach a file that is nowhere; inside an open transaction."""
    number = next(_numbers)
    return Evidence.objects.create(
        measure_id=measure_id,
        kind=kind,
        title=f"Proof {number}",
        file_name=f"proof-{number}.pdf",
        content_type="application/pdf",
        size=10,
        sha256=f"{number:064x}",
        stored_as=f"nowhere/{number}",
    )


def a_request(case: Case, by: Role | str = "owner", *, at: Stage | None = None) -> GateRequest:
    """Submit the next gate of a measure; `at` is the stage it is known to stand at."""
    with case.acting(by):
        request = GateRequest.objects.create(
            measure_id=case.measure_id,
            gate=(case.measure().stage if at is None else at) + 1,
            requested_by_id=case.id_of(by),
        )
        request.refresh_from_db()
    return request


def a_vote(case: Case, request: GateRequest, role: Role | str, choice: str = "approve") -> Vote:
    """Cast the vote of the member who holds a role."""
    with case.acting(role):
        return vote_row(case, request, role, choice)


def vote_row(case: Case, request: GateRequest, role: Role | str, choice: str = "approve") -> Vote:
    """Cast a vote inside an open transaction."""
    return Vote.objects.create(
        request_id=request.pk,
        role=str(Role(role)),
        voter_id=tenancy.current().actor.member_id,
        requested_by_id=request.requested_by_id,
        choice=choice,
        reason="" if choice == Choice.APPROVE else "The plan lacks its last quarter.",
        digest=request.digest,
    )


def decision_row(case: Case, request: GateRequest, outcome: str = "advance") -> Decision:
    """Write the decision inside the open transaction of the last voter."""
    returned = outcome == Outcome.RETURN
    return Decision.objects.create(
        request_id=request.pk,
        measure_id=case.measure_id,
        outcome=outcome,
        from_stage=request.gate - 1,
        to_stage=request.gate,
        conditions="Plan the last quarter." if returned else "",
        due_on=date(YEAR + 1, 1, 31) if returned else None,
        decided_by_id=tenancy.current().actor.member_id,
    )


def move_row(case: Case, to: Stage) -> None:
    """Move the stage inside the open transaction of the last voter."""
    measure = Measure.objects.get(pk=case.measure_id)
    lifecycle = Lifecycle.CLOSED if to is Stage.CLOSED else Lifecycle.ACTIVE
    Measure.objects.filter(pk=case.measure_id).update(
        stage=to, lifecycle=lifecycle, version=measure.version + 1
    )


def roles_of(stage: Stage) -> list[Role]:
    """Return the roles that vote on the gate leading from a stage."""
    gate = DEFAULT.gate_from(stage)
    assert gate is not None
    return [vote.role for vote in gate.votes]


def pass_next_gate(case: Case, *committee: Actor, at: Stage | None = None) -> Stage:
    """Submit, vote, decide and move, each by the person whose act it is; a committee votes too.

    Returns the stage reached; `at` is the one the measure is known to stand at.
    """
    stage = Stage(case.measure().stage) if at is None else at
    request = a_request(case, at=stage)
    *first, last = roles_of(stage)
    for role in first:
        a_vote(case, request, role)
    for member in committee:
        with tenancy.acting(member):
            vote_row(case, request, Role.STEERING)
    with case.acting(last):
        vote_row(case, request, last)
        decision_row(case, request)
        move_row(case, Stage(stage + 1))
    return Stage(stage + 1)


def confirmation_row(case: Case, **fields: object) -> ClosureConfirmation:
    """Confirm the figures inside the controller's open transaction."""
    confirmation = ClosureConfirmation.objects.create(
        measure_id=case.measure_id,
        confirmed_by_id=tenancy.current().actor.member_id,
        statement="The ledger shows the effect.",
        **({"outcome": "achieved"} | fields),
    )
    confirmation.refresh_from_db()
    return confirmation


def claim_row(case: Case, period: int, amount: int = 9_000_00) -> ActualClaim:
    """Claim a month inside an open transaction, at a time when its period took claims."""
    proof = evidence(case.measure_id, "ledger_extract")
    with in_time(YEAR, period):
        return ActualClaim.objects.create(
            line_id=case.line_id,
            measure_id=case.measure_id,
            fiscal_year=YEAR,
            period=period,
            amount=amount,
            evidence=proof,
        )


def approve_row(claim_id: int) -> None:
    """Approve a claim inside the controller's open transaction."""
    claim = ActualClaim.objects.get(pk=claim_id)
    claim.state = "approved"
    claim.decided_at = tenancy.current().now
    claim.save(update_fields=["state", "decided_at"])


def approved_months(case: Case, *periods: int) -> None:
    """Claim months as the owner and approve them as the controller."""
    with case.acting("owner"):
        claims = [claim_row(case, period).pk for period in periods]
    with case.acting("controller"):
        for claim_id in claims:
            approve_row(claim_id)


def today(case: Case) -> date:
    """Return the day it is in the case's organization."""
    with tenancy.reading(case.actor("lead")):
        return authority.today()
