"""Milestones, risks, dependencies, evidence, claims and comments on the measure's page."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core import tenancy
from measures.models import ActualClaim, Comment, Dependency, Evidence, Milestone, Risk
from tests.factories.measures import a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.markup import read
from tests.pages.measures_reader import place, reader, reader_of

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def subject(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_decided_measure()


@pytest.fixture
def owner(subject):
    return reader(subject.organization, "owner")


def _rows(subject, model) -> list:
    with tenancy.reading(subject.actor("lead")):
        return list(model.objects.filter(measure_id=subject.measure_id).order_by("pk"))


def test_a_milestone_is_added_as_a_fragment_of_its_section(subject, owner):
    fields = {"name": "Contract signed", "plan_end": "2026-09-30", "weight": "1",
              "is_mandatory": "on"}  # fmt: skip

    answer = owner.post(f"{place(subject)}milestones/add/", fields, is_fragment=True)

    shown = read(answer)
    assert answer["HX-Trigger-After-Settle"] == '{"measure-changed": {"section": "milestones"}}'
    assert [row[0] for row in shown.one("section", id="milestones").rows()] == [
        "Contract signedmandatory · added after Decided",
        "Carriers chosenOwner Person · mandatory",
    ]
    assert shown.one(id="notices").text == "The milestone is added."


def test_a_second_milestone_of_the_same_name_is_refused_in_words(subject, owner):
    fields = {"name": "Carriers chosen", "plan_end": "2026-09-30", "weight": "1"}

    answer = owner.post(f"{place(subject)}milestones/add/", fields, is_fragment=True)

    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#notices")
    assert "has a milestone named “Carriers chosen” already." in read(answer).text


def test_a_milestone_gets_a_new_date_and_is_completed_with_evidence(subject, owner):
    page, milestone = place(subject), _rows(subject, Milestone)[0]
    owner.post(
        f"{page}evidence/",
        {"title": "Signed contract", "kind": "completion",
         "file": SimpleUploadedFile("contract.pdf", PDF)},
    )  # fmt: skip
    (proof,) = _rows(subject, Evidence)

    owner.post(
        f"{page}milestones/forecast/?milestone={milestone.pk}",
        {"forecast_end": "2026-12-20", "version": 1},
    )
    moved = _rows(subject, Milestone)[0]
    owner.post(
        f"{page}milestones/complete/?milestone={milestone.pk}",
        {"evidence_id": proof.pk, "version": 2},
    )

    done = _rows(subject, Milestone)[0]
    assert moved.forecast_end == date(2026, 12, 20)
    assert (done.actual_end, done.evidence_id) == (date(2026, 7, 8), proof.pk)


def test_a_milestone_changed_meanwhile_is_not_overwritten(subject, owner):
    page, milestone = place(subject), _rows(subject, Milestone)[0]
    address = f"{page}milestones/forecast/?milestone={milestone.pk}"

    first = owner.post(address, {"forecast_end": "2026-12-20", "version": 1})
    second = owner.post(address, {"forecast_end": "2026-12-31", "version": 1})

    assert (first.status_code, second.status_code) == (303, 409)
    assert _rows(subject, Milestone)[0].forecast_end == date(2026, 12, 20)


def test_a_milestone_of_another_measure_is_not_found_on_this_page(subject, owner):
    other = a_planned_measure(subject.organization)
    foreign = _rows(other, Milestone)[0]

    answer = owner.get(f"{place(subject)}milestones/complete/?milestone={foreign.pk}")

    assert answer.status_code == 404


def test_the_status_is_confirmed_in_one_click(subject, owner):
    owner.post(f"{place(subject)}milestones/confirm/", {})

    assert subject.measure().status_confirmed_at is not None


def test_a_risk_is_written_down_changed_and_closed(subject, owner):
    page = place(subject)
    fields = {"title": "A carrier withdraws", "likelihood": "low", "impact": "high"}

    owner.post(f"{page}risks/add/", fields)
    (risk,) = _rows(subject, Risk)
    owner.post(f"{page}risks/revise/?risk={risk.pk}", fields | {"likelihood": "high", "version": 1})
    owner.post(f"{page}risks/close/?risk={risk.pk}", {"version": 2})

    (closed,) = _rows(subject, Risk)
    assert (closed.likelihood, closed.closed_on) == ("high", date(2026, 7, 8))


def test_a_dependency_is_found_proposed_accepted_and_removed(subject, owner):
    other = a_planned_measure(subject.organization)
    name = other.measure().node.name
    found = read(owner.get(f"{place(subject)}dependencies/find/?q={name}", is_fragment=True))

    owner.post(
        f"{place(subject)}dependencies/add/",
        {"needs_id": other.measure_id, "what": "The new tool", "is_blocking": "on"},
    )
    (proposed,) = _rows(subject, Dependency)
    owner.post(f"{place(other)}dependencies/accept/", {"dependency": proposed.pk, "version": 1})
    (accepted,) = _rows(subject, Dependency)
    owner.post(f"{place(subject)}dependencies/remove/?dependency={proposed.pk}", {"version": 2})

    assert [each.text for each in found.all("label") if each.all("input")] == [name]
    assert accepted.accepted_at is not None
    assert _rows(subject, Dependency)[0].removed_at is not None


def test_a_circle_of_dependencies_is_refused_in_words(subject, owner):
    other = a_planned_measure(subject.organization)
    fields = {"what": "The new tool", "is_blocking": "on"}

    owner.post(f"{place(subject)}dependencies/add/", fields | {"needs_id": other.measure_id})
    answer = owner.post(
        f"{place(other)}dependencies/add/", fields | {"needs_id": subject.measure_id}
    )

    assert answer.status_code == 409
    assert "This would close a circle" in read(answer).text


def test_the_far_end_of_a_dependency_is_named_only_to_who_may_see_it(subject, owner):
    other = a_planned_measure(subject.organization)
    owner.post(
        f"{place(subject)}dependencies/add/",
        {"needs_id": other.measure_id, "what": "The new tool"},
    )
    near = subject.organization.newcomer()
    subject.organization.seat(near, "executive", subject.package)

    shown = reader_of(subject.organization, near).see(place(subject))

    section = shown.one("section", id="dependencies").text
    assert "A measure outside your view" in section
    assert other.measure().node.name not in section


def test_evidence_is_served_as_an_attachment_and_never_as_a_page(subject, owner):
    owner.post(
        f"{place(subject)}evidence/",
        {"title": "Invoices", "kind": "invoice_set",
         "file": SimpleUploadedFile("<b>april.pdf", PDF)},
    )  # fmt: skip
    (file,) = _rows(subject, Evidence)

    answer = owner.get(f"evidence/{file.public_id}/")

    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'; sandbox")


def test_evidence_is_not_found_by_who_may_not_see_the_measure(subject, owner):
    owner.post(
        f"{place(subject)}evidence/",
        {"title": "Invoices", "kind": "invoice_set",
         "file": SimpleUploadedFile("april.pdf", PDF)},
    )  # fmt: skip
    (file,) = _rows(subject, Evidence)
    stranger = reader_of(subject.organization, subject.organization.newcomer())
    elsewhere = reader(an_organization(), "owner")

    address = f"evidence/{file.public_id}/"

    assert [each.get(address).status_code for each in (stranger, elsewhere)] == [404, 404]


def test_a_file_that_is_not_what_its_name_says_is_refused_in_words(subject, owner):
    answer = owner.post(
        f"{place(subject)}evidence/",
        {"title": "Invoices", "kind": "invoice_set",
         "file": SimpleUploadedFile("april.pdf", b"MZ\x90\x00\x03\x00")},
        is_fragment=True,
    )  # fmt: skip

    assert answer.status_code == 415
    assert "Taken are PDF, PNG, JPEG, Excel" in read(answer).text
    assert _rows(subject, Evidence) == []


def test_a_claim_is_made_and_withdrawn(subject, owner):
    page = place(subject)
    form = read(owner.get(f"{page}claims/add/?line={subject.line_id}&month=2026-7"))

    owner.post(f"{page}claims/add/?line={subject.line_id}", {"month": "2026-7", "amount": "8,200"})
    (claimed,) = _rows(subject, ActualClaim)
    owner.post(f"{page}claims/withdraw/", {"claim": claimed.pk})

    assert [each.text for each in form.one("select", name="month").all("option")] == ["Jul 2026"]
    assert (claimed.period, claimed.amount, claimed.state) == (7, 820000, "submitted")
    assert _rows(subject, ActualClaim)[0].state == "withdrawn"


def test_a_waiting_claim_stands_in_the_grid_beside_the_actual(subject, owner):
    subject.claim(7, 8200)

    page = owner.see(place(subject))

    row = page.one("tr", data_series="claimed")
    assert row.one("output").text == "8,200"
    assert "Waits for approval" in page.one("section", id="value").text


def test_a_controller_comments_and_an_outsider_cannot(subject):
    page, fields = place(subject), {"text": "Which invoices are these?"}
    stranger = reader_of(subject.organization, subject.organization.newcomer())

    written = reader(subject.organization, "controller").post(f"{page}comments/", fields)
    refused = stranger.post(f"{page}comments/", fields)

    assert (written.status_code, refused.status_code) == (303, 404)
    assert [each.text for each in _rows(subject, Comment)] == ["Which invoices are these?"]


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("milestones/add/", {"name": "Late idea", "plan_end": "2026-09-30", "weight": "1"}),
        ("risks/add/", {"title": "Strike", "likelihood": "low", "impact": "low"}),
        ("milestones/confirm/", {}),
        ("value/no-change/", {}),
        ("work/no-change/", {}),
    ],
)
def test_what_an_owner_may_do_an_executive_may_not(subject, owner, path, fields):
    address = f"{place(subject)}{path}"

    refused = reader(subject.organization, "executive").post(address, fields)
    done = owner.post(address, fields)

    assert (refused.status_code, done.status_code) == (403, 303)


def test_removing_by_a_link_is_not_possible(subject, owner):
    for path in ("milestones/remove/", "lines/remove/", "claims/withdraw/", "value/save/"):
        assert owner.get(f"{place(subject)}{path}").status_code == 405


def test_the_claim_of_a_month_reached_from_my_work_offers_that_month_alone(
    subject, owner, clock_at
):
    clock_at(2026, 8, 5, 9)
    address = f"{place(subject)}claims/add/?line={subject.line_id}"

    chosen = read(owner.get(f"{address}&month=2026-8&from=work"))
    any_month = read(owner.get(address, is_fragment=True))

    assert [each.text for each in chosen.one("select", name="month").all("option")] == ["Aug 2026"]
    assert [each.text for each in any_month.one("select", name="month").all("option")] == [
        "Jul 2026",
        "Aug 2026",
    ]


def test_who_reads_a_measure_that_was_just_made_confidential_is_told_by_name(subject):
    fields = {"kind": "headcount", "reason": "The works council is told in autumn."}
    sponsor = reader(subject.organization, "sponsor")

    answer = sponsor.post(f"{place(subject)}readers/make/", fields, is_fragment=True)

    readers = read(answer).one("section", id="readers").one("table")
    assert [row[:3] for row in readers.rows()] == [
        ["Owner Person", "duty", "Owner"],
        ["Sponsor Person", "duty", "Sponsor"],
        ["Controller Person", "duty", "Controller"],
    ]
