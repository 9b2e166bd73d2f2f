"""The page of a closing: what is proven line by line, and who confirms it under their password."""

import pytest

from governance.services import closure
from measures.models import Milestone
from measures.rules.stage import Lifecycle, Stage
from tests.factories.governance import a_measure, approve_row, approved_months, claim_row, today
from tests.factories.organizations import an_organization
from tests.pages.visitors import place_of, visitor


@pytest.fixture
def case(clock_at):
    """A measure at Implemented, its milestone done, April to June approved at 9 of 10 thousand."""
    clock_at(2026, 7, 8, 9)
    made = a_measure(Stage.IMPLEMENTED)
    with made.acting("owner"):
        for milestone in Milestone.objects.filter(measure_id=made.measure_id):
            milestone.actual_end = today(made)
            milestone.version += 1
            milestone.save()
    return made


@pytest.fixture
def proven(case):
    approved_months(case, 4, 5, 6)
    return case


@pytest.fixture
def proposed(proven):
    closure.propose(actor=proven.actor("owner"), measure_id=proven.measure_id)
    return proven


def at(case):
    return f"approvals/{place_of(case)}/"


def digest_on(page):
    return page.one("input", name="digest").attributes["value"]


def test_every_line_shows_its_window_and_what_was_achieved(proven):
    page = visitor(proven.organization, "executive").see(at(proven))

    (row,) = page.one("section", aria_labelledby="proof-heading").rows()
    assert row == [
        "EnergyBenefit",
        "Apr 2026 – Jun 2026",
        "EUR",
        "30,000",
        "27,000",
        "90.0 %",
        "108,000",
        "12,000",
        "a file with each month Budget reduced: Voucher 4711",
    ]
    assert page.one("p", class_="lead").text == "Achieved: the planned value is proven."


def test_what_is_missing_is_named_with_who_can_supply_it(case):
    approved_months(case, 4, 5)

    page = visitor(case.organization, "controller").see(at(case))

    assert page.one("p", class_="lead").text == "The value is not proven yet."
    criteria = page.one("section", aria_labelledby="criteria-heading").all("li")
    (missing,) = [each for each in criteria if "Missing:" in each.text]
    assert "Not proven yet: Energy: Jun 2026 has no approved actual." in missing.text
    assert missing.one("span", class_="criterion__who").text == (
        "Can be supplied by Controller: Controller Person"
    )
    assert missing.one("a").attributes["href"].endswith(f"/measures/{place_of(case)}/#value")
    assert "Nobody has proposed the closing yet" in page.one("section", id="confirm").text


def test_the_controller_confirms_exactly_what_is_shown_and_the_measure_is_closed(proposed):
    controller = visitor(proposed.organization, "controller")
    page = controller.see(at(proposed))

    answer = controller.post(
        at(proposed), digest=digest_on(page), statement="The ledger extract of June shows it."
    )

    assert answer.status_code == 303
    measure = proposed.measure()
    assert (measure.stage, measure.lifecycle) == (Stage.CLOSED, Lifecycle.CLOSED)
    confirmed = controller.see(at(proposed)).one("section", id="confirm").text
    assert "Controller Person" in confirmed
    assert "The ledger extract of June shows it." in confirmed


def test_a_password_given_long_ago_is_asked_for_again(proposed):
    controller = visitor(proposed.organization, "controller", fresh=False)

    page = controller.see(at(proposed))
    answer = controller.post(at(proposed), digest="0" * 64, statement="It is there.")

    link = page.one("section", id="confirm").one("a", class_="button--primary")
    assert link.text == "Enter the password"
    assert (answer.status_code, answer["Location"].split("?")[0]) == (
        303,
        "/accounts/reauthenticate/",
    )
    assert proposed.measure().stage == Stage.IMPLEMENTED


def test_figures_approved_meanwhile_refuse_the_confirmation(proposed, clock_at):
    controller = visitor(proposed.organization, "controller")
    page = controller.see(at(proposed))
    with proposed.acting("owner"):
        claim = claim_row(proposed, 7).pk
    with proposed.acting("controller"):
        approve_row(claim)

    answer = controller.post(at(proposed), digest=digest_on(page), statement="It is there.")

    assert (answer.status_code, "have changed since" in answer.content.decode()) == (409, True)
    text = controller.see(at(proposed)).one("section", id="confirm").text
    assert "Figures have changed since the closing was proposed" in text


@pytest.mark.parametrize("role", ["owner", "sponsor", "lead", "executive", "administrator"])
def test_nobody_else_is_offered_the_confirmation_or_can_send_it(proposed, role):
    shown = digest_on(visitor(proposed.organization, "controller").see(at(proposed)))
    member = visitor(proposed.organization, role)

    page = member.see(at(proposed))
    answer = member.post(at(proposed), digest=shown, statement="It is there.")

    assert page.all("input", name="digest") == []
    assert answer.status_code == 403
    assert proposed.measure().stage == Stage.IMPLEMENTED


def test_a_confirmation_without_a_statement_comes_back(proposed):
    controller = visitor(proposed.organization, "controller")
    page = controller.see(at(proposed))

    plain = controller.post(at(proposed), digest=digest_on(page), statement="")
    inline = controller.post(at(proposed), is_fragment=True, digest=digest_on(page), statement="")

    for answer in (plain, inline):
        assert answer.status_code == 422
        assert "This field is required." in answer.content.decode()
        assert digest_on(page) in answer.content.decode()


def test_closures_waiting_stand_on_the_desk_of_their_controller_alone(proposed):
    seen = {
        role: [each.text for each in page.all("p", class_="due__title")]
        for role in ("controller", "owner")
        for page in [visitor(proposed.organization, role).see("approvals/")]
    }

    assert seen == {"controller": [proposed.measure().node.name], "owner": []}


def test_a_member_of_another_organization_finds_no_closing(proposed):
    stranger = visitor(an_organization(), "controller")

    assert stranger.get(at(proposed)).status_code == 404
    assert stranger.post(at(proposed), statement="x", digest="y").status_code == 404
