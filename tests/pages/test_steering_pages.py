"""Pages of steering: what needs a decision for whom, and deciding it at a browser."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.organizations import PASSWORD, an_organization
from tests.factories.steering import (
    a_measure_left_alone,
    decisions,
    escalations,
    looked_at,
)


@pytest.fixture
def alone(db, clock_at):
    subject = a_measure_left_alone(clock_at)
    subject.judged()
    looked_at(subject)
    return subject


def browser(organization, role) -> Client:
    client = Client()
    client.login(email=organization.user(role).email, password=PASSWORD)
    return client


def url(subject, name, *arguments) -> str:
    return reverse(f"steering:{name}", args=[subject.organization.slug, *arguments])


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def post(subject, rule, by, **fields):
    row = escalations(subject)[rule]
    return browser(subject.organization, by).post(
        url(subject, "decide", row.public_id),
        {"version": row.version, "until": "2027-01-20", **fields},
    )


def test_an_executive_reads_what_needs_a_decision_red_first(alone):
    response = browser(alone.organization, "executive").get(url(alone, "decisions"))

    text = text_of(response)
    assert "3 decisions wait" in text
    assert text.index("Milestone late") < text.index("Potential red") < text.index("Update stale")
    assert "Carriers chosen is 20 days late." in text


def test_the_list_can_be_that_of_one_node(alone):
    organization = alone.organization
    elsewhere = organization.branch("Elsewhere").portfolio
    client = browser(organization, "executive")

    here = client.get(url(alone, "decisions"), {"node": alone.package.public_id})
    there = client.get(url(alone, "decisions"), {"node": elsewhere.public_id})

    assert "3 decisions wait" in text_of(here)
    assert "No decision is needed" in text_of(there)


@pytest.mark.parametrize(("role", "count"), [("owner", 2), ("sponsor", 1), ("executive", 0)])
def test_a_reader_can_see_only_what_waits_for_them(alone, role, count):
    response = browser(alone.organization, role).get(url(alone, "decisions"), {"mine": "1"})

    assert len(re.findall(r"<tr>", response.content.decode())) == (count + 1 if count else 0)


@pytest.mark.parametrize("node", ["nonsense", "0198c0de-0000-7000-8000-000000000000"])
def test_a_node_that_is_not_there_is_not_found(alone, node):
    response = browser(alone.organization, "executive").get(url(alone, "decisions"), {"node": node})

    assert response.status_code == 404


def test_the_owner_decides_at_the_page(alone):
    response = post(alone, "T1", "owner", outcome="adjust", text="A second crew starts Monday.")

    (decision,) = decisions(alone)
    assert response.status_code == 303
    assert (decision.outcome, decision.expires_on) == ("adjust", date(2027, 1, 20))
    page = browser(alone.organization, "executive").get(response["Location"])
    assert "A second crew starts Monday." in text_of(page)


def test_the_page_offers_only_what_the_reader_may_decide(alone):
    row = escalations(alone)["T2"]

    offered = {
        role: set(re.findall(r'name="outcome" value="(\w+)"', response.content.decode()))
        for role in ("sponsor", "lead", "controller", "owner", "administrator")
        for response in [
            browser(alone.organization, role).get(url(alone, "escalation", row.public_id))
        ]
    }

    assert offered == {
        "sponsor": {"adjust", "reallocate", "hold", "cancel", "accept"},
        "lead": {"adjust", "reallocate", "hold", "accept"},
        "controller": {"adjust", "hold", "accept"},
        "owner": set(),
        "administrator": set(),
    }


@pytest.mark.parametrize(
    ("by", "fields", "status", "sentence"),
    [
        ("owner", {"outcome": "adjust", "text": "Later."}, 403, "This escalation stands at level"),
        ("sponsor", {"outcome": "accept", "text": "So.", "until": ""}, 422, "needs a day"),
        (
            "sponsor",
            {"outcome": "hold", "text": "So.", "until": "", "reason_code": "budget"},
            422,
            "A hold needs its last",
        ),
        ("sponsor", {"outcome": "hold", "text": "So."}, 422, "Choose the kind of reason."),
        ("sponsor", {"outcome": "accept", "text": ""}, 422, "This field is required."),
        ("sponsor", {"outcome": "", "text": "So."}, 422, "This field is required."),
        ("controller", {"outcome": "cancel", "text": "So."}, 422, "Select a valid choice."),
        ("sponsor", {"outcome": "accept", "text": "So.", "version": "0"}, 409, "changed by someb"),
        ("administrator", {"outcome": "accept", "text": "So."}, 403, "You may not"),
    ],
)
def test_a_refusal_is_a_sentence_and_changes_nothing(alone, by, fields, status, sentence):
    response = post(alone, "T2", by, **fields)

    assert response.status_code == status
    assert sentence in text_of(response)
    assert (escalations(alone)["T2"].state, decisions(alone)) == ("open", [])


def test_the_measure_shows_its_escalations(alone):
    measure = alone.measure().node.public_id
    client = browser(alone.organization, "controller")

    response = client.get(url(alone, "measure_escalations", measure))

    assert len(re.findall("steering/[0-9a-f-]{36}/", response.content.decode())) == 3


def test_a_node_shows_the_first_decisions_needed_below_it(alone):
    root = alone.organization.root.public_id

    response = browser(alone.organization, "executive").get(url(alone, "node_decisions", root))

    text = text_of(response)
    assert "Milestone late: Carriers chosen is 20 days late." in text
    assert "Owner Person" in text


@pytest.mark.parametrize("name", ["escalation", "measure_escalations", "node_decisions"])
def test_another_organization_finds_nothing(alone, name):
    other = an_organization()
    row = escalations(alone)["T1"]
    address = {
        "escalation": row.public_id,
        "measure_escalations": alone.measure().node.public_id,
        "node_decisions": alone.organization.root.public_id,
    }[name]
    client = browser(other, "executive")

    own = client.get(reverse(f"steering:{name}", args=[other.slug, address]))
    theirs = client.get(url(alone, name, address))

    assert (own.status_code, theirs.status_code) == (404, 404)


def test_a_list_costs_the_same_queries_however_long_it_is(alone):
    client = browser(alone.organization, "executive")
    client.get(url(alone, "decisions"))

    with CaptureQueriesContext(connection) as three:
        client.get(url(alone, "decisions"))
    for rule in ("T1", "T2"):
        post(alone, rule, "executive", outcome="adjust", text="Agreed.")
    with CaptureQueriesContext(connection) as one:
        client.get(url(alone, "decisions"))

    assert len(three) == len(one)
