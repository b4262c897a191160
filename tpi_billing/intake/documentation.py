"""The page about session records and mappings, made from the one table of columns."""

from tpi_billing.model.session import COLUMNS

_HEAD = """# Sessions: what a file must say

This page is made from the tool's own table of columns; a test holds the two together.

One row is one completed visit of one patient to one practitioner. Files may be CSV (comma,
semicolon, tab or bar between the cells; UTF-8, UTF-16 or Windows-1252), XLSX, or JSON Lines. The
header row is found by its names, also below title rows. Names match whatever their case, blanks,
`_` and `-`. `session_id`, `status`, `service_date` and `practitioner_number` must be there; a
column that is not used is named and otherwise left alone. Rows without a health number, a
registration number and a date (totals, remarks) are reported and passed over, also a total that has
words or a number under the date.

| column | meaning |
|---|---|
"""

_TAIL = """
Dates are Excel dates or `2026-10-31`. Any other way of writing them needs to be named in the
mapping: `03/04/2026` alone is never guessed at. Numbers that a spreadsheet damaged (`9123456780.0`,
`1234` for `01234`) are repaired where the column's width is known, and it is said.

Between two sites goes a `;` or a new line. A comma, a slash, `bilateral` or `x2` within a site is
named, and it counts as one site; where `trigger_point_injections` says more than one, the count is
billed and nothing is asked. `none`, `no`, `nil`, `n/a`, `-` and `0` say that there is no site. A
unit may stand behind a number: `60 cm`, `2 mL`.

A status other than `completed` is never billed. `cancelled`, `no-show` and `booked` are taken in
silence; any other word is named once a file, so that the mapping can explain it.

A visit is known by its source (the mapping's name) and its `session_id`. Importing it again changes
nothing if it is the same, brings it up to date while it is unbilled, and reports a conflict once it
is billed. A patient is known by health number and dependent, else by insurer and registration
number, else by chart number.

## Mappings

When your export has other names, say which is which in `tpi-billing.toml`:

```toml
[mappings.my-emr]
sheet = "Visits"                    # leave out for the first sheet with a header
dates = ["%d-%b-%Y"]                # 05-Oct-2026

[mappings.my-emr.columns]           # our name = "the name in your export"
session_id = "Visit #"
service_date = "Date of Service"
phn = "HIN"

[mappings.my-emr.values.status]     # "the word in your export" = "our word"
"Arrived" = "completed"
```

and import with `--mapping my-emr`. Day `%d`, month `%m` or `%b` (Oct), year `%Y` or `%y`. Three
mappings come with the tool: `day-sheet`, `visit-list` and `encounter-export`; a mapping of the same
name in your configuration goes before them.

## What is billed

Without `fee_items` the items follow from what was done: trigger points one 01156, more 01157; nerve
blocks one 01124, more 01125; a hip 00014, other joints 00015; a visit the item of the
practitioner's specialty and the patient's age. Everything one patient had from one practitioner on
one day is priced together. Try it: `tpi-billing fees price 01125 01157 --distance 75`.
"""


def render() -> str:
    """Return the page as Markdown."""
    rows = []
    for column in COLUMNS:
        choices = f" One of: {', '.join(column.choices)}." if column.choices else ""
        rows.append(f"| `{column.name}` | {column.help}{choices} |\n")
    return _HEAD + "".join(rows) + _TAIL
