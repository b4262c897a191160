"""Where a case happens: a clinic in the middle of everything, what it is given, what is around it."""

# ruff: noqa: E501 - a bad input stands on one line, as its reader gets it

import hashlib
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import databases
from end_to_end.clinic import Clinic, new_clinic
from end_to_end.sending import configure
from privacy.marks import CELLS

from tpi_billing.demo.stand_in import StandIn

from .world import TODAY, build, say

SECRET = "KEEP-THIS-TO-YOURSELF"
"""Stands in a file outside of the clinic, which nothing may read, change or give out."""


@dataclass(frozen=True)
class Place:
    """The folders of one case: `data` is what it is given, `out` where it may write."""

    root: Path

    @property
    def clinic(self) -> Clinic:
        return Clinic(self.root / "clinic")

    @property
    def data(self) -> Path:
        return self.root / "data"

    @property
    def out(self) -> Path:
        return self.root / "out"

    @property
    def outside(self) -> Path:
        return self.root / "outside"

    @property
    def passing(self) -> Path:
        return self.root / "passing"

    def write(self, name: str, content: bytes | str) -> Path:
        """Write an input; text as UTF-8, and halves of characters as they are."""
        path = self.data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        path.write_bytes(whole)
        return path

    def settings(self, old: str, new: str) -> None:
        """Change the clinic's configuration."""
        path = self.clinic.workspace / "tpi-billing.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    def files(self) -> dict[str, str]:
        """Return what every file and link is, without the ledger's own."""
        found = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.is_symlink():
                found[name] = f"-> {path.readlink()}"
            elif path.is_file() and not name.startswith("clinic/ledger."):
                found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
        return found

    def ledger(self) -> object:
        """Return what tells whether anything in the ledger has changed."""
        if databases.SERVER:
            return self.clinic.state()
        file = self.clinic.workspace / "ledger.db"
        with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
            return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def make_world(folder: Path) -> Place:
    """Build the clinic once; cases get copies of it."""
    place = Place(folder)
    for each in (place.data, place.out, place.outside, place.passing):
        each.mkdir(parents=True)
    (place.outside / "secret.csv").write_text(f"name\n{SECRET}\n", encoding="utf-8")
    clinic = new_clinic(folder / "clinic")
    build(clinic, CELLS, place.data)
    say(clinic, "claims", "correct", "--export", place.data / "correct.xlsx")
    with StandIn(today=TODAY) as nobody:
        configure(clinic, nobody)
    return place


def copy_of(world: Place, folder: Path) -> Place:
    """Copy the world for one case."""
    place = Place(folder)
    world.clinic.copy_to(folder / "clinic")
    for name in ("data", "out", "outside", "passing"):
        shutil.copytree(world.root / name, folder / name)
    return place
