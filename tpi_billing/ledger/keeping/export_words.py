"""The README of an export: what is in each file, and what every column means."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from textwrap import wrap

import sqlalchemy as sa

from tpi_billing.ledger import schema

_WIDTH = 78
_BEFORE = """\
PATIENTS' DATA. These files hold health numbers, names, addresses and diagnoses,
NOT MASKED. Keep them as you keep the clinic's charts, give them to nobody who
may not see those, and delete them when they have served. That they were made,
by whom and when, stands in the ledger's journal.

What this is
------------
The whole ledger of a clinic's claims to MSP (British Columbia's Medical
Services Plan), as plain files that can be read without the program that wrote
them.

  README.txt      this text
  contents.csv    every other file with its rows, bytes and SHA-256
  tables/         one CSV file for each table
  teleplan/       the files with claims, byte by byte as they are sent to MSP
  pickups/        what was fetched from MSP, byte by byte

How to read the tables
----------------------
CSV after RFC 4180: UTF-8, a comma between values, CR LF at the end of a row,
quotation marks around a value that needs them and doubled within it. A quoted
value may have line ends in it. The first row has the names of the columns.

Values are exactly those of the ledger but for one thing: a text that a
spreadsheet could take for a formula (= + - @ or their full-width twins at the
start or behind blanks, a tab or a line end at the start), or that begins with
an apostrophe, has one apostrophe put in front. A program takes one apostrophe
off wherever a value begins with one, and has the exact text. Nothing was done
to numbers that a spreadsheet writes otherwise (leading zeros, long numbers): to
look at a file in one, import it and say that every column is text.

  text       as it is
  number     digits, with a minus sign below zero
  cents      money, as a whole number of cents: 7792 is 77.92 dollars
  day        YYYY-MM-DD
  time       of day HH:MM; an instant as 2026-11-05T17:03:21Z (UTC)
  may be empty: an empty value means that there is none (NULL of a database). In
             every other text column an empty value is a blank text.

"(claims)" behind a column says that it names a row of the table claims.

How to see that nothing was changed
-----------------------------------
Compare the SHA-256 of each file with contents.csv. The journal proves itself:
each entry's sha256 is that of the UTF-8 text

  [entry, "at", "actor", "action", "record", "content", "previous_sha256"]

with the texts in JSON's quotation (characters beyond ASCII as they are) and a
comma and a blank between, and previous_sha256 is the sha256 of the entry
before.
"""


def readme(facts: Sequence[tuple[str, str]], counts: Mapping[str, int]) -> str:
    """Write the README: `facts` are names and values about the export, `counts` rows by table."""
    lines = ["The ledger as plain files", "=========================", ""]
    lines += [f"  {name + ':':<16}{value}" for name, value in facts]
    lines += ["", *_BEFORE.splitlines(), "", "The tables", "----------"]
    for table in schema.metadata.sorted_tables:
        lines += ["", *_of_table(table, counts[table.name])]
    return "".join(f"{line}\n" for line in lines)


def meaning_of(table: str, column: str = "") -> str:
    """Return what a table, or a column of it, means; KeyError when nobody has said."""
    known = _meanings()
    return known[table].get(column) or known["any"][column]


@lru_cache
def _meanings() -> dict[str, dict[str, str]]:
    text = files("tpi_billing.ledger.keeping").joinpath("meanings.toml").read_text("utf-8")
    found: dict[str, dict[str, str]] = tomllib.loads(text)
    return found


def _of_table(table: sa.Table, count: int) -> Iterator[str]:
    yield f"tables/{table.name}.csv ({count} {'row' if count == 1 else 'rows'})"
    yield from wrap(meaning_of(table.name), _WIDTH, initial_indent="  ", subsequent_indent="  ")
    for column in table.columns:
        what = meaning_of(table.name, column.name)
        said = f"{column.name}: {what} [{', '.join(_kind(column))}]"
        yield from wrap(said, _WIDTH, initial_indent="  - ", subsequent_indent="      ")


def _kind(column: sa.Column[object]) -> Iterator[str]:
    yield "number" if isinstance(column.type, sa.Integer) else "text"
    if column.primary_key:
        yield "key"
    if column.nullable:
        yield "may be empty"
