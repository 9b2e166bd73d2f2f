"""Another shape by another mapping, and the command: what it prints and in whose name it acts."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.core.management.base import CommandError

from accounts.models import Member
from accounts.queries import people
from core import tenancy
from core.errors import NotFound
from hierarchy.models import Node
from hierarchy.services import tree
from intake.errors import (
    SeveralAdministrators,
)
from intake.queries import administrators
from measures.models import Line, Measure, SeriesVersion
from measures.rules.stage import Stage
from tests.factories.intake import (
    GOOD,
    SMALL,
    imported,
    is_untouched,
    printed,
    savings,
)
from tests.factories.organizations import an_organization


@pytest.fixture
def organization(db):
    return an_organization(currency="EUR")


# --- another shape --------------------------------------------------------------------------------


def test_a_portfolio_of_another_shape_needs_only_another_mapping(organization, tmp_path):
    report = imported(organization, savings(tmp_path, organization, GOOD, GOOD.replace("S1", "S2")))

    assert report.cut_over_on == date(2026, 6, 30)
    with tenancy.reading(organization.actor("administrator")):
        measure = Measure.objects.select_related("node__parent").get(node__code="S1")
        line = Line.objects.get(measure=measure)
        plan = SeriesVersion.objects.filter(line=line, series="plan").order_by("fiscal_year")
        figures = [plan_year.periods for plan_year in plan]
        owner = Member.objects.get(pk=measure.owner_id)
    month = 125_050
    assert (measure.node.name, measure.node.parent.name) == ("Pumpe", "Köln Technik")
    assert (measure.size, measure.stage) == (Decimal(15006), Stage.DECIDED)
    assert (line.currency, line.direction, line.full_effect_on) == (
        "EUR",
        "more",
        date(2026, 5, 1),
    )
    assert figures == [(None,) * 4 + (month,) * 8, (month,) * 4 + (None,) * 8]
    assert owner.pk == organization.actor("owner").member_id


# --- the command ----------------------------------------------------------------------------------


def test_the_command_prints_what_was_created_refused_found_and_rounded(organization):
    said = printed(organization, SMALL, "--mapping", "capital-delivery")

    for line in (
        "rows read: 5",
        "measures created: 5",
        "cells of another spelling: 1",
        "out of order, Tender Closed before BCA: 1",
        "    line 2, M001: Tender Closed (2019-01-10) lies before BCA (2019-05-25).",
        "not planned, FFC: 1",
        "1 amounts rounded",
        "cells and rows refused: 0",
        "Imported.",
    ):
        assert line in said


def test_the_command_says_that_a_dry_run_changed_nothing(organization):
    said = printed(organization, SMALL, "--mapping", "capital-delivery", "--dry-run")

    assert "Dry run: nothing was changed." in said
    assert is_untouched(organization)


def test_the_command_ends_with_the_sentence_of_a_refusal(organization, tmp_path):
    path = tmp_path / "two.csv"
    content = SMALL.read_text(encoding="utf-8-sig")
    path.write_text(content + content.splitlines()[1] + "\n", encoding="utf-8-sig")

    with pytest.raises(CommandError, match=r"1 rows are refused, so nothing was imported\. First"):
        printed(organization, path, "--mapping", "capital-delivery", "--strict")

    assert is_untouched(organization)


def test_the_command_acts_as_the_only_administrator_or_as_who_is_named(organization):
    second = organization.newcomer("Second Administrator")
    organization.seat(second, "administrator")
    administrator = organization.actor("administrator")

    with tenancy.reading(administrator):
        email = people.member(second.member_id).email
        with pytest.raises(SeveralAdministrators, match="2 administrators"):
            administrators.chosen(None)
        with pytest.raises(NotFound):
            administrators.chosen("nobody@nowhere.example")
        assert administrators.chosen(email.upper()).member_id == second.member_id


def test_a_branch_that_is_archived_takes_no_rows_and_another_grows(organization, tmp_path):
    imported(organization, savings(tmp_path, organization, GOOD))
    other = re.sub("Technik", "Lager", GOOD.replace("S1", "S2"))
    administrator = organization.actor("administrator")
    with tenancy.reading(administrator):
        bare = Node.objects.get(level=1)
    spare = organization.add(bare, "Lager")
    tree.archive(actor=administrator, node_id=spare.pk, version=spare.version)

    report = imported(organization, savings(tmp_path, organization, other))

    assert report.created["nodes"] == 3  # a branch of the same name beside the archived one
