"""What came of the faults, and a file in which it is kept as it comes."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Outcome:
    """What came of one fault: the reason when it was not survived."""

    command: str
    kind: str
    at: int
    problem: str

    @property
    def survived(self) -> bool:
        return not self.problem


@dataclass(frozen=True)
class Tried:
    """What came of the faults, and how many places there are of each kind in these commands."""

    outcomes: Sequence[Outcome]
    places: Mapping[str, int]

    @property
    def survived(self) -> bool:
        return all(one.survived for one in self.outcomes)

    def as_json(self) -> str:
        return json.dumps([vars(one) for one in self.outcomes])


def read_kept(path: Path | None, labels: set[str]) -> dict[tuple[str, str, int], Outcome]:
    """Return what came last of each place that was tried before, in these commands."""
    if path is None or not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [Outcome(**json.loads(line)) for line in lines]
    return {(one.command, one.kind, one.at): one for one in found if one.command in labels}


def keep(path: Path | None, outcome: Outcome) -> None:
    if path is not None:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(vars(outcome)) + "\n")
