"""Taking a running portfolio over: the inner act of the import, and the confirmation after it."""

from datetime import date

import pytest

from audit.models import Event
from core import tenancy
from core.errors import GuardRefused, Invalid, NotAllowed, NotFound
from governance.models import StagePassage
from governance.queries import desk, passage
from governance.services import takeover
from hierarchy.services import tree
from measures.models import Line, Measure, SeriesVersion
from measures.rules.stage import Stage
from tests.factories.governance import YEAR
from tests.factories.organizations import an_organization

ON = date(2026, 11, 1)
DATES = {Stage.IDENTIFIED: date(2025, 1, 10), Stage.DECIDED: date(2024, 12, 1)}


@tenancy.act
def imported(*, actor, organization, package, to=Stage.IMPLEMENTED, by=None, transactions=1):
    """Do what an import does for one row: create, plan, take over."""
    node = tree.place(package, "Bridge repair", "")
    people = {f"{role}_id": organization.actor(role).member_id for role in PEOPLE}
    measure = Measure.objects.create(node=node, effect_type="hard", size="1000", **people)
    line = Line.objects.create(
        measure=measure, name="Capex", nature="one_time", effect_type="mandatory",
        recurrence="one_off", currency="USD",
    )  # fmt: skip
    SeriesVersion.objects.create(line=line, series="plan", fiscal_year=YEAR, version=1, p01=5)
    return takeover.take_over(actor=actor, measure=measure, to=to, on=ON, stage_dates=DATES)


PEOPLE = ("owner", "sponsor", "controller")


@pytest.fixture
def organization(db):
    return an_organization()


@pytest.fixture
def package(organization):
    return organization.branch().package


def taken_by(organization, package, role="administrator", **more):
    actor = organization.actor(role)
    return imported(actor=actor, organization=organization, package=package, **more)


def test_a_running_measure_comes_in_at_its_stage_with_its_dates(organization, package):
    taken = taken_by(organization, package)

    with tenancy.reading(organization.actor("lead")):
        measure = Measure.objects.get(pk=taken.measure_id)
        passages = StagePassage.objects.filter(measure=measure).order_by("stage")
        entered = {each.stage: each.entered_on for each in passages}
        assert (measure.stage, measure.taken_over_on) == (Stage.IMPLEMENTED, ON)
        assert {stage: entered[stage] for stage in (1, 3)} == {1: DATES[1], 3: DATES[3]}
        assert sorted(entered) == [1, 3, 4]


def test_the_forecast_of_a_measure_taken_over_is_seeded(organization, package):
    taken = taken_by(organization, package, to=Stage.DECIDED)

    with tenancy.reading(organization.actor("lead")):
        seeded = SeriesVersion.objects.get(line__measure_id=taken.measure_id, series="forecast")
        assert (seeded.p01, seeded.is_seeded) == (5, True)


def test_what_its_gates_would_have_asked_is_stored(organization, package):
    taken = taken_by(organization, package, to=Stage.DETAILED)

    assert [each["code"] for each in taken.unmet] == ["milestones"]


def test_nothing_is_taken_over_as_closed(organization, package):
    with pytest.raises(Invalid):
        taken_by(organization, package, to=Stage.CLOSED)


@pytest.mark.parametrize("role", ["lead", "executive", "owner"])
def test_nobody_but_an_administrator_takes_over(organization, package, role):
    with pytest.raises(NotAllowed):
        taken_by(organization, package, role)


def test_a_measure_that_is_there_is_not_taken_over(organization, package):
    actor = organization.actor("administrator")
    taken = taken_by(organization, package, to=Stage.DEFINED)

    @tenancy.act
    def again(*, actor):
        measure = Measure.objects.select_related("node").get(pk=taken.measure_id)
        takeover.take_over(actor=actor, measure=measure, to=Stage.DECIDED, on=ON, stage_dates=DATES)

    with pytest.raises(GuardRefused) as refusal:
        again(actor=actor)

    assert refusal.value.details["guard"] == "take_over_only_at_creation"


def test_sponsor_and_controller_confirm_a_list(organization, package):
    ids = [taken_by(organization, package).pk]
    for role in ("sponsor", "controller"):
        made = takeover.confirm(actor=organization.actor(role), take_over_ids=ids)
        assert [(each.role, each.take_over_id) for each in made] == [(role, ids[0])]
    again = takeover.confirm(actor=organization.actor("sponsor"), take_over_ids=ids)

    assert again == []
    with tenancy.reading(organization.actor("lead")):
        assert Event.objects.filter(act="take_over_confirmed").count() == 2


def test_what_waits_to_be_confirmed_is_listed_until_it_is(organization, package):
    taken = taken_by(organization, package, to=Stage.DETAILED)
    sponsor = organization.actor("sponsor")

    def waiting(actor):
        with tenancy.reading(actor):
            return desk.take_overs_to_confirm(actor)

    (row,) = waiting(sponsor)
    takeover.confirm(actor=sponsor, take_over_ids=[taken.pk])

    assert (row.take_over_id, row.stage, row.taken_on) == (taken.pk, Stage.DETAILED, ON)
    assert row.unmet == ("Milestones without date or owner: no milestone yet.",)
    assert (waiting(sponsor), waiting(organization.actor("owner"))) == ([], [])
    assert waiting(tenancy.system(organization.id)) == []


def test_how_a_measure_was_taken_over_stands_on_its_page(organization, package):
    taken = taken_by(organization, package)

    with tenancy.reading(organization.actor("lead")):
        assert passage.take_over(taken.measure_id).pk == taken.pk
        assert {row.by_take_over for row in passage.passages(taken.measure_id)} == {True}


def test_assay_itself_takes_nothing_over(organization, package):
    system = tenancy.system(organization.id)

    with pytest.raises(NotAllowed):
        imported(actor=system, organization=organization, package=package)


@pytest.mark.parametrize("role", ["owner", "lead", "administrator"])
def test_nobody_else_confirms_a_take_over(organization, package, role):
    ids = [taken_by(organization, package).pk]

    with pytest.raises(NotAllowed):
        takeover.confirm(actor=organization.actor(role), take_over_ids=ids)


def test_a_take_over_elsewhere_is_not_found(organization, package):
    ids = [taken_by(organization, package).pk]

    with pytest.raises(NotFound):
        takeover.confirm(actor=an_organization().actor("sponsor"), take_over_ids=ids)
