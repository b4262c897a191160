"""Pictures as text: elements of SVG with whole tenths for coordinates, the same everywhere.

Colours are classes of the page's style, so that a picture follows light and dark. Every picture has
a title and a description, which screen readers tell instead of its parts.
"""

from collections.abc import Iterable
from html import escape
from typing import TypeAlias

from tpi_billing.model.cell_text import cell_text

WIDTH = 4800
"""Of every picture, in tenths; it is drawn as wide as there is room."""

Attribute: TypeAlias = str | int


def element(name: str, /, *inside: str, **attributes: Attribute) -> str:
    """Write an element; whole numbers are tenths, `class_` is `class`, `_` in names is `-`."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_written(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    return f"<{name}{given}>{''.join(inside)}</{name}>" if inside else f"<{name}{given}/>"


def words(text: str, x: int, y: int, *, look: str = "", anchor: str = "") -> str:
    """Write a line of text; `anchor` is `middle` or `end` of it at `x`."""
    return element("text", plain(text), x=x, y=y, class_=look, text_anchor=anchor)


def box(x: int, y: int, width: int, height: int, look: str) -> str:
    """Draw a rectangle."""
    return element("rect", x=x, y=y, width=width, height=height, class_=look)


def stroke(x1: int, y1: int, x2: int, y2: int, look: str) -> str:
    """Draw a line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=look)


def picture(name: str, title: str, description: str, height: int, parts: Iterable[str]) -> str:
    """Put a picture together; `name` is its id, of which there is one on the page."""
    return (
        f'<svg id="{name}" viewBox="0 0 {_tenths(WIDTH)} {_tenths(height)}" role="img"'
        f' aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{plain(title)}</title>'
        f'<desc id="{name}-desc">{plain(description)}</desc>'
        f"{''.join(parts)}</svg>"
    )


def plain(text: str) -> str:
    """Write text so that nothing in it is markup."""
    return escape(cell_text(text))


def _written(value: Attribute) -> str:
    return _tenths(value) if isinstance(value, int) else escape(value)


def _tenths(value: int) -> str:
    whole, tenth = divmod(abs(value), 10)
    return f"{'-' if value < 0 else ''}{whole}" + (f".{tenth}" if tenth else "")
