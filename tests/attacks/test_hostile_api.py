"""What programs send to the API that no program should: each is refused, nothing is changed."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import ApiToken, Member
from core import tenancy
from hierarchy.endpoints import LARGEST_BODY
from hierarchy.queries import authority
from measures.models import ActualClaim, Measure
from tests.api.test_hierarchy_api import caller_of, person_of, problem
from tests.api.test_measures_api import NEW, TWELVE, address, row_address
from tests.factories.measures import YEAR, a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization

NUMBERS = (2**63, -(2**63) - 1, 10**30, -1, 0)
TEXTS = ("a\x00b", "\ud800", "x" * 20_000, "x" * 900_000)


@pytest.fixture(scope="module")
def planned(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        return a_planned_measure()


@pytest.fixture
def decided(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    return made


def package_of(organization):
    return str(organization.branch().package.public_id)


def count(organization, model):
    with tenancy.reading(organization.actor("lead")):
        return model.objects.count()


@pytest.mark.parametrize("text", TEXTS, ids=["NUL", "surrogate", "long", "longer"])
@pytest.mark.parametrize("field", ["name", "description", "code", "effect_type", "size_unit"])
def test_text_that_cannot_be_kept_is_refused(db, planned, field, text):
    caller = caller_of(planned.organization, "owner")
    before = count(planned.organization, Measure)
    body = NEW | {"package_id": str(planned.package.public_id), field: text}

    refused = caller("POST", "/measures", body)

    assert refused.status_code in {400, 422}
    assert count(planned.organization, Measure) == before


@pytest.mark.parametrize("size", ["NaN", "Infinity", "-Infinity", "1e999", "1E-99999", "9" * 19])
def test_a_size_that_is_no_amount_is_refused(db, planned, size):
    caller = caller_of(planned.organization, "owner")
    body = NEW | {"package_id": str(planned.package.public_id), "size": size}

    assert caller("POST", "/measures", body).status_code == 400


@pytest.mark.parametrize("body", ['{"size": NaN}', "{", "[" * 200_000, "[]", '"x"', "null", "\xff"])
def test_json_that_is_none_or_no_object_is_refused(db, planned, body):
    caller = caller_of(planned.organization, "owner")

    answer = caller.client.post(
        f"/o/{planned.organization.slug}/api/v1/measures",
        body,
        content_type="application/json",
        headers=caller.headers,
    )

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/x"]
)
def test_another_kind_of_content_is_refused(db, planned, kind):
    caller = caller_of(planned.organization, "owner")

    answer = caller.client.post(
        f"/o/{planned.organization.slug}/api/v1/measures",
        "name=x",
        content_type=kind,
        headers=caller.headers,
    )

    assert problem(answer) == (415, "unsupported_media_type")


@pytest.mark.parametrize("key", [None, "k"])
def test_a_body_beyond_any_use_is_refused(db, planned, key):
    caller = caller_of(planned.organization, "owner")
    headers = {} if key is None else {"Idempotency_Key": key}

    refused = caller("POST", "/measures", {"name": "x" * (LARGEST_BODY + 1)}, **headers)

    assert problem(refused) == (413, "body_too_large")


@pytest.mark.parametrize("number", NUMBERS)
def test_keys_that_name_nothing_are_not_found(db, decided, number):
    owner = caller_of(decided.organization, "owner")
    controller = person_of(decided.organization, "controller")
    claim = {"line_id": number, "fiscal_year": YEAR, "period": 4, "amount": "1"}
    before = count(decided.organization, ActualClaim)

    assert owner("POST", address(decided, "/claims"), claim).status_code == 404
    assert controller("POST", "/claims/approve", {"claim_ids": [number]}).status_code == 404
    assert count(decided.organization, ActualClaim) == before


@pytest.mark.parametrize("number", NUMBERS)
def test_a_year_that_no_figure_has_is_refused(db, decided, number):
    owner = caller_of(decided.organization, "owner")
    claim = {"line_id": decided.line_id, "fiscal_year": number, "period": 4, "amount": "1"}
    row = address(decided, f"/lines/{decided.line_id}/series/forecast/{abs(number)}")

    assert owner("POST", address(decided, "/claims"), claim).status_code == 422
    assert owner("PUT", row, {"values": TWELVE}, If_Match="0").status_code in {404, 422}
    assert owner("GET", address(decided, f"/series?fiscal_year={number}")).json() == []


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30", "tomorrow"])
def test_days_at_the_ends_of_time_are_answered_in_words(db, decided, day):
    owner = caller_of(decided.organization, "owner")

    for body in ({"name": f"On {day}", "plan_end": day},):
        assert owner("POST", address(decided, "/milestones"), body).status_code in {201, 400, 422}
    assert owner("GET", address(decided)).status_code == 200


@pytest.mark.parametrize("page", ["limit=-1", "limit=99999999999", "offset=99999999999999999999"])
def test_a_page_out_of_range_is_empty_or_the_largest(db, planned, page):
    answer = caller_of(planned.organization, "lead")("GET", f"/measures?{page}")

    assert answer.status_code == 200
    assert len(answer.json()["results"]) <= 500


@pytest.mark.parametrize("given", ["*", '"x"', '""', "1, 2", 'W/"1"', "-1", "9" * 5000, "\u0663"])
def test_a_version_that_is_none_is_refused(db, planned, given):
    caller = caller_of(planned.organization, "owner")
    before = planned.measure()

    refused = caller("PATCH", address(planned), {"description": "X"}, If_Match=given)

    assert problem(refused) == (400, "version_malformed")
    assert planned.measure().version == before.version


def test_fields_that_are_not_the_callers_to_set_are_left_aside(db, planned):
    other = an_organization()
    caller = caller_of(planned.organization, "owner")
    forged = {
        "organization": other.id,
        "organization_id": other.id,
        "stage": "closed",
        "lifecycle": "closed",
        "version": 99,
        "owner_id": 1,
        "proposer_id": 1,
        "decided_on": "2020-01-01",
        "taken_over_on": "2020-01-01",
        "node_id": 1,
    }

    made = caller(
        "POST", "/measures", NEW | {"package_id": str(planned.package.public_id)} | forged
    )

    assert made.status_code == 201
    shown = made.json()
    assert (shown["stage"], shown["lifecycle"], shown["version"]) == ("defined", "active", 1)
    assert (shown["owner_id"], shown["decided_on"]) == (None, None)
    with tenancy.reading(planned.actor("lead")):
        row = Measure.objects.get(node__public_id=shown["id"])
    assert row.organization_id == planned.organization.id
    assert row.proposer_id == planned.id_of("owner")


def test_a_key_used_again_for_another_body_is_refused(db, planned):
    caller = caller_of(planned.organization, "owner")
    body = NEW | {"package_id": str(planned.package.public_id)}
    before = count(planned.organization, Measure)

    made = caller("POST", "/measures", body, Idempotency_Key="reused")
    other = caller("POST", "/measures", body | {"name": "Other"}, Idempotency_Key="reused")

    assert made.status_code == 201
    assert problem(other) == (422, "key_reused")
    assert count(planned.organization, Measure) == before + 1


def test_a_key_longer_than_any_is_refused(db, planned):
    caller = caller_of(planned.organization, "owner")
    body = NEW | {"package_id": str(planned.package.public_id)}

    refused = caller("POST", "/measures", body, Idempotency_Key="k" * 5000)

    assert refused.status_code == 422


def test_the_same_post_at_the_same_moment_makes_one(db, planned):
    callers = [caller_of(planned.organization, "owner") for _ in range(2)]
    body = NEW | {"package_id": str(planned.package.public_id), "name": "At once"}
    before = count(planned.organization, Measure)
    start, statuses = threading.Barrier(2), []

    def post(caller):
        try:
            start.wait(10)
            answer = caller("POST", "/measures", body, Idempotency_Key="at-once")
            statuses.append(answer.status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=post, args=[each]) for each in callers]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)

    assert sorted(statuses) in ([201, 201], [201, 409])
    assert count(planned.organization, Measure) == before + 1


def test_an_expired_token_opens_nothing(db, planned):
    caller = caller_of(planned.organization, "lead")
    with tenancy.acting(planned.actor("administrator")) as context:
        ApiToken.objects.filter(member_id=planned.id_of("lead")).update(
            expires_at=context.now - timedelta(seconds=1)
        )

    assert problem(caller("GET", "/nodes")) == (401, "token_refused")


def test_the_token_of_a_member_who_left_opens_nothing(db):
    organization = an_organization()
    caller = caller_of(organization, "lead")
    with tenancy.acting(organization.actor("administrator")):
        day = authority.today()
        leaver = Member.objects.filter(pk=organization.actor("lead").member_id)
        leaver.update(leaves_on=day, left_on=day, version=F("version") + 1)

    assert problem(caller("GET", "/nodes")) == (401, "token_refused")


@pytest.mark.parametrize(
    "given", ["Bearer", "Bearer ", "Bearer \u0663", "Basic eDp5", "bearer x y"]
)
def test_a_header_that_is_no_token_opens_nothing(db, planned, given):
    answer = caller_of(planned.organization, "lead").client.get(
        f"/o/{planned.organization.slug}/api/v1/nodes",
        headers={"Authorization": given.encode().decode("latin-1")},
    )

    assert answer.status_code == 401


def test_an_organization_is_found_by_its_own_address_only(db, planned):
    caller = caller_of(planned.organization, "lead")
    upper = planned.organization.slug.upper()

    answer = caller.client.get(f"/o/{upper}/api/v1/nodes", headers=caller.headers)

    assert answer.status_code == 401


def test_figures_are_kept_to_the_cent_or_refused(db, planned):
    caller = caller_of(planned.organization, "owner")
    before = planned.versions()
    for cell in ("-0", "\u0669", "1\u00a0000", "0x10", "1_000", "+1", "1e-2", " ", "1\x00"):
        values = json.dumps({"values": [cell, *TWELVE[1:]]})
        answer = caller("PUT", row_address(planned), json.loads(values), If_Match="0")
        assert 400 <= answer.status_code < 500, cell
    assert planned.versions() == before
