"""Requesting a gate, voting on exactly what is shown, and taking a request back."""

import pytest

from governance.models import Vote
from measures.models import Measure, SeriesVersion
from measures.rules.stage import Stage
from tests.factories.governance import YEAR, a_measure, a_request, a_vote
from tests.pages.visitors import place_of, request_of, visitor


@pytest.fixture
def case(db):
    return a_measure(Stage.DETAILED)


def at(case):
    return f"gates/{request_of(case).public_id}/"


def digest(case):
    return request_of(case).digest


def test_the_owner_requests_the_next_gate_and_stands_at_the_request(case):
    owner = visitor(case.organization, "owner")

    answer = owner.post(f"measures/{place_of(case)}/submit/", note="The plan is agreed.")

    assert (answer.status_code, answer["Location"]) == (303, owner.root + at(case))
    page = owner.see(at(case))
    assert page.one("h1").text == "Request for Decided"
    assert "The plan is agreed." in page.one("main").text


@pytest.mark.parametrize("role", ["sponsor", "controller", "executive", "administrator"])
def test_nobody_else_requests_it(case, role):
    answer = visitor(case.organization, role).post(f"measures/{place_of(case)}/submit/")

    assert answer.status_code == 403


def test_a_request_that_misses_criteria_is_refused_with_all_of_them_and_who_supplies(db):
    case = a_measure(Stage.IDENTIFIED, planned=False)
    owner = visitor(case.organization, "owner")

    answer = owner.post(f"measures/{place_of(case)}/submit/", is_fragment=True)

    assert (answer.status_code, answer["HX-Retarget"]) == (409, "#notices")
    text = answer.content.decode()
    assert "There are no effect lines" in text or "Not planned by month" in text
    assert "Milestones without date or owner: no milestone yet." in text
    assert "can be supplied by Owner: Owner Person" in text
    assert text.count("no milestone yet") == 1  # in the list, not in the sentence above it too
    assert "Detailed still needs:</p>" in text
    assert f'href="/o/{case.organization.slug}/measures/{place_of(case)}/#milestones"' in text


def test_the_same_request_sent_twice_is_made_once(case):
    owner = visitor(case.organization, "owner")

    answers = [owner.post(f"measures/{place_of(case)}/submit/", once="k") for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert answers[0]["Location"] == answers[1]["Location"]


def test_a_request_shows_what_was_submitted_to_everybody_who_sees_the_measure(case):
    a_request(case)

    page = visitor(case.organization, "executive").see(at(case))

    said = page.one("section", aria_labelledby="said-heading")
    assert [each.text for each in said.all("dd")] == [
        "Owner Person",
        "Sponsor Person",
        "Controller Person",
        "Hard",
        "120,000 EUR",
        digest(case),
    ]
    plan = said.one("div", aria_label="Plan and baseline as submitted").rows()
    line, *series = plan
    assert "full effect from Apr 2026" in line[0]
    assert [row[:2] for row in series] == [
        [f"Baseline {YEAR}", "90,000"],
        [f"Plan {YEAR}", "90,000"],
    ]
    (milestone,) = said.one("div", aria_label="Milestones as submitted").rows()
    assert milestone == ["Compressor installedmandatory", "Owner Person", "31 Mar 2026", "–", "–"]
    assert page.all("textarea", name="reason") == []


def test_the_last_vote_moves_the_stage(case):
    a_request(case)
    sponsor = visitor(case.organization, "sponsor")
    controller = visitor(case.organization, "controller")

    first = sponsor.post(f"{at(case)}vote/", choice="approve", digest=digest(case))
    between = case.measure().stage
    second = controller.post(f"{at(case)}vote/", choice="approve", digest=digest(case))

    assert [first.status_code, second.status_code] == [303, 303]
    assert (between, case.measure().stage) == (Stage.DETAILED, Stage.DECIDED)
    assert "Advanced" in sponsor.see(at(case)).one("main").text


@pytest.mark.parametrize(
    ("role", "status", "words"),
    [
        ("owner", 403, "You may not vote on a gate"),
        ("lead", 403, "decided by other roles"),
        ("administrator", 403, "You may not vote on a gate"),
    ],
)
def test_who_may_not_vote_is_told_why(case, role, status, words):
    a_request(case)
    member = visitor(case.organization, role)

    page = member.see(at(case))
    answer = member.post(f"{at(case)}vote/", choice="approve", digest=digest(case))

    assert page.all("input", name="choice") == []
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_vote_on_another_digest_is_refused(case):
    a_request(case)

    answer = visitor(case.organization, "sponsor").post(
        f"{at(case)}vote/", choice="approve", digest="0" * 64
    )

    assert (answer.status_code, "have changed since" in answer.content.decode()) == (409, True)


def test_a_return_needs_conditions_and_a_day_and_says_both_afterwards(case):
    a_request(case)
    sponsor = visitor(case.organization, "sponsor")
    said = {"choice": "return", "digest": digest(case)}

    refused = sponsor.post(f"{at(case)}vote/", **said, reason="Plan the last quarter.")
    made = sponsor.post(
        f"{at(case)}vote/", **said, reason="Plan the last quarter.", due_on=f"{YEAR + 10}-01-31"
    )

    assert (refused.status_code, made.status_code) == (422, 303)
    text = sponsor.see(at(case)).one("main").text
    assert "Returned by Sponsor Person with conditions, due on 31 Jan 2036" in text
    assert "Plan the last quarter." in text


def test_a_vote_without_a_choice_comes_back_with_what_was_typed(case):
    a_request(case)
    sponsor = visitor(case.organization, "sponsor")

    plain = sponsor.post(f"{at(case)}vote/", digest=digest(case), reason="Typed words")
    inline = sponsor.post(
        f"{at(case)}vote/", is_fragment=True, digest=digest(case), reason="Typed words"
    )

    for answer in (plain, inline):
        assert answer.status_code == 422
        assert "This field is required." in answer.content.decode()
        assert "Typed words" in answer.content.decode()
    with case.acting("lead"):
        assert Vote.objects.filter(request_id=request_of(case).pk).count() == 0


def test_a_stale_request_says_what_has_changed_and_takes_no_vote(case):
    a_request(case)
    with case.acting("owner"):
        former = SeriesVersion.objects.filter(line_id=case.line_id, series="plan").latest("version")
        months = {f"p{number:02d}": 10_000_00 for number in range(4, 12)}
        SeriesVersion.objects.create(
            line_id=case.line_id,
            series="plan",
            fiscal_year=YEAR,
            version=former.version + 1,
            p12=8_000_00,
            **months,
        )
        found = Measure.objects.get(pk=case.measure_id)
        Measure.objects.filter(pk=found.pk).update(size="90000", version=found.version + 1)

    page = visitor(case.organization, "sponsor").see(at(case))

    assert page.one("section", aria_labelledby="changes-heading").rows() == [
        ["rough run-rate", "120,000", "90,000"],
        [f"Energy, plan, Dec {YEAR}", "10,000", "8,000"],
    ]
    assert page.all("input", name="choice") == []


def test_a_request_is_withdrawn_by_owner_or_lead_and_by_nobody_else(case):
    a_request(case)
    owner, sponsor = (visitor(case.organization, role) for role in ("owner", "sponsor"))

    refused = sponsor.post(f"{at(case)}withdraw/", reason="Mine")
    made = owner.post(f"{at(case)}withdraw/", reason="Too early")

    assert sponsor.see(at(case)).all("form", action=f"{sponsor.root}{at(case)}withdraw/") == []
    assert (refused.status_code, made.status_code) == (403, 303)
    assert request_of(case).state == "withdrawn"


def test_earlier_requests_are_reached_from_the_latest(case):
    a_request(case)
    page = visitor(case.organization, "lead").see(at(case))

    links = [each.text for each in page.one("section", aria_labelledby="earlier-heading").all("a")]

    assert [each.split(",")[0] for each in links] == ["Detailed", "Identified"]


def test_votes_given_are_shown_with_their_names(case):
    request = a_request(case)
    a_vote(case, request, "sponsor")

    page = visitor(case.organization, "lead").see(at(case))

    votes = page.one("section", aria_labelledby="votes-heading").all("dd")
    assert votes[0].text.startswith("advance Sponsor Person")
    assert votes[1].text == "has not voted yet (the figures that are frozen)"
