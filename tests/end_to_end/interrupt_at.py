"""Runs one command for real, and presses Ctrl-C (SIGINT) in its own process at the n-th step.

Steps are those of `kill_at.py`; `interrupt_at.py 0 WORDS...` runs to the end and writes their
number. `interrupt_at.py import:MODULE WORDS...` presses it when a module is about to be loaded.
"""

import os
import signal
import sys
from pathlib import Path

WHERE = sys.argv.pop(1)
MODULE = WHERE.removeprefix("import:") if WHERE.startswith("import:") else ""
AT = 0 if MODULE else int(WHERE)


def press() -> None:
    """Press Ctrl-C."""
    os.kill(os.getpid(), signal.SIGINT)


class Finder:
    """Finds nothing; presses Ctrl-C when the module is looked for."""

    def find_spec(self, name: str, *_: object) -> None:
        if name == MODULE:
            press()


def main() -> None:
    """Run the command as `python -m tpi_billing` does."""
    from tpi_billing.__main__ import start

    # A shell lets what runs in its background ignore it, and so would everything started there.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if MODULE:
        sys.meta_path.insert(0, Finder())  # type: ignore[arg-type]
        start()
    sys.argv.insert(1, "0")
    import kill_at

    del sys.argv[1]

    def step() -> None:
        kill_at.steps += 1
        if kill_at.steps == AT:
            press()

    kill_at.step = step
    kill_at.watch()
    try:
        start()
    finally:
        if not AT:
            Path(os.environ["TPI_STEPS"]).write_text(str(kill_at.steps), encoding="utf-8")


if __name__ == "__main__":
    main()
