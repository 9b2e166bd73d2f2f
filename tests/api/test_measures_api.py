"""The API's contract for measures: the same services, refusals and versions as the pages."""

import pytest

from accounts.models import Member
from core import tenancy
from measures.models import ActualClaim
from measures.rules.lines import Series
from measures.rules.stage import Stage
from tests.api.test_hierarchy_api import caller_of, person_of, problem
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure, a_proposal
from tests.factories.organizations import an_organization

NEW = {"name": "Compressors", "description": "Heat is recovered.", "effect_type": "hard"}
TWELVE = [None, None, None, *["9000.00"] * 9]


@pytest.fixture
def decided(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


def address(subject, rest=""):
    return f"/measures/{subject.measure().node.public_id}{rest}"


def row_address(subject, series="plan"):
    return address(subject, f"/lines/{subject.line_id}/series/{series}/{YEAR}")


def public_id(subject, role):
    with tenancy.reading(subject.actor("lead")):
        return str(Member.objects.get(pk=subject.id_of(role)).public_id)


def test_a_measure_is_proposed_shown_and_listed(db):
    organization = an_organization()
    package = organization.branch().package
    caller = caller_of(organization, "owner")

    made = caller("POST", "/measures", NEW | {"package_id": str(package.public_id)})
    shown = caller.client.get(made["Location"], headers=caller.headers)
    listed = caller("GET", "/measures?stage=defined")

    assert made.status_code == 201
    assert shown.json() == made.json()
    assert shown["ETag"] == '"1"'
    assert [each["id"] for each in listed.json()["results"]] == [made.json()["id"]]
    assert made.json()["package_id"] == str(package.public_id)


def test_the_same_key_proposes_once(db):
    organization = an_organization()
    package = organization.branch().package
    caller = caller_of(organization, "owner")
    asked = NEW | {"package_id": str(package.public_id)}

    first = caller("POST", "/measures", asked, Idempotency_Key="once")
    second = caller("POST", "/measures", asked, Idempotency_Key="once")

    assert first.json()["id"] == second.json()["id"]
    assert caller("GET", "/measures").json()["count"] == 1


def test_who_may_not_propose_is_refused_and_so_is_nonsense(db):
    organization = an_organization()
    asked = NEW | {"package_id": str(organization.branch().package.public_id)}

    refused = caller_of(organization, "controller")("POST", "/measures", asked)
    nonsense = caller_of(organization, "owner")(
        "POST", "/measures", asked | {"effect_type": "magic"}
    )

    assert problem(refused) == (403, "not_allowed")
    assert nonsense.status_code == 400
    assert list(nonsense.json()["errors"]) == ["effect_type"]


def test_a_measure_is_described_from_the_version_named_in_if_match(db):
    subject = a_planned_measure()
    caller = caller_of(subject.organization, "owner")
    version = subject.measure().version
    change = {"description": "By program."}

    missing = caller("PATCH", address(subject), change)
    stale = caller("PATCH", address(subject), change, If_Match=f'"{version - 1}"')
    done = caller("PATCH", address(subject), change, If_Match=f'"{version}"')

    assert problem(missing)[0] == 428
    assert problem(stale) == (412, "stale_version")
    assert (done.status_code, done.json()["description"]) == (200, "By program.")
    assert done["ETag"] == f'"{version + 1}"'


def test_a_second_owner_and_an_owner_who_is_controller_are_refused_in_words(db):
    subject = a_proposal()
    caller = caller_of(subject.organization, "lead")
    one, other = public_id(subject, "owner"), public_id(subject, "sponsor")
    people = {"owner_id": one, "sponsor_id": other, "controller_id": None}

    two = caller(
        "PUT", address(subject, "/people"), people | {"owner_id": [one, other]}, If_Match="1"
    )
    same = caller("PUT", address(subject, "/people"), people | {"controller_id": one}, If_Match="1")
    named = caller("PUT", address(subject, "/people"), people, If_Match="1")

    assert problem(two) == (422, "second_owner")
    assert problem(same) == (422, "same_person")
    assert (named.json()["owner_id"], named.json()["version"]) == (one, 2)


def test_lines_are_added_revised_and_removed(db):
    subject = a_proposal()
    caller = caller_of(subject.organization, "lead")
    line = {
        "name": "Tools",
        "nature": "one_time",
        "effect_type": "hard",
        "recurrence": "one_off",
    }

    made = caller("POST", address(subject, "/lines"), line)
    path = address(subject, f"/lines/{made.json()['id']}")
    revised = caller("PATCH", path, {"name": "Tooling"}, If_Match="1")
    stale = caller("DELETE", path, If_Match="1")
    removed = caller("DELETE", path, If_Match="2")
    listed = caller("GET", address(subject, "/lines"))

    assert (made.status_code, made.json()["currency"]) == (201, "EUR")
    assert (revised.json()["name"], revised.json()["nature"]) == ("Tooling", "one_time")
    assert problem(stale) == (412, "stale_version")
    assert removed.status_code == 204
    assert [each["name"] for each in listed.json()["results"]] == ["Freight"]


def test_a_row_is_saved_as_the_next_version_and_read_back_to_the_cent(db):
    subject = a_planned_measure()
    caller = caller_of(subject.organization, "owner")
    values = [None, None, None, "0.01", "99999999999.99", "-1", *["10000.5"] * 6]

    saved = caller("PUT", row_address(subject), {"values": values}, If_Match="1")
    shown = caller("GET", row_address(subject))

    assert saved["ETag"] == shown["ETag"] == '"2"'
    assert shown.json()["values"][3:7] == ["0.01", "99999999999.99", "-1.00", "10000.50"]


def test_a_stale_row_is_refused_with_both_values(db):
    subject = a_planned_measure()
    caller = caller_of(subject.organization, "owner")
    subject.save(Series.PLAN, {4: 7000}, by="lead")

    stale = caller("PUT", row_address(subject), {"values": TWELVE}, If_Match="1")

    assert problem(stale) == (412, "stale_figures")
    first = stale.json()["details"]["rows"][0]["cells"][0]
    assert (first["yours"], first["theirs"]) == ("9000.00", "7000.00")
    assert subject.row(Series.PLAN)[3] == 7_000_00


@pytest.mark.parametrize(
    "cell", ["NaN", "Infinity", "1234567890123456789", "0.001", "12 USD", "1e3", "1,5"]
)
def test_a_cell_that_cannot_be_kept_is_refused_by_name(db, cell):
    subject = a_planned_measure()
    caller = caller_of(subject.organization, "owner")

    refused = caller("PUT", row_address(subject), {"values": [cell, *TWELVE[1:]]}, If_Match="1")

    assert problem(refused) == (422, "cells_refused")
    assert refused.json()["detail"].startswith("period 1:")


def test_a_number_of_json_is_refused_for_it_may_have_lost_a_digit(db):
    subject = a_planned_measure()
    caller = caller_of(subject.organization, "owner")

    refused = caller("PUT", row_address(subject), {"values": [0.1, *TWELVE[1:]]}, If_Match="1")

    assert refused.status_code == 400


def test_a_frozen_plan_an_early_forecast_and_an_actual_are_refused(clock_at, decided):
    clock_at(YEAR, 5, 4)
    planned = a_planned_measure()
    body = {"values": TWELVE}

    frozen = caller_of(decided.organization, "owner")(
        "PUT", row_address(decided), body, If_Match="1"
    )
    early = caller_of(planned.organization, "owner")(
        "PUT", row_address(planned, "forecast"), body, If_Match="0"
    )
    actual = caller_of(decided.organization, "owner")(
        "PUT", row_address(decided, "actual"), body, If_Match="0"
    )

    assert problem(frozen) == (409, "plan_frozen")
    assert problem(early) == (409, "forecast_not_open")
    assert problem(actual) == (409, "actual_from_claims_only")


def test_a_month_is_claimed_by_the_owner_and_approved_by_the_controller(decided):
    owner = caller_of(decided.organization, "owner")
    controller = person_of(decided.organization, "controller")
    asked = {"line_id": decided.line_id, "fiscal_year": YEAR, "period": 4, "amount": "9000.00"}

    made = owner("POST", address(decided, "/claims"), asked)
    again = owner("POST", address(decided, "/claims"), asked)
    own = person_of(decided.organization, "owner")(
        "POST", "/claims/approve", {"claim_ids": [made.json()["id"]]}
    )
    approved = controller("POST", "/claims/approve", {"claim_ids": [made.json()["id"]]})
    rejected = controller(
        "POST", "/claims/reject", {"claim_ids": [made.json()["id"]], "reason": "Late."}
    )

    assert (made.status_code, made.json()["forecast"]) == (201, "10000.00")
    assert problem(again) == (409, "already_claimed")
    assert problem(own) == (403, "not_allowed")
    assert approved.json()[0]["state"] == "approved"
    assert problem(rejected) == (409, "claim_not_waiting")
    assert decided.row(Series.ACTUAL)[3] == 9_000_00


def test_a_claim_is_withdrawn_and_listed_with_its_state(decided):
    owner = caller_of(decided.organization, "owner")
    claim = decided.claim(4, 9000)

    owner("POST", address(decided, f"/claims/{claim.pk}/withdraw"))
    listed = owner("GET", address(decided, "/claims"))

    assert [(each["id"], each["state"]) for each in listed.json()] == [(claim.pk, "withdrawn")]


def test_milestones_are_added_forecast_and_completed(decided):
    caller = caller_of(decided.organization, "owner")
    made = caller(
        "POST", address(decided, "/milestones"), {"name": "Trucks", "plan_end": f"{YEAR}-12-01"}
    )
    path = address(decided, f"/milestones/{made.json()['id']}")

    late = caller("PUT", f"{path}/forecast", {"forecast_end": f"{YEAR}-12-24"}, If_Match="1")
    done = caller("POST", f"{path}/complete", If_Match="2")
    twice = caller("POST", f"{path}/complete", If_Match="3")

    assert (made.status_code, made.json()["added_after_freeze"]) == (201, True)
    assert late.json()["forecast_end"] == f"{YEAR}-12-24"
    assert done.json()["actual_end"] == f"{YEAR}-05-04"
    assert problem(twice) == (409, "milestone_done")


def test_a_milestone_is_revised_and_removed_while_the_plan_is_open(db):
    subject = a_planned_measure()
    caller = caller_of(subject.organization, "owner")
    found = caller("GET", address(subject, "/milestones")).json()["results"][0]
    path = address(subject, f"/milestones/{found['id']}")

    revised = caller("PATCH", path, {"weight": 5}, If_Match="1")
    stale = caller("DELETE", path, If_Match="1")
    absent = caller("DELETE", address(subject, "/milestones/999999999"), If_Match="1")
    removed = caller("DELETE", path, If_Match="2")

    assert (revised.json()["weight"], revised.json()["owner_id"]) == (5, found["owner_id"])
    assert problem(stale) == (412, "stale_version")
    assert problem(absent) == (404, "not_found")
    assert removed.status_code == 204


def test_a_rejection_says_why_and_evidence_is_named_by_its_public_id(decided):
    owner = caller_of(decided.organization, "owner")
    controller = person_of(decided.organization, "controller")
    asked = {"line_id": decided.line_id, "fiscal_year": YEAR, "period": 4, "amount": "9000.00"}
    nowhere = "0198c7c0-0000-7000-8000-000000000000"

    foreign = owner("POST", address(decided, "/claims"), asked | {"evidence_id": nowhere})
    empty = owner("POST", address(decided, "/claims"), asked | {"amount": "\u2013"})
    no_line = owner("POST", address(decided, "/claims"), asked | {"line_id": 999999999})
    made = owner("POST", address(decided, "/claims"), asked).json()
    silent = controller("POST", "/claims/reject", {"claim_ids": [made["id"]]})
    rejected = controller(
        "POST", "/claims/reject", {"claim_ids": [made["id"]], "reason": "Invoice 12 is missing."}
    )

    assert problem(foreign) == problem(no_line) == (404, "not_found")
    assert problem(empty) == problem(silent) == (422, "invalid")
    assert rejected.json()[0]["decision_reason"] == "Invoice 12 is missing."


def test_the_figures_of_a_measure_are_listed_with_their_versions(decided):
    caller = caller_of(decided.organization, "executive")

    plan = caller("GET", address(decided, f"/series?series=plan&fiscal_year={YEAR}")).json()
    everything = caller("GET", address(decided, "/series")).json()
    unknown = caller("GET", row_address(decided, "wish"))

    assert [(each["series"], each["version"]) for each in plan] == [("plan", 1)]
    assert [each["series"] for each in everything] == ["baseline", "forecast", "plan"]
    assert problem(unknown) == (404, "not_found")


def test_lights_are_told_with_their_windows_and_null_before_they_were_judged(clock_at, decided):
    caller = caller_of(decided.organization, "executive")
    path = address(decided, "/lights")
    unjudged = caller("GET", path).json()
    decided.judged()

    answer = caller("GET", path).json()

    assert (unjudged["computed_for"], unjudged["potential"], unjudged["windows"]) == (
        None,
        None,
        [],
    )
    assert answer["computed_for"] == f"{YEAR}-05-04"
    assert [each["window"] for each in answer["windows"]] == ["fiscal_year", "run_rate"]
    assert answer["windows"][1] == {
        "window": "run_rate", "line": "", "unit": "EUR", "plan": "120000.00",
        "outlook": "120000.00", "ratio": "1.000000", "colour": "green",
    }  # fmt: skip
    clock_at(YEAR, 5, 6)
    assert caller("GET", f"{path}?as_of={YEAR}-05-04").json() == answer


def test_a_list_is_narrowed_by_place_stage_lifecycle_and_code(decided):
    other = a_proposal(decided.organization)
    caller = caller_of(decided.organization, "lead")
    mine = str(decided.measure().node.public_id)

    for query in (f"under_id={decided.package.public_id}", "stage=decided"):
        listed = caller("GET", f"/measures?{query}").json()["results"]
        assert [each["id"] for each in listed] == [mine]
    assert caller("GET", "/measures?lifecycle=cancelled").json()["count"] == 0
    assert caller("GET", "/measures?code=none").json()["count"] == 0
    assert other.measure_id != decided.measure_id


def test_nothing_of_another_organization_is_found(decided):
    other = a_proposal()
    caller = caller_of(other.organization, "administrator")

    for method, path in (
        ("GET", address(decided)),
        ("GET", address(decided, "/series")),
        ("GET", address(decided, "/claims")),
        ("GET", row_address(decided)),
        ("POST", address(decided, "/milestones")),
    ):
        body = {"name": "X", "plan_end": f"{YEAR}-12-01"} if method == "POST" else None
        assert caller(method, path, body).status_code in {403, 404}


def test_a_list_costs_the_same_number_of_queries_for_one_and_for_three(
    db, django_assert_max_num_queries
):
    organization = an_organization()
    a_proposal(organization)
    caller = caller_of(organization, "lead")
    with django_assert_max_num_queries(40) as one:
        caller("GET", "/measures")
    for _ in range(2):
        a_proposal(organization)

    with django_assert_max_num_queries(len(one)):
        listed = caller("GET", "/measures")

    assert listed.json()["count"] == 3
    assert {each["stage"] for each in listed.json()["results"]} == {Stage.DEFINED.name.lower()}


@pytest.mark.parametrize("path", ["/claims/approve", "/claims/reject"])
def test_no_token_decides_a_claim_and_no_session_of_long_ago(decided, path):
    claim = decided.claim(4, 9000)
    body = {"claim_ids": [claim.pk], "reason": "Late."}

    token = caller_of(decided.organization, "controller")("POST", path, body)
    old = person_of(decided.organization, "controller", fresh=False)("POST", path, body)

    assert problem(token) == (403, "needs_a_person")
    assert problem(old) == (403, "presence_needed")
    with tenancy.reading(decided.actor("lead")):
        assert ActualClaim.objects.get(pk=claim.pk).state == "submitted"
