"""What an evidence file is, told by its content and not by its name (no Django here)."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV, TEXT = "text/csv", "text/plain"

SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
)
ENDINGS: Mapping[str, frozenset[str]] = {
    PDF: frozenset({"pdf"}),
    PNG: frozenset({"png"}),
    JPEG: frozenset({"jpg", "jpeg"}),
    XLSX: frozenset({"xlsx"}),
    DOCX: frozenset({"docx"}),
    CSV: frozenset({"csv"}),
    TEXT: frozenset({"txt"}),
}
ZIP = b"PK\x03\x04"
PARTS = ((XLSX, "xl/workbook.xml"), (DOCX, "word/document.xml"))
MOST_ENTRIES = 2_000
MOST_UNPACKED = 100 * 1024 * 1024
LARGEST_RATIO = 100


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is not taken, as a sentence."""

    problem: str


def type_of(content: bytes, file_name: str) -> str | Refusal:
    """Return the media type of a file, or why it is not taken.

    Its name must say the same; a macro, a bomb or a nested oddity inside an Office file is refused.
    """
    found = _by_content(content, _ending(file_name))
    if isinstance(found, Refusal):
        return found
    if _ending(file_name) not in ENDINGS[found]:
        endings = " or ".join(f".{each}" for each in sorted(ENDINGS[found]))
        return Refusal(f"its content is {found}, which its name should say by {endings}.")
    return found


def _ending(file_name: str) -> str:
    return file_name.rpartition(".")[2].casefold()


def _by_content(content: bytes, ending: str) -> str | Refusal:
    for signature, media_type in SIGNATURES:
        if content.startswith(signature):
            return media_type
    if content.startswith(ZIP):
        return _office(content)
    return _text(content, ending)


def _office(content: bytes) -> str | Refusal:
    """Look at the table of contents only; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    # zipfile says NotImplementedError of a version or a compression that it cannot read.
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return Refusal("its content is damaged.")
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        return Refusal("it unpacks to more than is read.")
    if unpacked > LARGEST_RATIO * len(content):
        return Refusal("it is packed too tightly to be an ordinary document.")
    names = {entry.filename for entry in entries}
    if any(name.endswith("vbaProject.bin") for name in names):
        return Refusal("it carries macros. Save it without them.")
    for media_type, part in PARTS:
        if part in names and "[Content_Types].xml" in names:
            return media_type
    return Refusal("it is an archive of another kind.")


def _text(content: bytes, ending: str) -> str | Refusal:
    if b"\x00" in content:
        return Refusal("its content is of no kind that is known here.")
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return Refusal("it is no text in UTF-8, nor of another kind that is known here.")
    return CSV if ending == "csv" else TEXT
