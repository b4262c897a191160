"""Made-up data and workspaces, the same for the same seed."""

import csv
import shutil
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from benchmarks.measure import command
from tpi_billing.demo.visits import visits
from tpi_billing.model.session import COLUMNS

_NUMBERS = count(1)


def write_export(path: Path, rows: Iterable[dict[str, str]]) -> None:
    """Write visits as an export with our own column names."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [column.name for column in COLUMNS], restval="")
        writer.writeheader()
        writer.writerows(rows)


def month_export(folder: Path, size: int) -> Path:
    """Return an export of one month's visits, made if it is not there."""
    path = folder / f"month-{size}.csv"
    if not path.exists():
        write_export(path, visits("2026-10", size))
    return path


def new_workspace(folder: Path) -> Path:
    """Make an empty workspace."""
    workspace = folder / f"workspace-{next(_NUMBERS)}"
    command(folder, "init", str(workspace))
    return workspace


def imported(folder: Path, size: int) -> Path:
    """Return a workspace that has a month's visits, made if it is not there; not to be changed."""
    workspace = folder / f"imported-{size}"
    if not workspace.exists():
        made = new_workspace(folder)
        command(made, "sessions", "import", str(month_export(folder, size)))
        made.rename(workspace)
    return workspace


def copy_of(workspace: Path) -> Path:
    """Return a copy of a workspace, to be changed."""
    copy = workspace.with_name(f"copy-{next(_NUMBERS)}")
    shutil.copytree(workspace, copy)
    return copy
