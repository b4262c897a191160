"""The page of all checks, written from the catalogue, the rules' own words and the examples."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from tpi_billing.checks.examples import AS_OF, CLEAN, CLINIC
from tpi_billing.checks.explaining import Explanation, explain
from tpi_billing.codes import CodeBook
from tpi_billing.model.catalogue import CHECKS

_HEAD = """\
# Checks

Every session is looked at by each of these checks. An **error** holds the session back until it is
corrected, a **warning** lets it through and shows, an **info** says why a line is missing or what
else may be billed. `tpi-billing check --explain ID` says on the screen what this page says of one.

*MSP says* is the explanatory code that MSP would answer with, *Field* the place in the Teleplan
claim record. This page is written from the checks themselves, and a test runs every example.
"""

_SETTINGS = """\
## Settings

A clinic moves a check under `[checks]` of `tpi-billing.toml`, to `error`, `warning`, `info` or
`off`, and so decides for itself what holds a session back:

```toml
[checks]
series-frequency = "off"
agent-not-recorded = "error"
```

Not every check can be lowered. Those below find what MSP would surely refuse, or what is no claim
at all: a session let through would come back unpaid weeks later. A line in `[checks]` that lowers
one of them is an error of the configuration.
"""

_EXAMPLES = """\
## Each check, with an example

The examples are a session of a made-up patient, checked on {as_of}, in which no check finds
anything, and what differs from it:

{session}
It is imported by a clinic of three:

```toml
{clinic}```
"""

_OVERVIEW = ("Check", "What it finds", "Severity", "Can be lowered", "MSP says", "Field")


def render() -> str:
    """Return the page as Markdown: an overview of each family, the settings, then each check."""
    codes = CodeBook.load()
    explained = [explain(check.id, codes) for check in CHECKS]
    parts = [_HEAD, *_overview(), _SETTINGS, _locked(explained), _examples()]
    return "\n".join([*parts, *map(_section, explained)])


def _overview() -> Iterator[str]:
    for family, checks in groupby(CHECKS, key=lambda check: check.family):
        yield f"## {family.capitalize()}\n"
        yield _table(
            _OVERVIEW,
            (
                (
                    f"[`{check.id}`](#{check.id})",
                    check.title,
                    check.severity,
                    "no" if check.locked else "yes",
                    check.explanatory_code,
                    check.field,
                )
                for check in checks
            ),
        )


def _locked(explained: Iterable[Explanation]) -> str:
    return _table(
        ("Cannot be lowered", "Why"),
        ((f"`{one.check.id}`", _sentence(_why(one))) for one in explained if one.why_locked),
    )


def _why(explained: Explanation) -> str:
    meaning = explained.meaning
    return f"{explained.why_locked}: {meaning}" if meaning else explained.why_locked


def _examples() -> str:
    rows = [(f"`{column}`", text) for column, text in CLEAN.items()]
    session = _table(("Column", "Cell"), rows)
    return _EXAMPLES.format(as_of=AS_OF, session=session, clinic=CLINIC)


def _section(explained: Explanation) -> str:
    check = explained.check
    movable = f"cannot be lowered: {explained.why_locked}" if explained.why_locked else "movable"
    said = f"{check.explanatory_code}: {explained.meaning}" if explained.meaning else ""
    facts = {
        "Rule": explained.rule,
        "MSP would say": said,
        "Field": check.field,
        "Cure": check.cure,
        "Source": check.source,
    }
    lines = [
        f"### {check.id}\n",
        f"{check.title}. **{check.severity.capitalize()}**, {movable}.\n",
        *(f"- {name}: {text}" for name, text in facts.items() if text),
        "- Example:",
        *(f"  - {line}" for line in explained.example),
    ]
    return "\n".join(lines) + "\n"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}."


def _table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [_row(columns), _row(tuple("---" for _ in columns)), *map(_row, rows)]
    return "\n".join(lines) + "\n"


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
