"""The ledger as people read it: names for ids, figures in their unit, and only what one may see."""

from core import tenancy
from governance.queries import ledger
from governance.queries.ledger import Wanted
from governance.services import gates
from measures.rules.lines import Series
from measures.services import proposals
from tests.factories.governance import a_measure
from tests.factories.measures import a_decided_measure, a_planned_measure


def read(case, by="lead", **wanted):
    with tenancy.reading(case.actor(by)):
        return ledger.page(case.actor(by), Wanted(**wanted))


def test_an_act_says_who_what_and_why(db):
    case = a_measure()
    gates.request(actor=case.actor("owner"), measure_id=case.measure_id, note="Ready.")

    row = read(case, measure_id=case.measure_id).rows[0]

    assert (row.act, row.actor, row.subject, row.reason) == (
        "gate_requested",
        "Owner Person",
        case.measure().node.name,
        "Ready.",
    )
    assert row.address == case.measure().node.public_id


def test_a_change_of_people_is_told_by_name(db):
    case = a_measure()
    proposals.name_people(
        actor=case.actor("lead"),
        measure_id=case.measure_id,
        version=case.measure().version,
        owner_id=case.id_of("owner"),
        sponsor_id=case.id_of("sponsor"),
        controller_id=case.id_of("steering"),
    )

    row = read(case, act="people_named").rows[0]

    assert [(each.field, each.before, each.after) for each in row.changes] == [
        ("controller", "Controller Person", "Steering Person")
    ]


def test_a_change_of_figures_is_told_in_their_unit(db):
    subject = a_planned_measure()
    subject.save(Series.PLAN, {4: 12_345})

    row = read(subject, act="figures_saved").rows[0]

    assert [(each.line, each.series, each.fiscal_year) for each in row.changes] == [
        ("Freight", "plan", 2026)
    ]
    assert [(each.field, each.before, each.after) for each in row.changes] == [
        ("p04", "10,000.00", "12,345.00")
    ]


def test_the_ledger_goes_on_where_a_page_ends(db):
    case = a_measure()
    lead = case.actor("lead")
    with tenancy.reading(lead):
        first = ledger.page(lead, limit=3)
        second = ledger.page(lead, Wanted(before=first.before), limit=3)
        whole = ledger.page(lead, limit=6)

    assert [row.seq for row in (*first.rows, *second.rows)] == [row.seq for row in whole.rows]


def test_without_a_seat_at_the_root_one_reads_of_ones_own_measures(db):
    case = a_measure()
    other = a_measure(organization=case.organization)
    reader = case.organization.newcomer()
    case.organization.seat(reader, "lead", case.measure().node.parent)
    for each in (case, other):
        gates.request(actor=each.actor("owner"), measure_id=each.measure_id)

    with tenancy.reading(reader):
        rows = ledger.page(reader, Wanted(act="gate_requested")).rows

    assert [row.subject for row in rows] == [case.measure().node.name]


def test_an_owner_reads_of_the_measures_they_are_named_on(db):
    case = a_measure()
    gates.request(actor=case.actor("owner"), measure_id=case.measure_id)

    rows = read(case, by="owner", act="gate_requested").rows

    assert [row.subject for row in rows] == [case.measure().node.name]


def test_nothing_of_another_organization_is_read(db):
    case, other = a_measure(), a_measure()
    gates.request(actor=case.actor("owner"), measure_id=case.measure_id)

    assert read(other, act="gate_requested").rows == ()


def test_each_act_of_a_batch_is_told_with_the_changes_of_its_own_measure(db, clock_at):
    clock_at(2026, 7, 8, 9)
    first = a_decided_measure()
    second = a_decided_measure(first.organization)
    first.approve(first.claim(6, 1_111), second.claim(6, 2_222))

    told = [
        (row.subject, row.changes)
        for case in (first, second)
        for row in read(case, act="claim_approved", measure_id=case.measure_id).rows
    ]

    assert [name for name, _ in told] == [
        first.measure().node.name,
        second.measure().node.name,
    ]
    figures = [[each.after for each in changes if each.field == "p06"] for _, changes in told]
    assert figures == [["1,111.00"], ["2,222.00"]]


def test_each_month_of_a_batch_is_told_at_its_own_act(db, clock_at):
    clock_at(2026, 7, 8, 9)
    case = a_decided_measure()
    case.approve(case.claim(6, 1_111), case.claim(7, 2_222))

    rows = read(case, act="claim_approved", measure_id=case.measure_id).rows

    told = {
        row.details["period"]: [
            (each.field, each.after)
            for each in row.changes
            if each.field in {"state", "p06", "p07"}
        ]
        for row in rows
    }
    assert told == {
        6: [("state", "approved"), ("p06", "1,111.00")],
        7: [("state", "approved"), ("p07", "2,222.00")],
    }
