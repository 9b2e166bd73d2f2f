"""The API's contract for gates and closures: the same acts, duties and refusals as the pages."""

import pytest

from governance import certificates
from measures.models import Milestone
from measures.rules.stage import Stage
from tests.api.test_hierarchy_api import caller_of, person_of, problem
from tests.factories.closing import an_implemented_measure, proposed
from tests.factories.governance import a_measure, a_request, approved_months, today


def caller(case, role):
    return caller_of(case.organization, role)


def address(case, rest="/gate-requests"):
    return f"/measures/{case.measure().node.public_id}{rest}"


def submitted(case, by="owner"):
    return caller(case, by)("POST", address(case), {"note": "Ready."}).json()


def person(case, role, **options):
    return person_of(case.organization, role, **options)


def voted(case, asked, by, **more):
    body = {"choice": "approve", "digest": asked["digest"]} | more
    return person(case, by)("POST", f"/gate-requests/{asked['id']}/votes", body)


def test_a_gate_is_submitted_shown_and_listed(db):
    case = a_measure()
    owner = caller(case, "owner")

    made = owner("POST", address(case), {"note": "Ready."})
    shown = owner.client.get(made["Location"], headers=owner.headers)
    listed = owner("GET", "/gate-requests")

    assert made.status_code == 201
    assert shown.json() == made.json()
    assert [each["id"] for each in listed.json()["results"]] == [made.json()["id"]]
    assert (made.json()["gate"], made.json()["state"], made.json()["note"]) == (
        "identified",
        "open",
        "Ready.",
    )


def test_the_last_vote_decides(db):
    case = a_measure()

    answer = voted(case, submitted(case), "lead")

    assert (answer.status_code, answer.json()["state"]) == (201, "advanced")
    assert case.measure().stage == Stage.IDENTIFIED


def test_what_waits_for_a_caller_is_what_they_can_vote_on(db):
    case = a_measure()
    submitted(case)

    counts = {
        role: caller(case, role)("GET", "/gate-requests?waiting=true").json()["count"]
        for role in ("owner", "lead", "controller")
    }

    assert counts == {"owner": 0, "lead": 1, "controller": 0}


def test_every_unmet_criterion_is_named(db):
    case = a_measure(Stage.IDENTIFIED, planned=False)

    refused = caller(case, "owner")("POST", address(case), {})

    assert problem(refused) == (409, "gate_blocked")
    assert [row["text"] for row in refused.json()["details"]["missing_rows"]] == [
        "Not planned by month: no effect line yet.",
        "Milestones without date or owner: no milestone yet.",
    ]


def test_who_may_not_submit_or_vote_is_refused(db):
    case = a_measure()
    refused = caller(case, "executive")("POST", address(case), {})
    asked = submitted(case, by="lead")

    assert problem(refused) == (403, "not_allowed")
    assert problem(voted(case, asked, "lead")) == (403, "own_request")
    assert problem(voted(case, asked, "sponsor")) == (403, "not_a_decider")


def test_a_vote_on_something_else_than_was_shown_is_refused(db):
    case = a_measure()

    refused = voted(case, submitted(case), "lead", digest="0" * 64)

    assert problem(refused) == (409, "stale_request")


def test_a_return_needs_its_conditions(db):
    case = a_measure()
    asked = submitted(case)

    refused = voted(case, asked, "lead", choice="return")
    returned = voted(case, asked, "lead", choice="return", reason="Say more.", due_on="2999-01-01")

    assert problem(refused) == (422, "conditions_missing")
    assert returned.json()["state"] == "returned"


def test_nonsense_is_refused_by_field(db):
    case = a_measure()

    refused = voted(case, submitted(case), "lead", choice="maybe")

    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == ["choice"]


def test_a_request_is_withdrawn(db):
    case = a_measure()
    asked = submitted(case)

    withdrawn = caller(case, "owner")("POST", f"/gate-requests/{asked['id']}/withdraw", {})
    again = caller(case, "owner")("POST", f"/gate-requests/{asked['id']}/withdraw", {})

    assert withdrawn.json()["state"] == "withdrawn"
    assert problem(again) == (409, "already_decided")


def test_the_same_key_votes_once(db):
    case = a_measure()
    asked = submitted(case)
    lead = person(case, "lead")
    body = {"choice": "approve", "digest": asked["digest"]}

    first, second = (
        lead("POST", f"/gate-requests/{asked['id']}/votes", body, Idempotency_Key="once")
        for _ in range(2)
    )

    assert (first.status_code, first.json()) == (second.status_code, second.json())


def test_what_belongs_to_others_does_not_exist(db):
    case, other = a_measure(), a_measure()
    asked = a_request(case)
    call = person(other, "lead")
    vote = {"choice": "approve", "digest": asked.digest}

    answers = [
        call("GET", f"/gate-requests/{asked.public_id}"),
        call("POST", f"/gate-requests/{asked.public_id}/votes", vote),
        call("GET", address(case)),
        call("GET", address(case, "/closure")),
    ]

    assert [problem(answer) for answer in answers] == [(404, "not_found")] * 4


@pytest.fixture
def closable(clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_measure(Stage.IMPLEMENTED)
    with case.acting("owner"):
        Milestone.objects.filter(measure_id=case.measure_id).update(
            actual_end=today(case), version=2
        )
    approved_months(case, 4, 5, 6)
    return case


def test_a_measure_is_closed_on_the_figures_shown(closable):
    submitted(closable)
    controller = person(closable, "controller")
    seen = controller("GET", address(closable, "/closure")).json()

    closed = controller(
        "POST",
        address(closable, "/closure"),
        {"figures_digest": seen["figures_digest"], "statement": "The ledger shows it."},
    )

    assert (seen["outcome"], seen["proofs"][0]["achieved"]) == ("achieved", "0.9")
    assert (closed.status_code, closed.json()["outcome"]) == (201, "achieved")
    assert closable.measure().stage == Stage.CLOSED


def test_figures_that_have_changed_are_not_confirmed(closable):
    submitted(closable)
    body = {"figures_digest": "0" * 64, "statement": "The ledger shows it."}

    stale = person(closable, "controller")("POST", address(closable, "/closure"), body)
    not_theirs = person(closable, "owner")("POST", address(closable, "/closure"), body)

    assert problem(stale) == (409, "stale_request")
    assert problem(not_theirs) == (403, "not_allowed")


@pytest.fixture
def below_half(clock_at):
    clock_at(2026, 7, 8, 9)
    return proposed(an_implemented_measure(4_000_00))


def test_a_shortfall_is_confirmed_signed_decided_and_closed(below_half):
    controller, sponsor = person(below_half, "controller"), person(below_half, "sponsor")
    place = address(below_half, "/closure")
    digest = controller("GET", place).json()["figures_digest"]
    words = {"figures_digest": digest, "statement": "It is so."}

    confirmed = controller("POST", place, words | {"shortfall_reason": "Prices rose."})
    early = controller("POST", f"{place}/close", words)
    signed = sponsor("POST", f"{place}/countersignature", words)
    decided = person(below_half, "steering")("POST", f"{place}/steering-approval", words)
    closed = controller("POST", f"{place}/close", words)

    assert (confirmed.status_code, confirmed.json()["outcome"]) == (201, "shortfall")
    assert problem(early) == (409, "gate_blocked")
    assert signed.json()["pending"]["waits_for"] == ["steering"]
    assert [each["by"] for each in decided.json()["pending"]["signatures"]] == [
        "Sponsor Person",
        "Steering Person",
    ]
    assert (closed.status_code, closed.json()["pending"]) == (201, None)
    assert [each["role"] for each in closed.json()["signatures"]] == ["sponsor", "steering"]
    assert below_half.measure().stage == Stage.CLOSED


@pytest.mark.parametrize(
    ("step", "role", "code"),
    [
        ("countersignature", "owner", "not_allowed"),
        ("steering-approval", "sponsor", "not_allowed"),
        ("close", "sponsor", "not_allowed"),
        ("countersignature", "sponsor", "no_shortfall"),
    ],
)
def test_no_step_of_a_shortfall_is_open_to_others_or_before_its_time(below_half, step, role, code):
    words = {"figures_digest": "0" * 64, "statement": "It is so."}

    answer = person(below_half, role)("POST", f"{address(below_half, '/closure')}/{step}", words)

    assert problem(answer)[1] == code
    assert below_half.measure().stage == Stage.IMPLEMENTED


def test_no_token_votes_or_closes_and_no_session_of_long_ago(closable):
    asked = submitted(closable)
    vote = {"choice": "approve", "digest": asked["digest"]}
    close = {"figures_digest": "0" * 64, "statement": "The ledger shows it."}
    acts = [(f"/gate-requests/{asked['id']}/votes", vote), (address(closable, "/closure"), close)]

    for path, body in acts:
        token = caller(closable, "controller")("POST", path, body)
        old = person(closable, "controller", fresh=False)("POST", path, body)

        assert problem(token) == (403, "needs_a_person")
        assert problem(old) == (403, "presence_needed")
        assert "/accounts/reauthenticate/" in old.json()["detail"]
    assert closable.measure().stage == Stage.IMPLEMENTED


def test_a_certificate_is_given_out_as_it_was_signed(closable):
    submitted(closable)
    controller = person(closable, "controller")
    digest = controller("GET", address(closable, "/closure")).json()["figures_digest"]
    words = {"figures_digest": digest, "statement": "The ledger shows it."}
    controller("POST", address(closable, "/closure"), words)

    (row,) = caller(closable, "executive")("GET", address(closable, "/closure/certificates")).json()

    assert (row["outcome"], row["is_superseded"]) == ("achieved", False)
    assert certificates.prove(row["paper"].encode()).content["statement"] == "The ledger shows it."
