"""What is wrong with rows that are to be facts: by column, how often, and where first.

A value is never repeated: what does not belong there may be a name or a health number.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tpi_billing.audit.facts.duck import text_of
from tpi_billing.audit.facts.layout import FLAGS, FORMS, INTEGERS, KEYS, NULLABLE
from tpi_billing.errors import Trouble
from tpi_billing.ledger.facts import FACT_NAMES

_SEE = "docs/province.md says what may stand there."
_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3)
_MONTH = "strftime(DATE '1970-01-01' + CAST(service_day AS INTEGER), '%Y-%m')"


def faults_of(connection: Any, source: str, path: Path, *, as_text: bool) -> list[Trouble]:
    """Return what is wrong with the rows of `source`, which has a column `file_row`.

    With `as_text` every value is a text, as CSV has them.
    """
    tests = list(_tests(as_text=as_text))
    troubles = list(_found(connection, source, path, tests))
    if troubles:
        return troubles
    # These calculate with the values, which have to be right first.
    return list(_found(connection, source, path, list(_sums())))


_Test = tuple[str, str, str, str]
"""The column, the condition of a bad row, what is wrong, what to do."""


def _tests(*, as_text: bool) -> Iterator[_Test]:
    for name in FACT_NAMES:
        if name in INTEGERS:
            yield name, _not_whole(name, as_text=as_text), "no whole number", _SEE
        else:
            bad = f"NOT regexp_full_match(COALESCE({name}, ''), {text_of(FORMS[name])})"
            yield name, bad, "no text of that column", _SEE


def _not_whole(name: str, *, as_text: bool) -> str:
    blank = "FALSE" if name in NULLABLE else f"{name} IS NULL"
    value = f"TRY_CAST({name} AS BIGINT)" if as_text else name
    bad = [blank]
    if as_text:  # written as it would be written back: neither 1.0 nor 1e3 nor a blank before it
        bad.append(f"{name} IS NOT NULL AND CAST({value} AS VARCHAR) IS DISTINCT FROM {name}")
    if name in FLAGS:
        bad.append(f"{value} NOT IN (0, 1)")
    if name == "service_day":
        bad.append(f"{value} NOT BETWEEN 0 AND 100000")
    return " OR ".join(f"({each})" for each in bad)


def _sums() -> Iterator[_Test]:
    bad = f"month <> {_MONTH}"
    yield "month", bad, "not the month of service_day", _SEE


def _found(connection: Any, source: str, path: Path, tests: list[_Test]) -> Iterator[Trouble]:
    counts = ", ".join(
        f"COUNT(*) FILTER ({bad}), MIN(file_row) FILTER ({bad})" for _, bad, _, _ in tests
    )
    told = connection.execute(f"SELECT {counts} FROM {source}").fetchone()
    for at, (name, _, what, hint) in enumerate(tests):
        many, first = told[2 * at], told[2 * at + 1]
        if many:
            rows = "1 row" if many == 1 else f"{many} rows, of which this is the first"
            yield Trouble(f"This is {what} ({rows}).", hint, str(path), row=first, column=name)


def health_numbers(connection: Any, table: str) -> list[str]:
    """Return the columns of keys that seem to hold health numbers.

    One of eleven numbers of ten digits that begin with 9 has the check digit of one by chance; so
    many that have it are no chance.
    """
    counts = ", ".join(
        f"COUNT(*) FILTER ({_long(name)}), COUNT(*) FILTER ({_looks_like_phn(name)})"
        for name in KEYS
    )
    told = connection.execute(f"SELECT {counts} FROM {table}").fetchone()
    return [name for at, name in enumerate(KEYS) if told[2 * at + 1] * 2 > told[2 * at] > 0]


def _long(name: str) -> str:
    return f"{name} BETWEEN 9000000000 AND 9999999999"


def _looks_like_phn(name: str) -> str:
    digits = " + ".join(
        f"({name} // {10 ** (8 - at)}) % 10 * {weight}" for at, weight in enumerate(_WEIGHTS)
    )
    return f"{_long(name)} AND ({digits}) % 11 >= 2 AND 11 - ({digits}) % 11 = {name} % 10"
