"""Files of rules: read from bytes that nobody vouches for, and proven before a word is believed."""

import hashlib
import json
from dataclasses import dataclass

from audit import papers
from audit.errors import PaperRefused
from core import signing
from governance.errors import RulesRefused
from governance.rules import rulesets
from governance.rules.rulesets import KIND, Content


@dataclass(frozen=True, slots=True)
class RuleFile:
    """A file whose signature holds and whose rules can stand; `fingerprint` is its key's."""

    organization: str
    as_of: str
    digest: str
    fingerprint: str
    rules: Content


def read(given: bytes) -> RuleFile:
    """Return what a file says; RulesRefused with every problem, and nothing of it is believed."""
    unclear = rulesets.text_problem(given)
    if unclear is not None:
        raise _refused([unclear])
    text = given.decode("utf-8-sig")
    document = json.loads(text).get("document")
    if not isinstance(document, dict):
        raise _refused(["it is no file of rules."])
    other = rulesets.kind_problem(document)
    if other is not None:
        raise _refused([other])
    try:
        paper = papers.opened(KIND, text)
    except PaperRefused as refusal:
        changed = f"{refusal.details['problem']}: it was changed after it was exported."
        raise _refused([changed]) from refusal
    if found := rulesets.problems(document):
        raise _refused(found)
    rules = document["rules"]
    if document.get("digest") != digest(rules):
        raise _refused(["its digest is not that of its rules."])
    return RuleFile(
        organization=str(document.get("organization", "")),
        as_of=str(document.get("as_of", "")),
        digest=digest(rules),
        fingerprint=signing.fingerprint(paper.key),
        rules=rules,
    )


def digest(rules: Content) -> str:
    """Return the digest by which two rule sets are told to be the same, in hex digits."""
    return hashlib.sha256(signing.canonical(rules)).hexdigest()


def _refused(found: list[str]) -> RulesRefused:
    return RulesRefused(rulesets.first(found))
