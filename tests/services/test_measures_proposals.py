"""Proposing a measure, describing it, and naming its three people."""

from decimal import Decimal

import pytest

from core.errors import Invalid, NotAllowed, NotFound, StaleVersion
from hierarchy.errors import WrongLevel
from measures.errors import PeopleFixed, PersonNeeded, PlanFrozen, SamePerson, SecondOwner
from measures.rules.lines import EffectType
from measures.services import proposals
from tests.factories.measures import a_decided_measure, a_planned_measure, a_proposal
from tests.factories.organizations import an_organization

pytestmark = pytest.mark.usefixtures("db")


def propose(organization, package, role="owner", **changes):
    asked = {
        "name": "Compressors",
        "description": "Heat is recovered.",
        "effect_type": EffectType.HARD,
    }
    return proposals.propose(
        actor=organization.actor(role), package_id=package.pk, **(asked | changes)
    )


def name(subject, role="lead", version=None, **people):
    named = {"owner_id": None, "sponsor_id": None, "controller_id": None} | people
    return proposals.name_people(
        actor=subject.actor(role),
        measure_id=subject.measure_id,
        version=version or subject.measure().version,
        **named,
    )


def test_a_measure_begins_at_defined_under_its_package():
    organization = an_organization()
    package = organization.branch().package

    measure = propose(organization, package)

    assert (measure.stage, measure.lifecycle, measure.version) == (0, "active", 1)
    assert measure.node.parent_id == package.pk
    assert measure.proposer_id == organization.actor("owner").member_id


def test_a_controller_or_executive_proposes_nothing_beside_a_sponsor_who_does():
    organization = an_organization()
    package = organization.branch().package

    for role in ("controller", "executive", "administrator"):
        with pytest.raises(NotAllowed):
            propose(organization, package, role)

    assert propose(organization, package, "sponsor").stage == 0


def test_a_measure_stands_under_a_package_and_nowhere_else():
    organization = an_organization()
    branch = organization.branch()

    with pytest.raises(WrongLevel):
        propose(organization, branch.project, "lead")


def test_a_package_of_another_organization_does_not_exist():
    organization, other = an_organization(), an_organization()
    package = other.branch().package

    with pytest.raises(NotFound):
        propose(organization, package)


@pytest.mark.parametrize(
    "changes",
    [
        {"description": "  "},
        {"name": ""},
        {"effect_type": "magic"},
        {"size": Decimal("NaN")},
        {"size": Decimal("1e15")},
    ],
)
def test_a_proposal_that_says_too_little_or_nonsense_is_refused(changes):
    organization = an_organization()

    with pytest.raises(Invalid):
        propose(organization, organization.branch().package, **changes)


def test_what_a_description_leaves_out_stays_and_the_version_steps_once():
    subject = a_planned_measure()
    version = subject.measure().version

    changed = proposals.describe(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        version=version,
        name="Freight tender",
        size=Decimal(90000),
    )

    assert (changed.node.name, changed.size, changed.version) == (
        "Freight tender",
        Decimal(90000),
        version + 1,
    )
    assert subject.measure().description == "Freight lanes are tendered anew."


def test_a_description_from_a_stale_page_overwrites_nothing():
    subject = a_planned_measure()
    version = subject.measure().version
    asked = {"measure_id": subject.measure_id, "version": version}
    proposals.describe(actor=subject.actor("lead"), description="By the lead.", **asked)

    with pytest.raises(StaleVersion):
        proposals.describe(actor=subject.actor("owner"), description="By the owner.", **asked)

    assert subject.measure().description == "By the lead."


def test_from_decided_on_kind_and_size_stay_and_the_text_may_change():
    subject = a_decided_measure()
    asked = {
        "actor": subject.actor("owner"),
        "measure_id": subject.measure_id,
        "version": subject.measure().version,
    }

    with pytest.raises(PlanFrozen):
        proposals.describe(size=Decimal(1), **asked)
    with pytest.raises(PlanFrozen):
        proposals.describe(effect_type=EffectType.CASH, **asked)

    assert proposals.describe(description="Corrected.", **asked).description == "Corrected."


@pytest.mark.parametrize(
    ("one", "other"), [("owner", "controller"), ("owner", "sponsor"), ("sponsor", "controller")]
)
def test_two_of_the_three_are_never_one_person(one, other):
    subject = a_proposal()
    member = subject.id_of("owner")

    with pytest.raises(SamePerson) as refused:
        name(subject, **{f"{one}_id": member, f"{other}_id": member})
    name(subject, **{f"{one}_id": member, f"{other}_id": subject.id_of("steering")})

    assert str(refused.value).startswith(f"Owner Person cannot be {one} and {other} of one measure")


def test_a_second_owner_is_refused_in_words():
    with pytest.raises(SecondOwner) as refused:
        proposals.sole_owner([1, 2])

    assert str(refused.value).startswith("A measure has exactly one owner, and 2 people were named")
    assert (proposals.sole_owner([1]), proposals.sole_owner([])) == (1, None)


def test_a_person_that_a_stage_needs_is_replaced_and_not_taken_away():
    subject = a_decided_measure()
    people = {"owner_id": subject.id_of("owner"), "sponsor_id": subject.id_of("sponsor")}

    with pytest.raises(PersonNeeded):
        name(subject, **people, controller_id=None)
    replaced = name(subject, **people, controller_id=subject.id_of("steering"))

    assert replaced.controller_id == subject.id_of("steering")


def test_somebody_of_another_organization_or_who_left_is_not_named():
    subject, other = a_proposal(), an_organization()

    with pytest.raises(NotFound):
        name(subject, owner_id=other.actor("owner").member_id)


def test_a_sponsor_names_nobody_beside_the_owner_who_does():
    subject = a_planned_measure()
    people = {"owner_id": subject.id_of("owner"), "sponsor_id": subject.id_of("sponsor")}

    with pytest.raises(NotAllowed):
        name(subject, "sponsor", **people)

    assert name(subject, "owner", **people).controller_id is None


def test_from_decided_on_an_owner_chooses_no_controller_and_a_lead_does():
    subject = a_decided_measure()
    people = {
        "owner_id": subject.id_of("owner"),
        "sponsor_id": subject.id_of("sponsor"),
        "controller_id": subject.id_of("steering"),
    }

    with pytest.raises(PeopleFixed):
        name(subject, "owner", **people)

    assert subject.measure().controller_id == subject.id_of("controller")
    assert name(subject, "lead", **people).controller_id == subject.id_of("steering")
