"""One organization with something behind every kind of address, for the sweep over all URLs."""

import re
import uuid
from dataclasses import dataclass

from accounts.models import Member, User
from accounts.rules.roles import Role
from core import tenancy
from governance.models import GateRequest
from hierarchy.models import Invitation
from intake.models import ImportRun
from measures.models import BudgetLine, Evidence, Line, Milestone
from measures.rules.budget_file import FileKind
from measures.rules.stage import Stage
from steering.models import Escalation
from tests.factories import deputies
from tests.factories import governance as governing
from tests.factories.budget import CHART, imported
from tests.factories.governance import Case
from tests.factories.organizations import TestOrganization, an_invitation, an_organization

SLUG = "slug"
NOT_OURS = 10**12  # counted per organization: no other organization is so far yet


@dataclass(frozen=True, slots=True)
class Estate:
    """An organization's address, a member with every seat, and what its ids are.

    `canary` is a word that stands in its rows and nowhere else.
    """

    slug: str
    email: str
    canary: str
    ids: dict[str, object]

    def fill(self, route: str, slug: str = "") -> str:
        """Return an address of the resolver with this organization's ids in it.

        KeyError for a kind of id that is not known here: add something of that kind.
        """
        known = {**self.ids, SLUG: slug or self.slug}
        return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known[found.group(1)]), route)

    def with_ids_of_nothing(self) -> "Estate":
        """Return the same address with ids that nothing has."""
        nothing = {
            kind: uuid.uuid4() if isinstance(known, uuid.UUID) else known
            for kind, known in self.ids.items()
        }
        gone = {"line": NOT_OURS, "milestone": NOT_OURS}
        return Estate(self.slug, self.email, self.canary, {**nothing, **gone})


def an_estate(organization: TestOrganization | None = None) -> Estate:
    """Make an organization with a measure under request, an escalation, evidence and a token."""
    canary = f"canary{uuid.uuid4().hex[:12]}"
    organization = organization or an_organization(name=f"Group {canary}")
    case = governing.a_measure(Stage.IDENTIFIED, organization)
    with case.acting("owner"):
        proof = governing.evidence(case.measure_id)
    request = governing.a_request(case)
    escalation = _an_escalation(case)
    run = _a_run(case)
    invitation = an_invitation(organization)
    deputyship = deputies.named(organization, "controller", organization.newcomer())
    imported(organization, FileKind.CHART, CHART)
    with tenancy.reading(organization.actor("lead")):
        node = case.measure().node
        ids = {
            "node": node.parent.public_id,
            "measure": node.public_id,
            "evidence": Evidence.objects.get(pk=proof.pk).public_id,
            "member": Member.objects.get(pk=organization.actor("owner").member_id).public_id,
            "asked": GateRequest.objects.get(pk=request.pk).public_id,
            "request_id": GateRequest.objects.get(pk=request.pk).public_id,
            "escalation": Escalation.objects.get(pk=escalation.pk).public_id,
            "run": run.public_id,
            "invitation": Invitation.objects.get(pk=invitation.pk).public_id,
            "deputyship": deputyship.public_id,
            "budgeted": BudgetLine.objects.first().public_id,
            "claim": NOT_OURS,
            "overlap": NOT_OURS,
            "paper": uuid.uuid4(),
            "form": "pdf",
            "series": "plan",
            "year": governing.YEAR,
            "measured": "plan",
            "horizon": "year",
            "line": Line.objects.filter(measure=case.measure_id).first().pk,
            "milestone": Milestone.objects.filter(measure=case.measure_id).first().pk,
            "number": NOT_OURS,
        }
    someone = organization.newcomer()
    for role in Role:
        organization.seat(someone, role)
    email = User.objects.get(pk=someone.user_id).email
    return Estate(organization.slug, email, canary, ids)


def _an_escalation(case: Case) -> Escalation:
    """Let Assay itself open an escalation on the measure."""
    with tenancy.acting(tenancy.system(case.organization.id)):
        today = governing.today(case)
        return Escalation.objects.create(
            measure_id=case.measure_id,
            node=case.measure().node,
            rule="T4",
            severity="red",
            level=1,
            since=today,
            facts={},
            decider_id=case.id_of("sponsor"),
            decider_role="sponsor",
            level_since=today,
            due_on=today,
        )


def _a_run(case: Case) -> ImportRun:
    """Keep an import as if one had been run."""
    with case.acting("administrator"):
        run = ImportRun.objects.create(
            file_name="portfolio.csv",
            file_digest="0" * 64,
            mapping_name="portfolio",
            mapping_digest="0" * 64,
            cut_over_on=governing.today(case),
            rows=0,
            imported_by_id=case.id_of("administrator"),
        )
        run.refresh_from_db()
    return run
