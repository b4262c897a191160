"""Cells that list sites: words that say there is none, and what looks like several in one."""

import re
from functools import lru_cache

from tpi_billing.intake.cells import listed
from tpi_billing.intake.shown import folded

SITE_COLUMNS = ("trigger_point_sites", "nerve_block_sites", "joint_sites")

_NONE = frozenset(
    {
        *("none", "no", "nil", "null", "nan", "n/a", "na", "n.a", "false"),
        *("nothing", "nosite", "nosites", "nonegiven", "nonedone", "notgiven", "notdone"),
        *("notapplicable", "0", "00", "0.0"),
    }
)
_DASHES = "-_\u2010\u2011\u2012\u2013\u2014\u2212"
_PARTS = re.compile(r"[;\r\n]")
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_SLASH = re.compile(
    r"\s/|(?<!\bw)/\s|(?<=[^\W\d]{2})/(?=[^\W\d]{2})|\b(l|lt)/(r|rt)\b|\b(r|rt)/(l|lt)\b",
    re.IGNORECASE,
)
_BOTH_SIDES = re.compile(r"\b(bilat(eral(ly)?)?|both|b/l)\b", re.IGNORECASE)
_TIMES = re.compile(
    r"(?:(?<!\w)x|[\u00d7*])\s*(\d{1,3})\b|\b(\d{1,3})\s*(?:x(?!\w)|[\u00d7*])", re.IGNORECASE
)


def read_sites(text: str) -> tuple[str, ...]:
    """Read a list of sites; a part that says that there is none is no site."""
    return tuple(part for part in listed(text) if not _says_none(part))


@lru_cache(maxsize=20_000)
def without_none(text: str) -> str:
    """Return a cell's text without the parts that say that there is no site.

    `""` if that is all it says; the very text if it has no such part.
    """
    parts = _PARTS.split(text)
    real = [part for part in parts if not _says_none(part)]
    if len(real) == len(parts):
        return text
    return "; ".join(site for part in real if (site := part.strip()))


@lru_cache(maxsize=20_000)
def several_in_one(site: str) -> str:
    """Say what makes one site look like several, `""` if nothing does.

    A comma or slash within brackets describes the site; a slash between a level's numbers
    (`C5/6`) or single letters (`A/C joint`) is part of its name.
    """
    bare = _IN_BRACKETS.sub("", site)
    if "," in bare:
        return "a comma"
    if _BOTH_SIDES.search(site):
        return "a word for both sides"
    if _SLASH.search(bare):
        return "a slash"
    if any(int(one or other) > 1 for one, other in _TIMES.findall(site)):
        return "a multiplier such as x2"
    return ""


@lru_cache(maxsize=20_000)
def _says_none(part: str) -> bool:
    return all(_is_none(piece) for piece in part.split(","))


def _is_none(piece: str) -> bool:
    word = folded(piece)
    return bool(word) and (word.strip(".") in _NONE or not word.strip(_DASHES + "."))
