"""Give every bad input to its command, and print the figures; `--write` keeps docs/hostile.md.

`python -m tests.hostile [WORDS]` tries the cases in whose names the words stand.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' builders are imported from there


def main() -> int:
    """Try the cases; return 1 when one did not end as it must."""
    from hostile.confined import Confined
    from hostile.corpus import CASES, missing
    from hostile.figures import corpus_lines, keep
    from hostile.judging import complaints
    from hostile.place import copy_of, make_world

    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("words", nargs="?", default="")
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/hostile.md")
    parser.add_argument(
        "--slow", type=float, default=9.0, help="name what takes longer, in seconds"
    )
    given = parser.parse_args()
    wrong: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    chosen = [case for case in CASES if given.words in case.id]
    with tempfile.TemporaryDirectory() as made, Confined() as confined:
        world = make_world(Path(made) / "world")
        for number, case in enumerate(chosen):
            if missing(case):
                tried[case.reader] += 1
                wrong[case.reader] += 1
                continue
            began = time.monotonic()
            with tempfile.TemporaryDirectory(dir=made) as folder:
                place = copy_of(world, Path(folder) / f"place-{number}")
                found = complaints(case, place, confined)
            tried[case.reader] += 1
            wrong[case.reader] += bool(found)
            sys.stdout.writelines(f"{case.id}\n  {one}\n" for one in found)
            if (took := time.monotonic() - began) > given.slow:
                sys.stdout.write(f"{case.id}\n  took {took:.0f} s\n")
            sys.stdout.flush()
    whole = Counter(case.reader for case in CASES)
    ended = {name: tried[name] - wrong[name] for name in tried if tried[name] == whole[name]}
    lines = corpus_lines(ended)
    sys.stdout.write("\n".join(lines) + "\n")
    if given.write:
        keep("corpus", lines)
    return 1 if wrong.total() else 0


if __name__ == "__main__":
    sys.exit(main())
