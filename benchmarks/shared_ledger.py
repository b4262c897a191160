"""How far one PostgreSQL server goes: a month's work of so many visits, command by command.

    python -m benchmarks.shared_ledger --database postgresql+psycopg://owner@server/empty \
        --visits 100000

The database must be empty, and keeps what was done in it. The visits are made up from a seed. Each
row is one command in a process of its own: seconds by the clock, seconds of a processor in the
command itself (the server's come on top), peak memory of the command, visits in a second.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import machine
from benchmarks.made import month_export, new_workspace
from benchmarks.measure import Figure, command

_MONTH = "2026-10"


def main() -> None:
    """Print the table as Markdown, a row as soon as it is known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.shared_ledger", description=__doc__)
    parser.add_argument("--database", required=True, help="the address of an empty database")
    parser.add_argument("--visits", type=int, default=100_000)
    given = parser.parse_args()
    print(f"{machine.kind()}, {machine.memory()}; load {machine.load()}; {given.visits:,} visits\n")
    print("| command | seconds | processor | MiB | visits/s |\n|---|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory(prefix="tpi-shared-") as folder:
        for name, figure in _work(Path(folder), given.database, given.visits):
            memory, rate = figure.mebibytes or 0, given.visits / figure.seconds
            took = f"{figure.seconds:.1f} | {figure.cpu:.1f} | {memory:.0f} | {rate:,.0f}"
            print(f"| `{name}` | {took} |", flush=True)
    print(f"\nload {machine.load()}")


def _work(folder: Path, database: str, visits: int) -> Iterator[tuple[str, Figure]]:
    workspace = new_workspace(folder)
    settings = workspace / "tpi-billing.toml"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if not line.startswith("database =")]
    settings.write_text("\n".join([f'database = "{database}"', *kept, ""]), encoding="utf-8")
    command(workspace, "claims", "list")  # makes the tables
    export = month_export(folder, visits)
    for words in (
        ("sessions", "import", str(export)),
        ("batch", "create", "--month", _MONTH),
        ("batch", "export", "1"),
        ("claims", "list", "--limit", "20"),
        ("worklist", "--limit", "20"),
        ("audit", "patterns"),
        ("audit", "verify"),
        ("ledger", "backup", "--out", str(folder / "backup")),
    ):
        shown = " ".join(word for word in words if not word.startswith(str(folder)))
        yield shown.removesuffix(" --out"), command(workspace, *words)


if __name__ == "__main__":
    main()
