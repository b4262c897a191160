"""A page taken apart: its tables, pictures, headings, and every element with its attributes."""

from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "link", "img", "input"})


@dataclass
class Element:
    """An element: its name, attributes, and all the text within it."""

    tag: str
    attributes: dict[str, str]
    inside: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def all(self, *tags: str) -> list["Element"]:
        """Every element within it of these names, in the order of the page."""
        found = []
        for one in self.inside:
            found += [one] if one.tag in tags or not tags else []
            found += one.all(*tags)
        return found


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        one = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].inside.append(one)
        if tag not in _VOID:
            self._open.append(one)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].inside.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop().tag == tag, f"</{tag}> closes something else"

    def handle_data(self, data: str) -> None:
        for one in self._open:
            one.texts.append(data)

    def close(self) -> None:
        super().close()
        assert self._open == [self.root], "something is not closed"


def parsed(content: bytes) -> Element:
    """Take a page apart; every element must be closed where it belongs."""
    reader = _Reader()
    reader.feed(content.decode("utf-8"))
    reader.close()
    return reader.root


def table(page: Element, name: str) -> list[list[str]]:
    """Return the rows of the table of an id, with its heading and its totals."""
    (one,) = [each for each in page.all("table") if each.attributes["id"] == name]
    return [[cell.text for cell in row.all("th", "td")] for row in one.all("tr")]


def picture(page: Element, name: str) -> Element:
    """Return the picture of an id."""
    (one,) = [each for each in page.all("svg") if each.attributes.get("id") == name]
    return one


def words(drawn: Element) -> list[str]:
    """Return what is written in a picture."""
    return [each.text for each in drawn.all("text")]


def cents(text: str) -> int:
    """Read dollars as the page writes them: `$1,204.50`, `+$5.00`, `-$0.05`."""
    amount = Decimal(text.replace("$", "").replace(",", ""))
    assert amount.as_tuple().exponent == -2
    return int(amount.scaleb(2))
