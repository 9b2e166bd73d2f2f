"""What reaches others of a confidential measure: letters, refusals, lights, lists of what waits."""

import pytest

from accounts.models import Letter
from core import tenancy
from core.sight import UNNAMED
from hierarchy.errors import NodeNotEmpty
from hierarchy.services import tree
from measures.models import Measure, MeasureStatus
from measures.queries import confidential as readers
from measures.queries import sections
from measures.rules.stage import Stage
from measures.services import dependencies
from reporting.letters import digest
from reporting.services import digests
from steering.errors import StillNamed
from steering.queries import belongings
from steering.services import leaving
from tests.factories import governance, reporting
from tests.factories.confidential import hidden, named
from tests.factories.measures import Subject, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.steering import a_measure_left_alone, looked_at
from tests.pages.visitors import visitor

MONDAY = (2026, 12, 21, 9)


def letter_to(subject, role):
    """Return all the text of what is due for a member; empty where they get no letter."""
    system = tenancy.system(subject.organization.id)
    digests.post(actor=system)
    with tenancy.acting(system):
        row = Letter.objects.filter(kind="digest", member_id=subject.id_of(role)).latest("pk")
        words = digest(row)
    return "" if words is None else str(words)


def test_no_letter_names_it_to_who_does_not_read_it(clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    name = subject.measure().node.name
    case = governance.a_measure(Stage.IDENTIFIED, subject.organization)
    governance.a_request(case)
    asked = case.measure().node.name
    before = letter_to(subject, "lead")
    for each in (subject, Subject(subject.organization, subject.package, case.measure_id, 0)):
        hidden(each)

    after = letter_to(subject, "lead")

    assert (asked in before, name in before or asked in before) == (True, True)
    assert name not in after
    assert asked not in after
    assert name in letter_to(subject, "owner")


@pytest.fixture
def subject(db):
    return a_planned_measure()


def test_what_waits_for_it_hears_that_it_is_confidential_and_no_more(subject):
    waits = a_planned_measure(subject.organization)
    dependencies.propose(
        actor=waits.actor("owner"),
        measure_id=waits.measure_id,
        needs_id=subject.measure_id,
        what="The hall is empty",
    )
    hidden(subject)

    with tenancy.reading(waits.actor("lead")):
        (row,) = sections.needs(waits.measure_id, set())
    with tenancy.reading(waits.actor("sponsor")):
        (told,) = sections.needs(waits.measure_id, {subject.measure_id})

    assert (row.is_secret, row.what, row.other, row.address) == (True, "", "", None)
    assert (told.is_secret, told.what) == (False, "The hall is empty")
    page = visitor(waits.organization, "lead").client.get(
        f"/o/{waits.organization.slug}/measures/{waits.measure().node.public_id}/"
    )
    assert "A confidential measure" in page.content.decode()


def test_a_light_names_no_confidential_measure_that_is_waited_for(clock_at):
    clock_at(2026, 5, 4)
    organization = an_organization()
    subject, waits = a_decided_measure(organization), a_decided_measure(organization)
    dependencies.propose(
        actor=waits.actor("owner"),
        measure_id=waits.measure_id,
        needs_id=subject.measure_id,
        what="The hall",
    )
    clock_at(2027, 1, 20)
    reporting.drained(organization)

    def reasons():
        with tenancy.reading(tenancy.system(organization.id)):
            row = MeasureStatus.objects.get(measure_id=waits.measure_id)
            return [each["params"].get("blockers") for each in row.implementation_reasons]

    name = subject.measure().node.name
    looked = reasons()
    hidden(subject)
    reporting.drained(organization)

    assert name in looked
    assert (UNNAMED in reasons(), name in reasons()) == (True, False)


def test_a_refusal_counts_it_without_its_name(subject):
    hidden(subject)
    administrator = subject.actor("administrator")
    with tenancy.reading(subject.actor("owner")):
        name = Measure.objects.get(pk=subject.measure_id).node.name

    with pytest.raises(NodeNotEmpty) as full:
        tree.archive(
            actor=administrator, node_id=subject.package.pk, version=subject.package.version
        )
    with tenancy.reading(administrator):
        member = belongings.Member.objects.get(pk=subject.id_of("owner"))
    with pytest.raises(StillNamed) as still, tenancy.acting(administrator):
        leaving.leave(
            actor=administrator,
            member=member,
            on=leaving.authority.today(),
            assignments=[],
            reason="Moves on.",
        )

    assert (UNNAMED in str(full.value), name in str(full.value)) == (True, False)
    assert still.value.details["missing_rows"][0]["text"] == f"{UNNAMED}: owner"


def test_the_page_says_which_seats_must_be_named_before_they_can_vote(clock_at):
    clock_at(2026, 5, 4)
    case = governance.a_measure(Stage.DEFINED)
    governance.a_request(case)
    subject = hidden(Subject(case.organization, case.organization.root, case.measure_id, 0))
    owner = visitor(case.organization, "owner")
    with tenancy.reading(case.actor("owner")):
        address = Measure.objects.get(pk=case.measure_id).node.public_id
    fragment = f"/o/{case.organization.slug}/governance/measures/{address}/gate/"
    page = f"/o/{case.organization.slug}/measures/{address}/"

    before = owner.client.get(fragment).content.decode()
    listed = owner.client.get(page).content.decode()
    named(subject, case.actor("lead"))
    after = owner.client.get(fragment).content.decode()

    assert "Lead must be named readers before they can vote" in before
    assert "must be named readers" not in after
    assert "No readers: to be named before they can vote or decide here" in listed
    with tenancy.reading(case.actor("lead")):
        assert readers.hidden_count() == 0
