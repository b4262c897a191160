"""Where the code lists are: beside the installed package, and a clinic's own in its workspace."""

import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, NamedTuple

from tpi_billing.errors import ConfigurationError, Trouble

Origin = Literal["shipped", "workspace"]

_PACKAGE = Path(__file__).resolve().parent.parent
_PLACES = (_PACKAGE / "fee_codes", _PACKAGE.parent / "fee_codes")


class EditionFile(NamedTuple):
    """One edition of the fee schedule, known by its file name's date."""

    date: datetime.date
    path: Path
    origin: Origin


def shipped_directory(places: tuple[Path, ...] = _PLACES) -> Path:
    """Return the first of `places` that holds a fee schedule; ConfigurationError without one."""
    for place in places:
        if (place / "schedule").is_dir():
            return place
    raise ConfigurationError(
        "the fee schedule and code lists (fee_codes) that come with tpi-billing are missing",
        hint="install tpi-billing again; looked in " + " and ".join(str(p) for p in places),
    )


class CodeFiles:
    """The shipped lists with a workspace's own laid over them, file by file."""

    def __init__(self, shipped: Path, workspace: Path | None = None) -> None:
        """Take the shipped `fee_codes` directory and the workspace's root, which may have none."""
        self.shipped = shipped
        own = workspace / "fee_codes" if workspace else None
        self.own = own if own and own.is_dir() else None
        if self.own:
            self._refuse_strangers(self.own)

    def locate(self, name: str) -> Path:
        """Return the file in force of that name, such as `rules.toml`: the workspace's own first.

        ConfigurationError when neither has it.
        """
        for directory in (self.own, self.shipped):
            if directory and (directory / name).is_file():
                return directory / name
        raise ConfigurationError(
            f"the code list {name} is missing",
            hint="install tpi-billing again, or put the file back",
            file=str(self.shipped / name),
        )

    def editions(self) -> list[EditionFile]:
        """Return every edition of the fee schedule, oldest first.

        On one date the shipped edition comes before the workspace's own, which so wins.
        ConfigurationError names every schedule file whose name is not a date.
        """
        found: list[EditionFile] = []
        troubles: list[Trouble] = []
        places: list[tuple[Path, Origin]] = [(self.shipped, "shipped")]
        if self.own:
            places.append((self.own, "workspace"))
        for directory, origin in places:
            for path in sorted((directory / "schedule").glob("[!.~]*.csv")):
                day = _date_of(path.stem)
                if day:
                    found.append(EditionFile(day, path, origin))
                else:
                    troubles.append(
                        Trouble(
                            "the name of a fee schedule edition is not a date",
                            hint="name it after its first day, such as 2026-01-31.csv",
                            file=str(path),
                        )
                    )
        if troubles:
            raise ConfigurationError.of(troubles)
        return sorted(found, key=lambda edition: (edition.date, edition.origin))

    def _refuse_strangers(self, own: Path) -> None:
        """Refuse a file that nothing would read: the clinic would believe it in force."""
        known = {path.name for path in self.shipped.iterdir() if path.is_file()}
        strangers = [
            path
            for path in sorted(own.iterdir())
            if path.suffix in {".csv", ".toml"}
            and path.name not in known
            and not path.name.startswith((".", "~"))
        ]
        if strangers:
            raise ConfigurationError.of([_stranger(path, known) for path in strangers])


def _stranger(path: Path, known: set[str]) -> Trouble:
    close = get_close_matches(path.name, known, n=1)
    if close:
        hint = f"did you mean {close[0]}?"
    elif _date_of(path.stem):
        hint = "an edition of the fee schedule belongs into the folder schedule"
    else:
        hint = "remove it, or name it as one of: " + ", ".join(sorted(known - {"README.md"}))
    return Trouble("no code list has this name", hint=hint, file=str(path))


def _date_of(text: str) -> datetime.date | None:
    """Read `2026-01-31`; None for anything else, `20260131` included."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
