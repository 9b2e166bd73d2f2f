"""The pages of a shortfall: confirmed, signed, decided above, closed; and its lines stated."""

import pytest

from governance.models import ClosureConfirmation, LineStatement, ShortfallApproval
from measures.rules.stage import Stage
from tests.factories.closing import (
    an_implemented_measure,
    approved,
    confirmed,
    countersigned,
    digest_of,
    leakages,
    proposed,
)
from tests.factories.governance import a_measure, evidence, statement_row
from tests.pages.visitors import place_of, visitor


@pytest.fixture
def short(clock_at):
    clock_at(2026, 7, 8, 9)
    return proposed(an_implemented_measure(7_000_00))


@pytest.fixture
def below_half(clock_at):
    clock_at(2026, 7, 8, 9)
    return proposed(an_implemented_measure(4_000_00))


def at(case, step=""):
    return f"approvals/{place_of(case)}/{step}"


def digest_on(page):
    return page.one("input", name="digest").attributes["value"]


def panel(case, role):
    return visitor(case.organization, role).see(at(case)).one("section", id="confirm")


def test_a_shortfall_needs_its_reason_and_then_waits(short):
    controller = visitor(short.organization, "controller")
    page = controller.see(at(short))
    said = {"digest": digest_on(page), "statement": "The ledger shows 70 %."}

    refused = controller.post(at(short), **said)
    made = controller.post(at(short), **said, shortfall_reason="One lane was lost.")

    assert page.one("p", class_="lead").text.startswith("Shortfall: less than planned is proven.")
    assert (refused.status_code, made.status_code) == (422, 303)
    with short.acting("lead"):
        confirmation = ClosureConfirmation.objects.get(measure_id=short.measure_id)
    assert confirmation.shortfall_reason == "One lane was lost."
    assert short.measure().stage == Stage.IMPLEMENTED
    waiting = panel(short, "executive").text
    assert "One lane was lost." in waiting
    assert "Waits forSponsor" in waiting


def test_the_sponsor_finds_the_shortfall_on_the_desk_and_countersigns_it(short):
    confirmed(short)
    sponsor = visitor(short.organization, "sponsor")
    listed = sponsor.see("approvals/").one("section", id="shortfalls").text
    form = sponsor.see(at(short, "countersign/"))

    answer = sponsor.post(
        at(short, "countersign/"), digest=digest_on(form), statement="Known and accepted."
    )

    assert short.measure().node.name in listed
    assert answer.status_code == 303
    assert "Sponsor Person" in panel(short, "controller").text
    assert sponsor.see("approvals/").all("section", id="shortfalls") == []


def test_my_work_says_that_a_shortfall_waits(short):
    confirmed(short)

    seen = {
        role: len(
            visitor(short.organization, role)
            .see("gates/waiting/", is_fragment=True)
            .all("section", id="shortfalls")
        )
        for role in ("sponsor", "steering", "owner", "controller")
    }

    assert seen == {"sponsor": 1, "steering": 0, "owner": 0, "controller": 0}


def test_the_controller_closes_what_is_signed_and_the_leakage_is_booked(short):
    confirmed(short)
    controller = visitor(short.organization, "controller")
    before = controller.see(at(short)).one("section", id="confirm").text
    countersigned(short)
    after = controller.see(at(short)).one("section", id="confirm").text

    answer = controller.post(at(short, "close/"), digest=digest_of(short))

    assert "Book the leakage and close" not in before
    assert "Book the leakage and close" in after
    assert (answer.status_code, short.measure().stage) == (303, Stage.CLOSED)
    assert [each.run_rate for each in leakages(short)] == [36_000_00]
    confirmed_panel = panel(short, "executive").text
    assert "Closed with a shortfall" in confirmed_panel
    assert "Known and accepted." in confirmed_panel


def test_below_half_the_steering_committee_is_asked_and_approves(below_half):
    confirmed(below_half)
    countersigned(below_half)
    steering = visitor(below_half.organization, "steering")
    listed = steering.see("approvals/").one("section", id="shortfalls").text
    form = steering.see(at(below_half, "steering/"))

    answer = steering.post(
        at(below_half, "steering/"), digest=digest_on(form), statement="Better closed."
    )

    assert "you sign as Steering committee" in listed
    assert answer.status_code == 303
    assert "Everything is signed" in panel(below_half, "controller").text


@pytest.mark.parametrize(
    ("step", "role"),
    [("countersign/", "owner"), ("countersign/", "controller"), ("steering/", "sponsor")],
)
def test_a_signature_is_offered_to_nobody_else(below_half, step, role):
    confirmed(below_half)
    member = visitor(below_half.organization, role)

    assert member.get(at(below_half, step)).status_code == 403
    answer = member.post(at(below_half, step), digest=digest_of(below_half), statement="So.")
    assert answer.status_code == 403
    with below_half.acting("lead"):
        assert not ShortfallApproval.objects.filter(measure_id=below_half.measure_id).exists()


@pytest.mark.parametrize(
    ("step", "role"),
    [("countersign/", "sponsor"), ("steering/", "steering"), ("close/", "controller")],
)
def test_each_step_asks_for_a_password_given_lately(below_half, step, role):
    confirmed(below_half)
    if step == "close/":
        countersigned(below_half)
        approved(below_half)
    member = visitor(below_half.organization, role, fresh=False)

    answer = member.post(at(below_half, step), digest=digest_of(below_half), statement="So.")

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert below_half.measure().stage == Stage.IMPLEMENTED


def test_a_stale_signature_is_refused_with_what_to_do(short):
    confirmed(short)
    sponsor = visitor(short.organization, "sponsor")
    form = sponsor.see(at(short, "countersign/"))
    with short.acting("owner"):
        statement_row(short, budget="unchanged", budget_note="It is the plant's.")

    answer = sponsor.post(at(short, "countersign/"), digest=digest_on(form), statement="So.")

    assert answer.status_code == 409
    assert "The controller confirms the figures anew" in answer.content.decode()
    assert "its signatures no longer count" in panel(short, "controller").text


def test_an_unsigned_shortfall_is_not_closed_from_the_page(short):
    confirmed(short)

    answer = visitor(short.organization, "controller").post(
        at(short, "close/"), digest=digest_of(short)
    )

    assert answer.status_code == 409
    assert "The shortfall still needs the signature of the sponsor" in answer.content.decode()


# --- stating a line -------------------------------------------------------------------------------


def test_the_owner_states_what_proves_a_line_and_what_became_of_its_budget(clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    with case.acting("owner"):
        proof = evidence(case.measure_id, "ledger_extract")
        evidence(case.measure_id, "completion")
    owner = visitor(case.organization, "owner")
    path = at(case, f"lines/{case.line_id}/")
    form = owner.see(path)

    answer = owner.post(
        path, evidence_id=proof.pk, budget="unchanged", budget_note="The budget is the plant's."
    )

    offered = [each.text for each in form.one("select", name="evidence_id").all("option")]
    assert offered == ["None named", f"{proof.title} (Ledger extract)"]
    assert answer.status_code == 303
    (row,) = owner.see(at(case)).one("section", aria_labelledby="proof-heading").rows()
    said = "Budget not changed: The budget is the plant's."
    assert row[-1] == f"{proof.title} {said} State: Energy"


def test_a_budget_without_its_reason_is_refused(clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)

    answer = visitor(case.organization, "owner").post(
        at(case, f"lines/{case.line_id}/"), budget="reduced", budget_note=""
    )

    assert answer.status_code == 422
    assert "Please say which voucher changed the budget of Energy" in answer.content.decode()
    with case.acting("lead"):
        assert LineStatement.objects.filter(line_id=case.line_id).count() == 1


def test_a_sponsor_states_nothing(clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    sponsor = visitor(case.organization, "sponsor")

    assert sponsor.get(at(case, f"lines/{case.line_id}/")).status_code == 403
    assert "lines/" not in "".join(
        each.attributes.get("href", "") for each in sponsor.see(at(case)).all("a")
    )


def test_the_line_of_another_measure_is_not_found(clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    other = a_measure(Stage.IMPLEMENTED, case.organization)

    answer = visitor(case.organization, "owner").get(at(case, f"lines/{other.line_id}/"))

    assert answer.status_code == 404
