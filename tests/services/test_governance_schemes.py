"""Changing the gates: proposed by one administrator, confirmed by another, and what it would do."""

from dataclasses import fields
from datetime import timedelta

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from governance import errors
from governance.models import Scheme
from governance.queries import facts, glances, proposals
from governance.queries import schemes as read
from governance.rules import differences
from governance.rules.default_scheme import DEFAULT, DOCUMENT
from governance.rules.facts import MeasureFacts
from governance.rules.schemes import read as rules_of
from governance.services import gates, schemes
from hierarchy.queries import authority
from measures.rules.stage import Stage
from tests.factories.governance import a_measure, a_request
from tests.factories.organizations import an_organization
from tests.factories.schemes import confirmed, document, second_administrator, with_step

FACTS = [each.name for each in fields(MeasureFacts)]
RISKS = document(g3={"criteria": [*DOCUMENT["gates"][2]["criteria"], {"code": "risks"}]})


def today(organization):
    with tenancy.reading(organization.actor("administrator")):
        return authority.today()


def proposed(organization, said=RISKS, days=0, by=None):
    return schemes.propose(
        actor=by or organization.actor("administrator"),
        document=said,
        effective_from=today(organization) + timedelta(days=days),
        reason="Risks were found too late.",
    )


def in_force(organization, days=0):
    with tenancy.reading(organization.actor("lead")):
        return read.current(authority.today() + timedelta(days=days))


def test_a_change_holds_when_a_second_administrator_has_confirmed_it(db):
    organization = an_organization()
    draft = proposed(organization)
    before = in_force(organization).version
    second = second_administrator(organization)

    made = schemes.confirm(actor=second, proposal_id=draft.pk)

    assert (before, made.version, in_force(organization).version) == (1, 2, 2)
    assert (made.proposed_by_id, made.confirmed_by_id) == (
        organization.actor("administrator").member_id,
        second.member_id,
    )
    with tenancy.reading(second):
        acts = Event.objects.filter(subject_kind="scheme_proposal").order_by("seq")
        assert list(acts.values_list("act", flat=True)) == ["scheme_proposed", "scheme_confirmed"]


def test_a_change_of_a_later_day_holds_from_that_day(db):
    organization = an_organization()
    draft = proposed(organization, days=7)

    schemes.confirm(actor=second_administrator(organization), proposal_id=draft.pk)

    assert in_force(organization, days=6).version == 1
    assert in_force(organization, days=7).version == 2


def test_nobody_confirms_what_they_proposed(db):
    organization = an_organization()
    draft = proposed(organization)

    with pytest.raises(errors.OwnProposal):
        schemes.confirm(actor=organization.actor("administrator"), proposal_id=draft.pk)


def test_who_changes_a_proposal_answers_for_it(db):
    organization = an_organization()
    second = second_administrator(organization)
    proposed(organization)
    changed = proposed(organization, document(g3={"due_days": 5}), by=second)

    with pytest.raises(errors.OwnProposal):
        schemes.confirm(actor=second, proposal_id=changed.pk)
    made = schemes.confirm(actor=organization.actor("administrator"), proposal_id=changed.pk)
    assert made.version == 2


def test_a_stale_proposal_is_not_confirmed(db):
    organization = an_organization()
    shown = proposed(organization)
    proposed(organization, document(g3={"due_days": 5}))

    with pytest.raises(errors.ProposalChanged):
        schemes.confirm(actor=second_administrator(organization), proposal_id=shown.pk)


def test_a_withdrawn_proposal_is_not_confirmed(db):
    organization = an_organization()
    draft = proposed(organization)
    schemes.withdraw(actor=organization.actor("administrator"), proposal_id=draft.pk)

    with pytest.raises(errors.ProposalChanged):
        schemes.confirm(actor=second_administrator(organization), proposal_id=draft.pk)
    with tenancy.reading(organization.actor("administrator")):
        assert proposals.open_one() is None
        assert Scheme.objects.count() == 1


@pytest.mark.parametrize("role", ["executive", "lead", "controller", "steering"])
def test_only_an_administrator_changes_the_gates(db, role):
    organization = an_organization()

    with pytest.raises(NotAllowed):
        proposed(organization, by=organization.actor(role))


def test_a_document_that_cannot_stand_is_refused_with_every_problem(db):
    organization = an_organization()

    with pytest.raises(errors.SchemeInvalid) as refused:
        proposed(organization, document(g1={"deciders": []}, g3={"due_days": 0}))

    assert str(refused.value) == (
        "These gates cannot stand: Identified: nobody decides it; at least one decider is needed. "
        "Decided: a decision is due within 1 to 60 working days."
    )


def test_a_change_never_holds_for_what_was_decided(db):
    organization = an_organization()

    with pytest.raises(Invalid):
        proposed(organization, days=-1)


def test_what_is_in_force_already_is_not_proposed(db):
    with pytest.raises(Invalid):
        proposed(an_organization(), document())


def test_the_preview_names_who_would_be_blocked_by_what_and_who_can_supply_it(db):
    organization = an_organization()
    blocked = a_measure(Stage.DETAILED, organization)
    a_measure(Stage.DECIDED, organization)
    a_request(blocked)

    with tenancy.reading(organization.actor("administrator")):
        found = proposals.preview(DEFAULT, rules_of(RISKS, 2))

    (row,) = found.rows
    assert (found.looked_at, found.blocked, found.voided) == (1, 1, 1)
    assert (row.measure, row.gate, row.missing) == (
        blocked.measure().node.name,
        "Decided",
        (("Risks: 0 of 1 are recorded.", "Owner Person"),),
    )


def test_a_new_name_blocks_and_voids_nothing(db):
    organization = an_organization()
    a_request(a_measure(Stage.DETAILED, organization))

    with tenancy.reading(organization.actor("administrator")):
        found = proposals.preview(DEFAULT, rules_of(document(s3={"label": "Approved"}), 2))

    assert (found.looked_at, found.blocked, found.voided) == (0, 0, 0)


def test_a_gate_asks_what_the_scheme_in_force_asks(db):
    case = a_measure(Stage.DETAILED)
    confirmed(case.organization, RISKS)

    with pytest.raises(errors.GateBlocked) as refused:
        gates.request(actor=case.actor("owner"), measure_id=case.measure_id)

    assert [each.code for each in refused.value.details["missing"]] == ["risks"]


def test_a_step_is_passed_by_its_own_decision(db):
    case = a_measure(Stage.DECIDED)
    confirmed(case.organization, with_step(3, "Started"))

    asked = gates.request(actor=case.actor("owner"), measure_id=case.measure_id)
    gates.vote(
        actor=case.actor("sponsor"), request_id=asked.pk, choice="approve", digest=asked.digest
    )

    assert (asked.gate, asked.step) == (3, 1)
    assert (case.measure().stage, case.measure().step) == (3, 1)


def test_a_small_measure_passes_two_gates_in_one_request(db):
    case = a_measure()
    confirmed(case.organization, document(g1={"fast_track": {"below": "200000"}}))

    asked = gates.request(actor=case.actor("owner"), measure_id=case.measure_id, fast_track=True)
    for role in ("lead", "controller"):
        gates.vote(
            actor=case.actor(role), request_id=asked.pk, choice="approve", digest=asked.digest
        )

    assert case.measure().stage == Stage.DETAILED
    with tenancy.reading(case.actor("lead")):
        passed = case.measure().passages.order_by("stage").values_list("stage", flat=True)
        assert list(passed) == [1, 2]


def test_a_larger_measure_passes_gate_by_gate(db):
    case = a_measure()

    with pytest.raises(errors.NoFastTrack):
        gates.request(actor=case.actor("owner"), measure_id=case.measure_id, fast_track=True)


def test_differences_are_told_in_sentences():
    after = rules_of(
        document(
            s3={"label": "Approved"},
            g1={"submitters": ["owner"], "fast_track": None, "criteria": [{"code": "kind"}]},
            g3={
                "due_days": 5,
                "steering": None,
                "deciders": [{"role": "sponsor"}, {"role": "controller"}, {"role": "executive"}],
                "criteria": [{"code": "payback", "parameters": {"months": "12"}}],
            },
        ),
        2,
    )

    assert differences.between(DEFAULT, after) == [
        "Decided is called Approved.",
        "Identified: submitted by owner, instead of owner, lead.",
        "Identified: no longer asks that a rough run-rate size is given.",
        "Identified: is always passed alone.",
        "Approved: decided by sponsor, controller, executive, instead of sponsor, controller.",
        "Approved: asks that the one-time cost is earned back within 12 months at full effect.",
        (
            "Approved: no longer asks that every effect line is planned by month and names its "
            "full-effect month."
        ),
        "Approved: no longer asks that every benefit line has a baseline figure with evidence.",
        "Approved: no longer asks that there are milestones, each with a date and an owner.",
        "Approved: is decided within 5 working days instead of 10.",
        (
            "Approved: no steering committee, instead of: 2 of the steering committee from "
            "run-rate 500,000 or one-time cost 250,000 on."
        ),
    ]
    assert differences.between(DEFAULT, DEFAULT) == []


def test_a_glance_is_the_same_as_all_the_facts(db):
    organization = an_organization()
    cases = [a_measure(stage, organization) for stage in (Stage.DEFINED, Stage.DECIDED)]
    ids = [each.measure_id for each in cases]

    with tenancy.reading(organization.actor("administrator")):
        whole, seen = facts.of(ids), glances.of(ids)
        told = {pk: {name: getattr(seen[pk], name) for name in FACTS} for pk in ids}

    assert told == {pk: {name: getattr(whole[pk], name) for name in FACTS} for pk in ids}
    assert whole[ids[1]].milestones != ()
