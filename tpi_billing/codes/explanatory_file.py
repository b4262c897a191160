"""MSP's file of explanatory codes, on its way to be the workspace's `explanatory_codes.csv`.

What we know of a code stays as it is; a code that we do not know comes with MSP's own words and no
advice, until somebody writes it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tpi_billing.codes.doubts import Doubt, gone_doubts
from tpi_billing.codes.explanatory import ExplanatoryCode, read_explanatory_codes
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.codes.list_file import CodeFile, read_code_file
from tpi_billing.codes.new_edition import render_csv

_LINE = re.compile(r"([0-9A-Z*]{2})\s+(\S.*)")
_COLUMNS = tuple(ExplanatoryCode.model_fields)


@dataclass(frozen=True, slots=True)
class ExplanatoryPlan:
    """What an import would do: the whole list that would be in force, and what differs."""

    path: Path
    content: bytes
    unchanged: bool
    codes: int
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    doubts: tuple[Doubt, ...]


def read_explanatory_file(path: Path) -> CodeFile:
    """Read MSP's file; FileError when no line of it is a code, or when a code stands twice."""
    return read_code_file(path, _LINE, "explanatory code", "A line is a code of two characters")


def plan_explanatory(workspace: Path, file: CodeFile) -> ExplanatoryPlan:
    """Plan to keep MSP's codes as the workspace's list; nothing is written.

    A code that MSP has no more is dropped: it no longer comes back on a claim.
    """
    now = read_explanatory_codes(CodeFiles(shipped_directory(), workspace))
    kept = {code: entry for code, entry in now.items() if code in file.titles}
    new = {code: _entry(code, words) for code, words in file.titles.items() if code not in now}
    codes = kept | new
    dropped = tuple(code for code in now if code not in file.titles)
    path = workspace / "fee_codes" / "explanatory_codes.csv"
    return ExplanatoryPlan(
        path=path,
        content=_render(file, codes),
        unchanged=path.exists() and codes == now,
        codes=len(codes),
        added=tuple(new),
        dropped=dropped,
        doubts=tuple(gone_doubts(dropped, len(now), "explanatory codes")),
    )


def _entry(code: str, words: str) -> ExplanatoryCode:
    return ExplanatoryCode(
        code=code,
        family="new",
        outcome="refused",
        meaning=words,
        cause="These are MSP's own words; nothing more is known of the code here yet.",
        who="clinic",
        action="Read MSP's words, and ask the Teleplan help desk where they are not clear.",
        resubmit="no",
        deadline="none",
        certainty="inferred",
    )


def _render(file: CodeFile, codes: Mapping[str, ExplanatoryCode]) -> bytes:
    remarks = [
        f"source: MSP's file of explanatory codes {file.name}, SHA-256 {file.sha256}",
        "status: codes are MSP's; the words are ours where we had any, and MSP's for family new",
        *(f"unknown record, line {line.row}: {line.text}" for line in file.unknown),
    ]
    rows = ([_cell(getattr(each, name)) for name in _COLUMNS] for each in codes.values())
    return render_csv(remarks, _COLUMNS, rows)


def _cell(value: object) -> str:
    return ";".join(value) if isinstance(value, tuple) else str(value)
