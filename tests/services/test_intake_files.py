"""A file that is not what the mapping declares is refused whole, before a row is read."""

import pytest

from intake.errors import (
    ColumnsMissing,
    FileNotThere,
    FileTooLarge,
    MappingRefused,
    NotCsv,
    WrongEncoding,
)
from intake.services import mappings, reading
from tests.factories.intake import (
    GOOD,
    HEADER,
    asked,
    imported,
    is_untouched,
    mapping_file,
)
from tests.factories.organizations import an_organization


@pytest.fixture
def organization(db):
    return an_organization(currency="EUR")


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
