"""A pattern: a file of plain SQL whose first lines say what it looks for, and why.

It reads `claim_facts` and `parameters` only. A `measure` gives a figure for each practitioner and
period, then the claims behind it; `cases` lists claims.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Literal

from tpi_billing.audit.patterns.statements import Fault, Statement, faults, split
from tpi_billing.errors import ConfigurationError, Trouble
from tpi_billing.whole_files import read_whole

Kind = Literal["measure", "cases"]
Form = Literal["count", "percent", "dollars"]

MEASURE_COLUMNS = ("practitioner", "period", "numerator", "denominator")
CLAIM_COLUMNS = ("practitioner", "claim_id")
CASE_COLUMNS = ("practitioner", "month", "case_key", "claim_id", "detail")

_KEY = re.compile(r"-- (?P<key>[a-z]+(?: [a-z]+)?): (?P<text>\S.*)")
_MORE = re.compile(r"--   (?P<text>\S.*)")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ALWAYS = ("id", "title", "kind", "columns", "looks for", "why", "source")
_OF_KIND: dict[str, tuple[str, ...]] = {
    "measure": ("unit", "form", "claims"),
    "cases": ("detail",),
}
_FORMS = ("count", "percent", "dollars")
_MOST_BYTES = 2**16
_SEE = "See tpi-billing audit patterns --show services-per-day for one that is right."


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read and found right.

    `form` says what a figure is: a count, percent, or cents shown as dollars; `detail` what the
    number beside each claim of a case means. `parameters` are those that it asks for.
    """

    id: str
    title: str
    kind: Kind
    unit: str
    form: Form
    detail: str
    parameters: tuple[str, ...]
    looks_for: str
    why: str
    source: str
    text: str
    file: str
    shipped: bool
    statements: tuple[Statement, ...]


def shipped_patterns() -> list[Pattern]:
    """Return the patterns that come with the tool, by their ids."""
    folder = files("tpi_billing.audit.patterns").joinpath("sql")
    found = sorted((each.name, each.read_text(encoding="utf-8")) for each in folder.iterdir())
    return [parse(text, name, shipped=True) for name, text in found if name.endswith(".sql")]


def own_patterns(folder: Path, taken: Iterable[str]) -> list[Pattern]:
    """Return the patterns of a workspace's folder; `taken` are ids that they may not have.

    Raise ConfigurationError with everything that is wrong with any of them.
    """
    found: list[Pattern] = []
    troubles: list[Trouble] = []
    used = set(taken)
    for path in sorted(folder.glob("*.sql")):
        try:
            pattern = parse(_read(path), str(path), shipped=False)
        except ConfigurationError as error:
            troubles += error.troubles
            continue
        if pattern.id in used:
            hint = "Give it an id and a file name of its own."
            troubles.append(
                Trouble(f"There is a pattern {pattern.id} already.", hint, str(path), row=1)
            )
        used.add(pattern.id)
        found.append(pattern)
    if troubles:
        raise ConfigurationError.of(troubles)
    return found


def parse(text: str, file: str, *, shipped: bool) -> Pattern:
    """Read a pattern's text; raise ConfigurationError with every fault and its line."""
    header, where, body = _header(text)
    wrong = [*_header_faults(header, where, Path(file).stem), *faults(text)]
    statements = tuple(split(text))
    wanted = 2 if header.get("kind") == "measure" else 1
    if not wrong and len(statements) != wanted:
        needs = "two statements, the figures and the claims," if wanted == 2 else "one statement"
        message = f"A pattern of kind {header['kind']} has {needs} and this file has "
        wrong.append(Fault(body, message + f"{len(statements)}.", _SEE))
    if wrong:
        raise ConfigurationError.of(
            [Trouble(each.message, each.hint, file, row=each.line) for each in wrong]
        )
    asked = header.get("parameters", "")
    return Pattern(
        id=header["id"],
        title=header["title"],
        kind="measure" if header["kind"] == "measure" else "cases",
        unit=header.get("unit", "% of claims"),
        form=_form(header.get("form", "percent")),
        detail=header.get("detail", ""),
        parameters=tuple(_listed(asked)) if asked else (),
        looks_for=header["looks for"],
        why=header["why"],
        source=header["source"],
        text=text,
        file=file,
        shipped=shipped,
        statements=statements,
    )


def _form(text: str) -> Form:
    return "count" if text == "count" else "dollars" if text == "dollars" else "percent"


def _header(text: str) -> tuple[dict[str, str], dict[str, int], int]:
    """Return the values of the header, their lines, and the line behind it."""
    header: dict[str, str] = {}
    where: dict[str, int] = {}
    key = ""
    number = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _KEY.fullmatch(line):
            key = found["key"]
            header[key], where[key] = found["text"].strip(), number
        elif key and (more := _MORE.fullmatch(line)):
            header[key] += " " + more["text"].strip()
        else:
            return header, where, number
    return header, where, number


def _header_faults(
    header: Mapping[str, str], where: Mapping[str, int], stem: str
) -> Iterable[Fault]:
    kind = header.get("kind", "")
    for key in (*_ALWAYS, *_OF_KIND.get(kind, ())):
        if key not in header:
            yield Fault(1, f'The header has no line "-- {key}: ...".', _SEE)
    known = {*_ALWAYS, *_OF_KIND.get(kind, ()), "parameters"}
    for key in header:
        if kind in _OF_KIND and key not in known:
            yield Fault(where[key], f'The header of kind {kind} knows no line "{key}".', _SEE)
    if "kind" in header and kind not in _OF_KIND:
        yield Fault(where["kind"], f"There is no kind {kind!r}.", "It is measure or cases.")
    if "id" in header and (header["id"] != stem or not _ID.fullmatch(stem)):
        message = f"The id {header['id']!r} is not the file's name {stem!r}."
        yield Fault(where["id"], message, "Both are small letters, digits and hyphens.")
    if header.get("form", "count") not in _FORMS:
        message = f"There is no form {header['form']!r}."
        yield Fault(where["form"], message, "It is count, percent or dollars.")
    for name in _listed(header.get("parameters", "first_day")):
        if not _NAME.fullmatch(name):
            yield Fault(where["parameters"], f"{name!r} is no name of a parameter.")
    yield from _column_faults(header, where)


def _column_faults(header: Mapping[str, str], where: Mapping[str, int]) -> Iterable[Fault]:
    columns = MEASURE_COLUMNS if header.get("kind") == "measure" else CASE_COLUMNS
    for key, wanted in (("columns", columns), ("claims", CLAIM_COLUMNS)):
        if key in header and tuple(_listed(header[key])) != wanted:
            message = f'The line "{key}" does not name the columns that are needed.'
            yield Fault(where[key], message, f"They are: {', '.join(wanted)}.")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]


def _read(path: Path) -> str:
    try:
        return read_whole(path, _MOST_BYTES).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise ConfigurationError(f"The pattern cannot be read: {reason}.", file=str(path)) from None
