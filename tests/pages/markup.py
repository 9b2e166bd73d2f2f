"""Reads answers as a person does: the text of an element, the cells of a table."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
UNSEEN = {"script", "style", "template", "title"}


@dataclass(slots=True)
class Element:
    """One element with what is inside it, in order."""

    tag: str
    attributes: dict[str, str]
    inside: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """The words of the element, white space made one space; what is never shown left out."""
        return " ".join(self._words().split())

    def _words(self) -> str:
        if self.tag in UNSEEN:
            return ""
        return "".join(each if isinstance(each, str) else each._words() for each in self.inside)

    def all(self, tag: str = "", **wanted: str) -> "list[Element]":
        """Return the elements inside by tag, id or one of the classes (`class_`)."""
        found = [self] if self._is(tag, wanted) else []
        for each in self.inside:
            if isinstance(each, Element):
                found += each.all(tag, **wanted)
        return found

    def one(self, tag: str = "", **wanted: str) -> "Element":
        """Return the only such element."""
        (found,) = self.all(tag, **wanted)
        return found

    def _is(self, tag: str, wanted: dict[str, str]) -> bool:
        return (not tag or self.tag == tag) and all(
            value in self.attributes.get("class", "").split()
            if name == "class_"
            else self.attributes.get(name.rstrip("_").replace("_", "-")) == value
            for name, value in wanted.items()
        )

    def rows(self) -> list[list[str]]:
        """Return the texts of the cells of the body's rows of the only table inside."""
        body = self.one("tbody")
        return [[cell.text for cell in row.all("th") + row.all("td")] for row in body.all("tr")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("", {})]

    def handle_starttag(self, tag, attrs):
        made = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag, attrs):
        self.open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag):
        while len(self.open) > 1 and self.open.pop().tag != tag:
            pass

    def handle_data(self, data):
        self.open[-1].inside.append(data)


def read(response) -> Element:
    """Return an answer as a tree of elements."""
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader.open[0]
