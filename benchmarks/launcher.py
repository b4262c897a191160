"""Run a command and write what it took: `launcher.py FIGURES COMMAND...`; its exit code is kept.

A small process of its own, since Linux counts to a child's peak memory what its parent had when it
was started. Standard library only.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> int:
    """Write seconds, CPU seconds and peak MiB (null where the system does not tell)."""
    figures, *command = sys.argv[1:]
    started = time.perf_counter()
    child = subprocess.Popen(command)
    cpu, mebibytes = 0.0, None
    if hasattr(os, "wait4"):
        _, status, usage = os.wait4(child.pid, 0)
        code = child.returncode = os.waitstatus_to_exitcode(status)
        unit = 2**20 if sys.platform == "darwin" else 2**10
        cpu, mebibytes = usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit
    else:  # Windows tells nothing of a process that has gone
        code = child.wait()
    seconds = time.perf_counter() - started
    taken = {"seconds": seconds, "cpu": cpu, "mebibytes": mebibytes}
    Path(figures).write_text(json.dumps(taken), encoding="utf-8")
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
