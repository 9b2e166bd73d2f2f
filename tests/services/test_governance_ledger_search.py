"""The ledger searched: by thing, kind, person, act and day; and by index however long it is."""

import re
from datetime import UTC, date

import psycopg
import pytest
from django.db import connection

from audit.models import Event
from core import tenancy
from governance.queries import ledger
from governance.queries.ledger import Wanted
from hierarchy.models import Node
from tests.factories.deputies import acting_for
from tests.factories.measures import a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.steering import a_measure_left_alone, looked_at

LONG = 100_000


@pytest.fixture
def subject(db, clock_at):
    clock_at(2026, 7, 8, 9)
    return a_planned_measure()


def found(case, by="executive", **wanted):
    with tenancy.reading(case.actor(by)):
        return ledger.page(case.actor(by), Wanted(**wanted), limit=200).rows


def test_acts_are_found_by_the_name_of_any_thing(subject):
    organization = subject.organization
    organization.newcomer("Wilhelmina Unique")
    organization.branch("Harbour")

    by_member = found(subject, text="wilhelmina")
    by_node = found(subject, text="HARBOUR PROGRAM")
    by_measure = found(subject, text=subject.measure().node.name)

    assert [(row.act, row.subject) for row in by_member] == [("member_added", "Wilhelmina Unique")]
    assert [(row.act, row.subject) for row in by_node] == [("node_added", "Harbour program")]
    assert {row.subject for row in by_measure} == {subject.measure().node.name}
    assert by_measure[-1].act == "measure_proposed"


def test_acts_are_found_by_code(subject):
    node = subject.organization.branch("Coded").package
    with tenancy.acting(subject.actor("administrator")):
        Node.objects.filter(pk=node.pk).update(code="X-77", version=2)

    assert [row.subject for row in found(subject, text="x-77", kind="node")] == ["Coded package"]


def test_an_escalation_is_found_by_its_measure(db, clock_at):
    alone = a_measure_left_alone(clock_at)
    looked_at(alone)

    rows = found(alone, kind="escalation", text=alone.measure().node.name)

    assert {row.act for row in rows} == {"escalation_opened"}


def test_acts_are_found_by_kind(subject):
    assert {row.subject_kind for row in found(subject, kind="seat")} == {"seat"}
    assert found(subject, kind="import") == ()


def test_acts_are_found_by_who_did_them_and_by_whose_part_was_taken(subject):
    deputy = acting_for(subject.organization, subject.actor("lead"), "sponsor")
    with tenancy.acting(deputy):
        Event.objects.create(act="vote_cast", subject_kind="measure", subject_id=subject.measure_id)

    by_deputy = found(subject, member_id=subject.id_of("lead"))
    for_other = found(subject, member_id=subject.id_of("sponsor"))

    assert by_deputy[0].act == "vote_cast"
    assert [(row.act, row.actor, row.decided_for) for row in for_other] == [
        ("vote_cast", "Lead Person", "Sponsor Person")
    ]


def test_days_are_those_of_the_organization_and_both_count(clock_at, db):
    clock_at(2026, 7, 8, 23)
    early = an_organization(time_zone="Pacific/Auckland")

    on_the_ninth = found(early, since=date(2026, 7, 9), until=date(2026, 7, 9))

    assert on_the_ninth[-1].at.astimezone(UTC).day == 8
    assert on_the_ninth[-1].act == "organization_founded"
    assert found(early, until=date(2026, 7, 8)) == ()


def test_what_nothing_is_called_finds_nothing(subject):
    assert found(subject, text="no such thing 100%") == ()


FILL = """
INSERT INTO audit_event (organization_id, seq, act, subject_kind, subject_id, actor_id, reason,
    details, recorded_at, database_user, transaction_id, history_digest, previous_hash, hash)
SELECT %(organization)s, 1000 + n, 'act_' || n %% 40,
       (ARRAY['measure', 'node', 'member', 'seat'])[1 + n %% 4], n %% 9000, n %% 300, '', '{}',
       '2020-01-01'::timestamptz + n * interval '20 minutes', '', 1000000 + n, '', '', ''
  FROM generate_series(1, %(many)s) AS n
"""


@pytest.fixture
def long_ledger(subject, superuser_connection):
    """A ledger of many acts, gone again afterwards: seen only by the connection that made it."""
    raw = superuser_connection
    raw.autocommit = False
    raw.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
    raw.execute(FILL, {"organization": subject.organization.id, "many": LONG})
    raw.execute("ANALYZE audit_event")
    raw.execute("SET LOCAL ROLE assay_app")
    raw.execute("SELECT set_config('app.organization', %s, true)", [str(subject.organization.id)])
    yield raw
    raw.rollback()


SEARCHES = [
    {},
    {"before": 50_000},
    {"act": "act_7"},
    {"act": "seen_never"},
    {"kind": "seat"},
    {"member_id": 17},
    {"member_id": 10**9},
    {"measure_id": 4},
    {"since": date(2021, 3, 1), "until": date(2021, 3, 2)},
    {"since": date(2030, 1, 1)},
    {"text": "Measure"},
    {"text": "Person", "kind": "member"},
    {"act": "act_8", "member_id": 8, "since": date(2021, 3, 1)},
]


def plan(raw: psycopg.Connection, case, by, wanted):
    """Return how the database would look for a page of acts."""
    with tenancy.reading(case.actor(by)):
        query, parameters = ledger.wanted_by(case.actor(by), Wanted(**wanted))[
            :51
        ].query.sql_with_params()
        text = connection.cursor().mogrify(query, parameters)
    rows = raw.execute("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY OFF) " + text).fetchall()
    return "\n".join(line for (line,) in rows)


@pytest.mark.parametrize("by", ["executive", "owner"])
def test_no_search_reads_a_long_ledger_from_end_to_end(subject, long_ledger, by):
    plans = {str(wanted): plan(long_ledger, subject, by, wanted) for wanted in SEARCHES}

    assert {each: said for each, said in plans.items() if "Seq Scan on audit_event" in said} == {}
    assert {each: most_thrown_away(said) for each, said in plans.items()} == {
        each: pytest.approx(0, abs=LONG / 10) for each in plans
    }


def most_thrown_away(said):
    """Return how many acts a plan read for nothing, where it read most."""
    return max(
        (int(each) for each in re.findall(r"Rows Removed by \w+(?: \w+)*: (\d+)", said)), default=0
    )
