"""The page of the patterns, written from their own headers, the thresholds and `claim_facts`.

`python -m tpi_billing.audit.patterns.documentation` prints it.
"""

import sys
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from tpi_billing.audit.patterns.pattern import (
    CASE_COLUMNS,
    MEASURE_COLUMNS,
    Pattern,
    shipped_patterns,
)
from tpi_billing.audit.patterns.thresholds import Limits, Thresholds
from tpi_billing.audit.patterns.wording import figure_text
from tpi_billing.ledger.facts import FACT_COLUMNS

_HEAD = """\
# Patterns

`tpi-billing audit patterns` looks for what MSP's own profiles and inspectors look for, before they
do. Each pattern is one small file of plain standard SQL over one table, `claim_facts`; its header
says what it looks for and why. `--list` names them, `--show ID` prints one. This page is written
from their headers, and from the thresholds, which are data with reasons.

A finding is no proof. It names a practitioner, says how far the figure lies from the others' and
from the practitioner's own past, and lists the claims, whose records somebody then reads.

## How somebody is named

- **Against the others.** The figure is compared with the middle (median) of the clinic's other
  practitioners over the same days. The distance is counted in robust deviations: the median
  absolute deviation times 1.4826, which one strange figure cannot move. From {outlier} on, the
  usual cut of that method, it is an outlier. Beside it stands the number of standard deviations
  that a profile by mean and standard deviation shows; MSP writes letters from about {profile} on.
- **Against the own past.** The months of the period, added up, are compared in the same way with
  each of the {past_months} months before.
- **Against fixed limits**, where the fee rules or the record leave no room.

Small numbers are not called outliers. A figure over fewer days, patients or claims than its minimum
is neither compared nor compared with. The deviation is never taken smaller than chance alone makes
it, nor than a stated part of the middle; what nobody else has needs four cases. A difference too
small to matter is none. With fewer than {least_peers} others only the own past and the fixed limits
count, and fewer than {least_past_months} months are no past.
"""

_OWN = """\
## A pattern of your own

Put a file of the same kind into the folder `patterns` of the workspace: the file's name is the id
with `.sql` behind it, and the header is as in the shipped ones. It may only read `claim_facts` and
`parameters`, begins with SELECT or WITH, and runs in a transaction that cannot write. What is wrong
with it is told by file and line.

- Kind `measure` has two statements: the first returns `{measure}`, a figure for each practitioner;
  the second `practitioner, claim_id`, the claims behind it. `form` is `count`, `percent` (numerator
  by denominator, times 100) or `dollars` (the numerator is cents). `period` is the month where
  `parameters.by_month` is 1, else the text `all`.
- Kind `cases` has one statement, which returns `{cases}`: a row for each claim; rows with the same
  `case_key` are one case, `detail` is a whole number to look at.

`parameters` is a table of one row: `first_day` and `last_day` (day numbers, both included),
`by_month`, and the whole numbers that the header's line `parameters` names.

To run unchanged on other engines, keep to standard SQL: common table expressions, window functions
and CASE; days are whole numbers, so that the time between two of them is a subtraction. Claims of
[a whole province](province.md) are put to DuckDB or Spark.

Thresholds are changed in `patterns/thresholds.toml` of the workspace: only the keys that differ,
and a `reason` in every section.

```toml
[measures.mva-use]
reason = "We are the accident clinic of the valley."
least_difference = "40"

[parameters.short_interval_days]
value = 12
reason = "Our series are three weeks apart."
```

A pattern that does not end within {minutes} minutes is stopped, and the command with it. Larger
books may need more: `minutes_a_pattern` in the section `[time]` of the same file, between quotes.
"""

_FACTS = """\
## claim_facts

One row a claim; void ones are left out. Money is integer cents, a day the number of days since
1970-01-01, a time the minute of the day, a flag 0 or 1. No health number and no name is in it.
"""


def render() -> str:
    """Return the page as Markdown."""
    thresholds, patterns = Thresholds.load(), shipped_patterns()
    head = _HEAD.format(
        outlier=thresholds.outlier,
        profile=f"{thresholds.profile:g}",
        past_months=thresholds.past_months,
        least_past_months=thresholds.least_past_months,
        least_peers=thresholds.least_peers,
    )
    overview = _table(
        ("Pattern", "What it is about", "Kind"),
        ((f"[`{one.id}`](#{one.id})", one.title, one.kind) for one in patterns),
    )
    own = _OWN.format(
        measure=", ".join(MEASURE_COLUMNS),
        cases=", ".join(CASE_COLUMNS),
        minutes=thresholds.minutes_a_pattern,
    )
    facts = _table(
        ("Column", "Kind", "Meaning"),
        ((f"`{column.name}`", column.kind, column.meaning) for column in FACT_COLUMNS),
    )
    sections = [_section(one, thresholds) for one in patterns]
    return "\n".join([head, "## The patterns\n", overview, *sections, own, _FACTS, facts])


def _section(pattern: Pattern, thresholds: Thresholds) -> str:
    limits = thresholds.of(pattern)
    facts = {
        "Looks for": pattern.looks_for,
        "Why": pattern.why,
        "Figure": pattern.unit,
        "Beside each claim": pattern.detail,
        "Named": "; ".join(_limits(pattern, limits)),
        "Reason of the limits": thresholds.reason(pattern),
        "Numbers within": "; ".join(_parameters(pattern, thresholds)),
        "Source": pattern.source,
    }
    lines = [f"- {name}: {text}" for name, text in facts.items() if text]
    return "\n".join([f"### {pattern.id}\n", f"{pattern.title}.\n", *lines, ""])


def _limits(pattern: Pattern, limits: Limits) -> Iterator[str]:
    if pattern.kind == "cases":
        reaches = f" and {_figure(pattern, limits.limit)}" if limits.limit else ""
        if limits.limit is not None:
            yield f"from {limits.least_cases} of them{reaches} on"
    elif limits.limit is not None:
        yield f"from {_figure(pattern, limits.limit)} on"
    far = f"{_figure(pattern, limits.least_difference)} or more" if limits.least_difference else ""
    beyond = f", {far} above the middle" if far else ""
    yield f"as an outlier{beyond} (over at least {limits.least}; scale {limits.spread_percent}%)"


def _parameters(pattern: Pattern, thresholds: Thresholds) -> Iterator[str]:
    for name, value in thresholds.parameters(pattern).items():
        yield f"`{name}` {value} ({thresholds.parameter_reason(name)})"


def _figure(pattern: Pattern, figure: Fraction | None) -> str:
    return figure_text(pattern, figure)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
