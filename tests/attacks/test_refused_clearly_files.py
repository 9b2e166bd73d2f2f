"""Refused clearly: a file that is no CSV, too large to be read, or in another encoding.

A portfolio comes in by the command; what is refused leaves no row and no ledger entry.
"""

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from intake.services import reading
from tests.attacks.refusals import nothing_changes
from tests.factories.intake import GOOD, HEADER, codes, mapping_file, printed
from tests.factories.organizations import an_organization

NO_CSV = "is no CSV file: {problem}. Save it as CSV and try again. (code not_csv)"
ENCODING = (
    "is not written in {declared}, as the mapping declares: {problem}. "
    "Declare the right encoding, or save the file in this one. (code wrong_encoding)"
)


@pytest.fixture
def organization(db):
    return an_organization(currency="EUR")


def asked(organization, path: Path, declared: str = "latin-1") -> tuple[object, ...]:
    """Return what the command is given: the file, and a mapping that declares an encoding."""
    mapping = mapping_file(
        path.parent, organization, lambda text: text.replace("latin-1", declared)
    )
    return organization, path, "--mapping", str(mapping)


# What the file begins with, and what is said of it.
KINDS = [
    (b"", "it is empty"),
    (b"PK\x03\x04\x14\x00\x06\x00", "it is a packed file, such as an Excel workbook"),
    (b"%PDF-1.7\n", "it is a PDF"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "it is a picture"),
    (b"Nr\x00;Titel\n", "it holds characters that no text has"),
    (b"a letter to somebody\n", "its first line has no \u201c;\u201d between columns"),
]


@pytest.mark.parametrize(("content", "problem"), KINDS)
def test_a_file_that_is_no_csv(organization, tmp_path, superuser_connection, content, problem):
    path = tmp_path / "portfolio.csv"
    path.write_bytes(content)

    with (
        nothing_changes(organization, superuser_connection),
        pytest.raises(CommandError) as refused,
    ):
        printed(*asked(organization, path))

    assert str(refused.value) == f"portfolio.csv {NO_CSV.format(problem=problem)}"


def test_a_file_of_more_than_100_mb_is_not_even_opened(
    organization, tmp_path, monkeypatch, superuser_connection
):
    path = tmp_path / "portfolio.csv"
    with path.open("wb") as raw:
        raw.truncate(100 * reading.MEGABYTE + 1)
    given = asked(organization, path)
    opened = []
    opens = Path.open
    monkeypatch.setattr(
        Path, "open", lambda self, *how, **more: opened.append(self) or opens(self, *how, **more)
    )

    with (
        nothing_changes(organization, superuser_connection),
        pytest.raises(CommandError) as refused,
    ):
        printed(*given)

    assert str(refused.value) == (
        "portfolio.csv has 101 MB, and at most 100 MB are read. "
        "Split it into several files. (code file_too_large)"
    )
    assert path not in opened


# How the file is written, as what it is declared, and what is said of it.
ENCODINGS = [
    ("latin-1", "utf-8", "it cannot be read"),
    ("utf-16", "utf-8", "it cannot be read"),
    ("utf-8-sig", "utf-8", "it begins with a byte-order mark, which is declared as utf-8-sig"),
    ("utf-8", "ascii", "it cannot be read"),
]


@pytest.mark.parametrize(("written", "declared", "problem"), ENCODINGS)
def test_a_file_in_another_encoding_than_declared(
    organization, tmp_path, superuser_connection, written, declared, problem
):
    path = tmp_path / "portfolio.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode(written))

    with (
        nothing_changes(organization, superuser_connection),
        pytest.raises(CommandError) as refused,
    ):
        printed(*asked(organization, path, declared))

    said = ENCODING.format(declared=declared, problem=problem)
    assert str(refused.value) == f"portfolio.csv {said}"


def test_the_same_file_in_the_encoding_declared_is_taken(organization, tmp_path):
    path = tmp_path / "portfolio.csv"
    path.write_bytes(f"{HEADER}\n{GOOD}\n".encode())

    said = printed(*asked(organization, path, "utf-8"))

    assert "measures created: 1" in said
    assert codes(organization) == ["S1"]
