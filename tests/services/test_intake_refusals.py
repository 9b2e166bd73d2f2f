"""What an import refuses, of a whole file or of one row, and that a refusal leaves nothing."""

import re
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from django.core.management.base import CommandError
from django.db import DatabaseError, connection

from accounts.models import Member
from accounts.queries import people
from core import tenancy
from core.errors import NotAllowed, NotFound
from hierarchy.models import Node
from hierarchy.services import tree
from intake.errors import (
    ColumnsMissing,
    CutOverAhead,
    FileNotThere,
    FileTooLarge,
    MappingRefused,
    NotCsv,
    RowsRefused,
    SeveralAdministrators,
    WrongEncoding,
)
from intake.models import ImportRun
from intake.queries import administrators
from intake.services import mappings, portfolio, reading, writing
from measures.models import Line, Measure, SeriesVersion
from measures.rules.stage import Stage
from tests.factories.intake import (
    GOOD,
    HEADER,
    SMALL,
    asked,
    codes,
    imported,
    mapping_file,
    printed,
    savings,
)
from tests.factories.organizations import an_organization


@pytest.fixture
def organization(db):
    return an_organization(currency="EUR")


def is_untouched(organization) -> bool:
    with tenancy.reading(organization.actor("administrator")):
        return (Node.objects.count(), Measure.objects.count(), ImportRun.objects.count()) == (
            1,
            0,
            0,
        )


# --- the file -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "refusal", "words"),
    [
        (b"", NotCsv, "it is empty"),
        (b"PK\x03\x04\x14\x00", NotCsv, "an Excel workbook"),
        (b"%PDF-1.7\n", NotCsv, "it is a PDF"),
        (b"\x89PNG\r\n", NotCsv, "it is a picture"),
        (b"Nr\x00;Titel\n", NotCsv, "characters that no text has"),
        (b"just a letter to somebody\n", NotCsv, "no “;” between columns"),
        (b"Nr;Nr;Titel\n", NotCsv, "two columns are called “Nr”"),
        (b"Nr;Titel\n", ColumnsMissing, "“Beginn”, “Bereich”, “Idee”"),
        ((HEADER + '\nS1;"Pumpe;Technik\n').encode("latin-1"), NotCsv, "unexpected end of data"),
        ((HEADER + '\nS1;"Pumpe"n;Technik\n').encode("latin-1"), NotCsv, "after line 1"),
    ],
)
def test_a_file_that_is_no_such_csv_is_refused(organization, tmp_path, content, refusal, words):
    file = tmp_path / "strange.csv"
    file.write_bytes(content)

    with pytest.raises(refusal, match=words):
        imported(organization, asked(file, mapping_file(tmp_path, organization)))

    assert is_untouched(organization)


@pytest.mark.parametrize(
    ("declared", "written", "words"),
    [
        ("utf-8", "latin-1", "not written in utf-8"),
        ("utf-8", "utf-8-sig", "declared as utf-8-sig"),
        ("utf-8", "utf-16", "not written in utf-8"),
        ("ascii", "utf-8", "not written in ascii"),
    ],
)
def test_a_file_in_another_encoding_is_refused(organization, tmp_path, declared, written, words):
    file = tmp_path / "other.csv"
    file.write_bytes(f"{HEADER}\n{GOOD}\n".encode(written))
    mapping = mapping_file(tmp_path, organization, lambda text: text.replace("latin-1", declared))

    with pytest.raises(WrongEncoding, match=words):
        imported(organization, asked(file, mapping))

    assert is_untouched(organization)


def test_a_byte_that_is_wrong_further_down_refuses_the_whole_file(organization, tmp_path):
    file = tmp_path / "late.csv"
    body = "\n".join(f"S{number};Pump;A;B;1;1;;" for number in range(9000))
    file.write_bytes(f"{HEADER}\n{body}\n".encode() + b"S;\xff;;;;;;\n")
    mapping = mapping_file(tmp_path, organization, lambda text: text.replace("latin-1", "utf-8"))

    with pytest.raises(WrongEncoding, match=r"what follows line \d+"):
        imported(organization, asked(file, mapping))

    assert is_untouched(organization)


def test_a_file_of_more_than_100_mb_is_refused_before_it_is_read(organization, tmp_path):
    file = tmp_path / "large.csv"
    with file.open("wb") as raw:
        raw.truncate(100 * reading.MEGABYTE + 1)

    with pytest.raises(FileTooLarge, match=r"large\.csv has 101 MB, and at most 100 MB"):
        imported(organization, asked(file, mapping_file(tmp_path, organization)))


def test_a_file_that_is_not_there_is_refused(organization, tmp_path):
    with pytest.raises(FileNotThere, match="No such file"):
        imported(organization, asked(tmp_path / "none.csv", mapping_file(tmp_path, organization)))
    with pytest.raises(FileNotThere, match="nothing-of-this-name"):
        mappings.read("nothing-of-this-name")


def test_a_mapping_that_is_no_toml_is_refused(tmp_path):
    path = tmp_path / "broken.toml"
    path.write_text("name = ")

    with pytest.raises(MappingRefused, match="is no TOML"):
        mappings.read(str(path))


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
