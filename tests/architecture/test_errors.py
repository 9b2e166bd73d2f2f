"""Refusals: each has a code of its own and a sentence; the generated pages of docs/ are current."""

from collections import Counter

from config import documents


def test_every_refusal_has_a_code_of_its_own():
    codes = Counter(each.code for each in documents.refusals())

    assert [code for code, times in codes.items() if times > 1] == []


def test_every_refusal_is_a_sentence():
    assert [
        each.__name__
        for each in documents.refusals()
        if not each.message.rstrip().endswith((".", "!", "}", "”"))
    ] == []


def test_the_generated_pages_are_current():
    assert {path.name: path.read_text() for path in documents.pages()} == {
        path.name: text for path, text in documents.pages().items()
    }
