"""Confidential measures: who makes them so, who reads them, and the two who open them again."""

import pytest

from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound
from hierarchy.models import Node
from measures.errors import (
    AlreadyConfidential,
    AlreadyReader,
    NoOpening,
    NotConfidential,
    NotYoursToOpen,
    OpeningProposed,
    OpeningTakesTwo,
    SecretNeedsPeople,
)
from measures.models import Confidentiality, Line, Measure, NamedReader
from measures.queries import measures
from measures.services import comments, confidential, proposals
from measures.services import dependencies as depending
from tests.factories import deputies
from tests.factories.confidential import WHY, hidden, named
from tests.factories.measures import a_planned_measure, a_proposal

SEATED = ("administrator", "executive", "lead", "steering")
NAMED = ("owner", "sponsor", "controller")


def reads(subject, actor):
    """Tell whether a member finds a measure, its node, its lines, and by address."""
    with tenancy.reading(actor):
        seen = (
            measures.visible(actor).filter(pk=subject.measure_id).exists(),
            Measure.objects.filter(pk=subject.measure_id).exists(),
            Line.objects.filter(measure_id=subject.measure_id).exists(),
        )
        assert len(set(seen)) == 1, seen
        return seen[0]


@pytest.fixture
def subject(db):
    return a_planned_measure()


def test_only_its_people_and_named_readers_read_it_and_no_seat_does(subject):
    auditor = subject.organization.newcomer("Anna Auditor")
    hidden(subject, auditor, subject.actor("steering"))

    assert [role for role in SEATED if reads(subject, subject.actor(role))] == ["steering"]
    assert [role for role in NAMED if reads(subject, subject.actor(role))] == list(NAMED)
    assert reads(subject, auditor)
    with tenancy.reading(tenancy.system(subject.organization.id)):
        assert Measure.objects.filter(pk=subject.measure_id).exists()


def test_who_does_not_read_it_does_nothing_to_it_either(subject):
    hidden(subject)

    for role in SEATED:
        with pytest.raises(NotFound):
            comments.add(actor=subject.actor(role), measure_id=subject.measure_id, text="Hello.")
    with pytest.raises(NotFound):
        proposals.name_people(
            actor=subject.actor("lead"),
            measure_id=subject.measure_id,
            version=subject_version(subject),
            owner_id=subject.id_of("lead"),
            sponsor_id=subject.id_of("sponsor"),
            controller_id=subject.id_of("controller"),
        )


def subject_version(subject):
    with tenancy.reading(subject.actor("owner")):
        return Measure.objects.get(pk=subject.measure_id).version


def test_a_reader_without_a_seat_looks_and_remarks_and_does_no_more(subject):
    auditor = subject.organization.newcomer()
    hidden(subject, auditor)

    comments.add(actor=auditor, measure_id=subject.measure_id, text="Seen.")

    with pytest.raises(NotAllowed):
        proposals.describe(
            actor=auditor,
            measure_id=subject.measure_id,
            version=1,
            name="X",
            description="",
            effect_type="hard",
            size=None,
        )


def test_a_withdrawn_reader_finds_it_no_more(subject):
    auditor = subject.organization.newcomer()
    hidden(subject)
    row = named(subject, auditor)

    confidential.withdraw_reader(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        reader_id=row,
        reason="Has left the team.",
    )

    assert not reads(subject, auditor)
    with pytest.raises(NotFound):
        confidential.withdraw_reader(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            reader_id=row,
            reason="Again.",
        )


def test_a_deputy_of_the_sponsor_reads_while_standing_in(subject):
    deputy = subject.organization.newcomer()
    deputies.named(subject.organization, "sponsor", deputy)
    hidden(subject)

    assert not reads(subject, deputy)
    assert reads(subject, deputies.acting_for(subject.organization, deputy, "sponsor"))


def test_readers_are_named_by_owner_or_sponsor_alone(subject):
    hidden(subject, subject.actor("lead"))

    for role, refusal in (("lead", NotAllowed), ("controller", NotAllowed), ("steering", NotFound)):
        with pytest.raises(refusal):
            confidential.name_reader(
                actor=subject.actor(role),
                measure_id=subject.measure_id,
                member_id=subject.id_of("steering"),
                reason="To vote.",
            )
    with pytest.raises(AlreadyReader):
        named(subject, subject.actor("lead"))
    with pytest.raises(Invalid):
        confidential.name_reader(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            member_id=subject.id_of("steering"),
            reason=" ",
        )


def test_a_lead_makes_it_confidential_and_then_reads_it_no_more(subject):
    confidential.make(
        actor=subject.actor("lead"), measure_id=subject.measure_id, kind="other", reason=WHY
    )

    assert not reads(subject, subject.actor("lead"))
    with pytest.raises(AlreadyConfidential):
        confidential.make(
            actor=subject.actor("sponsor"), measure_id=subject.measure_id, kind="other", reason=WHY
        )


def test_others_make_nothing_confidential_and_nobody_without_owner_and_sponsor(subject):
    for role in ("controller", "executive", "administrator"):
        with pytest.raises(NotAllowed):
            confidential.make(
                actor=subject.actor(role), measure_id=subject.measure_id, kind="other", reason=WHY
            )
    idea = a_proposal(subject.organization)
    with pytest.raises(SecretNeedsPeople):
        confidential.make(
            actor=idea.actor("lead"), measure_id=idea.measure_id, kind="other", reason=WHY
        )
    with pytest.raises(Invalid):
        confidential.make(
            actor=subject.actor("owner"), measure_id=subject.measure_id, kind="secret", reason=WHY
        )


def test_sponsor_and_controller_together_open_it_again_and_its_readers_end(subject):
    auditor = subject.organization.newcomer()
    hidden(subject, auditor)
    act = {"measure_id": subject.measure_id}
    sponsor, controller = subject.actor("sponsor"), subject.actor("controller")

    with pytest.raises(NoOpening):
        confidential.confirm_opening(actor=controller, **act)
    with pytest.raises(NotYoursToOpen):
        confidential.propose_opening(actor=subject.actor("owner"), reason="Done.", **act)
    confidential.propose_opening(actor=sponsor, reason="The council knows.", **act)
    with pytest.raises(OpeningProposed):
        confidential.propose_opening(actor=controller, reason="So it does.", **act)
    with pytest.raises(OpeningTakesTwo):
        confidential.confirm_opening(actor=sponsor, **act)
    assert not reads(subject, subject.actor("lead"))
    confidential.confirm_opening(actor=controller, **act)

    assert [role for role in SEATED if not reads(subject, subject.actor(role))] == []
    with pytest.raises(NotConfidential):
        named(subject, subject.actor("lead"))
    hidden(subject)
    assert not reads(subject, auditor)


def test_a_proposal_to_open_is_taken_back_by_either(subject):
    hidden(subject)
    act = {"measure_id": subject.measure_id}
    confidential.propose_opening(actor=subject.actor("controller"), reason="Why not.", **act)

    confidential.take_back_opening(actor=subject.actor("sponsor"), **act)

    with pytest.raises(NoOpening):
        confidential.confirm_opening(actor=subject.actor("sponsor"), **act)
    with tenancy.reading(subject.actor("owner")):
        secret = Confidentiality.objects.get(measure_id=subject.measure_id)
        assert (secret.opening_by_id, secret.opening_at, secret.opening_reason) == (None, None, "")


def test_seeing_as_a_member_cuts_off_in_the_midst_of_an_act_of_assay(subject):
    hidden(subject)

    with tenancy.acting(tenancy.system(subject.organization.id)):
        nodes = Node.objects.count()
        with tenancy.seeing(subject.actor("lead")):
            assert Node.objects.count() == nodes - 1
            assert not NamedReader.objects.filter(measure_id=subject.measure_id).exists()
        assert Node.objects.count() == nodes


def test_a_refusal_does_not_name_what_is_hidden(subject):
    waits = a_planned_measure(subject.organization)
    depending.propose(
        actor=waits.actor("owner"),
        measure_id=waits.measure_id,
        needs_id=subject.measure_id,
        what="The hall is empty",
    )
    hidden(subject)

    with pytest.raises(NotFound):
        depending.propose(
            actor=waits.actor("lead"),
            measure_id=waits.measure_id,
            needs_id=subject.measure_id,
            what="The hall",
        )
