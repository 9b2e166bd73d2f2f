"""What an import refuses, of a whole file or of one row, and that a refusal leaves nothing."""

import psycopg
import pytest
from django.db import DatabaseError, connection

from core import tenancy
from core.errors import NotAllowed
from hierarchy.models import Node
from intake.errors import (
    CutOverAhead,
    MappingRefused,
    RowsRefused,
)
from intake.services import portfolio, writing
from tests.factories.intake import (
    GOOD,
    asked,
    codes,
    imported,
    is_untouched,
    mapping_file,
    savings,
)
from tests.factories.organizations import an_organization


@pytest.fixture
def organization(db):
    return an_organization(currency="EUR")


# --- the rows -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("S2;Pumpe;Technik;Köln;1.250,50;15.006;01.02.2026", "line 3: the row has 7 cells"),
        (GOOD.replace("S1", ""), "line 3, Nr: the code would be empty"),
        (GOOD, "line 3, Nr: the code “S1” is that of line 2 already"),
        (GOOD.replace("S1", "S" * 61), "line 3, Nr: the code would be longer than 60"),
        (GOOD.replace("S1;Pumpe", "S2;" + "P" * 201), "line 3, Titel: the name would be longer"),
        (GOOD.replace("S1;Pumpe;Technik", "S2;Pumpe;"), "line 3, Bereich: the program would be"),
        (GOOD.replace("S1", "S2").replace("Köln", "Bonn"), "line 3, Werk: no members stand for"),
        (GOOD.replace("S1", "S2").replace("1.250,50", "1,250.50"), "line 3, Monat: “1,250.50” is"),
        (GOOD.replace("S1", "S2").replace("1.250,50", "1.25,50"), "line 3, Monat: “1.25,50” is no"),
        (GOOD.replace("S1", "S2").replace("1.250,50", "EUR 5"), "line 3, Monat: “EUR 5” is no"),
        (GOOD.replace("S1", "S2").replace("1.250,50", "NaN"), "line 3, Monat: “NaN” is no amount"),
        (
            GOOD.replace("S1", "S2").replace("1.250,50", "Infinity"),
            "line 3, Monat: “Infinity” is no",
        ),
        (GOOD.replace("S1", "S2").replace("1.250,50", "1e3"), "line 3, Monat: “1e3” is no amount"),
        (GOOD.replace("S1", "S2").replace("1.250,50", "n/a"), "line 3, Monat: the amount is miss"),
        (GOOD.replace("S1", "S2").replace("1.250,50", "1,505"), "1.505 cannot be kept: more than"),
        (
            GOOD.replace("S1", "S2").replace("1.250,50", "9999999999999,99"),
            "line 3, Monat: 9999999999999.99 cannot be kept: too large",
        ),
        (GOOD.replace("S1", "S2").replace("1.250,50", "9" * 19), "has more than 13 digits"),
        (GOOD.replace("S1", "S2").replace("15.05.2026", "2026-05-15"), "line 3, Beginn: “2026-05"),
        (GOOD.replace("S1", "S2").replace("15.05.2026", "31.02.2026"), "line 3, Beginn: “31.02"),
        (GOOD.replace("S1", "S2").replace("15.05.2026", "15.05.1066"), "lies outside 1990 to 2199"),
    ],
)
def test_a_refused_row_is_named_by_line_column_and_reason_and_the_rest_commits(
    organization, tmp_path, row, said
):
    report = imported(organization, savings(tmp_path, organization, GOOD, row))

    assert [str(each) for each in report.refused if said in str(each)] != []
    assert codes(organization) == ["S1"]


def test_every_reason_of_a_row_is_told_and_not_only_the_first(organization, tmp_path):
    bad = "S2;;Technik;Bonn;x;y;z;31.02.2026"

    report = imported(organization, savings(tmp_path, organization, GOOD, bad))

    assert {each.column for each in report.refused} == {
        "Titel", "Werk", "Monat", "Jahr", "Idee", "Beginn",
    }  # fmt: skip


def test_strict_leaves_nothing_if_one_row_is_refused(organization, tmp_path):
    wanted = savings(tmp_path, organization, GOOD, GOOD)
    strict = portfolio.Asked(wanted.path, wanted.declared, is_strict=True)

    with pytest.raises(RowsRefused, match="1 rows are refused, so nothing was imported"):
        imported(organization, strict)

    assert is_untouched(organization)


def test_strict_imports_a_file_in_which_no_row_is_refused(organization, tmp_path):
    wanted = savings(tmp_path, organization, GOOD)

    imported(organization, portfolio.Asked(wanted.path, wanted.declared, is_strict=True))

    assert codes(organization) == ["S1"]


def test_a_dry_run_tells_what_would_be_and_leaves_nothing(organization, tmp_path):
    wanted = savings(tmp_path, organization, GOOD)

    report = imported(organization, portfolio.Asked(wanted.path, wanted.declared, is_dry_run=True))

    assert (report.is_dry_run, report.created["measures"], report.run_id) == (True, 1, None)
    assert is_untouched(organization)


# --- the whole ------------------------------------------------------------------------------------


def test_a_fault_in_the_middle_leaves_nothing(organization, tmp_path, monkeypatch):
    def fail(*_args: object) -> int:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(writing, "milestones", fail)

    with pytest.raises(RuntimeError):
        imported(organization, savings(tmp_path, organization, GOOD))

    assert is_untouched(organization)


def test_a_session_killed_in_the_middle_leaves_nothing(
    organization, tmp_path, monkeypatch, superuser_connection: psycopg.Connection
):
    def kill(*_args: object) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid(), (SELECT count(*) FROM measures_line)")
            (backend, lines) = cursor.fetchone()
            assert lines == 1
            superuser_connection.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
            cursor.execute("SELECT 1")
        return 0

    monkeypatch.setattr(writing, "milestones", kill)

    with pytest.raises(DatabaseError):
        imported(organization, savings(tmp_path, organization, GOOD))
    connection.close()

    assert is_untouched(organization)


@pytest.mark.parametrize("role", ["lead", "executive", "controller", "owner", "steering"])
def test_nobody_but_an_administrator_imports(organization, tmp_path, role):
    with pytest.raises(NotAllowed):
        portfolio.bring_in(
            actor=organization.actor(role), asked=savings(tmp_path, organization, GOOD)
        )

    assert is_untouched(organization)


def test_a_cut_over_ahead_is_refused(organization, tmp_path):
    savings(tmp_path, organization, GOOD)
    mapping = mapping_file(
        tmp_path, organization, lambda text: text.replace("2026-06-30", "2199-01-01")
    )

    with pytest.raises(CutOverAhead, match="2199-01-01"):
        imported(organization, asked(tmp_path / "savings.csv", mapping))


def test_people_who_are_no_members_and_not_named_refuse_the_import(organization, tmp_path):
    savings(tmp_path, organization, GOOD)
    mapping = mapping_file(
        tmp_path, organization, lambda text: text.replace("owner@", "nobody.known@")
    )

    with pytest.raises(MappingRefused, match=r"nobody\.known@"):
        imported(organization, asked(tmp_path / "savings.csv", mapping))


def test_a_code_of_a_node_above_measures_refuses_its_row(organization, tmp_path):
    organization.add(organization.root, "Pumps", code="S1")

    report = imported(organization, savings(tmp_path, organization, GOOD))

    assert [str(each) for each in report.refused] == [
        "line 2, Nr: the code “S1” belongs to a node above measures."
    ]
    assert codes(organization) == []


def test_rows_below_a_node_that_stands_already_hang_there(organization, tmp_path):
    portfolio_node = organization.add(organization.root, "Einsparung")

    report = imported(organization, savings(tmp_path, organization, GOOD))

    assert report.created["nodes"] == 3
    with tenancy.reading(organization.actor("administrator")):
        assert portfolio_node.pk in Node.objects.get(code="S1").ancestor_ids


def test_a_later_file_adds_what_is_new_and_leaves_the_rest(organization, tmp_path):
    imported(organization, savings(tmp_path, organization, GOOD))

    report = imported(organization, savings(tmp_path, organization, GOOD, GOOD.replace("S1", "S2")))

    assert (report.already, report.created["measures"], report.created["nodes"]) == (1, 1, 0)
    assert codes(organization) == ["S1", "S2"]
