"""Where a command is told to write: links, names that systems keep for themselves, folders gone."""

import os
from collections.abc import Sequence

from .case import Make, Table
from .place import Place

PLACES = Table("the place to write to")
WRITERS: dict[str, Sequence[object]] = {
    "check": ("check", "--xlsx"),
    "worklist": ("worklist", "--xlsx"),
    "month-end": ("report", "month-end", "2026-11"),
    "template": ("sessions", "template"),
    "books": ("report", "books", "--xlsx"),
    "sample": ("audit", "sample", "--month", "2026-10", "--seed", "8", "--size", "2"),
    "corrections": ("claims", "correct", "--export"),
    "trace": ("claims", "trace", "3", "--page"),
}


def to(words: Sequence[object], name: str) -> Make:
    """Write into the folder for what is written, under this name."""
    return lambda place: [*words, f"{place.out}/{name}"]


def link(words: Sequence[object], name: str) -> Make:
    """Write where a link to a file elsewhere stands."""

    def make(place: Place) -> Sequence[object]:
        (place.out / name).symlink_to(place.outside / "secret.csv")
        return [*words, place.out / name]

    return make


def pipe(words: Sequence[object], name: str) -> Make:
    """Write where a pipe is, which must stay: in its place could be any device of the system."""

    def make(place: Place) -> Sequence[object]:
        os.mkfifo(place.out / name)
        return [*words, place.out / name]

    return make


def linked_folder(words: Sequence[object]) -> Make:
    """Write through a link that goes round."""

    def make(place: Place) -> Sequence[object]:
        (place.out / "round").symlink_to(place.out / "round")
        return [*words, place.out / "round" / "x.xlsx"]

    return make


for who, words in WRITERS.items():
    ending = ".html" if who == "trace" else ".xlsx"
    PLACES.add(
        f"{who}: a link to a file elsewhere",
        link(words, f"x{ending}"),
        0,
        1,
        4,
        5,
        keeps=False,
        writes=("out/",),
        needs="posix",
    )
    PLACES.add(
        f"{who}: a link that goes round",
        linked_folder(words),
        2,
        4,
        keeps=who != "sample",  # what was drawn is known before its workbook is there
        needs="posix",
    )
    for name in (
        f"CON{ending}",
        f"a\nb{ending}",
        f"\x1b[2J\u202e{ending}",
        f"=1+1{ending}",
        f"{'x' * 250}{ending}",
        f"trailing.{ending}.",
        f"..\\..\\x{ending}",
        f"new/{'d/' * 40}x{ending}",
    ):
        PLACES.add(
            f"{who}: the name {name[:18]!r}",
            to(words, name),
            0,
            1,
            2,
            4,
            keeps=False,
            writes=("out/",),
            needs="posix",
        )
    PLACES.add(
        f"{who}: a pipe",
        pipe(words, "x.xlsx" if who != "trace" else "x.html"),
        2,
        4,
        5,
        keeps=who != "sample",  # what was drawn is known before its workbook is there
        needs="posix",
    )
    PLACES.add(
        f"{who}: what is no folder",
        lambda place, words=words, ending=ending: [
            *words,
            place.data / "export.csv" / f"x{ending}",
        ],
        2,
        4,
        keeps=who != "sample",
    )
for words in (
    ("batch", "export", "2", "--out"),
    ("ledger", "export", "--out"),
    ("ledger", "backup", "--out"),
    ("audit", "facts", "--out"),
    ("audit", "report", "--month", "2026-10", "--out"),
    ("referrals", "missing", "--letters"),
):
    who = " ".join(words[:2])
    PLACES.add(
        f"{who}: a link that goes round",
        lambda place, words=words: [*words, linked_folder(())(place)[-1]],
        2,
        4,
        needs="posix",
    )
    PLACES.add(
        f"{who}: a pipe",
        pipe(words, "x.xlsx" if who != "trace" else "x.html"),
        2,
        4,
        5,
        keeps=who != "sample",  # what was drawn is known before its workbook is there
        needs="posix",
    )
    for name in ("CON", "a\nb", "\x1b[2J\u202e", "x" * 250, "..\\..\\x"):
        PLACES.add(
            f"{who}: the folder {name[:12]!r}",
            to(words, name),
            0,
            1,
            2,
            4,
            keeps=False,
            writes=("out/",),
            needs="posix",
        )


def batch_link(place: Place) -> Sequence[object]:
    """Every file of a batch stands there already, as a link to a file elsewhere."""
    for name in (
        "batch-0002-2026-11.xlsx",
        "batch-0002-2026-11.txt",
        "batch-0002-2026-11-claims.csv",
    ):
        (place.out / name).symlink_to(place.outside / "secret.csv")
    return ["batch", "export", "2", "--out", place.out]


PLACES.add(
    "batch export: links to a file elsewhere",
    batch_link,
    0,
    1,
    4,
    keeps=False,
    writes=("out/",),
    needs="posix",
)
