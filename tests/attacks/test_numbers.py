"""A tenant's numbers by raw SQL: within their limits and in their order, as the rules want them.

One number out of its limits would keep every worker from its organization.
"""

from decimal import Decimal

import pytest

from accounts.rules.numbers import IN_ORDER, NUMBERS, Unit
from tests.attacks.session import enter, only, refused
from tests.factories.organizations import an_organization


@pytest.fixture
def raw(db, app_connection):
    organization = an_organization()
    session = enter(app_connection(), organization.actor("administrator"))
    session.organization = organization
    session.administrator_id = organization.actor("administrator").member_id
    return session


def change(raw, key, value, version=1, day="2030-01-01"):
    raw.execute(
        "INSERT INTO accounts_numbersetting (organization_id, key, value, version, effective_on,"
        " reason, recorded_by_id) VALUES (assay_organization(), %s, %s, %s, %s, 'So.', %s)",
        [key, value, version, day, raw.administrator_id],
    )


def test_the_database_knows_the_limits_of_every_number(db, owner_connection):
    known = owner_connection.execute(
        "SELECT key, ours, lower, upper, is_whole, unit FROM accounts_numberlimit"
    ).fetchall()

    assert {key: tuple(limits) for key, *limits in known} == {
        key: (
            Decimal(row.default),
            Decimal(row.lower),
            Decimal(row.upper),
            row.unit is not Unit.RATIO,
            str(row.unit),
        )
        for key, row in NUMBERS.items()
    }, "add the number's row to accounts_numberlimit in a migration"


def test_the_database_knows_which_number_stays_below_which(db, owner_connection):
    known = owner_connection.execute("SELECT low, high FROM accounts_numberorder").fetchall()

    assert set(known) == set(IN_ORDER)


@pytest.mark.guards("trigger:accounts_numbersetting.guard_limits")
@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("steering_approvals", 0, "number_out_of_limits"),
        ("steering_approvals", 10, "number_out_of_limits"),
        ("hold_days", "1.5", "number_out_of_limits"),
        ("node_green", "1.01", "number_out_of_limits"),
        ("of_my_own", 1, "number_unknown"),
    ],
)
def test_a_number_out_of_its_limits_is_refused(raw, key, value, code):
    with refused(raw, "GV009", code):
        change(raw, key, value)


@pytest.mark.guards("trigger:accounts_numbersetting.guard_order")
def test_two_numbers_in_the_wrong_order_are_refused(raw):
    with refused(raw, "GV009", "numbers_out_of_order"):
        change(raw, "potential_amber", "0.95")


def test_a_change_for_later_is_not_crossed_by_one_for_sooner(raw):
    change(raw, "potential_green", "0.80", day="2030-06-01")

    with refused(raw, "GV009", "numbers_out_of_order"):
        change(raw, "potential_amber", "0.85", day="2030-01-01")


def test_numbers_within_their_limits_and_in_order_are_taken(raw):
    change(raw, "potential_green", "0.80")
    change(raw, "potential_amber", "0.79")
    change(raw, "steering_decision", 9)


@pytest.mark.guards("trigger:accounts_numbersetting.guard_two")
@pytest.mark.parametrize(
    ("key", "value"),
    [("steering_approvals", 2), ("first_check_months", 3), ("second_check_months", 24)],
)
def test_a_number_of_a_gate_or_a_limit_is_not_changed_by_one(raw, key, value):
    with refused(raw, "GV093", "number_needs_two"):
        change(raw, key, value)


@pytest.mark.guards("trigger:accounts_numbersetting.guard_who")
@pytest.mark.parametrize("role", ["lead", "controller", "executive"])
def test_a_number_is_changed_by_nobody_but_an_administrator(raw, role):
    enter(raw, raw.organization.actor(role))

    with refused(raw, "GV130", "not_an_administrator"):
        change(raw, "node_green", "0.80")


def test_a_number_is_not_changed_for_the_past(raw):
    with refused(raw, "GV131", "number_in_the_past"):
        change(raw, "node_green", "0.80", day="2020-01-01")


@pytest.mark.parametrize("version", [1, 3])
def test_a_number_changes_in_its_turn(raw, version):
    change(raw, "node_green", "0.80")

    with refused(raw, "GV132", "number_out_of_turn"):
        change(raw, "node_green", "0.75", version=version)


def test_a_number_is_changed_in_ones_own_name(raw):
    administrator = raw.administrator_id
    raw.administrator_id = raw.organization.actor("lead").member_id
    change(raw, "node_green", "0.80")

    assert only(raw, "SELECT recorded_by_id FROM accounts_numbersetting") == (administrator,)


def test_the_database_knows_which_numbers_take_two_and_which_wait(db, owner_connection):
    known = owner_connection.execute(
        "SELECT key, needs_two, is_cyclic FROM accounts_numberlimit"
    ).fetchall()

    assert {key: marks for key, *marks in known} == {
        key: [row.two, row.cyclic] for key, row in NUMBERS.items()
    }


@pytest.mark.parametrize("table", ["accounts_numberlimit", "accounts_numberorder"])
def test_role_app_moves_no_limit(raw, table):
    with refused(raw, "42501"):
        raw.execute(f"DELETE FROM {table}")


@pytest.mark.guards("key:accounts_numberorder.*")
@pytest.mark.parametrize("pair", [("luck", "hold_days"), ("hold_days", "luck")])
def test_an_order_is_one_of_numbers_that_there_are(superuser_connection, pair):
    with (
        refused(superuser_connection, "23503"),
        superuser_connection.transaction(force_rollback=True),
    ):
        superuser_connection.execute("INSERT INTO accounts_numberorder VALUES (%s, %s)", pair)
