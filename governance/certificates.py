"""Certificates outside the database: read from JSON or PDF, and proven without any server."""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from audit import papers
from audit.errors import PaperRefused
from audit.papers import Content
from core import signing
from governance import printing
from governance.queries.certificates import KIND

PDF = b"%PDF-"
# The length comes before the bytes: the paper may hold any sign.
_ATTACHED = re.compile(
    rb"/Length (\d+)\n/Params <<[^>]*>>\n/Subtype [^\n]*\n/Type /EmbeddedFile\n>>\nstream\n"
)


@dataclass(frozen=True, slots=True)
class Proven:
    """A certificate whose signature holds, and the fingerprint of the key that proves it."""

    content: Content
    fingerprint: str


def prove(given: bytes, keys: Collection[str] = (), organization: str | None = None) -> Proven:
    """Read a certificate and prove it; `keys` are public keys in base64 that may have signed it.

    A PDF must show exactly what its attached paper says. Raises PaperRefused, naming what is wrong.
    """
    line = attached(given) if given.startswith(PDF) else _text(given)
    paper = papers.opened(KIND, line, keys)
    if organization is not None and paper.content.get("organization") != organization:
        raise PaperRefused(
            problem=f"it is of the organization {paper.content.get('organization')}, "
            f"not of {organization}"
        )
    if given.startswith(PDF) and given != printing.pdf(line):
        raise PaperRefused(
            problem="its pages are not those of the certificate attached to it; "
            "only the attached file is signed"
        )
    return Proven(paper.content, signing.fingerprint(paper.key))


def attached(pdf: bytes) -> str:
    """Return the paper attached to a printed certificate; PaperRefused where there is none."""
    found = _ATTACHED.search(pdf)
    if found is None:
        raise PaperRefused(problem="no certificate is attached to this PDF")
    return _text(pdf[found.end() : found.end() + int(found.group(1))])


def document(line: str) -> Content:
    """Return what a paper of ours says, without proving it again."""
    said: Content = json.loads(line)["document"]
    return said


def _text(given: bytes) -> str:
    try:
        return given.decode().strip()
    except UnicodeDecodeError as refusal:
        raise PaperRefused(problem="it is neither JSON nor a PDF") from refusal
