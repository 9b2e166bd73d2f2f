"""The pages after a closing: certificates given out, checks made, and a reopening by two."""

import json

import pytest

from governance import certificates
from measures.rules.stage import Stage
from tests.factories.closing import a_closed_measure, checks, leakages
from tests.factories.organizations import an_organization
from tests.pages.visitors import place_of, visitor


@pytest.fixture
def case(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_closed_measure()


def at(case, step=""):
    return f"approvals/{place_of(case)}/{step}"


def links(case, role="executive"):
    page = visitor(case.organization, role).see(at(case))
    section = page.one("section", id="certificates")
    return [each.attributes["href"].split("/governance/")[1] for each in section.all("a")]


@pytest.mark.parametrize(("kind", "at_place"), [("pdf", 0), ("json", 1)])
def test_a_certificate_is_given_out_as_a_file_that_proves_itself(case, kind, at_place):
    answer = visitor(case.organization, "executive").get(links(case)[at_place])

    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith('attachment; filename="certificate-')
    assert answer["Content-Disposition"].endswith(f'-2026-07-08.{kind}"')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert certificates.prove(answer.content).content["outcome"] == "achieved"


def test_a_certificate_is_given_to_nobody_who_does_not_see_the_measure(case):
    own, other = links(case)[1], a_closed_measure(organization=case.organization)
    stranger = visitor(an_organization(), "executive")
    crossed = own.replace(str(place_of(case)), str(place_of(other)))

    assert stranger.get(own).status_code == 404
    assert visitor(case.organization, "executive").get(crossed).status_code == 404
    assert (
        visitor(case.organization, "executive").get(own.replace(".json", ".exe")).status_code == 404
    )


def test_the_checks_to_come_are_shown_and_offered_when_they_are_due(case, clock_at):
    def shown(role):
        page = visitor(case.organization, role).see(at(case))
        return page.one("section", id="checks").text

    before = shown("controller")
    clock_at(2027, 1, 9, 9)

    assert "8 Jan 2027" in before
    assert "Check the value" not in before
    assert "Check the value" in shown("controller")
    assert "Check the value" not in shown("owner")


def test_a_due_check_stands_on_the_desk_and_in_my_work_of_the_controller(case, clock_at):
    clock_at(2027, 1, 9, 9)

    seen = {
        role: (
            len(visitor(case.organization, role).see("approvals/").all("section", id="checks-due")),
            len(
                visitor(case.organization, role)
                .see("gates/waiting/", is_fragment=True)
                .all("section", id="checks-due")
            ),
        )
        for role in ("controller", "sponsor")
    }

    assert seen == {"controller": (1, 1), "sponsor": (0, 0)}


def test_the_controller_records_that_the_value_lasts(case, clock_at):
    clock_at(2027, 1, 9, 9)

    answer = visitor(case.organization, "controller").post(
        at(case, "checks/1/"), statement="The ledger of 2027 shows it."
    )

    page = visitor(case.organization, "executive").see(at(case))
    assert answer.status_code == 303
    assert "Check 1: the value lasts" in page.one("section", id="checks").text
    assert leakages(case) == []


def test_what_is_lost_is_entered_by_line_and_booked(case, clock_at):
    clock_at(2027, 1, 9, 9)
    controller = visitor(case.organization, "controller")
    form = controller.see(at(case, "checks/1/"))
    field = f"lost_{case.line_id}"

    refused = controller.post(at(case, "checks/1/"), statement="Lost.", **{field: "108,000.01"})
    made = controller.post(at(case, "checks/1/"), statement="Lost.", **{field: "27,000"})

    assert "Lost a year of Energy, in EUR" in form.text
    assert refused.status_code == 422
    assert "cannot lose more than what still lasts" in refused.content.decode()
    assert made.status_code == 303
    assert [each.run_rate for each in leakages(case)] == [27_000_00]
    page = controller.see(at(case)).one("section", id="checks").text
    assert "Check 1: part of the value is lost" in page


def test_a_check_of_a_number_that_is_not_planned_is_not_found(case):
    assert visitor(case.organization, "controller").get(at(case, "checks/3/")).status_code == 404


@pytest.mark.parametrize(
    ("step", "role"),
    [("checks/1/", "controller"), ("reopen/propose/", "sponsor"), ("reopen/", "sponsor")],
)
def test_each_act_asks_for_a_password_given_lately(case, clock_at, step, role):
    clock_at(2027, 1, 9, 9)

    answer = visitor(case.organization, role, fresh=False).post(
        at(case, step), statement="So.", reason="So."
    )

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert case.measure().stage == Stage.CLOSED


def test_controller_and_sponsor_reopen_a_closing_together(case):
    controller, sponsor = (visitor(case.organization, role) for role in ("controller", "sponsor"))
    offered = controller.see(at(case)).one("section", id="reopening").text

    first = controller.post(at(case, "reopen/propose/"), reason="It was another cost centre.")
    alone = controller.post(at(case, "reopen/"))
    waiting = sponsor.see(at(case)).one("section", id="reopening").text
    second = sponsor.post(at(case, "reopen/"))

    assert "Propose to reopen" in offered
    assert (first.status_code, alone.status_code, second.status_code) == (303, 403, 303)
    assert "Confirm the reopening" in waiting
    assert case.measure().stage == Stage.IMPLEMENTED
    page = controller.see(at(case))
    assert "superseded" in page.one("section", id="certificates").text
    assert "confirmed by Sponsor Person" in page.one("section", id="reopening").text


@pytest.mark.parametrize("role", ["owner", "lead", "executive", "steering", "administrator"])
def test_reopening_is_offered_to_nobody_else(case, role):
    member = visitor(case.organization, role)

    assert member.see(at(case)).all("section", id="reopening") == []
    assert member.get(at(case, "reopen/propose/")).status_code == 403
    assert member.post(at(case, "reopen/propose/"), reason="So.").status_code == 403


def test_a_certificate_holds_the_names_of_the_day_it_was_issued(case):
    answer = visitor(case.organization, "executive").get(links(case)[1])

    said = json.loads(answer.content)["document"]
    assert said["measure"]["name"] == case.measure().node.name
    assert [each["due_on"] for each in said["checks"]] == [
        each.due_on.isoformat() for each in checks(case)
    ]
