"""Tell the seconds of a peer's work and what came out, as JSON; standard library only."""

import json
import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any


def tell(work: Callable[[], Any]) -> None:
    """Do the work and print its seconds."""
    started, busy = time.perf_counter(), time.process_time()
    outcome = work()
    figures = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - busy}
    print(json.dumps({**figures, "outcome": outcome}))


def versions(*names: str) -> str:
    """Name packages with their versions."""
    return ", ".join(f"{name} {version(name)}" for name in names)
