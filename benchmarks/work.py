"""Do one piece of work in this process and tell how long it took: a program for `measure.work`.

`module:function` is called with a folder, a size and further words, and returns the work, which is
then timed.
"""

import gc
import json
import sys
import time
from importlib import import_module
from pathlib import Path

_AS_THE_COMMAND_LINE = (20_000, 20, 20)


def main() -> None:
    """Prepare, work, and print seconds and outcome as JSON."""
    name, folder, size, *words = sys.argv[1:]
    module, _, function = name.partition(":")
    prepared = getattr(import_module(module), function)(Path(folder), int(size), *words)
    gc.set_threshold(*_AS_THE_COMMAND_LINE)
    started, busy = time.perf_counter(), time.process_time()
    outcome = prepared()
    figures = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**figures, "outcome": outcome}))


if __name__ == "__main__":
    main()
