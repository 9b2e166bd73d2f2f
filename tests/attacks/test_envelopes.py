"""Attacks on spending envelopes: raw rows of who gives none, and wishes decided by who asked."""

from decimal import Decimal

import pytest

from accounts.rules.roles import Role
from measures.services import envelopes
from tests.attacks.session import enter, refused
from tests.factories.envelopes import an_envelope
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization

AN_ENVELOPE = (
    "INSERT INTO measures_envelope (organization_id, node_id, nature, fiscal_year, version, amount,"
    " effective_on, reason) SELECT assay_organization(), id, 'one_time', %s, %s, 100, %s, 'x'"
    " FROM hierarchy_node WHERE id = %s"
)
A_WISH = (
    "INSERT INTO measures_overspend (organization_id, envelope_id, extra, reason, state,"
    " decision_reason) VALUES (assay_organization(), %s, 1, 'x', 'asked', '')"
)
DECIDE = (
    "UPDATE measures_overspend SET state = 'approved', decided_at = now(), decision_reason = 'x'"
)
TODAY = f"{YEAR}-01-12"


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


@pytest.mark.guards("trigger:measures_envelope.guard")
def test_an_envelope_is_given_by_the_seats_above_alone_and_in_its_turn(
    app_connection, organization
):
    branch, raw = organization.branch(), app_connection()
    below = organization.newcomer()
    organization.seat(below, Role.EXECUTIVE, branch.portfolio)
    root = organization.root.pk

    for actor, node in (
        (organization.actor("lead"), root),
        (organization.actor("administrator"), root),
        (below, branch.portfolio.pk),
    ):
        enter(raw, actor)
        with refused(raw, "GV160", "envelope_of_others"):
            raw.execute(AN_ENVELOPE, [YEAR, 1, TODAY, node])
    for version, day in ((2, TODAY), (1, f"{YEAR}-01-11")):
        enter(raw, organization.actor("executive"))
        with refused(raw, "GV162", "envelope_out_of_turn"):
            raw.execute(AN_ENVELOPE, [YEAR, version, day, root])
    enter(raw, organization.actor("executive"))
    raw.execute(AN_ENVELOPE, [YEAR, 1, TODAY, root])
    raw.commit()
    for statement in ("UPDATE measures_envelope SET amount = 1", "DELETE FROM measures_envelope"):
        enter(raw, organization.actor("executive"))
        with refused(raw, "42501"):
            raw.execute(statement)


@pytest.mark.guards("trigger:measures_overspend.guard")
def test_more_than_an_envelope_is_decided_by_another_once_and_as_it_was_asked(
    app_connection, organization
):
    given, raw = an_envelope(organization), app_connection()
    both = organization.newcomer()
    for role in (Role.LEAD, Role.EXECUTIVE):
        organization.seat(both, role)

    enter(raw, organization.actor("executive"))
    with refused(raw, "GV164", "overspend_of_others"):
        raw.execute(A_WISH, [given.pk])
    envelopes.ask_overspend(actor=both, envelope_id=given.pk, extra=Decimal(9), reason="Dearer")
    for actor in (both, organization.actor("lead")):
        enter(raw, actor)
        with refused(raw, "GV164", "overspend_not_decided_by_you"):
            raw.execute(DECIDE)
    for change in (", extra = 2", ", asked_by_id = NULL"):
        enter(raw, organization.actor("executive"))
        with refused(raw, "GV164", "overspend_stays"):
            raw.execute(DECIDE + change)
    enter(raw, organization.actor("executive"))
    raw.execute(DECIDE)
    raw.commit()
    enter(raw, organization.actor("steering"))
    with refused(raw, "GV164", "overspend_stays"):
        raw.execute("UPDATE measures_overspend SET state = 'rejected'")


def test_nothing_more_is_asked_of_an_envelope_that_is_not_in_force(app_connection, organization):
    former = an_envelope(organization)
    an_envelope(organization, amount=5)
    raw = enter(app_connection(), organization.actor("lead"))

    with refused(raw, "GV164", "envelope_not_in_force"):
        raw.execute(A_WISH, [former.pk])
