"""The measure's page: what each role is shown and refused, as page and as fragment."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import tenancy
from measures.models import Line
from measures.services import lines, milestones
from measures.services.milestones import MilestoneDraft
from tests.factories.measures import a_decided_measure, a_line_draft, a_planned_measure, a_proposal
from tests.factories.organizations import an_organization
from tests.factories.sharing import shared
from tests.pages.markup import read
from tests.pages.measures_reader import place, reader, reader_of

ACTS = {
    "Name the people", "Describe", "No change", "Shift by months", "Scale the rest",
    "Claim a month", "Status as recorded", "Add a milestone", "Add a risk", "Add a dependency",
    "Attach a file", "Comment",
}  # fmt: skip


@pytest.fixture
def subject(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_decided_measure()


@pytest.fixture
def seen(clock_at):
    """A decided measure that tests only look at."""
    clock_at(2026, 7, 8, 9)
    return shared(a_decided_measure)


def _offered(page) -> set[str]:
    controls = page.all("a", class_="button") + page.all("button")
    return {each.text.partition(":")[0] for each in controls} & ACTS


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("owner", ACTS),
        ("lead", ACTS),
        ("controller", {"Attach a file", "Comment"}),
        ("sponsor", {"Comment"}),
        ("executive", {"Comment"}),
        ("administrator", {"Comment"}),
    ],
)
def test_each_role_is_offered_the_acts_it_may_do(seen, role, offered):
    page = reader(seen.organization, role).see(place(seen))

    assert _offered(page) == offered


def test_the_page_names_the_measure_its_people_and_its_path(seen):
    page = reader(seen.organization, "executive").see(place(seen))

    measure = seen.measure()
    crumbs = [each.text for each in page.one("ol", class_="crumbs").all("li")]
    assert page.one("h1").text == measure.node.name
    assert crumbs[0] == "Halvern Group"
    assert crumbs[-1] == measure.node.name
    assert page.one("dl", class_="facts").text == (
        "OwnerOwner Person SponsorSponsor Person ControllerController Person"
    )


def test_the_lights_stand_with_their_reason_in_words(subject):
    subject.judged()

    page = reader(subject.organization, "executive").see(place(subject))

    assert (
        page.one(id="lights")
        .all("span", class_="light__reason")[0]
        .text.startswith("No milestone is due within 14 days.")
    )


def test_parts_kept_elsewhere_are_loaded_by_address(seen):
    page = reader(seen.organization, "owner").see(place(seen))

    loaded = {each.attributes["id"] for each in page.all("div") if "hx-get" in each.attributes}
    assert {"stepper", "gate-body", "decisions-body", "escalations-body", "history-body",
            "chart-body", "lights"} <= loaded  # fmt: skip


def test_an_empty_measure_says_what_to_do_first(clock_at):
    clock_at(2026, 7, 8, 9)
    subject = a_proposal()
    lines.remove(actor=subject.actor("lead"), line_id=subject.line_id, version=1)

    page = reader(subject.organization, "lead").see(place(subject))

    headings = [each.one("h3").text for each in page.all("div", class_="empty")]
    assert headings == ["No line yet", "No milestones yet"]


def test_a_member_without_a_seat_finds_no_measure(seen):
    stranger = reader_of(seen.organization, seen.organization.newcomer())

    assert stranger.get(place(seen)).status_code == 404


def test_a_member_of_another_organization_finds_no_measure(seen):
    elsewhere = reader(an_organization(), "owner")

    assert elsewhere.get(place(seen)).status_code == 404
    assert reader(seen.organization, "owner").get(place(seen)).status_code == 200


@pytest.mark.parametrize(
    "form", ["describe/", "people/", "milestones/add/", "risks/add/", "dependencies/add/",
             "value/shift/", "value/scale/", "claims/add/", "lines/add/"]
)  # fmt: skip
def test_a_form_is_not_opened_for_who_may_not_send_it(seen, form):
    page = place(seen)
    query = f"?line={seen.line_id}"

    refused = reader(seen.organization, "executive").get(f"{page}{form}{query}")
    opened = reader(seen.organization, "owner").get(f"{page}{form}{query}")

    assert (refused.status_code, opened.status_code) == (403, 200)


def test_a_form_is_a_page_without_scripts_and_a_fragment_with_them(seen):
    owner, form = reader(seen.organization, "owner"), f"{place(seen)}milestones/add/"

    whole, part = owner.get(form), owner.get(form, is_fragment=True)

    assert len(read(whole).all("html")) == 1
    assert read(part).all("html") == []
    assert read(part).one("form").attributes["hx-target"] == "#milestones"


def test_a_page_costs_the_same_queries_for_one_and_thirty_of_everything(clock_at):
    clock_at(2026, 7, 8, 9)
    subject = a_planned_measure()
    owner, page = reader(subject.organization, "owner"), place(subject)
    few = _queries_of(owner, page)
    for number in range(29):
        lines.add(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            draft=a_line_draft(f"Line {number}"),
        )
        milestones.add(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            draft=MilestoneDraft(
                name=f"Step {number}", plan_end=date(2026, 9, 1), owner_id=subject.id_of("owner")
            ),
        )

    many = _queries_of(owner, page)

    assert many == few
    assert few <= 45


def _queries_of(owner, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert owner.get(page).status_code == 200
    return len(captured)


def test_describing_changes_the_measure_and_a_stale_form_does_not(subject):
    owner, page = reader(subject.organization, "owner"), place(subject)
    fields = {"name": "Freight tender", "description": "New text.", "effect_type": "hard",
              "size": "120,000", "version": subject.measure().version}  # fmt: skip

    saved = owner.post(f"{page}describe/", fields)
    stale = owner.post(f"{page}describe/", fields | {"description": "Another text."})

    assert (saved.status_code, stale.status_code) == (303, 409)
    assert (subject.measure().node.name, subject.measure().description) == (
        "Freight tender",
        "New text.",
    )


def test_a_second_owner_is_refused_in_words(subject):
    owner, page = reader(subject.organization, "owner"), place(subject)
    fields = {
        "owner_id": [subject.id_of("owner"), subject.id_of("lead")],
        "sponsor_id": subject.id_of("sponsor"),
        "controller_id": subject.id_of("controller"),
        "version": subject.measure().version,
    }

    answer = owner.post(f"{page}people/", fields)

    assert answer.status_code == 422
    assert "A measure has exactly one owner, and 2 people were named." in read(answer).text


def test_owner_and_controller_in_one_person_are_refused_in_words(subject):
    lead, page = reader(subject.organization, "lead"), place(subject)
    fields = {
        "owner_id": subject.id_of("controller"),
        "sponsor_id": subject.id_of("sponsor"),
        "controller_id": subject.id_of("controller"),
        "version": subject.measure().version,
    }

    refused = lead.post(f"{page}people/", fields)
    named = lead.post(f"{page}people/", fields | {"owner_id": subject.id_of("lead")})

    assert refused.status_code == 422
    assert "Controller Person cannot be owner and controller of one measure" in read(refused).text
    assert named.status_code == 303
    assert subject.measure().owner_id == subject.id_of("lead")


def test_a_line_is_added_revised_and_taken_out_before_decided(clock_at):
    clock_at(2026, 7, 8, 9)
    subject = a_planned_measure()
    lead, page = reader(subject.organization, "lead"), place(subject)
    fields = {"name": "Energy", "nature": "running", "effect_type": "hard",
              "recurrence": "recurring", "direction": "more", "unit": "money", "currency": "EUR",
              "decimals": "2"}  # fmt: skip

    lead.post(f"{page}lines/add/", fields)
    added = _line(subject, "Energy")
    lead.post(
        f"{page}lines/revise/?line={added.pk}",
        fields | {"name": "Power", "budget_line": "4711", "version": 1},
    )
    revised = _line(subject, "Power")
    lead.post(f"{page}lines/remove/?line={added.pk}", {"version": 2})

    assert (revised.pk, revised.budget_line) == (added.pk, "4711")
    assert _line(subject, "Power").removed_on == date(2026, 7, 8)


def test_a_form_that_cannot_be_read_comes_back_with_what_was_typed(subject):
    owner = reader(subject.organization, "owner")

    answer = owner.post(
        f"{place(subject)}milestones/add/",
        {"name": "Half a milestone", "plan_end": "", "weight": "1"},
        is_fragment=True,
    )

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog-milestones"
    assert read(answer).one("input", name="name").attributes["value"] == "Half a milestone"
    assert read(answer).one("ul", class_="field__error").text == "This field is required."


def _line(subject, name: str) -> Line:
    with tenancy.reading(subject.actor("lead")):
        return Line.objects.get(measure_id=subject.measure_id, name=name)
