"""Runs a case and says everything that is wrong with how it ended."""

import re
from collections.abc import Iterator
from pathlib import Path

from end_to_end.clinic import call
from privacy.marks import marks_in

from .case import Case
from .confined import MOST_RESIDENT, Confined, Ended
from .place import SECRET, Place

_STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")
"""What a terminal obeys, or shows otherwise than it is: nothing of it may reach a screen."""
_SURROGATE = re.compile("[\ud800-\udfff]")


def complaints(case: Case, place: Place, confined: Confined) -> list[str]:
    """Run the case's command; return what is wrong, nothing when it ended as it must."""
    words = [str(word) for word in case.make(place)]
    before, ledger = place.files(), place.ledger()
    argv = place.clinic.argv(*words, as_of=case.as_of)
    ended = confined.run(argv, place.root, case.environment)
    found = list(_of_words(case, ended))
    found += _of_bounds(ended)
    found += _of_files(case, place, before)
    found += _of_ledger(case, place, ledger)
    return found


def _of_words(case: Case, ended: Ended) -> Iterator[str]:
    if ended.code not in case.codes:
        yield f"exit code {ended.code}, not {sorted(case.codes)}: {ended.all[-1500:]}"
    if "Traceback" in ended.all:
        yield f"a traceback: {ended.all[-1500:]}"
    for words in case.says:
        if words not in " ".join(ended.all.split()):
            yield f"it does not say {words!r}: {ended.all[-1500:]}"
    if ended.code not in {0, 1} and "Error: " not in ended.err and "FIX  " not in ended.out:
        yield f"no error is told: {ended.all[-500:]}"
    if marks := marks_in(ended.all):
        yield f"it shows {marks}"
    if SECRET in ended.all:
        yield "it gives out a file from elsewhere"
    if steering := _STEERING.search(ended.all) or _SURROGATE.search(ended.all):
        yield f"it writes {steering[0]!r} to the terminal"
    if len(ended.all) > 2_000_000:  # the first 5,000 faults are told, of some 200 characters
        yield f"it says {len(ended.all)} characters"


def _of_bounds(ended: Ended) -> Iterator[str]:
    if ended.megabytes > MOST_RESIDENT:
        yield f"it took {ended.megabytes} megabytes"
    yield from (f"outside: {one}" for one in ended.elsewhere)


def _of_files(case: Case, place: Place, before: dict[str, str]) -> Iterator[str]:
    after = place.files()
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name) and not name.startswith(case.writes or ("\0",)):
            yield f"{name} is {'changed' if name in before and name in after else 'new or gone'}"
    for name in after.keys() - before.keys():
        path = place.root / name
        if not path.is_symlink() and SECRET.encode() in path.read_bytes():
            yield f"{name} holds what is in a file from elsewhere"


def _of_ledger(case: Case, place: Place, before: object) -> Iterator[str]:
    if case.keeps:
        if place.ledger() != before:
            yield "the ledger is changed"
        return
    verified = call(["--workspace", str(place.clinic.workspace), "audit", "verify"])
    if verified.code != 0:
        yield f"the ledger does not verify: {verified.all[-500:]}"


def leftovers(place: Place) -> list[Path]:
    """Return what was left in the folder for passing files."""
    return sorted(place.passing.rglob("*"))
