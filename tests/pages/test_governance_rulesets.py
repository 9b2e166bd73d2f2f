"""Rules on the pages of administration: a file read back, a number proposed."""

from dataclasses import replace
from io import BytesIO

import pytest

from core import tenancy
from governance.queries import proposals
from hierarchy.queries import authority
from tests.factories.organizations import an_organization
from tests.factories.schemes import a_proposal, document, number_changed, second_administrator
from tests.pages.markup import read
from tests.pages.visitors import visitor, visitor_of

READ, FILE, NUMBER = "rules/file/read/", "rules/file/", "gates/scheme/number/?key=hold_days"


@pytest.fixture
def organization(db):
    return an_organization()


def day(organization):
    with tenancy.reading(organization.actor("lead")):
        return authority.today().isoformat()


def sent(person, organization, given):
    upload = BytesIO(given)
    upload.name = "rules.json"
    return person.post(READ, file=upload, effective_from=day(organization), reason="As agreed.")


def draft(organization):
    with tenancy.reading(organization.actor("administrator")):
        return proposals.open_one()


def test_a_file_becomes_a_proposal_that_says_what_it_would_change(organization):
    other = an_organization()
    number_changed(other, "hold_days", 60)
    administrator = visitor(organization, "administrator")

    answer = sent(administrator, organization, visitor(other, "owner").get(FILE).content)

    assert answer.status_code == 303
    text = administrator.see("gates/scheme/proposal/").one("main").text
    assert "Hold days (days a hold may last at most): 60, instead of 90." in text
    assert "a second administrator has to confirm it" in text


def test_each_problem_of_a_file_is_said_and_nothing_is_taken(organization):
    administrator = visitor(organization, "administrator")

    answer = sent(administrator, organization, b'{"document": {"kind": "assay.rules/2"}}')

    assert answer.status_code == 422
    assert "it has schema 2, and this installation reads schema 1." in read(answer).one("main").text
    assert draft(organization) is None


@pytest.mark.parametrize("role", ["lead", "controller", "owner"])
def test_nobody_but_an_administrator_brings_rules_in_or_proposes_a_number(organization, role):
    person = visitor(organization, role)

    assert [person.get(path).status_code for path in (READ, NUMBER)] == [403, 403]
    assert sent(person, organization, b"{}").status_code == 403


def test_a_number_of_a_limit_is_proposed_by_one_and_confirmed_by_another(organization):
    first = visitor(organization, "administrator")
    second = visitor_of(organization, second_administrator(organization))

    refused = first.post(NUMBER, value="0", effective_from=day(organization), reason="So.")
    proposed = first.post(NUMBER, value="60", effective_from=day(organization), reason="So.")
    shown = {"proposal": draft(organization).pk}
    again = first.see(NUMBER).one("main")
    own = first.post("gates/scheme/confirm/", **shown)
    confirmed = second.post("gates/scheme/confirm/", **shown)

    assert "must lie between 1 and 366" in read(refused).one("main").text
    statuses = [each.status_code for each in (refused, proposed, own, confirmed)]
    assert statuses == [422, 303, 403, 303]
    assert "Hold days: 60." in first.see("gates/scheme/").one("main").text
    # Whoever adds to the draft sees what it says already.
    assert "So." in again.one("textarea").text


def test_only_a_number_that_takes_two_is_proposed(organization):
    person = visitor(organization, "administrator")

    for key in ("node_green", "luck", ""):
        assert person.get(f"gates/scheme/number/?key={key}").status_code == 404


def test_the_rulebook_says_that_a_change_waits(organization):
    a_proposal(organization, document(g3={"due_days": 4}))

    page = replace(visitor(organization, "owner"), root=f"/o/{organization.slug}/").see("rulebook/")

    assert "A change of these rules is proposed and not confirmed" in page.one("main").text
