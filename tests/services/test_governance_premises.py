"""Premises: stated, declared void, and the decision that this forces."""

from datetime import timedelta

import pytest

from audit.models import Event
from core import tenancy
from core.errors import Invalid, NotAllowed
from governance.errors import PremiseNotCurrent, ReasonMissing
from governance.models import PremiseVoid
from governance.queries import forced as forced_queries
from governance.queries import premises
from governance.services import premises as services
from measures.rules.stage import Stage
from tests.factories.forced import a_costly_measure, a_day_begins, forced_on
from tests.factories.governance import a_measure, today

COPPER = "The price of copper stays above 8,000."


def stated(case, by="owner", statement=COPPER, days=30):
    with tenancy.reading(case.actor("lead")):
        day = forced_queries.authority.today() + timedelta(days=days)
    return services.state(
        actor=case.actor(by),
        measure_id=case.measure_id,
        statement=statement,
        checked_by_id=case.actor("controller").member_id,
        check_on=day,
    )


def voided(case, premise, by="sponsor", reason="Copper fell to 6,000."):
    return services.declare_void(
        actor=case.actor(by), measure_id=case.measure_id, premise_id=premise.pk, reason=reason
    )


def test_a_void_premise_forces_a_decision_by_the_worker(db, clock_at):
    subject = a_costly_measure(clock_at)
    premise = stated(subject)
    a_day_begins(subject)
    before = forced_on(subject)

    voided(subject, premise)
    a_day_begins(subject)

    (found,) = forced_on(subject)
    assert before == []
    assert [each["code"] for each in found.conditions] == ["e"]
    assert found.conditions[0]["sentence"] == "Its premise was declared void on 2 Jul 2026."


def test_a_premise_stated_anew_is_not_void(db):
    case = a_measure(Stage.DECIDED)
    voided(case, stated(case))

    second = stated(case, by="lead", statement="Copper stays above 5,000.")

    with tenancy.reading(case.actor("lead")):
        current = premises.of_measure(case.measure_id)
        assert (current.premise.pk, current.premise.number, current.void) == (second.pk, 2, None)
        assert premises.void_since([case.measure_id]) == {}
        told = Event.objects.filter(act__startswith="premise").order_by("seq")
        assert list(told.values_list("act", flat=True)) == [
            "premise_stated", "premise_void", "premise_stated",
        ]  # fmt: skip


@pytest.mark.parametrize("by", ["controller", "lead"])
def test_controller_and_lead_may_declare_it_too_with_a_reason(db, by):
    case = a_measure(Stage.DECIDED)
    premise = stated(case)

    with pytest.raises(ReasonMissing):
        voided(case, premise, by, reason=" ")
    made = voided(case, premise, by)

    assert (made.declared_by_id, made.declared_on) == (case.actor(by).member_id, today(case))


@pytest.mark.parametrize("by", ["owner", "executive", "administrator"])
def test_nobody_else_declares_it(db, by):
    case = a_measure(Stage.DECIDED)
    premise = stated(case)

    with pytest.raises(NotAllowed):
        voided(case, premise, by)


@pytest.mark.parametrize("by", ["sponsor", "controller", "steering"])
def test_only_owner_and_lead_state_it(db, by):
    with pytest.raises(NotAllowed):
        stated(a_measure(Stage.DECIDED), by)


def test_what_was_shown_must_be_what_counts(db):
    case = a_measure(Stage.DECIDED)
    first, second = stated(case), stated(case)

    with pytest.raises(PremiseNotCurrent):
        voided(case, first)
    voided(case, second)
    with pytest.raises(PremiseNotCurrent):
        voided(case, second)
    with tenancy.reading(case.actor("lead")):
        assert PremiseVoid.objects.count() == 1


def test_a_premise_says_something_and_is_checked_by_somebody_who_is_here(db):
    case = a_measure(Stage.DECIDED)

    with pytest.raises(Invalid, match="stands on"):
        stated(case, statement=" ")
    with pytest.raises(Invalid, match="later day"):
        stated(case, days=-1)
    with pytest.raises(Invalid, match="still here"):
        services.state(
            actor=case.actor("owner"), measure_id=case.measure_id, statement=COPPER,
            checked_by_id=0, check_on=today(case),
        )  # fmt: skip
