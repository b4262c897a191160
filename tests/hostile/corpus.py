"""Every bad input there is, by reader."""

import os
from pathlib import Path

import databases

from . import answers, backups, exports, lists, patterns, places, web, workbooks
from .case import Case

TABLES = (
    *(exports.CSV, exports.CELLS, exports.JSON, exports.DEVICES, exports.NAMES_OF_FILES),
    *(workbooks.BOMBS, workbooks.XML, workbooks.BOOKS, workbooks.READ_BACK),
    *(lists.FEES, lists.CODES, lists.SETTINGS, lists.OWN_LISTS, lists.ENVIRONMENT),
    *(patterns.SQLITE, patterns.DUCKDB, patterns.TEXTS, answers.ANSWERS, web.REPLIES),
    *(backups.BACKUPS, backups.MANIFESTS, backups.FACTS, places.PLACES),
)
_ONLY_FILES = {backups.BACKUPS.reader, backups.MANIFESTS.reader}
CASES: list[Case] = [case for table in TABLES for case in table.cases]


def missing(case: Case) -> str:
    """Say what a case needs and this computer lacks; nothing when it has it."""
    if databases.SERVER and case.reader in _ONLY_FILES:
        return "only SQLite: a backup takes the place of a file"
    if case.needs == "posix":
        return "" if os.name == "posix" else "needs a POSIX system"
    if case.needs and not Path(case.needs).exists():
        return f"needs {case.needs}"
    return ""
