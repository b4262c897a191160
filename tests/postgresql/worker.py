"""Somebody at work, in a process of its own: works through a list of jobs, beside others.

Reads `JOBS` (a JSON list of command lines) from its argument; says `ready`, waits for a line, then
runs each command until it is done: one that finds the ledger or another's work in its way (exit 5)
is tried again. `submit next` stands for sending whatever batch is next, as long as there is one to
come. Writes one JSON object: how each command ended, and how often it had to wait.
"""

import io
import json
import sys
import time
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

import tpi_billing.claims.batches
import tpi_billing.claims.importing
import tpi_billing.intake.table
import tpi_billing.remittance.importing  # noqa: F401 - loaded before the start
from tpi_billing.cli.main import run

CONFLICT = 5
PATIENCE = 200
"""So often a command is tried again before it counts as never done."""


def answer(words: Sequence[str]) -> dict[str, Any]:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        run([*words, "--json"])
    assert err.getvalue() == "", err.getvalue()
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def insist(words: Sequence[str]) -> tuple[dict[str, Any], int]:
    """Run a command until it is done; return its answer, and how often it was tried again."""
    for tries in range(PATIENCE):
        found = answer(words)
        if found["exit_code"] != CONFLICT:
            return found, tries
        time.sleep(0.05)
    return found, PATIENCE


def send(common: Sequence[str], over: Path) -> list[dict[str, Any]]:
    """Send batches in their order until everything is batched and nothing waits."""
    done: list[dict[str, Any]] = []
    refused = 0
    while True:
        ends = over.exists()  # asked before looking: what was made until then is seen
        waiting = sorted(
            one["batch_id"]
            for one in answer([*common, "batch", "list"])["data"]["batches"]
            if one["state"] == "prepared"
        )
        if not waiting and ends:
            return done
        for batch_id in waiting[:1]:
            found = answer([*common, "submit", str(batch_id)])
            refused = refused + 1 if found["exit_code"] == CONFLICT else 0
            if not refused or refused == PATIENCE:
                done.append(found)
            if refused == PATIENCE:
                return done
        time.sleep(0.05)


def main() -> None:
    work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    ended: list[dict[str, Any]] = []
    waited = 0
    if work["sends_until"]:
        ended += send(work["common"], Path(work["sends_until"]))
    for words in work["jobs"]:
        found, tries = insist([*work["common"], *words])
        ended.append(found)
        waited += tries
    sys.stdout.write(json.dumps({"ended": ended, "waited": waited}) + "\n")


if __name__ == "__main__":
    main()
