"""The page of a node's envelopes: set from above, asked for by a lead, decided by another."""

import pytest

from tests.factories.confidential import hidden
from tests.factories.envelopes import a_costly_measure, an_envelope
from tests.factories.measures import YEAR
from tests.factories.organizations import an_organization
from tests.pages.measures_reader import reader

FORMS = ("EnvelopeForm", "DecideForm")
DAY = f"{YEAR}-01-12"


@pytest.fixture
def organization(clock_at):
    clock_at(YEAR, 1, 12)
    return an_organization()


def test_an_envelope_is_set_asked_beyond_and_decided_on_the_page_of_the_node(organization):
    page = f"envelopes/{organization.root.public_id}/"
    executive, lead = reader(organization, "executive"), reader(organization, "lead")
    given = {"nature": "one_time", "fiscal_year": YEAR, "effective_on": DAY, "reason": "Round"}

    assert lead.post(f"{page}set/", given | {"amount": "5000"}).status_code == 403
    assert executive.post(f"{page}set/", given | {"amount": "many"}).status_code == 422
    assert executive.post(f"{page}set/", given | {"amount": "5000"}).status_code == 303
    row = lead.get(page).context["rows"][0][0]
    wish = {"envelope": row.id, "extra": "700", "reason": "Dearer machines"}
    assert executive.post(f"{page}ask/", wish).status_code == 403
    assert lead.post(f"{page}ask/", wish).status_code == 303
    assert b"Decide what was asked" not in lead.get(page).content
    waiting = executive.get(page).context["waiting"]
    shown = executive.get(page).content
    assert [shown.count(f'id="{form}_reason"'.encode()) for form in FORMS] == [1, 1]
    said = {"overspend": waiting.id, "decision": "approve", "reason": "Needed"}
    assert lead.post(f"{page}decide/", said).status_code == 403
    assert executive.post(f"{page}decide/", said).status_code == 303

    standing = lead.get(page).context["rows"][0][0].standing
    assert (standing.limit, standing.headroom) == (5700, 5700)


def test_the_sums_are_withheld_from_who_does_not_read_all_that_is_in_them(organization):
    subject = a_costly_measure(organization)
    an_envelope(organization)
    hidden(subject)

    page = reader(organization, "executive").get(f"envelopes/{organization.root.public_id}/")

    assert page.context["rows"][0][0].standing.committed is None
    assert b"Withheld" in page.content


def test_a_neighbours_node_has_no_envelopes(organization):
    other = an_organization()

    for act in ("", "set/", "ask/", "decide/"):
        page = f"envelopes/{other.root.public_id}/{act}"
        assert reader(organization, "executive").get(page).status_code == 404
