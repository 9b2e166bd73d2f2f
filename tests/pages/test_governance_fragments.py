"""What the page of a measure shows of governance: stages, next gate, decisions, history, moves."""

from datetime import timedelta

import pytest

from accounts.models import User
from governance.services import lifecycle
from measures.rules.stage import Lifecycle, Stage
from tests.factories.governance import a_measure, a_request, approved_months, today
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.pages.visitors import place_of, request_of, visitor

FRAGMENTS = ["stepper", "gate", "decisions", "history"]


def at(case, name):
    return f"measures/{place_of(case)}/{name}/"


def shown(case, name, role="owner"):
    return visitor(case.organization, role).see(at(case, name), is_fragment=True)


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_fragment_has_no_frame_for_htmx_and_one_without_scripts(db, name):
    case = a_measure()
    owner = visitor(case.organization, "owner")

    fragment = owner.see(at(case, name), is_fragment=True)
    page = owner.see(at(case, name))

    assert fragment.all("h1") == []
    assert page.one("p", class_="eyebrow").text == case.measure().node.name
    assert fragment.text in page.one("main").text or name == "gate"


@pytest.mark.parametrize("name", FRAGMENTS)
def test_a_member_of_another_organization_finds_no_fragment(db, name):
    case = a_measure()
    stranger = visitor(an_organization(), "lead")

    assert stranger.get(at(case, name), is_fragment=True).status_code == 404
    theirs = f"/o/{case.organization.slug}/governance/{at(case, name)}"
    assert stranger.client.get(theirs).status_code == 404


# --- stages -------------------------------------------------------------------------------------


def test_each_stage_passed_names_its_day_and_who_decided(clock_at):
    clock_at(2026, 1, 10, 9)
    case = a_measure(Stage.DECIDED)

    steps = shown(case, "stepper").all("li")

    assert [each.attributes["class"].split()[-1] for each in steps] == [
        *["step--done"] * 3,
        "step--current",
        *["step--open"] * 2,
    ]
    assert [each.text for each in steps] == [
        "Defined 10 Jan 2026, Owner Person passed",
        "Identified 10 Jan 2026, Lead Person passed",
        "Detailed 10 Jan 2026, Controller Person passed",
        "Decided 10 Jan 2026, Controller Person in execution",
        "Implemented",
        "Closed",
    ]


# --- the next gate ------------------------------------------------------------------------------


def test_every_criterion_is_met_or_says_who_can_supply_it_and_where(db):
    case = a_measure(Stage.IDENTIFIED, planned=False)

    criteria = shown(case, "gate").one("ul", class_="criteria").all("li")

    assert [each.all("span", class_="for-reader")[0].text for each in criteria] == [
        "Met:",
        "Missing:",
        "Met:",
        "Missing:",
    ]
    milestones = criteria[-1]
    assert "Milestones without date or owner: no milestone yet." in milestones.text
    assert milestones.one("span", class_="criterion__who").text == (
        "Can be supplied by Owner: Owner Person"
    )
    assert milestones.one("a").attributes["href"].endswith("/milestones/add/")


def test_owner_and_lead_can_request_and_others_read_who_can(db):
    case = a_measure()

    offered = {
        role: [each.text for each in shown(case, "gate", role).all("button", class_="button")]
        for role in ("owner", "lead", "sponsor", "executive")
    }

    assert offered == {
        "owner": ["Request Identified"],
        "lead": ["Request Identified"],
        "sponsor": [],
        "executive": [],
    }
    assert "It is requested by: Owner, Lead." in shown(case, "gate", "sponsor").text


def test_an_open_request_shows_its_votes_and_leads_to_its_page(db):
    case = a_measure(Stage.DETAILED)
    a_request(case)

    links = {
        role: [each.text for each in shown(case, "gate", role).all("a", class_="button--primary")]
        for role in ("sponsor", "owner")
    }

    assert links == {"sponsor": ["Vote"], "owner": []}
    gate = shown(case, "gate")
    assert "Sponsor" in gate.one("dl", class_="facts").text
    assert gate.all("form") == []
    address = f"/governance/gates/{request_of(case).public_id}/"
    assert any(each.attributes["href"].endswith(address) for each in gate.all("a"))


def test_an_implemented_measure_leads_to_its_proof(db):
    case = a_measure(Stage.IMPLEMENTED)

    links = [each.text for each in shown(case, "gate").all("a", class_="button")]

    assert "See the proof of the value" in links


def test_before_the_months_are_proven_nothing_is_said_of_how_much(db):
    case = a_measure(Stage.IMPLEMENTED)

    text = shown(case, "gate").one("ul", class_="criteria").text

    assert "Not proven yet" in text
    assert "of the planned value is proven" not in text


# --- hold, resume, cancel, reject ---------------------------------------------------------------


def test_the_moves_offered_are_those_of_the_role(db):
    case = a_measure(Stage.DECIDED)

    offered = {
        role: [
            each.text
            for each in shown(case, "gate", role).all("a", class_="button--small")
            if "data-dialog-open" in each.attributes
        ]
        for role in ("owner", "sponsor", "controller", "lead", "steering", "administrator")
    }

    assert offered == {
        "owner": ["State the premise"],
        "sponsor": ["Put on hold", "Cancel the measure", "Propose to roll back"],
        "controller": ["Put on hold", "Propose to roll back"],
        "lead": ["Put on hold", "State the premise"],
        "steering": ["Put on hold", "Cancel the measure"],
        "administrator": [],
    }


def test_a_measure_is_held_and_resumed_with_the_reason_on_its_page(db):
    case = a_measure(Stage.DECIDED)
    sponsor = visitor(case.organization, "sponsor")
    until = (today(case) + timedelta(days=30)).isoformat()

    held = sponsor.post(
        at(case, "hold"), reason_code="budget", reason="Budget is frozen.", until=until
    )
    while_held = shown(case, "gate", "sponsor").text
    resumed = sponsor.post(at(case, "resume"), reason="")

    assert (held.status_code, resumed.status_code) == (303, 303)
    assert "decided by Sponsor Person" in while_held
    assert "Budget: Budget is frozen." in while_held
    assert case.measure().lifecycle == Lifecycle.ACTIVE
    acts = [each.text for each in shown(case, "decisions").all("p", class_="history__what")]
    assert acts[:2] == ["Resumed", "Put on hold: Budget"]


def test_a_hold_beyond_the_limit_is_refused_in_the_dialog_and_changes_nothing(db):
    case = a_measure(Stage.DECIDED)
    until = (today(case) + timedelta(days=400)).isoformat()

    answer = visitor(case.organization, "sponsor").post(
        at(case, "hold"), is_fragment=True, reason_code="budget", reason="Why", until=until
    )

    assert (answer.status_code, answer["HX-Retarget"]) == (422, "#notices")
    assert "A hold must end after today" in answer.content.decode()
    assert case.measure().lifecycle == Lifecycle.ACTIVE


def test_a_form_that_is_not_filled_comes_back_with_what_was_typed(db):
    case = a_measure(Stage.DECIDED)
    steering = visitor(case.organization, "steering")

    plain = steering.post(at(case, "cancel"), reason="Typed words", sunk_cost="1.234,50")
    inline = steering.post(at(case, "cancel"), is_fragment=True, reason="Typed words")

    assert (plain.status_code, inline.status_code) == (422, 422)
    assert "Typed words" in plain.content.decode()
    assert "does not follow your number format" in plain.content.decode()
    assert "This field is required." in inline.content.decode()


def test_a_cancelled_measure_offers_nothing_and_says_why(db):
    case = a_measure(Stage.DECIDED)
    steering = visitor(case.organization, "steering")

    answer = steering.post(
        at(case, "cancel"),
        reason_code="value",
        reason="No effect left.",
        lessons="Ask the customer first.",
        sunk_cost="12,500.00",
    )

    assert answer.status_code == 303
    gate = shown(case, "gate", "steering")
    assert "Cancelled by Steering Person" in gate.text
    assert "No effect left." in gate.text
    assert gate.all("form") + gate.all("a", class_="button") == []


def test_a_proposal_is_rejected_by_its_lead(db):
    case = a_measure()

    answer = visitor(case.organization, "lead").post(at(case, "reject"), reason="Done already.")

    assert answer.status_code == 303
    assert case.measure().lifecycle == Lifecycle.CANCELLED


@pytest.mark.parametrize(
    ("move", "role"),
    [("hold", "owner"), ("cancel", "owner"), ("cancel", "lead"), ("reject", "sponsor")],
)
def test_who_may_not_is_offered_no_form_and_refused_the_act(db, move, role):
    case = a_measure()
    member = visitor(case.organization, role)
    until = (today(case) + timedelta(days=5)).isoformat()

    opened = member.get(at(case, move))
    sent = member.post(at(case, move), reason_code="value", reason="Why", until=until)

    assert (opened.status_code, sent.status_code) == (403, 403)
    assert case.measure().lifecycle == Lifecycle.ACTIVE


def test_a_move_that_does_not_begin_here_is_refused_in_words(db):
    case = a_measure(Stage.DECIDED)

    answer = visitor(case.organization, "sponsor").get(at(case, "resume"))

    assert answer.status_code == 409
    assert "Resume is not possible" in answer.content.decode()


# --- decisions and history ----------------------------------------------------------------------


def test_decisions_name_gate_votes_and_days(db):
    case = a_measure(Stage.DETAILED)

    entries = [each.text for each in shown(case, "decisions").all("li")]

    assert [each.split(" requested")[0] for each in entries] == [
        "Detailed: Advanced",
        "Identified: Advanced",
    ]
    assert "Lead, Lead Person: advance" in entries[0]
    assert "Controller, Controller Person: advance" in entries[0]


def test_history_tells_before_and_after_in_words(db):
    subject = a_planned_measure()
    lifecycle.hold(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="budget",
        reason="Budget is frozen.",
        until=today(subject.case()) + timedelta(days=30),
    )

    latest = shown(subject, "history").all("li")[0]

    assert latest.one("p", class_="history__what").text == "Measure held"
    fields = [each.text for each in latest.all("dt")]
    changes = dict(zip(fields, [each.text for each in latest.all("dd")], strict=True))
    assert changes["Lifecycle"] == "before Active → after On hold"
    assert "Budget is frozen." in latest.text


def test_history_names_the_months_of_figures_that_changed(db):
    subject = a_planned_measure()
    subject.save("plan", {4: 12_345})

    latest = shown(subject, "history").all("li")[0]

    assert [each.text for each in latest.all("dt")] == ["Freight, plan, Apr 2026"]
    assert latest.one("dd").text == "before 10,000.00 → after 12,345.00"


def test_history_goes_on_page_by_page(db):
    subject = a_planned_measure()
    for amount in range(20):
        subject.save("plan", {4: 12_000 + amount})
    owner = visitor(subject.organization, "owner")

    first = owner.see(at(subject, "history"), is_fragment=True)
    link = first.one("p", class_="actions").one("a")
    second = owner.see(f"{at(subject, 'history')}?{link.attributes['href'].split('?')[1]}")

    assert len(first.all("li", class_="history__entry")) == 20
    assert link.text == "Older"
    proof = [each.text for each in second.all("p", class_="history__proof")]
    assert all(each not in first.text for each in proof)


def test_who_is_not_named_and_may_not_read_the_ledger_is_told_so(db):
    case = a_measure()
    newcomer = case.organization.newcomer("Nora New")
    case.organization.seat(newcomer, "owner")
    member = visitor(case.organization, "owner")
    member.client.force_login(User.objects.get(pk=newcomer.user_id))

    page = member.see(at(case, "history"), is_fragment=True)

    assert page.all("li") == []
    assert "the ledger of a measure is read by the people named on it" in page.text


def test_a_proof_in_the_making_names_the_months_left(db, clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    approved_months(case, 4, 5)

    text = shown(case, "gate").text

    assert "Energy: Jun 2026 has no approved actual" in text
