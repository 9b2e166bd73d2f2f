"""The life of a thing: each act that touched it, with its own changes alone, in words."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps

from accounts.models import Member
from accounts.services import numbers
from audit.models import Event
from core import tenancy
from governance.models import GateRequest
from governance.queries import lives
from governance.queries.lives import Thing
from governance.queries.objects import KINDS, SETTINGS
from governance.services import gates
from hierarchy.models import Seat
from hierarchy.queries import authority
from hierarchy.services import seats, tree
from measures.models import Measure, Milestone
from measures.services import milestones, risks, targets
from measures.services.risks import RiskDraft
from steering.models import Escalation
from tests.factories import intake
from tests.factories.deputies import acting_for
from tests.factories.governance import a_measure
from tests.factories.measures import a_decided_measure, a_planned_measure
from tests.factories.organizations import an_organization
from tests.factories.steering import a_measure_left_alone, looked_at

pytestmark = pytest.mark.usefixtures("db")


def life(case, kind, pk=0, **wanted):
    with tenancy.reading(case.actor("lead")):
        return list(lives.of(Thing(kind, pk), **wanted).rows)


def acts(rows):
    return [row.act for row in rows]


def told(row):
    return {(each.table, each.field): (each.before, each.after) for each in row.changes}


def test_a_measure_s_life_begins_with_its_node_and_holds_all_its_parts():
    subject = a_planned_measure()
    risks.add(
        actor=subject.actor("owner"),
        measure_id=subject.measure_id,
        draft=RiskDraft(title="Port strike", likelihood="high", impact="low"),
    )

    rows = life(subject, "measure", subject.measure_id)

    assert acts(rows)[0] == "risk_added"
    assert acts(rows)[-1] == "measure_proposed"
    assert {"line_added", "people_named", "figures_saved", "milestone_added"} <= set(acts(rows))
    assert rows[0].changes[0].thing == "Port strike"


def test_a_change_of_a_part_is_told_with_before_and_after_and_its_name():
    subject = a_planned_measure()
    with tenancy.reading(subject.actor("owner")):
        milestone = Milestone.objects.get(measure_id=subject.measure_id)
    milestones.forecast(
        actor=subject.actor("owner"),
        milestone_id=milestone.pk,
        forecast_end=milestone.plan_end + timedelta(days=5),
        version=milestone.version,
    )

    row = life(subject, "measure", subject.measure_id)[0]

    change = next(each for each in row.changes if each.field == "forecast_end")
    assert (change.thing, change.before, change.after) == (
        milestone.name, "", (milestone.plan_end + timedelta(days=5)).isoformat()
    )  # fmt: skip


def test_each_measure_of_a_batch_has_its_own_act_and_no_other_s(clock_at):
    clock_at(2026, 7, 8, 9)
    first = a_decided_measure()
    second = a_decided_measure(first.organization)
    first.approve(first.claim(6, 1_111), second.claim(6, 2_222))

    newest = [life(each, "measure", each.measure_id)[0] for each in (first, second)]

    assert acts(newest) == ["claim_approved", "claim_approved"]
    assert [row.subject for row in newest] == [each.measure().node.name for each in (first, second)]
    assert [told(row)["measures_seriesversion", "p06"][1] for row in newest] == [
        "1,111.00", "2,222.00"
    ]  # fmt: skip


def test_an_import_is_told_to_each_measure_with_its_own_rows_alone(tmp_path, clock_at):
    clock_at(2026, 7, 8, 9)
    organization = an_organization()
    other = intake.GOOD.replace("S1;Pumpe", "S2;Ventil")
    intake.imported(organization, intake.savings(tmp_path, organization, intake.GOOD, other))
    with tenancy.reading(organization.actor("lead")):
        measures = {each.node.name: each.pk for each in Measure.objects.select_related("node")}
        rows = lives.of(Thing("measure", measures["Pumpe"])).rows

    said = " ".join(f"{change.before} {change.after}" for row in rows for change in row.changes)

    assert "Pumpe" in said
    assert "Ventil" not in said


def test_a_node_s_life_holds_its_seats_targets_and_moves():
    organization = an_organization()
    branch = organization.branch()
    other = organization.branch("Water")
    newcomer = organization.newcomer("Nora New")
    organization.seat(newcomer, "lead", branch.program)
    targets.set_target(
        actor=organization.actor("executive"),
        node_id=branch.program.pk,
        horizon="fiscal_year",
        fiscal_year=2026,
        amount=Decimal(1_500_000),
        reason="Agreed.",
    )
    with tenancy.reading(organization.actor("administrator")):
        version = type(branch.program).objects.get(pk=branch.program.pk).version
    tree.move(
        actor=organization.actor("administrator"),
        node_id=branch.program.pk,
        parent_id=other.portfolio.pk,
        version=version,
    )

    rows = life(organization, "node", branch.program.pk)

    assert acts(rows) == ["node_moved", "target_set", "member_appointed", "node_added"]
    assert told(rows[0])["hierarchy_node", "parent"] == ("Energy portfolio", "Water portfolio")
    assert told(rows[1])["measures_nodetarget", "amount"] == ("", "1,500,000.00")
    assert told(rows[2])["hierarchy_seat", "member"] == ("", "Nora New")


def test_a_member_s_life_holds_the_seats_and_nobody_else_s():
    organization = an_organization()
    newcomer = organization.newcomer("Nora New")
    organization.seat(newcomer, "lead")
    with tenancy.reading(organization.actor("administrator")):
        seat = Seat.objects.get(member_id=newcomer.member_id)
        today = authority.today()
    seats.relieve(actor=organization.actor("administrator"), seat_id=seat.pk, on=today)

    rows = life(organization, "member", newcomer.member_id)

    assert acts(rows) == ["member_relieved", "member_appointed", "member_added"]
    assert told(rows[0])["hierarchy_seat", "valid_to"] == ("", today.isoformat())
    assert {row.actor for row in rows} == {"Ada Administrator"}


def test_the_life_of_the_settings_tells_each_number_with_its_reason():
    organization = an_organization()
    numbers.change(
        actor=organization.actor("administrator"),
        key="hold_recheck_days",
        value=Decimal(50),
        effective_on=date(2030, 1, 1),
        reason="Holds are decided sooner.",
    )

    row = life(organization, SETTINGS)[0]

    assert (row.act, row.reason, row.subject) == (
        "number_changed", "Holds are decided sooner.", "hold_recheck_days"
    )  # fmt: skip
    assert told(row)["accounts_numbersetting", "value"] == ("60", "50")


def test_a_number_changed_twice_is_told_with_what_it_was_in_between():
    organization = an_organization()
    for value, day in ((Decimal(50), 1), (Decimal("45"), 2)):
        numbers.change(
            actor=organization.actor("administrator"),
            key="hold_recheck_days",
            value=value,
            effective_on=date(2030, 1, day),
            reason="Sooner.",
        )

    rows = life(organization, SETTINGS)[:2]

    assert [told(row)["accounts_numbersetting", "value"] for row in rows] == [
        ("50", "45"), ("60", "50")
    ]  # fmt: skip


def test_a_target_given_anew_is_told_with_the_one_before():
    organization = an_organization()
    for amount in (1_500_000, 1_800_000):
        targets.set_target(
            actor=organization.actor("executive"),
            node_id=organization.root.pk,
            horizon="fiscal_year",
            fiscal_year=2026,
            amount=Decimal(amount),
        )

    row = life(organization, "node", organization.root.pk)[0]

    assert told(row)["measures_nodetarget", "amount"] == ("1,500,000.00", "1,800,000.00")


def test_a_request_s_life_holds_its_votes_and_its_decision():
    case = a_measure()
    request = gates.request(actor=case.actor("owner"), measure_id=case.measure_id)
    gates.withdraw(actor=case.actor("owner"), request_id=request.pk, reason="Too early.")

    rows = life(case, "request", request.pk)

    assert acts(rows) == ["request_withdrawn", "gate_requested"]
    assert told(rows[0])["governance_gaterequest", "state"] == ("open", "withdrawn")


def test_an_escalation_is_told_in_its_own_life_and_in_its_measure_s(clock_at):
    subject = a_measure_left_alone(clock_at)
    looked_at(subject)
    with tenancy.reading(subject.actor("lead")):
        first = Escalation.objects.filter(measure_id=subject.measure_id).first()

    of_it = life(subject, "escalation", first.pk)
    of_measure = life(subject, "measure", subject.measure_id)

    assert acts(of_it) == ["escalation_opened"]
    assert of_it[0].seq in [row.seq for row in of_measure]
    assert (of_it[0].actor, of_it[0].subject) == ("Assay", subject.measure().node.name)


def test_whose_part_was_taken_is_told_by_name():
    case = a_measure()
    deputy = acting_for(case.organization, case.actor("lead"), "sponsor")
    with tenancy.acting(deputy):
        Event.objects.create(act="vote_cast", subject_kind="measure", subject_id=case.measure_id)

    row = life(case, "measure", case.measure_id)[0]

    assert (row.actor, row.decided_for) == ("Lead Person", "Sponsor Person")


def test_a_life_goes_on_where_a_page_ends():
    subject = a_planned_measure()
    whole = life(subject, "measure", subject.measure_id)

    with tenancy.reading(subject.actor("lead")):
        first = lives.of(Thing("measure", subject.measure_id), limit=2)
        second = lives.of(Thing("measure", subject.measure_id), first.before, limit=2)
        last = lives.of(Thing("measure", subject.measure_id), whole[-2].seq, limit=2)

    assert [row.seq for row in (*first.rows, *second.rows)] == [row.seq for row in whole[:4]]
    assert ([row.seq for row in last.rows], last.before) == ([whole[-1].seq], None)


def test_a_life_asks_few_questions_however_many_acts_it_has(django_assert_max_num_queries):
    subject = a_planned_measure()
    for amount in range(10):
        subject.save("plan", {4: 12_000 + amount})

    with tenancy.reading(subject.actor("lead")), django_assert_max_num_queries(30):
        assert len(lives.of(Thing("measure", subject.measure_id)).rows) > 10


def test_members_and_requests_are_what_their_models_say():
    """The kinds are named by text; a model that is renamed must not be lost silently."""
    for label in [kind.model for kind in KINDS.values()]:
        assert apps.get_model(label) is not None
    assert {Member, GateRequest, Escalation} <= {
        apps.get_model(kind.model) for kind in KINDS.values()
    }
