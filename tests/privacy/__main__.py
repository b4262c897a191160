"""Run every command on marked patients, count what was searched; `--write` keeps docs/privacy.md.

`python -m tests.privacy` gives every command of the table, in each of its ways, once to a person
with --debug and once to a script with --json, and searches everything that comes of it.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' builders are imported from there

PAGE = Path(__file__).parents[2] / "docs" / "privacy.md"


@dataclass
class Figures:
    """What was given and searched; `found` names every mark where none may be.

    `odd` are the commands that ended otherwise than the table says: they showed less than they may.
    """

    commands: set[str] = field(default_factory=set)
    runs: int = 0
    texts: int = 0
    characters: int = 0
    files: int = 0
    octets: int = 0
    carriers: int = 0
    marks: int = 0
    found: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, int]]:
        """Yield each figure with its name."""
        yield "commands", len(self.commands)
        yield "times that one was given", self.runs
        yield "marks of the patients", self.marks
        yield "texts searched: screens, errors, JSON, what the journal shows", self.texts
        yield "characters in them", self.characters
        yield "files searched, and their names", self.files
        yield "bytes in them", self.octets
        yield "of these, meant to carry patients' data", self.carriers
        yield "searches for a mark", (self.texts + self.files) * self.marks
        yield "**marks found where none may be**", len(self.found)


def measure() -> Figures:
    """Give every command in every way, and search."""
    import pytest
    from end_to_end.sending import ENVIRONMENT, configure
    from hostile.world import TODAY
    from privacy.conftest import build_marked
    from privacy.everything import COMMAND_WAYS
    from privacy.marks import MARKS
    from privacy.test_every_command import files_below, give, wide_open

    from tpi_billing.demo.stand_in import StandIn

    figures = Figures(marks=len(MARKS))
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as made, StandIn(today=TODAY) as msp:
        once = build_marked(Path(made))
        for name, ways in COMMAND_WAYS.items():
            figures.commands.add(name)
            for way in ways:
                for form in ("--debug", "--json"):
                    with (
                        tempfile.TemporaryDirectory() as folder,
                        pytest.MonkeyPatch.context() as patched,
                    ):
                        place = once.copy_to(Path(folder))
                        if way.msp:
                            configure(place.clinic, msp)
                        before = files_below(place)
                        with wide_open(place, patched):
                            said = give(place, way, form)
                        figures.runs += 1
                        if said.code not in way.codes:
                            figures.odd.append(f"{way.words} {form}: exit code {said.code}")
                        log = place.clinic.run("audit", "log", "--json")
                        _texts(figures, f"{way.words} {form}", said.out, said.err, log.all)
                        after = files_below(place).items()
                        new = {key: value for key, value in after if before.get(key) != value}
                        _files(figures, way.words, new)
    return figures


def _texts(figures: Figures, words: str, *texts: str) -> None:
    from privacy.marks import marks_in

    for text in texts:
        figures.texts += 1
        figures.characters += len(text)
        figures.found += (f"{words}: {mark}" for mark in marks_in(text))


def _files(figures: Figures, words: str, new: dict[str, bytes]) -> None:
    from privacy.marks import marks_in, marks_in_file
    from privacy.test_every_command import CARRIERS

    for name, content in new.items():
        figures.files += 1
        figures.octets += len(content)
        figures.found += (f"{words}: {mark} in the name {name}" for mark in marks_in(name))
        if any(re.fullmatch(pattern, name) for pattern in CARRIERS):
            figures.carriers += 1
        else:
            figures.found += (f"{words}: {mark} in {name}" for mark in marks_in_file(content))


def keep(figures: Figures) -> None:
    """Put the figures into the page."""
    lines = ["| what | how many |", "| --- | ---: |"]
    lines += [f"| {name} | {value:,} |" for name, value in figures.rows()]
    text = "<!-- figures -->\n\n" + "\n".join(lines) + "\n\n<!-- end -->"
    page = PAGE.read_text(encoding="utf-8")
    new, found = re.subn(r"<!-- figures -->.*?<!-- end -->", lambda _: text, page, flags=re.DOTALL)
    assert found == 1, f"{PAGE.name} has no place for the figures"
    PAGE.write_text(new, encoding="utf-8")


def main() -> int:
    """Print the figures; return 1 for a mark where none may be, and for an odd end."""
    parser = argparse.ArgumentParser(prog="python -m tests.privacy", description=__doc__)
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/privacy.md")
    given = parser.parse_args()
    figures = measure()
    for name, value in figures.rows():
        sys.stdout.write(f"{value:>12,}  {name}\n")
    for one in figures.found:
        sys.stdout.write(f"FOUND {one}\n")
    for one in figures.odd:
        sys.stdout.write(f"ODD   {one}\n")
    if figures.found or figures.odd:
        return 1
    if given.write:
        keep(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())
