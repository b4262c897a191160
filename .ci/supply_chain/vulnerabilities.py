"""Ask whether any locked distribution has a known vulnerability; exit code 1 when one has.

Without the database, on a machine without network say, nothing can be told: it says
«not checked» with the reason, and that is no failure.
"""

import json
import subprocess
import sys
from typing import Any

from requirements import LOCK, TOP

_PATIENCE_SECONDS = 40


def main() -> int:
    """Run pip-audit on the lock, without resolving or installing anything."""
    words = [sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--require-hashes"]
    words += ["--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "5"]
    try:
        done = subprocess.run(
            words, cwd=TOP, check=False, capture_output=True, timeout=_PATIENCE_SECONDS
        )
    except subprocess.TimeoutExpired:
        print(f"not checked: database not reachable within {_PATIENCE_SECONDS} seconds")
        return 0
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        return without_an_answer(done.stderr.decode("utf-8", "replace"))
    return judge(told)


def judge(told: list[dict[str, Any]]) -> int:
    """Say what an answer tells: of each distribution its vulnerabilities, or why there is none."""
    asked = [one for one in told if "skip_reason" not in one]
    found = [(one, fault) for one in asked for fault in one["vulns"]]
    for one, fault in found:
        cure = ", ".join(fault["fix_versions"]) or "no version yet"
        print(f"VULNERABLE: {one['name']} {one['version']}: {fault['id']}; cured in {cure}")
    if not asked:
        print("not checked: database not reachable (it knows none of the distributions)")
        return 0
    unknown = len(told) - len(asked)
    rest = f"; {unknown} not known to the database" if unknown else ""
    print(f"{len(asked)} distributions checked, {len(found)} vulnerabilities{rest}")
    return 1 if found else 0


def without_an_answer(said: str) -> int:
    """Tell a database that cannot be reached from a check that does not work."""
    if "No module named" in said:
        print("not checked: pip-audit is not installed")
        return 0
    if any(sign in said for sign in ("Connection", "timed out", "HTTP", "connect", "resolve")):
        print("not checked: database not reachable")
        return 0
    print(f"the check does not work: {said.strip() or 'no answer'}")
    return 1


if __name__ == "__main__":
    sys.exit(main())
