"""Spending envelopes: what counts against them, what passes them, and who raises the limit."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError

from audit.models import Event
from core import tenancy
from core.errors import GuardRefused, Invalid, NotAllowed, NotFound
from hierarchy.queries import authority
from measures.queries import envelopes as queries
from measures.rules.envelopes import Cost
from measures.rules.stage import Stage
from measures.services import envelopes
from tests.factories import governance
from tests.factories.envelopes import a_costly_measure, an_envelope
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization
from tests.services.test_measures_races import at_once


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def standing(organization, node=None):
    with tenancy.reading(organization.actor("lead")):
        (row,) = queries.of(node or organization.root)
    return row.standing


def decided(subject):
    return governance.pass_next_gate(subject.case(), at=Stage.DETAILED)


def tried(subject):
    try:
        return decided(subject)
    except DatabaseError as refused:
        return refused.__cause__.diag.message_detail


def asked(organization, given, extra=20_000):
    return envelopes.ask_overspend(
        actor=organization.actor("lead"),
        envelope_id=given.pk,
        extra=Decimal(extra),
        reason="The machines are dearer.",
    )


def judged(organization, wish, by="executive", approve=True):
    return envelopes.decide_overspend(
        actor=organization.actor(by), overspend_id=wish.pk, approve=approve, reason="Agreed."
    )


@pytest.mark.guards("trigger:measures_measure.within_envelope")
def test_what_is_committed_over_the_envelope_waits_for_an_approval_of_another(organization):
    given = an_envelope(organization)
    decided(a_costly_measure(organization))

    with pytest.raises(DatabaseError, match="does not cover this measure"):
        decided(a_costly_measure(organization))
    assert standing(organization).headroom == 40_000
    with pytest.raises(NotAllowed):
        judged(organization, wish := asked(organization, given), by="lead")
    judged(organization, wish)

    assert decided(a_costly_measure(organization)) == Stage.DECIDED
    after = standing(organization)
    assert (after.used, after.committed, after.limit, after.headroom) == (0, 120_000, 120_000, 0)
    with tenancy.reading(organization.actor("lead")):
        acts = list(Event.objects.order_by("pk").values_list("act", flat=True))
    told = ["envelope_set", "overspend_asked", "overspend_decided"]
    assert [each for each in acts if each in told] == told


def test_a_rejected_wish_raises_nothing_and_a_new_version_takes_the_approved_ones_in(organization):
    given = an_envelope(organization, amount=50_000)
    judged(organization, asked(organization, given), approve=False)
    assert standing(organization).limit == 50_000

    judged(organization, asked(organization, given))
    assert standing(organization).limit == 70_000
    an_envelope(organization, amount=60_000)

    assert standing(organization).limit == 60_000
    with pytest.raises(NotFound):
        asked(organization, given)


@pytest.mark.guards("trigger:measures_envelope.nesting")
def test_what_is_given_below_is_never_more_than_what_is_above(organization):
    first, second = organization.branch("First"), organization.branch("Second")
    an_envelope(organization)
    an_envelope(organization, first.portfolio, 70_000)

    for node, amount in (
        (second.portfolio, 30_001),
        (first.package, 70_001),
        (organization.root, 69_999),
    ):
        with pytest.raises(GuardRefused, match="would hold more than its own"):
            an_envelope(organization, node, amount)
    an_envelope(organization, second.portfolio, 30_000)


def test_the_limits_of_every_node_above_hold(organization):
    subject = a_costly_measure(organization)
    an_envelope(organization, subject.package, 50_000)

    with pytest.raises(DatabaseError, match="does not cover this measure"):
        decided(subject)


def test_of_two_gates_that_the_envelope_covers_one_at_a_time_one_is_decided(organization):
    an_envelope(organization)
    pair = [a_costly_measure(organization), a_costly_measure(organization)]

    outcomes = at_once(*(lambda subject=subject: tried(subject) for subject in pair))

    assert set(outcomes) == {Stage.DECIDED, "over_the_envelope"}
    assert standing(organization).committed == 60_000


def test_an_envelope_is_set_from_above_whole_and_with_a_reason(organization):
    actor, day = organization.actor("executive"), None
    with tenancy.reading(actor):
        day = authority.today()
    asked_for = {
        "actor": actor,
        "node_id": organization.root.pk,
        "key": (Cost.RUNNING, YEAR),
        "amount": Decimal(100),
        "effective_on": day,
        "reason": "Budget round",
    }
    for change in (
        {"key": (Cost.RUNNING, 3000)},
        {"amount": Decimal("-1")},
        {"amount": Decimal("0.001")},
        {"reason": " "},
    ):
        with pytest.raises(Invalid):
            envelopes.set_envelope(**asked_for | change)
    with pytest.raises(NotAllowed):
        envelopes.set_envelope(**asked_for | {"actor": organization.actor("lead")})
    with pytest.raises(GuardRefused, match="from today or later"):
        envelopes.set_envelope(**asked_for | {"effective_on": day - timedelta(days=1)})

    envelopes.set_envelope(**asked_for | {"effective_on": day + timedelta(days=1)})
    with tenancy.reading(actor):
        assert queries.of(organization.root) == []
        assert [each.version for each in queries.history(organization.root)] == [1]


def test_a_neighbours_envelopes_are_not_there(organization):
    other = an_organization()
    theirs = an_envelope(other)
    wish = asked(other, theirs)

    with pytest.raises(NotFound):
        asked(organization, theirs)
    with pytest.raises(NotFound):
        judged(organization, wish)
    with pytest.raises(NotFound):
        an_envelope(organization, other.root)


def test_a_cost_whose_currency_has_no_plan_rate_is_not_taken_for_nothing(organization):
    an_envelope(organization)
    subject = a_costly_measure(organization, currency="USD")

    assert tried(subject) == "envelope_needs_rate"
