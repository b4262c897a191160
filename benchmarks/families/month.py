"""A clinic's month from the export to the exported files; a million sessions."""

from collections.abc import Callable
from pathlib import Path

from benchmarks.case import OURS, Case, Goal, Side
from benchmarks.made import copy_of, imported, month_export, new_workspace, write_export
from benchmarks.measure import Figure, command, work
from benchmarks.peers.environments import run_whole
from benchmarks.visits_over_years import three_years

_SCRIPT = "pandas and openpyxl script"
_DEFLATE = "deflate of as many rows"
_SMALLER = "a tenth of them"
_EACH = 20
_LIMIT = """\
three processes, of each of which 40% is starting: imports (SQLAlchemy, pydantic, Typer; for the \
workbook openpyxl, which loads numpy where that is installed) and the making of some 150 classes; \
the sessions are checked twice, on import and when the batch is made, since anything may have \
happened in between; and each record is rendered four times: to see that it can be, for the whole \
batch, for the file, and to read the file back against it."""


def _together(*figures: Figure) -> Figure:
    peaks = [figure.mebibytes for figure in figures if figure.mebibytes]
    return Figure(
        sum(figure.seconds for figure in figures),
        sum(figure.cpu for figure in figures),
        max(peaks, default=None),
    )


def _whole_month(folder: Path, size: int) -> Figure:
    workspace = new_workspace(folder)
    return _together(
        command(workspace, "sessions", "import", str(month_export(folder, size))),
        command(workspace, "batch", "create", "--month", "2026-10"),
        command(workspace, "batch", "export", "1"),
    )


def _script(folder: Path, size: int) -> Figure:
    out = folder / "clinic.xlsx"
    return run_whole("pandas", "clinic_month.py", str(month_export(folder, size)), str(out))


def _deflate(folder: Path, size: int) -> Figure:
    return work("benchmarks.families.reading:deflate", folder, size)


def _step(*words: str) -> Callable[[Path, int], Figure]:
    """Return one command of the month, on a workspace that has all that comes before it."""
    return lambda folder, size: command(copy_of(folder / f"before-{words[1]}-{size}"), *words)


def _steps(folder: Path, size: int) -> None:
    month_export(folder, size)
    before = folder / f"before-create-{size}"
    imported(folder, size).rename(before)
    made = copy_of(before)
    command(made, "batch", "create", "--month", "2026-10")
    made.rename(folder / f"before-export-{size}")


def _import(folder: Path, size: int) -> Figure:
    return command(new_workspace(folder), "sessions", "import", str(_years(folder, size)))


def _years(folder: Path, size: int) -> Path:
    path = folder / f"years-{size}.csv"
    if not path.exists():
        write_export(path, three_years(size // _EACH, _EACH))
    return path


def _both_years(folder: Path, size: int) -> None:
    _years(folder, size)
    _years(folder, size // 10)


def _checked(folder: Path, size: int) -> Figure:
    workspace = folder / f"years-{size}"
    if not workspace.exists():
        made = new_workspace(folder)
        command(made, "sessions", "import", str(_years(folder, size)))
        made.rename(workspace)
    return command(workspace, "check")


CASES = (
    Case(
        "month",
        "a month, import to exported files",
        "session",
        2_000,
        _steps,
        (
            Side(OURS, _whole_month),
            Side("of it: batch create", _step("batch", "create", "--month", "2026-10")),
            Side("of it: batch export", _step("batch", "export", "1")),
            Side(_SCRIPT, _script),
            Side(_DEFLATE, _deflate),
        ),
        (
            Goal("under 3 s", "seconds", 3.0, limit_is=_LIMIT),
            Goal("under 200 MB", "mebibytes", 190.7),
        ),
        scales=False,
    ),
    Case(
        "growth",
        "sessions of three years imported and checked",
        "session",
        100_000,
        _both_years,
        (
            Side(OURS, _import),
            Side(_SMALLER, _import, one_in=10),
        ),
        (
            Goal(
                "grows linearly: time a session at most 1.2 of a tenth's", "slower", 1.2, _SMALLER
            ),
            Goal("under 400 MB", "mebibytes", 381.5),
        ),
    ),
)
