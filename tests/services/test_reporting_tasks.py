"""Workers: woken by name, swept when the wake-up was lost, and once a day for what time changes."""

from datetime import date
from decimal import Decimal

import pytest

from accounts.services import numbers
from audit import services as audit
from audit.models import Delivery
from core import queue, tenancy
from core.errors import TenantMissing
from governance.rules.holds import Ending
from governance.services import lifecycle
from measures.rules.lines import Series
from reporting import tasks
from reporting.models import RollupState
from reporting.queries import waiting
from reporting.services import check, day, lock
from tests.factories.measures import YEAR, a_decided_measure
from tests.factories.reporting import drained, drifted, seen


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12, 9)
    made = a_decided_measure()
    drained(made.organization)
    return made


def state(subject):
    with tenancy.reading(subject.actor("lead")):
        return RollupState.objects.get()


def marked(subject):
    with tenancy.reading(subject.actor("lead")):
        return waiting.count()


def test_the_drain_finds_its_organization_in_the_headers_and_leaves_nothing(subject):
    subject.save(Series.FORECAST, {9: 1000})

    tasks.drain_rollups.apply(headers=queue.headers_of(subject.actor("owner")))

    assert marked(subject) == 0
    shown = seen(subject.organization, subject.organization.root)
    assert shown.sentence.outlook == 81_000


def test_the_drain_refuses_a_message_that_names_no_organization(subject):
    with pytest.raises(TenantMissing):
        tasks.drain_rollups.apply(throw=True)


def test_the_sweep_drains_every_organization_in_which_something_waits(subject, clock_at):
    other = a_decided_measure()
    subject.save(Series.FORECAST, {9: 1000})

    tasks.sweep_rollups.apply(throw=True)

    assert (marked(subject), marked(other)) == (0, 0)


def test_where_nothing_waits_nothing_is_written(subject):
    before = state(subject)

    tasks.sweep_rollups.apply(throw=True)

    assert state(subject).version == before.version


def test_a_drain_that_cannot_get_the_lock_leaves_the_work_to_who_holds_it(
    subject, app_connection, monkeypatch
):
    subject.save(Series.FORECAST, {9: 1000})
    holder = app_connection()
    holder.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended('assay:rollups', %s))",
        [subject.organization.id],
    )
    monkeypatch.setattr(lock, "take", _impatient(lock.take))

    tasks.drain_rollups.apply(headers=queue.headers_of(subject.actor("owner")), throw=True)
    waiting_then = marked(subject)
    holder.rollback()
    tasks.sweep_rollups.apply(throw=True)

    assert (waiting_then, marked(subject)) == (1, 0)


def _impatient(take):
    def taken():
        with tenancy.connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        take()

    return taken


def test_a_new_day_derives_what_lives_and_checks_it(subject, clock_at):
    tasks.nightly.apply(throw=True)
    clock_at(YEAR, 5, 20, 9)

    tasks.nightly.apply(throw=True)

    now = state(subject)
    assert (now.day, now.drift_rows) == (date(YEAR, 5, 20), 0)
    # April was never claimed and has locked: it is missing now, and shown as due.
    assert seen(subject.organization, subject.organization.root).unclaimed == 10_000
    assert drifted(subject.organization) == []


def test_what_takes_too_long_for_one_task_is_handed_to_the_next(subject, monkeypatch):
    other = a_decided_measure(subject.organization)
    sent = []
    monkeypatch.setattr(queue, "send", lambda name, actor: sent.append((name, actor)))
    monkeypatch.setattr(tasks, "LONGEST", -1)
    headers = queue.headers_of(other.actor("owner"))

    tasks.drain_rollups.apply(headers=headers, throw=True)

    assert [name for name, _ in sent] == ["reporting.tasks.drain_rollups"]


def test_a_day_is_checked_once_nothing_waits_any_more(subject, clock_at):
    actor = tenancy.system(subject.organization.id)
    clock_at(YEAR, 1, 13, 9)
    day.turn(actor=actor)
    while_waiting = check.is_due(actor=actor)
    drained(subject.organization)

    due = check.is_due(actor=actor)
    check.check(actor=actor)

    assert (while_waiting, due, check.is_due(actor=actor)) == (False, True, False)


def test_a_day_is_turned_once(subject):
    actor = tenancy.system(subject.organization.id)

    assert day.turn(actor=actor)
    assert not day.turn(actor=actor)


def test_what_has_ended_is_derived_again_only_in_a_new_fiscal_year(subject, clock_at):
    actor = tenancy.system(subject.organization.id)
    day.turn(actor=actor)
    drained(subject.organization)
    _cancel(subject)
    drained(subject.organization)

    clock_at(YEAR, 5, 20, 9)
    day.turn(actor=actor)
    within_the_year = marked(subject)
    clock_at(YEAR + 1, 1, 4, 9)
    day.turn(actor=actor)

    assert (within_the_year, marked(subject)) == (0, 1)


def test_a_changed_number_derives_everything_anew_once(subject, monkeypatch):
    table = {"number_changed": ("reporting.tasks.renew_all",)}
    monkeypatch.setattr(audit, "reactions", lambda: table)
    administrator = subject.actor("administrator")
    numbers.change(
        actor=administrator,
        key="potential_green",
        value=Decimal("0.95"),
        effective_on=date(YEAR, 1, 12),
        reason="The board wants to see more amber.",
    )
    with tenancy.reading(administrator):
        delivery = Delivery.objects.get(task="reporting.tasks.renew_all")

    for _ in range(2):
        tasks.renew_all.apply(
            kwargs={"delivery_id": delivery.pk}, headers=queue.headers_of(administrator), throw=True
        )

    assert marked(subject) == 1


def test_a_number_that_takes_effect_on_a_day_is_followed_that_day(subject, clock_at):
    actor = tenancy.system(subject.organization.id)
    _cancel(subject)
    numbers.change(
        actor=subject.actor("administrator"),
        key="node_green",
        value=Decimal("0.95"),
        effective_on=date(YEAR, 2, 2),
        reason="The board wants to see more amber.",
    )
    day.turn(actor=actor)
    drained(subject.organization)

    clock_at(YEAR, 2, 1, 9)
    day.turn(actor=actor)
    before = marked(subject)
    clock_at(YEAR, 2, 2, 9)
    day.turn(actor=actor)

    assert (before, marked(subject)) == (0, 1)


def _cancel(subject):
    lifecycle.cancel(
        actor=subject.actor("sponsor"),
        measure_id=subject.measure_id,
        reason_code="value",
        reason="It will not pay.",
        ending=Ending(lessons="Ask first.", ending="It ends with the month."),
    )
