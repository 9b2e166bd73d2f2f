"""Rules as a file: taken from one organization, brought into another, by two administrators."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.queries import numbers
from accounts.rules.numbers import cycle_after
from audit import papers
from audit.models import Event
from core import signing, tenancy
from core.errors import NotAllowed
from governance.errors import NumbersInvalid, OwnProposal, RulesRefused
from governance.models import SchemeProposal
from governance.queries import proposals, rulesets
from governance.rules.default_scheme import DOCUMENT
from governance.rules.rulesets import KIND
from governance.services import rulesets as services
from governance.services import schemes
from hierarchy.queries import authority
from tests.factories.organizations import an_organization
from tests.factories.schemes import confirmed, document, number_changed, second_administrator

RISKS = document(
    s3={"label": "Approved"},
    g3={"criteria": [*DOCUMENT["gates"][2]["criteria"], {"code": "risks", "parameters": {}}]},
)


@pytest.fixture(scope="module")
def source(django_db_setup, django_db_blocker):
    """An organization with gates, limits and colours of its own."""
    with django_db_blocker.unblock():
        organization = an_organization(name="Northwind")
        confirmed(organization, RISKS)
        number_changed(organization, "hold_days", 60)
        number_changed(organization, "forced_ratio", "0.4")
        return organization


def day(organization, later=0):
    with tenancy.reading(organization.actor("lead")):
        return authority.today() + timedelta(days=later)


def paper(organization, on=None):
    with tenancy.reading(organization.actor("lead")):
        return rulesets.paper(on or cycle_after(authority.today())).encode()


def brought_in(organization, given, by=None):
    return services.bring_in(
        actor=by or organization.actor("administrator"),
        given=given,
        effective_from=day(organization),
        reason="As at Northwind.",
    )


def test_rules_go_from_one_organization_to_another_and_are_the_same_there(db, source):
    target = an_organization(name="Southwind")
    given = paper(source)
    proposal = brought_in(target, given)
    with pytest.raises(OwnProposal):
        schemes.confirm(actor=target.actor("administrator"), proposal_id=proposal.pk)

    schemes.confirm(actor=second_administrator(target), proposal_id=proposal.pk)

    ours, theirs = (json.loads(each)["document"] for each in (given, paper(target)))
    assert theirs["rules"] == ours["rules"]
    assert theirs["digest"] == ours["digest"]
    assert (ours["organization"], theirs["organization"]) == ("Northwind", "Southwind")
    with tenancy.reading(target.actor("lead")):
        today = authority.today()
        assert proposal.numbers == {"hold_days": "60", "forced_ratio": "0.4"}
        assert numbers.current(today).hold_days == 60
        assert str(numbers.current(today).forced_ratio) == "0.50"
        told = Event.objects.filter(act__regex="^(scheme|rules|number)").order_by("seq")
        assert list(told.values_list("act", flat=True)) == [
            "scheme_proposed", "rules_brought_in", "scheme_confirmed", "number_changed",
            "number_changed",
        ]  # fmt: skip


def test_what_is_in_force_already_is_not_brought_in(db, source):
    with pytest.raises(Exception, match="they say this already"):
        brought_in(source, paper(source))


def altered(given, **changes):
    """Return a file that says something else, signed anew as another installation would."""
    document = json.loads(given)["document"]
    document.pop("kind")
    document["rules"]["numbers"] |= changes
    return papers.sealed(KIND, document).encode()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda given: given.replace(b'"60"', b'"61"'), "it was changed after it was exported"),
        (lambda given: given[:-9], "it is not JSON as Assay writes it"),
        (lambda given: b"{}", "it is no file of rules"),
        (lambda given: altered(given, hold_days="61"), "its digest is not that of its rules"),
        (lambda given: altered(given, hold_days="0"), "must lie between 1 and 366"),
        (lambda given: given + b" " * 10_000_000, "it is larger than 1000 kB"),
    ],
)
def test_of_a_refused_file_nothing_is_taken(db, source, change, said):
    before = count(source)

    with pytest.raises(RulesRefused, match=said):
        brought_in(source, change(paper(source)))

    assert count(source) == before


def count(organization):
    with tenancy.reading(organization.actor("lead")):
        return SchemeProposal.objects.count(), Event.objects.count()


@pytest.mark.parametrize("role", ["executive", "lead", "controller"])
def test_only_an_administrator_brings_rules_in(db, source, role):
    with pytest.raises(NotAllowed):
        brought_in(source, paper(source), by=source.actor(role))


def test_two_numbers_that_move_together_are_judged_in_their_new_order(db):
    organization = an_organization()
    given = json.loads(paper(organization))["document"]
    given.pop("kind")
    given["rules"]["numbers"] |= {"claim_deadline": "12", "approval_deadline": "15"}
    given["digest"] = services.rulefiles.digest(given["rules"])
    proposal = brought_in(organization, papers.sealed(KIND, given).encode())

    schemes.confirm(actor=second_administrator(organization), proposal_id=proposal.pk)

    with tenancy.reading(organization.actor("lead")):
        current = numbers.current(authority.today())
        assert (current.claim_deadline, current.approval_deadline) == (12, 15)


def test_a_number_joins_the_open_proposal_and_a_gate_keeps_it(db):
    organization = an_organization()
    administrator = organization.actor("administrator")
    schemes.propose(actor=administrator, document=RISKS, effective_from=day(organization))
    for key, value in (("hold_days", 60), ("restore_days", 20)):
        schemes.propose_number(
            actor=administrator, key=key, value=value, effective_from=day(organization), reason="."
        )
    schemes.propose(actor=administrator, document=DOCUMENT, effective_from=day(organization))

    with tenancy.reading(administrator):
        draft = proposals.open_one()
    assert (draft.document, draft.numbers) == (DOCUMENT, {"hold_days": "60", "restore_days": "20"})
    with pytest.raises(NumbersInvalid, match="Hold days: must lie between 1 and 366"):
        schemes.propose_number(
            actor=administrator, key="hold_days", value=0, effective_from=day(organization),
            reason=".",
        )  # fmt: skip


def test_the_command_says_what_a_file_would_change_and_proposes_it(db, source, tmp_path):
    target = an_organization()
    (tmp_path / "rules.json").write_bytes(paper(source))
    said = StringIO()

    call_command(
        "import_rules", str(tmp_path / "rules.json"), organization=target.slug, stdout=said
    )

    lines = said.getvalue().splitlines()
    assert "Decided is called Approved." in lines
    assert "Hold days (days a hold may last at most): 60, instead of 90." in lines
    assert "0 measures would be blocked" in lines[-2]
    assert lines[-1] == "Proposed; a second administrator confirms it under Administration › Gates."
    (tmp_path / "rules.json").write_bytes(b"{")
    with pytest.raises(CommandError, match="rules_refused"):
        call_command("import_rules", str(tmp_path / "rules.json"), organization=target.slug)


def test_a_file_is_proven_by_whoever_has_the_key(db, source):
    opened = papers.opened(KIND, paper(source).decode(), [signing.public_key()])

    assert opened.content["organization"] == "Northwind"
