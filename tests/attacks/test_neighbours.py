"""Ids of a neighbour in a form or a body: as if nothing were there, and nothing is changed."""

import pytest

from core import tenancy
from core.errors import NotFound
from measures.errors import DependencyCycle
from measures.models import ActualClaim, Dependency, Evidence, Line, Measure, Milestone, Risk
from measures.services import dependencies, evidence, risks
from measures.services.risks import RiskDraft
from tests.api.test_hierarchy_api import caller_of, person_of
from tests.api.test_measures_api import NEW, address
from tests.factories import governance
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import place, reader, reader_of
from tests.pages.visitors import visitor, visitor_of

MODELS = (ActualClaim, Dependency, Evidence, Line, Measure, Milestone, Risk)
DRAFT = RiskDraft(title="A carrier withdraws", likelihood="low", impact="high")


def state(organization):
    with tenancy.reading(tenancy.system(organization.id)):
        return {
            model.__name__: list(model.objects.order_by("pk").values_list("pk", "version"))
            if hasattr(model, "version")
            else list(model.objects.order_by("pk").values_list("pk"))
            for model in MODELS
        }


@pytest.fixture
def pair(clock_at):
    """Two organizations, each with a decided measure."""
    clock_at(YEAR, 5, 4)
    return a_decided_measure(an_organization()), a_decided_measure(an_organization())


def row(subject, model):
    with tenancy.reading(subject.actor("lead")):
        return model.objects.filter(measure_id=subject.measure_id).latest("pk")


def test_a_neighbours_ids_in_a_form_name_nothing(pair):
    ours, theirs = pair
    claim, milestone = theirs.claim(4, 9000), row(theirs, Milestone)
    risk = risks.add(actor=theirs.actor("owner"), measure_id=theirs.measure_id, draft=DRAFT)
    with theirs.case().acting("owner"):
        proof = governance.evidence(theirs.measure_id)
    own, page = reader(ours.organization, "owner"), place(ours)
    controller = visitor(ours.organization, "controller")
    mine, before = row(ours, Milestone), (state(ours.organization), state(theirs.organization))

    answers = [
        own.post(f"{page}claims/withdraw/", {"claim": claim.pk}),
        own.post(f"{page}milestones/remove/", {"milestone": milestone.pk, "version": 1}),
        own.post(f"{page}milestones/complete/?milestone={milestone.pk}", {"version": 1}),
        own.post(
            f"{page}milestones/complete/?milestone={mine.pk}",
            {"version": 1, "evidence_id": proof.pk},
        ),
        own.post(f"{page}risks/close/", {"risk": risk.pk, "version": 1}),
        own.post(f"{page}dependencies/add/", {"needs_id": theirs.measure_id, "what": "Power"}),
        own.post(f"{page}value/shift/", {"line_id": theirs.line_id, "months": 1}),
        own.post(f"{page}claims/add/?line={theirs.line_id}", {"month": "2026-4", "amount": "1"}),
        own.post("propose/", NEW | {"package_id": theirs.package.pk}),
        reader(ours.organization, "lead").post(
            f"{page}people/", {"owner_id": theirs.id_of("owner"), "version": 1}
        ),
        reader(ours.organization, "lead").post(
            f"{page}lines/remove/", {"line": theirs.line_id, "version": 1}
        ),
        controller.post("approvals/approve/", claim=claim.pk),
        controller.post("approvals/reject/", claim=claim.pk, reason="No."),
    ]

    assert [each.status_code for each in answers if each.status_code not in {404, 422}] == []
    assert (state(ours.organization), state(theirs.organization)) == before


def test_a_neighbours_ids_in_a_body_name_nothing(pair):
    ours, theirs = pair
    own, foreign = ours.claim(4, 9000), theirs.claim(4, 9000)
    owner = caller_of(ours.organization, "owner")
    controller = person_of(ours.organization, "controller")
    administrator = caller_of(ours.organization, "administrator")
    package, root = str(theirs.package.public_id), str(ours.organization.root.public_id)
    with tenancy.reading(theirs.actor("lead")):
        person = str(Measure.objects.get(pk=theirs.measure_id).owner.public_id)
    claim = {"line_id": theirs.line_id, "fiscal_year": YEAR, "period": 5, "amount": "1"}
    version = f'"{ours.measure().version}"'
    before = state(ours.organization), state(theirs.organization)

    answers = [
        owner("POST", "/measures", NEW | {"package_id": package}),
        owner("POST", address(ours, "/claims"), claim),
        owner("POST", address(ours, f"/claims/{foreign.pk}/withdraw")),
        owner("PATCH", address(ours, f"/lines/{theirs.line_id}"), {"name": "X"}, If_Match="1"),
        controller("POST", "/claims/approve", {"claim_ids": [own.pk, foreign.pk]}),
        controller("POST", "/claims/reject", {"claim_ids": [foreign.pk, own.pk], "reason": "No."}),
        caller_of(ours.organization, "lead")(
            "PUT",
            address(ours, "/people"),
            {"owner_id": person, "sponsor_id": None, "controller_id": None},
            If_Match=version,
        ),
        administrator("POST", "/nodes", {"parent_id": package, "name": "X"}),
        administrator("POST", f"/nodes/{package}/move", {"parent_id": root}, If_Match="1"),
        administrator(
            "POST",
            f"/nodes/{ours.package.public_id}/move",
            {"parent_id": package},
            If_Match="1",
        ),
    ]

    assert [each.status_code for each in answers] == [404] * len(answers)
    assert (state(ours.organization), state(theirs.organization)) == before


@pytest.fixture
def sibling(clock_at):
    """Two measures in two portfolios, and a lead who sits in the first one only."""
    clock_at(YEAR, 5, 4)
    organization = an_organization()
    near, far = a_decided_measure(organization), a_decided_measure(organization)
    local = organization.newcomer()
    organization.seat(local, "lead", near.package)
    return near, far, local


def test_a_lead_of_one_package_sees_and_does_nothing_in_the_next(sibling):
    near, far, local = sibling
    browser, page = reader_of(near.organization, local), place(far)
    name, prefix = far.measure().node.name, f"/o/{near.organization.slug}/"
    claim, milestone = far.claim(4, 9000), row(far, Milestone)
    before = state(near.organization)

    seen = [
        browser.client.get(prefix + path).content.decode()
        for path in (
            f"portfolio/{near.package.public_id}/",
            "measures/",
            "measures/all/",
            f"measures/all/?q={name}",
            "measures/propose/",
            f"measures/{place(near)}dependencies/find/?q={name}",
            f"measures/{place(near)}",
            "governance/gates/",
            "governance/approvals/",
            "governance/ledger/",
            "steering/",
        )
    ]
    answers = [
        browser.get(page),
        browser.client.get(f"{prefix}portfolio/{far.package.public_id}/"),
        browser.client.get(f"{prefix}portfolio/{near.organization.root.public_id}/"),
        browser.client.get(f"{prefix}steering/?node={far.package.public_id}"),
        browser.post(f"{page}comments/", {"text": "Hello."}),
        browser.post(f"{page}milestones/complete/?milestone={milestone.pk}", {"version": 1}),
        browser.post(f"{place(near)}claims/withdraw/", {"claim": claim.pk}),
        visitor_of(near.organization, local).post("approvals/approve/", claim=claim.pk),
        browser.post("propose/", NEW | {"package_id": far.package.pk}),
    ]

    shown = [body.replace(f'value="{name}"', "") for body in seen]
    assert [body for body in shown if f">{name}<" in body or str(page) in body] == []
    assert [each.status_code for each in answers if each.status_code not in {404, 422}] == []
    assert state(near.organization) == before


def test_a_dependency_between_others_does_not_even_say_its_version(sibling):
    near, far, local = sibling
    third = a_planned_measure(near.organization)
    between = dependencies.propose(
        actor=far.actor("owner"),
        measure_id=far.measure_id,
        needs_id=third.measure_id,
        what="A secret transformer",
    )

    for act in (dependencies.accept, dependencies.remove):
        with pytest.raises(NotFound):
            act(actor=local, dependency_id=between.pk, version=99)


def test_a_circle_through_what_one_does_not_see_is_refused_without_its_name(sibling):
    near, far, local = sibling
    organization = near.organization
    open_one = a_planned_measure(organization)
    organization.seat(local, "lead", open_one.package)
    for measure, needs in ((open_one, far), (far, near)):
        dependencies.propose(
            actor=organization.actor("lead"),
            measure_id=measure.measure_id,
            needs_id=needs.measure_id,
            what="Power",
        )

    with pytest.raises(DependencyCycle) as refusal:
        dependencies.propose(
            actor=local,
            measure_id=near.measure_id,
            needs_id=open_one.measure_id,
            what="Power",
        )

    sentence = str(refusal.value)
    assert far.measure().node.name not in sentence
    assert "a measure you do not see" in sentence


def test_evidence_of_the_next_package_is_not_given_out(sibling):
    _near, far, local = sibling
    with far.case().acting("owner"):
        proof = governance.evidence(far.measure_id)
    with tenancy.reading(far.actor("lead")):
        public_id = Evidence.objects.get(pk=proof.pk).public_id

    with pytest.raises(NotFound):
        evidence.opened(actor=local, public_id=public_id)
