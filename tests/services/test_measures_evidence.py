"""Evidence files: known by their content, limited, and given only to who may see the measure."""

import hashlib
import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from core.errors import Invalid, NotAllowed, NotFound
from measures.errors import EvidenceTooLarge, EvidenceTypeRefused
from measures.rules import filetypes
from measures.services import evidence
from tests.factories.measures import a_planned_measure

PDF = b"%PDF-1.7\n%%EOF\n"


def archive(*names, content=b"<x/>", compression=zipfile.ZIP_STORED):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", compression) as written:
        for name in names:
            written.writestr(name, content)
    return packed.getvalue()


XLSX = archive("[Content_Types].xml", "xl/workbook.xml")
DOCX = archive("[Content_Types].xml", "word/document.xml")


def attach(subject, content=PDF, name="proof.pdf", role="owner", **changes):
    asked = {"kind": "baseline", "title": "Last year's invoices"} | changes
    return evidence.attach(
        actor=subject.actor(role),
        measure_id=subject.measure_id,
        content=ContentFile(content, name=name),
        **asked,
    )


def test_a_file_is_kept_under_a_random_name_with_its_digest_and_comes_back_whole(db):
    subject = a_planned_measure()

    kept = attach(subject, name="../../etc/proof.pdf")
    found, file = evidence.opened(actor=subject.actor("executive"), public_id=kept.public_id)

    with file:
        assert file.read() == PDF
    assert (found.file_name, found.content_type) == ("proof.pdf", "application/pdf")
    assert found.sha256 == hashlib.sha256(PDF).hexdigest()
    assert "proof" not in found.stored_as
    assert default_storage.exists(found.stored_as)


def _in_words(value: object) -> str:
    """Name a case without its bytes: an archive's carry the minute it was made."""
    return f"{len(value)} bytes" if isinstance(value, bytes) else str(value)


@pytest.mark.parametrize(
    ("content", "name", "media_type"),
    [
        (PDF, "a.pdf", filetypes.PDF),
        (b"\x89PNG\r\n\x1a\n....", "a.png", filetypes.PNG),
        (b"\xff\xd8\xff\xe0....", "a.JPG", filetypes.JPEG),
        (XLSX, "a.xlsx", filetypes.XLSX),
        (DOCX, "a.docx", filetypes.DOCX),
        ("Straße;1".encode(), "a.csv", filetypes.CSV),
        (b"plain", "a.txt", filetypes.TEXT),
    ],
    ids=_in_words,
)
def test_a_file_is_what_its_content_says(content, name, media_type):
    assert filetypes.type_of(content, name) == media_type


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PDF, "a.png"),
        (b"MZ\x90\x00", "a.pdf"),
        (b"<script>alert(1)</script>", "a.html"),
        ("Straße".encode("latin-1"), "a.csv"),
        (archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "a.xlsx"),
        (archive("evil.exe"), "a.xlsx"),
        (XLSX[:40], "a.xlsx"),
        (
            archive(
                "[Content_Types].xml",
                "xl/workbook.xml",
                content=b"0" * 2_000_000,
                compression=zipfile.ZIP_DEFLATED,
            ),
            "a.xlsx",
        ),
        (XLSX, "a.docx"),
        (b"no ending", "notes"),
    ],
    ids=_in_words,
)
def test_what_is_no_evidence_or_not_what_its_name_says_is_refused_with_a_reason(content, name):
    refusal = filetypes.type_of(content, name)

    assert isinstance(refusal, filetypes.Refusal)
    assert refusal.problem.endswith(".")


def test_a_refused_file_leaves_nothing_behind(db):
    subject = a_planned_measure()

    with pytest.raises(EvidenceTypeRefused):
        attach(subject, content=b"MZ\x90\x00", name="a.exe")
    with pytest.raises(EvidenceTooLarge):
        attach(subject, content=PDF + b"0" * evidence.LARGEST, name="a.pdf")
    with pytest.raises(Invalid):
        attach(subject, content=b"", name="a.pdf")
    with pytest.raises(Invalid):
        attach(subject, kind="rumour")

    folder = f"evidence/{subject.organization.id}"
    assert not default_storage.exists(folder) or default_storage.listdir(folder)[1] == []


def test_a_file_of_exactly_the_limit_is_taken(db):
    subject = a_planned_measure()

    kept = attach(subject, content=PDF + b"0" * (evidence.LARGEST - len(PDF)))

    assert kept.size == evidence.LARGEST


def test_who_may_not_attach_is_refused_beside_the_controller_who_may(db):
    subject = a_planned_measure()

    with pytest.raises(NotAllowed):
        attach(subject, role="sponsor")

    assert attach(subject, role="controller").uploaded_by_id == subject.id_of("controller")


def test_a_file_is_not_found_by_who_may_not_see_its_measure(db):
    subject, other = a_planned_measure(), a_planned_measure()
    kept = attach(subject)

    for stranger in (subject.organization.newcomer(), other.actor("administrator")):
        with pytest.raises(NotFound):
            evidence.opened(actor=stranger, public_id=kept.public_id)
