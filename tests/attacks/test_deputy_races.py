"""A deputy's vote and the revocation of the deputyship at the same moment: one before the other."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.races import race
from tests.attacks.session import enter, refused, vote
from tests.factories.deputies import acting_for, named
from tests.factories.governance import a_measure, a_request
from tests.factories.organizations import an_organization
from tests.plugin import in_ci_or_nightly

ROUNDS = in_ci_or_nightly(50, 1000)
REVOKE = "UPDATE hierarchy_deputyship SET revoked_at = now() WHERE id = %s"


@pytest.fixture
def pair(app_connection):
    return app_connection(), app_connection()


@pytest.fixture
def organization(db):
    return an_organization()


def test_a_vote_by_a_deputy_and_its_revocation_follow_each_other(db, pair, organization):
    seen = set()
    for _ in range(ROUNDS):
        case = a_measure(Stage.DEFINED, organization)
        asked = a_request(case)
        deputy = organization.newcomer()
        made = named(organization, "lead", deputy)

        def voter(raw, asked=asked, deputy=deputy):
            enter(raw, acting_for(organization, deputy, "lead"))
            vote(raw, asked.pk, "lead")

        def revoker(raw, made=made):
            enter(raw, organization.actor("lead"))
            raw.execute(REVOKE, [made.pk])

        voted, revoked = race(pair, (voter, revoker))
        seen.add(voted)
        assert revoked == "done"
    assert seen <= {"done", "GV075"}


def test_a_deputyship_cannot_be_revoked_under_a_vote_that_is_being_cast(db, pair, organization):
    case = a_measure(Stage.DETAILED, organization)
    asked = a_request(case)
    deputy = organization.newcomer()
    made = named(organization, "sponsor", deputy)
    vote(enter(pair[0], acting_for(organization, deputy, "sponsor")), asked.pk, "sponsor")
    enter(pair[1], organization.actor("sponsor"))
    pair[1].execute("SET LOCAL lock_timeout = '200ms'")

    with refused(pair[1], "55P03"):
        pair[1].execute(REVOKE, [made.pk])
