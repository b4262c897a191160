"""Reading MSP's files of codes and titles; diagnostic ones become the workspace's `diagnoses.csv`.

Teleplan's information files 1 (explanatory codes), 2 (diagnoses of three characters) and I (of
four, three, some five). Of their lines it is only known that a code comes first and its title after
blanks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.codes.doubts import MOST_GONE_PERCENT, Doubt, gone_doubts
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.codes.incoming import UnknownLine, plain, plain_title, read_incoming
from tpi_billing.codes.lists import Diagnosis, read_diagnoses
from tpi_billing.codes.new_edition import render_csv
from tpi_billing.errors import FileError, Trouble

_DIAGNOSIS = re.compile(r"([0-9EV][0-9]{2,4})\s+(\S.*)")
_COLUMNS = ("code", "label", "usual")


@dataclass(frozen=True, slots=True)
class CodeFile:
    """Codes with MSP's titles as they were read, and the lines that are none."""

    path: Path
    name: str
    sha256: str
    titles: dict[str, str]
    unknown: tuple[UnknownLine, ...]


@dataclass(frozen=True, slots=True)
class DiagnosisPlan:
    """What an import would do: the whole list that would be in force, and what differs."""

    path: Path
    content: bytes
    unchanged: bool
    codes: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def read_diagnosis_file(path: Path) -> CodeFile:
    """Read MSP's file; FileError when no line of it is a code, or when a code stands twice."""
    return read_code_file(
        path, _DIAGNOSIS, "diagnostic code", "A line is a code of three to five characters"
    )


def read_code_file(path: Path, form: re.Pattern[str], noun: str, what: str) -> CodeFile:
    """Read a file of codes and titles; `form` has the code and the title as its groups."""
    incoming = read_incoming(path)
    titles: dict[str, str] = {}
    row_of: dict[str, int] = {}
    unknown: list[UnknownLine] = []
    troubles: list[Trouble] = []
    for row, line in incoming.records():
        match = form.fullmatch(line.rstrip())
        if match is None:
            unknown.append(UnknownLine(row, plain(line)))
            continue
        code, title = match[1], plain_title(match[2])
        if titles.get(code, title) != title:
            message = f"{code} stands on line {row_of[code]} already, with another title"
            hint = "keep one of the two lines"
            troubles.append(Trouble(message, hint, str(path), row=row, value=code))
            continue
        titles[code] = title
        row_of.setdefault(code, row)
    if troubles:
        raise FileError.of(troubles)
    if not titles:
        raise FileError(
            f"there is no {noun} in the file",
            hint=f"{what}, blanks, and its title.",
            file=str(path),
        )
    return CodeFile(path, incoming.name, incoming.sha256, titles, tuple(unknown))


def plan_diagnoses(workspace: Path, file: CodeFile) -> DiagnosisPlan:
    """Plan to keep MSP's codes as the workspace's list; nothing is written.

    A file is the whole list of the lengths of code that it has: one of three characters leaves
    the codes of four and five as they are. Codes that stay keep the clinic's label and `usual`.
    """
    now = read_diagnoses(CodeFiles(shipped_directory(), workspace))
    lengths = {len(code) for code in file.titles}
    concerned = {code for code in now if len(code) in lengths}
    kept = {code: entry for code, entry in now.items() if code not in concerned}
    new = {code: _entry(code, title, now.get(code)) for code, title in file.titles.items()}
    codes = dict(sorted((kept | new).items()))
    dropped = tuple(sorted(concerned - new.keys()))
    path = workspace / "fee_codes" / "diagnoses.csv"
    return DiagnosisPlan(
        path=path,
        content=_render(file, codes),
        unchanged=path.exists() and codes == now,
        codes=len(codes),
        added=tuple(sorted(new.keys() - now.keys())),
        dropped=dropped,
        doubts=tuple(_doubts(file, now, dropped, len(concerned))),
    )


def _entry(code: str, title: str, known: Diagnosis | None) -> Diagnosis:
    if known is None:
        return Diagnosis(code=code, label=title)
    return known if known.label else known.model_copy(update={"label": title})


def _doubts(
    file: CodeFile, now: Mapping[str, Diagnosis], dropped: tuple[str, ...], concerned: int
) -> Iterator[Doubt]:
    for code in dropped:
        if now[code].usual:
            message = f"{code} {now[code].label}".rstrip()
            yield Doubt("own-item-gone", f"{message} is gone, and it is usual here")
    yield from gone_doubts(dropped, concerned, "diagnostic codes")
    lines = len(file.titles) + len(file.unknown)
    if len(file.unknown) * 100 > lines * MOST_GONE_PERCENT:
        message = f"{len(file.unknown)} of {lines} lines are no diagnostic codes"
        yield Doubt("unknown", message)


def _render(file: CodeFile, codes: Mapping[str, Diagnosis]) -> bytes:
    remarks = [
        f"source: MSP's file of diagnostic codes {file.name}, SHA-256 {file.sha256}",
        "status: codes are MSP's; labels and what is usual are the clinic's where it had them",
        *(f"unknown record, line {line.row}: {line.text}" for line in file.unknown),
    ]
    rows = ((each.code, each.label, "yes" if each.usual else "no") for each in codes.values())
    return render_csv(remarks, _COLUMNS, rows)
