"""Lines, milestones, risks, comments and targets: each act beside its refusals."""

from datetime import date
from decimal import Decimal

import pytest

from core import tenancy
from core.errors import Invalid, NotAllowed, NotFound, StaleVersion
from measures.errors import MilestoneDone, NameTaken, PlanFrozen
from measures.models import NodeTarget
from measures.services import comments, lines, milestones, risks, targets
from measures.services.milestones import MilestoneDraft
from measures.services.risks import RiskDraft
from tests.factories.measures import (
    YEAR,
    a_decided_measure,
    a_line_draft,
    a_planned_measure,
    a_proposal,
)
from tests.factories.organizations import an_organization


def milestone_of(subject):
    with tenancy.reading(subject.actor("lead")):
        return subject.measure().milestones.get()


# --- lines ----------------------------------------------------------------------------------------


def test_a_line_of_money_is_kept_in_the_currency_of_the_organization(db):
    subject = a_proposal()

    line = subject.line()

    assert (line.unit, line.currency, line.decimals) == ("money", "EUR", 2)
    assert line.full_effect_on == date(YEAR, 4, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "},
        {"unit": "money", "currency": "EURO"},
        {"unit": "hours", "currency": "EUR"},
        {"unit": "hours", "decimals": 7},
        {"ends_on": date(YEAR, 3, 31)},
    ],
)
def test_a_line_that_makes_no_sense_is_refused(db, changes):
    subject = a_proposal()

    with pytest.raises(Invalid):
        lines.add(
            actor=subject.actor("lead"),
            measure_id=subject.measure_id,
            draft=a_line_draft(**({"name": "Second"} | changes)),
        )


def test_two_lines_of_a_measure_have_two_names_unless_one_was_removed(db):
    subject = a_proposal()
    asked = {"actor": subject.actor("lead"), "measure_id": subject.measure_id}

    with pytest.raises(NameTaken):
        lines.add(**asked, draft=a_line_draft())
    lines.remove(actor=subject.actor("lead"), line_id=subject.line_id, version=1)

    assert lines.add(**asked, draft=a_line_draft()).name == "Freight"


def test_a_line_is_revised_from_the_version_that_was_seen_and_keeps_its_unit(db):
    subject = a_proposal()
    asked = {"actor": subject.actor("lead"), "line_id": subject.line_id}
    revised = lines.revise(**asked, version=1, draft=a_line_draft(is_seasonal=True))

    with pytest.raises(StaleVersion):
        lines.revise(**asked, version=1, draft=a_line_draft())
    with pytest.raises(Invalid):
        lines.revise(**asked, version=2, draft=a_line_draft(unit="hours"))

    assert (revised.is_seasonal, revised.version) == (True, 2)


def test_from_decided_on_a_line_may_be_renamed_and_nothing_else(db):
    subject = a_decided_measure()
    asked = {"actor": subject.actor("owner"), "line_id": subject.line_id, "version": 1}

    with pytest.raises(PlanFrozen):
        lines.revise(**asked, draft=a_line_draft(full_effect_on=date(YEAR, 5, 1)))
    with pytest.raises(PlanFrozen):
        lines.remove(**asked)
    with pytest.raises(PlanFrozen):
        lines.add(
            actor=subject.actor("owner"),
            measure_id=subject.measure_id,
            draft=a_line_draft("Second"),
        )

    assert lines.revise(**asked, draft=a_line_draft("Freight, Europe")).name == "Freight, Europe"


def test_a_sponsor_adds_no_line(db):
    subject = a_planned_measure()

    with pytest.raises(NotAllowed):
        lines.add(
            actor=subject.actor("sponsor"),
            measure_id=subject.measure_id,
            draft=a_line_draft("Second"),
        )


# --- milestones -----------------------------------------------------------------------------------


def test_a_milestone_is_forecast_and_completed_on_the_day_it_happens(clock_at):
    clock_at(YEAR, 3, 2)
    subject = a_planned_measure()
    found = milestone_of(subject)
    asked = {"actor": subject.actor("owner"), "milestone_id": found.pk}

    milestones.forecast(**asked, version=1, forecast_end=date(YEAR, 12, 15))
    done = milestones.complete(**asked, version=2)

    assert (done.forecast_end, done.actual_end) == (date(YEAR, 12, 15), date(YEAR, 3, 2))
    with pytest.raises(MilestoneDone):
        milestones.complete(**asked, version=3)
    with pytest.raises(MilestoneDone):
        milestones.forecast(**asked, version=3, forecast_end=None)


def test_a_milestone_is_not_forecast_into_the_past_nor_from_a_stale_page(clock_at):
    clock_at(YEAR, 3, 2)
    subject = a_planned_measure()
    asked = {"actor": subject.actor("owner"), "milestone_id": milestone_of(subject).pk}

    with pytest.raises(Invalid):
        milestones.forecast(**asked, version=1, forecast_end=date(YEAR, 3, 1))
    milestones.forecast(**asked, version=1, forecast_end=date(YEAR, 3, 3))
    with pytest.raises(StaleVersion):
        milestones.forecast(**asked, version=1, forecast_end=date(YEAR, 3, 4))


def test_from_decided_on_a_planned_end_stays_and_a_later_milestone_is_marked(db):
    subject = a_decided_measure()
    found = milestone_of(subject)
    owner = subject.actor("owner")
    moved = MilestoneDraft(name=found.name, plan_end=date(YEAR + 1, 3, 1))

    with pytest.raises(PlanFrozen):
        milestones.revise(actor=owner, milestone_id=found.pk, version=1, draft=moved)
    with pytest.raises(PlanFrozen):
        milestones.remove(actor=owner, milestone_id=found.pk, version=1)
    later = milestones.add(
        actor=owner,
        measure_id=subject.measure_id,
        draft=MilestoneDraft(name="Later", plan_end=date(YEAR + 1, 3, 1)),
    )
    milestones.remove(actor=owner, milestone_id=later.pk, version=1)

    assert milestone_of_name(subject, "Later").added_after_freeze is True


def milestone_of_name(subject, name):
    with tenancy.reading(subject.actor("lead")):
        return subject.measure().milestones.get(name=name)


def test_two_milestones_have_two_names_and_an_owner_is_a_member(db):
    subject = a_planned_measure()
    other = an_organization()
    asked = {"actor": subject.actor("owner"), "measure_id": subject.measure_id}
    plan_end = date(YEAR + 1, 1, 1)
    stranger = other.actor("owner").member_id
    by_stranger = MilestoneDraft(name="Second", plan_end=plan_end, owner_id=stranger)

    with pytest.raises(NameTaken):
        milestones.add(**asked, draft=MilestoneDraft(name="Carriers chosen", plan_end=plan_end))
    with pytest.raises(NotFound):
        milestones.add(**asked, draft=by_stranger)
    with pytest.raises(Invalid):
        milestones.add(**asked, draft=MilestoneDraft(name="Second", plan_end=plan_end, weight=0))


def test_a_controller_moves_no_milestone(db):
    subject = a_planned_measure()

    with pytest.raises(NotAllowed):
        milestones.complete(
            actor=subject.actor("controller"),
            milestone_id=milestone_of(subject).pk,
            version=1,
        )


def test_confirming_the_status_is_a_version_of_the_measure(clock_at):
    now = clock_at(YEAR, 3, 2)
    subject = a_planned_measure()
    version = subject.measure().version

    measure = milestones.confirm_status(actor=subject.actor("owner"), measure_id=subject.measure_id)

    assert measure.version == version + 1
    assert measure.status_confirmed_at.date() == now.date()


# --- risks, comments, targets ---------------------------------------------------------------------


def test_a_risk_is_written_down_revised_and_closed(db):
    subject = a_planned_measure()
    owner = subject.actor("owner")
    draft = RiskDraft(title="Carriers fail", likelihood="low", impact="high")
    risk = risks.add(actor=owner, measure_id=subject.measure_id, draft=draft)

    risks.revise(
        actor=owner,
        risk_id=risk.pk,
        version=1,
        draft=RiskDraft(title="Carriers fail", likelihood="medium", impact="high"),
    )
    closed = risks.close(actor=owner, risk_id=risk.pk, version=2)

    assert (closed.likelihood, closed.version) == ("medium", 3)
    with pytest.raises(NotFound):
        risks.close(actor=owner, risk_id=risk.pk, version=3)


def test_a_risk_has_grades_that_are_known_and_is_the_owners_to_write(db):
    subject = a_planned_measure()
    draft = RiskDraft(title="Carriers fail", likelihood="often", impact="high")

    with pytest.raises(Invalid):
        risks.add(actor=subject.actor("owner"), measure_id=subject.measure_id, draft=draft)
    with pytest.raises(NotAllowed):
        risks.add(actor=subject.actor("sponsor"), measure_id=subject.measure_id, draft=draft)


def test_whoever_may_look_may_comment_and_says_something(db):
    subject = a_planned_measure()
    executive = subject.actor("executive")

    with pytest.raises(Invalid):
        comments.add(actor=executive, measure_id=subject.measure_id, text=" ")
    with pytest.raises(NotFound):
        comments.add(
            actor=subject.organization.newcomer(), measure_id=subject.measure_id, text="Hello"
        )

    comment = comments.add(actor=executive, measure_id=subject.measure_id, text="Well done.")

    assert (comment.text, comment.author_id) == ("Well done.", subject.id_of("executive"))


def test_a_target_is_given_in_versions_and_the_old_one_stays(db):
    organization = an_organization()
    branch = organization.branch()
    asked = {
        "actor": organization.actor("executive"),
        "node_id": branch.program.pk,
        "horizon": "fiscal_year",
        "fiscal_year": YEAR,
    }

    targets.set_target(**asked, amount=Decimal(50_000_000))
    targets.set_target(**asked, amount=Decimal(48_000_000), reason="One site is sold.")

    with tenancy.reading(organization.actor("lead")):
        kept = list(NodeTarget.objects.order_by("version").values_list("version", "amount"))
    assert kept == [(1, 50_000_000_00), (2, 48_000_000_00)]


def test_nobody_sets_the_target_of_their_own_node(db):
    organization = an_organization()
    branch = organization.branch()
    leader = organization.newcomer()
    organization.seat(leader, "lead", branch.program)
    asked = {"horizon": "run_rate", "fiscal_year": YEAR, "amount": Decimal(1)}

    with pytest.raises(NotAllowed):
        targets.set_target(actor=leader, node_id=branch.program.pk, **asked)

    assert targets.set_target(actor=leader, node_id=branch.project.pk, **asked).version == 1


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "0.001", "1e13"])
def test_a_target_that_cannot_be_kept_is_refused(db, amount):
    organization = an_organization()

    with pytest.raises(Invalid):
        targets.set_target(
            actor=organization.actor("executive"),
            node_id=organization.root.pk,
            horizon="fiscal_year",
            fiscal_year=YEAR,
            amount=Decimal(amount),
        )
