"""The page of all checks, written from the catalogue."""

from itertools import groupby

from tpi_billing.model.catalogue import CHECKS, Check

_HEAD = """\
# Checks

Every session is looked at by each of these checks. An **error** holds the session back until it is
corrected, a **warning** lets it through and shows, an **info** says why a line is missing or what
else may be billed. A check that can be lowered is moved under `[checks]` of `tpi-billing.toml`, to
`error`, `warning`, `info` or `off`; the others find what MSP would surely refuse.

*MSP says* is the explanatory code that MSP would answer with, *Field* the place in the Teleplan
claim record. This page is written from the catalogue of the checks.
"""

_COLUMNS = (
    "Check",
    "What it finds",
    "Severity",
    "Can be lowered",
    "MSP says",
    "Field",
    "Cure",
    "Source",
)


def render() -> str:
    """Return the page as Markdown: a table for each family, in the catalogue's order."""
    parts = [_HEAD]
    for family, checks in groupby(CHECKS, key=lambda check: check.family):
        parts.append(f"## {family.capitalize()}\n")
        rows = [_row(_COLUMNS), _row(["---"] * len(_COLUMNS)), *(_row(_cells(c)) for c in checks)]
        parts.append("\n".join(rows) + "\n")
    return "\n".join(parts)


def _cells(check: Check) -> list[str]:
    return [
        f"`{check.id}`",
        check.title,
        check.severity,
        "no" if check.locked else "yes",
        check.explanatory_code,
        check.field,
        check.cure,
        check.source,
    ]


def _row(cells: list[str] | tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
