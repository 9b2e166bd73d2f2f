"""Attacks on overlaps: who agrees alone, rewrites what was agreed, or tells of a secret."""

import pytest

from core import tenancy
from measures.models import BudgetLine, Overlap
from measures.rules.stage import Stage
from measures.services import confidential
from tests.attacks.session import enter, only, refused
from tests.factories import deputies, governance
from tests.factories.confidential import WHY
from tests.factories.measures import YEAR, a_planned_measure, a_proposal
from tests.factories.organizations import an_organization
from tests.factories.overlaps import a_chart, agreed, on_line, proposed
from tests.factories.reporting import drained

MADE = (
    "INSERT INTO measures_overlap (organization_id, budget_id, measure_id, line_id, other_id,"
    " other_line_id, first_year, amounts, reason, state, proposed_by_id, sponsor_by_id, sponsor_at,"
    " ended_reason) VALUES (assay_organization(), %(budget)s, %(measure)s, %(line)s, %(other)s,"
    " %(other_line)s, %(year)s, %(amounts)s, %(reason)s, 'agreed', 1, 1, now(), '') RETURNING id"
)
CONFIRMED = "UPDATE measures_overlap SET {hat}_by_id = 1 WHERE id = %s"
ENDED = "UPDATE measures_overlap SET state = %s, ended_reason = %s WHERE id = %s"
MONTHS = {5: 2000}


@pytest.fixture
def two(clock_at):
    clock_at(YEAR, 1, 12, 9)
    organization = an_organization()
    one, other = (a_planned_measure(organization) for _ in range(2))
    a_chart(organization)
    on_line(one, other)
    return one, other


@pytest.fixture
def raw(app_connection):
    return app_connection()


def forged(one, far, **changes):
    """Return the columns of a row that claims to be agreed already."""
    with tenancy.reading(one.actor("lead")):
        budget = BudgetLine.objects.get(code="6210").pk
    return {
        "budget": budget,
        "measure": one.measure_id,
        "line": one.line_id,
        "other": far.measure_id,
        "other_line": far.line_id,
        "year": YEAR,
        "amounts": [100] * 12,
        "reason": "Both count it.",
    } | changes


@pytest.mark.guards("trigger:measures_overlap.guard_lines")
def test_whoever_writes_an_overlap_proposes_it_and_no_more(two, raw):
    one, other = two
    enter(raw, one.actor("owner"))
    pk = raw.execute(MADE, forged(one, other)).fetchone()[0]

    row = raw.execute(
        "SELECT state, proposed_by_id, sponsor_by_id, sponsor_at FROM measures_overlap"
        " WHERE id = %s",
        [pk],
    ).fetchone()

    assert row == ("proposed", one.id_of("owner"), None, None)


@pytest.mark.guards("trigger:measures_overlap.guard_lines")
@pytest.mark.parametrize("role", ["executive", "administrator", "steering"])
def test_who_has_no_part_in_a_measure_proposes_nothing_for_it(two, raw, role):
    enter(raw, two[0].actor(role))

    with refused(raw, "GV156", "not_yours_to_propose"):
        raw.execute(MADE, forged(*two))


@pytest.mark.guards("trigger:measures_overlap.guard_lines")
def test_lines_that_are_not_alike_do_not_overlap(two, raw):
    one, other = two
    stray = a_proposal(one.organization)
    for changes in (
        {"other": one.measure_id, "other_line": one.line_id},
        {"other": stray.measure_id, "other_line": stray.line_id},
        {"other_line": stray.line_id},
    ):
        enter(raw, one.actor("owner"))
        with refused(raw, "GV157", "overlap_of_unlike_lines"):
            raw.execute(MADE, forged(one, other, **changes))
    for changes in (
        {"amounts": []},
        {"amounts": [1] * 13},
        {"amounts": [0] * 12},
        {"amounts": [*[1] * 11, -1]},
        {"amounts": [*[1] * 11, 10**13]},
        {"reason": " "},
        {"year": 1200},
    ):
        enter(raw, one.actor("owner"))
        with refused(raw, "GV158", "overlap_says_nothing"):
            raw.execute(MADE, forged(one, other, **changes))


@pytest.mark.guards("trigger:measures_overlap.guard_change")
def test_nobody_confirms_an_overlap_alone_or_for_another(two, raw):
    one, other = two
    made = proposed(one, other, MONTHS, by="controller")
    for role, hat in (
        ("controller", "controller"),
        ("owner", "sponsor"),
        ("sponsor", "controller"),
        ("lead", "sponsor"),
    ):
        enter(raw, one.actor(role))
        with refused(raw, "GV156", "not_yours_to_confirm"):
            raw.execute(CONFIRMED.format(hat=hat), [made.pk])
    enter(raw, one.actor("sponsor"))
    raw.execute(CONFIRMED.format(hat="sponsor"), [made.pk])
    row = raw.execute(
        "SELECT state, sponsor_by_id FROM measures_overlap WHERE id = %s", [made.pk]
    ).fetchone()
    raw.commit()
    assert row == ("proposed", one.id_of("sponsor"))
    enter(raw, one.actor("sponsor"))
    with refused(raw, "GV155", "overlap_is_fixed"):
        raw.execute(CONFIRMED.format(hat="sponsor"), [made.pk])
    enter(raw, one.actor("sponsor"))
    with refused(raw, "GV155", "overlap_is_fixed"):
        raw.execute("UPDATE measures_overlap SET state = 'agreed' WHERE id = %s", [made.pk])


@pytest.mark.guards("trigger:measures_overlap.guard_change")
def test_an_agreed_overlap_ends_by_a_controller_with_a_reason_and_stays_ended(two, raw):
    one, other = two
    made = agreed(one, other, MONTHS)
    for role in ("owner", "sponsor", "lead"):
        enter(raw, one.actor(role))
        with refused(raw, "GV156", "not_yours_to_end"):
            raw.execute(ENDED, ["reversed", "No.", made.pk])
    for state, reason in (("reversed", " "), ("declined", "No.")):
        enter(raw, one.actor("controller"))
        with refused(raw, "GV155", "overlap_ends_with_a_reason"):
            raw.execute(ENDED, [state, reason, made.pk])
    enter(raw, one.actor("controller"))
    raw.execute(ENDED, ["reversed", "Nothing is common.", made.pk])
    raw.commit()
    enter(raw, one.actor("controller"))
    with refused(raw, "GV155", "overlap_is_fixed"):
        raw.execute(CONFIRMED.format(hat="controller"), [made.pk])


def test_what_was_agreed_is_not_rewritten(two, raw, owner_connection):
    made = agreed(*two, MONTHS)
    for column in ("amounts = ARRAY[1::bigint]", "measure_id = other_id", "reason = 'x'"):
        enter(raw, two[0].actor("controller"))
        with refused(raw, "42501"):
            raw.execute(f"UPDATE measures_overlap SET {column} WHERE id = %s", [made.pk])
    enter(raw, two[0].actor("controller"))
    with refused(raw, "42501"):
        raw.execute("DELETE FROM measures_overlap")


@pytest.mark.guards("trigger:measures_overlap.a_own_name")
def test_a_deputy_agrees_to_no_overlap(two, raw):
    one, other = two
    made, deputy = proposed(one, other, MONTHS), one.organization.newcomer()
    deputies.named(one.organization, "controller", deputy)
    enter(raw, deputies.acting_for(one.organization, deputy, "controller"))

    with refused(raw, "GV077", "not_for_deputies"):
        raw.execute(CONFIRMED.format(hat="controller"), [made.pk])


@pytest.mark.guards("trigger:measures_overlap.secret")
def test_a_confidential_measure_gets_no_overlap(two, raw):
    one, other = two
    confidential.make(
        actor=other.actor("lead"), measure_id=other.measure_id, kind="other", reason=WHY
    )
    enter(raw, one.actor("owner"))

    with refused(raw, "GV159", "overlap_of_secret"):
        raw.execute(MADE, forged(one, other))


@pytest.mark.guards("trigger:measures_confidentiality.has_overlap")
def test_a_measure_with_an_overlap_is_not_made_confidential(two, raw):
    proposed(*two, MONTHS)
    enter(raw, two[1].actor("lead"))

    with refused(raw, "GV159", "overlap_of_secret"):
        raw.execute(
            "INSERT INTO measures_confidentiality (organization_id, measure_id, kind, reason,"
            " opening_reason) VALUES (assay_organization(), %s, 'other', %s, '')",
            [two[1].measure_id, WHY],
        )


@pytest.fixture
def deducted(two):
    """An overlap of two decided measures, taken off by the worker."""
    one, other = two
    agreed(one, other, MONTHS)
    for each in two:
        for at in (Stage.DEFINED, Stage.IDENTIFIED, Stage.DETAILED):
            governance.pass_next_gate(each.case(), at=at)
    drained(one.organization)
    return one, other


@pytest.mark.guards(
    "policy:measures_overlap.readers_only.reads", "policy:rollup_deduction.readers_only.reads"
)
@pytest.mark.parametrize("table", ["measures_overlap", "rollup_deduction"])
@pytest.mark.parametrize("side", [0, 1])
def test_who_does_not_read_one_of_the_measures_is_told_of_no_overlap(deducted, raw, table, side):
    enter(raw, deducted[0].actor("executive"))
    before = only(raw, f"SELECT count(*) > 0 FROM {table}")

    raw.execute(
        "SELECT set_config('app.withheld_rows', %s, true)", [f"{{{deducted[side].measure_id}}}"]
    )

    assert (before, only(raw, f"SELECT count(*) FROM {table}")) == ((True,), (0,))


@pytest.mark.guards("trigger:measures_overlap.mark_dirty")
def test_what_is_agreed_is_taken_off_by_the_next_drain(deducted, raw):
    one, other = deducted
    with tenancy.acting(one.actor("lead")):
        (made,) = Overlap.objects.all()
    enter(raw, one.actor("controller"))

    raw.execute(ENDED, ["reversed", "It was counted twice.", made.pk])

    assert {
        row for (row,) in raw.execute("SELECT DISTINCT measure_id FROM rollup_dirty").fetchall()
    } >= {one.measure_id, other.measure_id}


@pytest.mark.guards("trigger:rollup_deduction.keep_update", "trigger:rollup_deduction.keep_insert")
@pytest.mark.parametrize("event", ["INSERT", "UPDATE"])
def test_what_is_taken_off_is_kept_of_each_day(deducted, superuser_connection, event):
    statement = {
        "UPDATE": "UPDATE rollup_deduction SET p01 = p01 + 1 WHERE organization_id = %s"
        " RETURNING id",
        "INSERT": "INSERT INTO rollup_deduction SELECT (jsonb_populate_record(t,"
        " jsonb_build_object('fiscal_year', 1999,"
        " 'id', nextval(pg_get_serial_sequence('rollup_deduction', 'id'))))).*"
        " FROM rollup_deduction t WHERE organization_id = %s LIMIT 1 RETURNING id",
    }[event]
    (changed,) = superuser_connection.execute(statement, [deducted[0].organization.id]).fetchone()

    kept = superuser_connection.execute(
        "SELECT count(*) FROM audit_kept k JOIN rollup_deduction t ON t.id = k.row_id"
        " WHERE k.table_name = 'rollup_deduction' AND t.id = %s"
        " AND k.content = to_jsonb(t)",
        [changed],
    ).fetchone()

    assert kept == (1,)
