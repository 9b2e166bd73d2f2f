"""The dialog that corrects a locked month, the list that shows both, and the same in the API."""

import pytest

from core import tenancy
from measures.models import ActualClaim
from tests.api.test_hierarchy_api import caller_of
from tests.factories.governance import evidence
from tests.factories.measures import YEAR, a_decided_measure
from tests.pages.markup import read
from tests.pages.visitors import visitor


@pytest.fixture
def subject(clock_at):
    clock_at(YEAR, 1, 12)
    made = a_decided_measure()
    clock_at(YEAR, 5, 4)
    made.approve(made.claim(4, 9000))
    clock_at(YEAR, 6, 8)
    return made


def claim_of(subject, **wanted):
    with tenancy.reading(subject.actor("lead")):
        return ActualClaim.objects.get(measure_id=subject.measure_id, **wanted)


def proof_of(subject):
    with tenancy.acting(subject.actor("owner")):
        return evidence(subject.measure_id, "ledger_extract")


def test_a_locked_month_is_corrected_from_its_page_which_shows_both(subject):
    client = visitor(subject.organization, "owner").client
    page = f"/o/{subject.organization.slug}/measures/{subject.measure().node.public_id}/"
    path = f"{page}claims/correct/?claim={claim_of(subject).pk}"
    proof = proof_of(subject)

    dialog = read(client.get(path)).text
    empty = client.post(path, {"amount": "", "evidence_id": "", "note": "", "once": "a"})
    unclear = client.post(
        path, {"amount": "1e19", "evidence_id": proof.pk, "note": "Twice.", "once": "b"}
    )
    sent = client.post(
        path, {"amount": "-2,500", "evidence_id": proof.pk, "note": "Twice.", "once": "c"}
    )
    subject.approve(claim_of(subject, kind="correction"))
    shown = read(client.get(page)).text

    assert "Correct Apr 2026" in dialog
    assert (empty.status_code, unclear.status_code, sent.status_code) == (422, 422, 303)
    assert "corrects Apr 2026" in shown
    assert "corrected to 6,500" in shown


def test_the_api_posts_the_same_and_refuses_the_same(subject):
    owner = caller_of(subject.organization, "owner")
    path = f"/measures/{subject.measure().node.public_id}/claims/{claim_of(subject).pk}/correct"
    asked = {
        "amount": "-2500.00",
        "evidence_id": str(proof_of(subject).public_id),
        "note": "Twice.",
    }

    unclear = owner("POST", path, asked | {"amount": "NaN"})
    made = owner("POST", path, asked)
    again = owner("POST", path, asked)

    assert unclear.status_code == 422
    assert (made.status_code, made.json()["amount"], made.json()["period"]) == (201, "-2500.00", 6)
    assert made.json()["corrects_id"] == claim_of(subject, kind="actual").pk
    assert (again.status_code, again.json()["code"]) == (409, "not_to_correct")
