"""Disturbs every command that changes something, and prints how many faults were survived.

`python -m tests.faults` tries a sample, with `--whole` every place, with `--most N`
so many of a kind in each command; `--write` keeps the figures in docs/faults.md, `--only WORDS`
tries the commands that begin so.
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' builders are imported from there

from .campaign import AT_MOST, as_json, campaign
from .figures import keep, lines


def main() -> int:
    """Run the campaign; return 1 when a fault was not survived."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--whole", dest="most", action="store_const", const=AT_MOST, default=0)
    parser.add_argument("--most", type=int, default=0)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        outcomes = campaign(Path(folder), most=given.most, only=given.only)
    if given.json:
        given.json.write_text(as_json(outcomes), encoding="utf-8")
    sys.stdout.write("\n".join(lines(outcomes)) + "\n")
    if given.write:
        keep(outcomes, most=given.most)
    return 0 if all(one.survived for one in outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
