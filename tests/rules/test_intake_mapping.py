"""Mappings: the kept one reads, and what is misspelt, missing or misshapen is named and refused."""

import tomllib
from pathlib import Path

import pytest

from hierarchy.rules.levels import Level
from intake.errors import MappingRefused
from intake.rules import parsing
from intake.rules.mapping import Rounding, Text, WhenEmpty
from measures.rules.lines import Direction, Nature
from measures.rules.stage import Stage

KEPT = Path("intake/mappings/capital-delivery.toml")


def kept(change=lambda table: None):
    table = tomllib.loads((Path(__file__).parents[2] / KEPT).read_text())
    change(table)
    return parsing.mapping_of(table)


def test_the_kept_mapping_names_every_column_it_needs():
    assert kept().columns == {
        "ID", "FFC", "Owner Group", "Delivery Program", "Owner Team", "Approval body", "EPT",
        "BNI", "PBC", "BCA", "Tender Closed", "Stage1", "Stage2", "Stage3",
    }  # fmt: skip


def test_the_kept_mapping_says_what_is_declared():
    mapping = kept()
    (line,) = mapping.lines

    assert (line.nature, line.direction, line.rounding) == (
        Nature.ONE_TIME,
        Direction.LESS,
        Rounding.HALF_EVEN,
    )
    assert [each.stage for each in mapping.stages] == [
        Stage.IDENTIFIED,
        Stage.DETAILED,
        Stage.DECIDED,
        Stage.IMPLEMENTED,
    ]
    assert mapping.levels[Level.PACKAGE] == Text("{EPT}")
    assert mapping.day_columns == {
        "BNI": WhenEmpty.FIND,
        "PBC": WhenEmpty.PASS,
        "BCA": WhenEmpty.FIND,
        "Tender Closed": WhenEmpty.PASS,
        "Stage1": WhenEmpty.FIND,
        "Stage2": WhenEmpty.FIND,
        "Stage3": WhenEmpty.FIND,
    }


def test_every_team_of_the_kept_mapping_has_people_who_are_named():
    mapping = kept()

    assert {
        person
        for team in mapping.teams.values()
        for person in (team.owner, team.sponsor, team.controller)
    } <= set(mapping.people)


def test_a_text_is_put_together_from_columns():
    text = Text("{Werk} / {Bereich}, fixed")

    assert text.columns == ("Werk", "Bereich")
    assert text.of({"Werk": "Köln", "Bereich": "Technik"}) == "Köln / Technik, fixed"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.pop("name"), "name is missing"),
        (lambda t: t.update(name=""), "name must not be empty"),
        (lambda t: t.update(nmae="x"), "nmae is not known"),
        (lambda t: t.update(cut_over="yesterday"), "cut_over must be a date or “today”"),
        (lambda t: t.update(cut_over=5), "cut_over must be a date such as"),
        (lambda t: t["file"].update(encoding="klingon"), "file.encoding is “klingon”"),
        (lambda t: t["file"].update(delimiter=";;"), "file.delimiter must be one character"),
        (lambda t: t["file"].update(group_separator="."), "must be two different signs"),
        (lambda t: t["file"].update(date_formats="%Y"), "file.date_formats must be a list"),
        (lambda t: t["file"].update(date_formats=[1]), "file.date_formats must be a list of texts"),
        (lambda t: t["levels"].pop("program"), "levels.program is missing"),
        (lambda t: t["levels"].update(measure="{ID}"), "levels.measure is not known"),
        (lambda t: t["measure"].update(effect_type="magic"), "measure.effect_type is “magic”"),
        (lambda t: t["lines"][0].update(decimals=7), r"lines\[1\].decimals must lie between 0 and"),
        (lambda t: t["lines"][0].update(decimals=True), r"lines\[1\].decimals must be a whole"),
        (lambda t: t["lines"][0].update(currency="AUDX"), r"lines\[1\].currency must be three"),
        (lambda t: t["lines"][0].update(rounding="up"), r"lines\[1\].rounding is “up”"),
        (lambda t: t["milestones"][1].update(weight=0), r"milestones\[2\].weight must lie"),
        (lambda t: t["milestones"][1].update(critical="yes"), r"milestones\[2\].critical must be"),
        (lambda t: t["stages"][0].update(stage="closed"), r"stages\[1\].stage is “closed”"),
        (lambda t: t["stages"][0].update(when_empty="guess"), r"stages\[1\].when_empty is “guess”"),
        (lambda t: t["people"][0].update(email="nobody"), r"people\[1\].email must be an e-mail"),
        (lambda t: t["seats"][0].update(level="measure"), r"seats\[1\].level must be one of"),
        (lambda t: t["seats"][0].update(level="portfolio"), r"seats\[1\].node is missing"),
        (lambda t: t["seats"][0].update(role="king"), r"seats\[1\].role is “king”"),
        (
            lambda t: t["team"]["members"]["Unknown"].update(
                sponsor=t["team"]["members"]["Unknown"]["owner"]
            ),
            "team.members.Unknown names one person twice",
        ),
        (lambda t: t.update(lines={"name": "x"}), "lines must be a list of tables"),
        (lambda t: t.update(levels=[]), "levels must be a table"),
    ],
)
def test_what_is_wrong_in_a_mapping_is_named(change, words):
    with pytest.raises(MappingRefused, match=words):
        kept(change)
