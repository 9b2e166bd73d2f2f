"""Reads the tables of a page back out of its own markup: what is taken out is what is shown.

No table is described a second time for its file, so none can tell there what the page withholds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
# What acts or is drawn, and says nothing of its own.
UNSAID = frozenset({"button", "dialog", "script", "style", "template", "text", "textarea"})
HEADINGS = frozenset({"h2", "h3", "h4"})
BLOCKS = frozenset({"p", "div", "li", "dd", "dt", "ul", "ol"})
BELOW = frozenset({"table__under", "table__unit"})
NOT_TYPED = frozenset({"hidden", "checkbox", "radio", "submit", "file", "password"})
NUMERIC = "num"

Words = list[str]


@dataclass(slots=True)
class Cell:
    """One cell: its words, those below them, the moment it names, and whether it is a number."""

    words: Words = field(default_factory=list)
    below: Words = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    is_number: bool = False
    has_unsaid: bool = False
    span: int = 1

    @property
    def text(self) -> str:
        """The words of the cell in one line."""
        return _line(self.words)

    @property
    def under(self) -> str:
        """The smaller words below them, in a head the unit of the column."""
        return _line(self.below)


@dataclass(slots=True)
class Row:
    """One row of a table; `part` is thead, tbody or tfoot."""

    part: str
    cells: list[Cell] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """One table as it is shown; `unit` is what its figures are in where no column says so."""

    label: str
    unit: str = ""
    caption: Words = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What a page says of itself: its heading, where it stands, what it is narrowed to, notes."""

    title: Words = field(default_factory=list)
    path: list[Words] = field(default_factory=list)
    said: list[tuple[Words, Words]] = field(default_factory=list)
    notes: list[tuple[Words, Words]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def read(markup: str) -> Page:
    """Return the tables of a page, and what the page says about them."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.page


def line(words: Iterable[str]) -> str:
    """Return words in one line, white space made one space."""
    return _line(words)


def _line(words: Iterable[str]) -> str:
    return " ".join("".join(words).split())


@dataclass(slots=True)
class _Open:
    """An element that is open: where its text goes, and whether it is passed over."""

    tag: str
    into: Words | None
    is_unsaid: bool
    attributes: dict[str, str]


class _Reader(HTMLParser):
    """Walks once through the markup of a page that this product wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[_Open] = [_Open("", None, is_unsaid=False, attributes={})]
        self._heading: Words = []
        self._table: Table | None = None
        self._row: Row | None = None
        self._cell: Cell | None = None
        self._labels: dict[str, Words] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in VOID:
            self._void(tag, attributes)
            return
        outer = self._open[-1]
        is_unsaid = (
            outer.is_unsaid or _is_unsaid(tag, attributes) or self._is_for_reader(attributes)
        )
        if is_unsaid and self._cell is not None:
            self._cell.has_unsaid = True
        if tag in BLOCKS and outer.into:
            outer.into.append(" ")
        into = None if is_unsaid else self._into(tag, attributes, outer)
        self._open.append(_Open(tag, into, is_unsaid, attributes))

    def handle_endtag(self, tag: str) -> None:
        if all(each.tag != tag for each in self._open):
            return
        while self._open.pop().tag != tag:
            pass
        if tag == "table":
            self._table = self._row = self._cell = None
        elif tag in {"td", "th"}:
            self._cell = None

    def handle_data(self, data: str) -> None:
        into = self._open[-1].into
        if into is not None:
            into.append(data)

    def _into(self, tag: str, attributes: dict[str, str], outer: _Open) -> Words | None:
        """Return where the text of an element goes that has just been opened."""
        if self._table is not None or tag == "table":
            return self._into_table(tag, attributes, outer)
        if tag == "h1":
            return self.page.title
        if tag in HEADINGS:
            self._heading = []
            return self._heading
        if tag == "li" and "crumbs" in outer.attributes.get("class", "").split():
            self.page.path.append([])
            return self.page.path[-1]
        if "data-sheet" in attributes:
            self.page.notes.append(([attributes["data-sheet"]], []))
            return self.page.notes[-1][1]
        return self._into_filter(tag, attributes, outer)

    def _into_filter(self, tag: str, attributes: dict[str, str], outer: _Open) -> Words | None:
        if not self._is_filter:
            return outer.into
        if tag == "label":
            return self._labels.setdefault(attributes.get("for", ""), [])
        if tag == "option" and "selected" in attributes and attributes.get("value"):
            chosen: Words = []
            self.page.said.append((self._labels.get(outer.attributes.get("id", ""), []), chosen))
            return chosen
        return None

    def _into_table(self, tag: str, attributes: dict[str, str], outer: _Open) -> Words | None:
        classes = set(attributes.get("class", "").split())
        if tag == "table":
            self._begin(attributes)
        elif tag == "caption" and self._table is not None:
            return self._table.caption
        elif tag == "tr" and self._table is not None:
            self._row = Row(outer.tag if outer.tag.startswith("t") else "tbody")
            self._table.rows.append(self._row)
        elif tag in {"td", "th"} and self._row is not None:
            self._cell = Cell(is_number=NUMERIC in classes, span=_span(attributes))
            self._row.cells.append(self._cell)
            return self._cell.words
        elif self._cell is not None:
            return self._into_cell(tag, attributes, classes, outer, self._cell)
        return None

    @staticmethod
    def _into_cell(
        tag: str, attributes: dict[str, str], classes: set[str], outer: _Open, cell: Cell
    ) -> Words | None:
        if classes & BELOW:
            cell.below.append(" · " if cell.below else "")
            return cell.below
        if tag == "time":
            cell.moments.append(attributes.get("datetime", ""))
        if "data-total" in attributes:
            cell.is_number = True
        if tag == "option" and "selected" not in attributes:
            return None
        return outer.into

    def _begin(self, attributes: dict[str, str]) -> None:
        named = (each.attributes.get("aria-label", "") for each in reversed(self._open))
        label = attributes.get("aria-label") or next(filter(None, named), "")
        self._table = Table(label or _line(self._heading), attributes.get("data-unit", ""))
        self.page.tables.append(self._table)

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        into = self._open[-1].into
        if tag == "br" and into is not None:
            into.append(" ")
        if tag != "input" or attributes.get("type", "text") in NOT_TYPED:
            return
        if self._cell is not None and into is not None:
            into.append(attributes.get("value", ""))
            self._cell.is_number |= attributes.get("inputmode") == "decimal"
        elif self._is_filter and attributes.get("value"):
            label = self._labels.get(attributes.get("id", ""), [])
            self.page.said.append((label, [attributes["value"]]))

    def _is_for_reader(self, attributes: dict[str, str]) -> bool:
        """Tell whether words in a head are there only for who cannot see what is below it."""
        is_head = self._cell is not None and self._row is not None and self._row.part == "thead"
        return is_head and "for-reader" in attributes.get("class", "").split()

    @property
    def _is_filter(self) -> bool:
        return any(
            each.tag == "form" and "filters" in each.attributes.get("class", "").split()
            for each in self._open
        )


def _is_unsaid(tag: str, attributes: dict[str, str]) -> bool:
    classes = attributes.get("class", "").split()
    return (
        tag in UNSAID
        or "hidden" in attributes
        or attributes.get("aria-hidden") == "true"
        or (tag == "svg" and "light__sign" not in classes)
        or (tag == "a" and "button" in classes)
    )


def _span(attributes: dict[str, str]) -> int:
    given = attributes.get("colspan", "1")
    return int(given) if given.isdecimal() else 1
