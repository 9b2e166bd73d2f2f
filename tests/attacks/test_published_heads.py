"""What a raw session of role app tries on published heads: take the day's place with another."""

import json

import pytest

from core import tenancy
from governance.services import heads
from tests.attacks.session import enter, only, refused
from tests.factories.governance import a_measure


@pytest.fixture
def case(clock_at):
    clock_at(2026, 7, 8, 9)
    return a_measure()


@pytest.fixture
def raw(app_connection):
    return app_connection()


def publish(raw, case, *, by=None, seq=0, day=0, digest="", document=None, **paper):
    """Publish a head by hand, signed with nothing that any key proves."""
    enter(raw, by or tenancy.system(case.organization.id))
    last, true, today = only(
        raw,
        "SELECT seq, hash, (assay_today(organization_id) + %s)::text FROM audit_event"
        " WHERE seq = (SELECT max(seq) + %s FROM audit_event)",
        day,
        seq,
    )
    said = {
        "document": {
            "organization_id": case.organization.id, "on": today, "seq": last, "hash": true,
            **(document or {}),
        },
        "signature": "A" * 86 + "==",
        "public_key": "A" * 43 + "=",
        **paper,
    }  # fmt: skip
    raw.execute(
        'INSERT INTO audit_published_head (organization_id, "on", seq, hash, paper, published_at)'
        " VALUES (assay_organization(), %s, %s, %s, %s, '2000-01-01')",
        [today, last, digest or true, paper.get("whole") or json.dumps(said)],
    )


def test_assay_publishes_where_the_ledger_ends_today(case, raw):
    publish(raw, case)

    assert only(
        raw,
        'SELECT "on"::text, published_at = assay_now(), seq = (SELECT max(seq) FROM audit_event)'
        " FROM audit_published_head",
    ) == ("2026-07-08", True, True)


@pytest.mark.parametrize("role", ["administrator", "controller"])
def test_nobody_else_publishes(case, raw, role):
    with refused(raw, "GV096", "head_of_another_day"):
        publish(raw, case, by=case.actor(role))


@pytest.mark.parametrize("day", [-1, 1])
def test_no_head_is_published_for_another_day(case, raw, day):
    with refused(raw, "GV096", "head_of_another_day"):
        publish(raw, case, day=day)


def test_no_head_is_published_before_one_that_was(case, raw, clock_at):
    heads.publish(actor=tenancy.system(case.organization.id))
    clock_at(2026, 7, 7, 9)

    with refused(raw, "GV096", "head_of_another_day"):
        publish(raw, case)


def test_no_head_has_another_hash_than_its_act(case, raw):
    with refused(raw, "GV096", "head_of_another_chain"):
        publish(raw, case, digest="0" * 64, document={"hash": "0" * 64})


def test_no_head_is_published_that_the_ledger_has_left_behind(case, raw, clock_at):
    clock_at(2026, 7, 8, 11)

    with refused(raw, "GV096", "head_of_another_chain"):
        publish(raw, case, seq=-1)


@pytest.mark.parametrize(
    "forged",
    [
        {"whole": "no paper"},
        {"whole": "[]"},
        {"document": {"seq": 1}},
        {"document": {"hash": "0" * 64}},
        {"document": {"on": "2026-07-09"}},
        {"document": {"organization_id": 1}},
        {"signature": None},
        {"signature": ""},
        {"signature": "A" * 88},
        {"public_key": None},
        {"public_key": "short"},
    ],
)
def test_no_head_is_published_without_a_signed_paper_that_says_the_same(case, raw, forged):
    with refused(raw, "GV096", "head_without_its_paper"):
        publish(raw, case, **forged)
