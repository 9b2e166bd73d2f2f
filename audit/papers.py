"""Signed papers that leave the ledger: one line of JSON each, read back and proven anywhere."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from audit.errors import PaperRefused
from core import signing

Content = dict[str, object]

HEAD = "assay.head/1"
EXPORT = "assay.export/1"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper whose signature holds: what it says, and the public key that proves it."""

    content: Content
    key: str

    @property
    def organization_id(self) -> int:
        """Return whose ledger it speaks of."""
        return self.number("organization_id")

    def number(self, name: str) -> int:
        """Return a whole number it states; PaperRefused where it states none."""
        found = self.content.get(name)
        if not isinstance(found, int):
            raise PaperRefused(problem=f"it states no {name}")
        return found


def sealed(kind: str, content: Content) -> str:
    """Return a paper of one kind as a line of JSON, signed by this installation; CannotSign."""
    document = {"kind": kind, **content}
    return signing.canonical(
        {
            "document": document,
            "public_key": signing.public_key(),
            "signature": signing.sign(signing.canonical(document)),
        }
    ).decode()


def opened(kind: str, line: str, keys: Collection[str] = ()) -> Paper:
    """Read a paper back; needs no settings and no database.

    Raises PaperRefused where it is no such paper, where its signature does not fit what it says,
    or where it was made with none of `keys` (base64), if any are given.
    """
    document, own_key, signature = _parts(line)
    if document.get("kind") != kind:
        raise PaperRefused(problem=f"it is no {kind}, but {document.get('kind')}")
    if not signing.is_signed(signing.canonical(document), signature, own_key):
        raise PaperRefused(problem="what it says does not fit its signature")
    if keys and own_key not in keys:
        raise PaperRefused(
            problem=f"it was signed with the key {signing.fingerprint(own_key)}, "
            f"not with {' or '.join(map(signing.fingerprint, keys))}"
        )
    return Paper(document, own_key)


@dataclass(frozen=True, slots=True)
class Head:
    """A published head that was read back: act `seq` of an organization had this hash."""

    organization: str
    organization_id: int
    on: str
    seq: int
    hash: str
    key: str


def heads(lines: Iterable[str], keys: Collection[str] = ()) -> Iterator[Head]:
    """Read published heads, one a line; raises PaperRefused with the number of the first bad line.

    A file that holds none at all is refused too: it would prove everything.
    """
    number = 0
    for number, line in enumerate((each for each in lines if each.strip()), start=1):
        try:
            paper = opened(HEAD, line, keys)
            yield Head(
                organization=str(paper.content.get("organization")),
                organization_id=paper.organization_id,
                on=str(paper.content.get("on")),
                seq=paper.number("seq"),
                hash=str(paper.content.get("hash")),
                key=paper.key,
            )
        except PaperRefused as refusal:
            problem = f"in line {number}, {refusal.details['problem']}"
            raise PaperRefused(problem=problem) from refusal
    if not number:
        raise PaperRefused(problem="it is empty")


def _parts(line: str) -> tuple[Content, str, str]:
    try:
        read = json.loads(line, parse_float=_no_float)
    except ValueError as refusal:
        raise PaperRefused(problem="it is not JSON") from refusal
    whole = read if isinstance(read, dict) else {}
    document, key, signature = (whole.get(name) for name in ("document", "public_key", "signature"))
    if isinstance(document, dict) and isinstance(key, str) and isinstance(signature, str):
        return document, key, signature
    raise PaperRefused(problem="it does not hold a document with its signature and public key")


def _no_float(_text: str) -> float:
    raise ValueError("a signed paper holds no floats")
