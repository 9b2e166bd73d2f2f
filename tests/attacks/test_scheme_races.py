"""A gate that is passed beside a change of the gates: by the old ones before it, or not at all."""

import pytest

from measures.rules.stage import Stage
from tests.attacks.races import race
from tests.attacks.session import decide, enter, move, only, vote
from tests.factories.governance import a_measure, a_request, a_vote
from tests.factories.organizations import an_organization
from tests.factories.schemes import a_proposal, document, second_administrator
from tests.plugin import in_ci_or_nightly

ROUNDS = in_ci_or_nightly(50, 1000)
ASKING = document(g3={"criteria": [{"code": "risks"}]})
CONFIRM = """
INSERT INTO governance_scheme (organization_id, version, document, numbers, reason, effective_from,
                               proposal_id)
SELECT organization_id, 99, document, numbers, '', effective_from, id
  FROM governance_schemeproposal WHERE id = %s
"""


@pytest.fixture
def pair(app_connection):
    return app_connection(), app_connection()


def test_no_gate_is_passed_by_a_scheme_that_holds_no_more(db, pair):
    organization = an_organization()
    second = second_administrator(organization)
    seen = []
    for number in range(ROUNDS):
        # Each change asks of the gate what the one before it did not.
        said = (ASKING, document())[number % 2]
        case = a_measure(Stage.DETAILED, organization)
        asked = a_request(case)
        a_vote(case, asked, "sponsor")
        proposal = a_proposal(organization, said)
        held: list[object] = []

        def approve(raw, case=case, asked=asked.pk, held=held):
            enter(raw, case.actor("controller"))
            vote(raw, asked, "controller")
            decide(raw, asked)
            move(raw, case.measure_id, 3)
            # The last look before it counts: who is changing the gates has not done so yet.
            held.extend(only(raw, "SELECT assay_gate_scheme(assay_organization())"))

        def change(raw, proposal=proposal.pk):
            enter(raw, second)
            raw.execute(CONFIRM, [proposal])

        outcomes = race(pair, (approve, change))
        stood = outcomes[0] == "done" and held != [asked.scheme_version]
        seen.append((*outcomes, case.measure().stage, stood))

    assert set(seen) <= {("done", "done", 3, False), ("GV019", "done", 2, False)}
    assert len(seen) == ROUNDS
