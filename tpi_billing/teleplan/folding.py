"""Text as Teleplan takes it: capitals of plain ASCII on one line, every other change reported."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SPACE = re.compile(r"\r\n|[^\S ]")
_NO_LETTER = re.compile(r"[^A-Z]")
_MARKS = frozenset({"Mn", "Me", "Cf"})


@dataclass(frozen=True, slots=True)
class Change:
    """A value that was written differently: an accent, a sign or a line end was replaced.

    `p` is the field's P number, blank where none is known. The texts may hold a name: whoever
    shows them masks them.
    """

    record: str
    field: str
    p: str
    before: str
    after: str


def is_plain(text: str) -> bool:
    """Tell whether `text` can stand in a record as it is."""
    return text.isascii() and text.isprintable() and text == text.upper().strip()


def fold(text: str) -> str:
    """Return `text` in capitals without accents, line ends and tabs as blanks, ends trimmed.

    A letter of any script becomes Latin letters (`É` is `E`, `ß` is `SS`). A character that has no
    such form stays as it is, for the writer to refuse: nothing vanishes unseen.
    """
    if is_plain(text):
        return text
    line = _SPACE.sub(" ", text)
    if not line.isascii():
        line = "".join(map(_latin, unicodedata.normalize("NFC", line)))
    return line.upper().strip()


def is_altered(before: str, after: str) -> bool:
    """Tell whether folding did more than write capitals and trim the ends."""
    return after != before.upper().strip()


def initial(name: str) -> str:
    """Return the first letter of a name, folded; `""` when it has none."""
    return letters(name)[:1]


@lru_cache(maxsize=5_000)
def letters(name: str) -> str:
    """Return the letters of a name, folded: `O'Farrow` is `OFARROW`."""
    if name.isascii() and name.isalpha():
        return name.upper()
    return _NO_LETTER.sub("", fold(name))


def _latin(char: str) -> str:
    if char.isascii():
        return char
    from anyascii import anyascii

    plain = anyascii(char)
    return plain if plain or unicodedata.category(char) in _MARKS else char
