"""The rulebook on its page and on paper: the same rules for everybody, of any day."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from core import signing, tenancy
from governance.rules.default_scheme import DOCUMENT
from hierarchy.queries import authority
from tests.factories.organizations import an_organization
from tests.factories.schemes import confirmed, document
from tests.pages.visitors import visitor

PAGE, PAPER, FILE = "rulebook/", "rulebook/paper/", "governance/rules/file/"


@pytest.fixture(scope="module")
def changed(django_db_setup, django_db_blocker):
    """An organization whose Decided gate is to be decided within 4 days from tomorrow on."""
    with django_db_blocker.unblock():
        organization = an_organization(name="Łódź & Sons")
        confirmed(organization, document(g3={"due_days": 4}), days=1)
        return organization


def reader_of(organization, role="owner"):
    return replace(visitor(organization, role), root=f"/o/{organization.slug}/")


def day(organization, later=0):
    with tenancy.reading(organization.actor("lead")):
        return (authority.today() + timedelta(days=later)).isoformat()


def test_the_owner_reads_the_same_rules_as_the_administrator(db, changed):
    texts = {
        role: reader_of(changed, role).see(PAGE).one("main").text
        for role in ("owner", "administrator")
    }

    assert texts["owner"] == texts["administrator"]
    for words in (
        "Owner, sponsor and controller of one measure are three different people, always.",
        "Decided: submitted by owner, lead; decided by sponsor (the commitment); controller",
        "a run-rate of 500,000 EUR or a one-time cost of 250,000 EUR on, 2 of the steering",
        "A hold has a reason, a decider and a last day, 90 days ahead at most.",
        "The life outlook lies below 50 % of its plan for 2 months that are closed.",
        "an open milestone is red; a critical one starts at level 2".capitalize(),
        "Days a hold may last at most",
    ):
        assert words in texts["owner"]


def test_another_day_shows_the_rules_of_that_day(db, changed):
    reader = reader_of(changed, "owner")

    today = reader.see(PAGE).one("main").text
    tomorrow = reader.see(f"{PAGE}?as_of={day(changed, 1)}").one("main").text

    assert ("gates version 1" in today, "gates version 2" in tomorrow) == (True, True)
    assert "the figures that are frozen); due within 10 working days" in today
    assert "the figures that are frozen); due within 4 working days" in tomorrow


@pytest.mark.parametrize("given", ["yesterday", "0001-01-01", "2026-13-01", "20260101x"])
@pytest.mark.parametrize("path", [PAGE, PAPER, FILE])
def test_no_day_is_refused_in_a_sentence(db, changed, path, given):
    answer = reader_of(changed, "owner").get(f"{path}?as_of={given}")

    assert answer.status_code == 422
    assert "must be a day like" in answer.content.decode()


def test_on_paper_the_same_day_gives_the_same_bytes(db, changed):
    reader = reader_of(changed, "controller")

    first, second = (reader.get(PAPER) for _ in range(2))

    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    assert first["Content-Disposition"] == (
        f'attachment; filename="{changed.slug}-rulebook-{day(changed)}.pdf"'
    )


def test_as_a_file_they_name_no_person_and_prove_themselves(db, changed):
    answer = reader_of(changed, "owner").get(FILE)

    whole = json.loads(answer.content)
    said = whole["document"]
    assert set(said) == {"kind", "organization", "as_of", "digest", "rules"}
    assert (said["kind"], said["organization"]) == ("assay.rules/1", "Łódź & Sons")
    assert said["rules"]["scheme"] == DOCUMENT
    assert said["rules"]["numbers"]["forced_ratio"] == "0.5"
    assert signing.is_signed(signing.canonical(said), whole["signature"], whole["public_key"])
    assert said["digest"] in reader_of(changed, "owner").see(PAGE).one("main").text
