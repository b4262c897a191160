"""Work in processes of its own, forked from one that has no thread and no connection."""

import os
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import databases


def in_a_child(do: Callable[[], object]) -> None:
    """Do something in a process of its own, so that this one keeps no thread and no connection."""
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            do()
            code = 0
        except BaseException:  # noqa: BLE001 - told, and the process ends
            traceback.print_exc()
        finally:
            os._exit(code)
    if os.waitpid(pid, 0)[1]:
        raise RuntimeError("the stages could not be made")


def in_children(
    root: Path, jobs: list[tuple[str, Callable[[], object]]], at_a_time: int
) -> Iterator[tuple[str, object]]:
    """Do jobs in processes of their own, so many at a time; yield what came of each."""
    waiting, running = list(reversed(jobs)), {}
    while waiting or running:
        while waiting and len(running) < at_a_time:
            name, job = waiting.pop()
            result = root / f"result-{name}"
            running[_fork(job, result)] = (name, result)
        pid, _ = os.wait()
        if pid in running:
            name, result = running.pop(pid)
            yield name, pickle.loads(result.read_bytes())
            result.unlink()


def _fork(job: Callable[[], object], result: Path) -> int:
    result.write_bytes(pickle.dumps("the process of this trial ended early"))
    pid = os.fork()
    if pid:
        return pid
    databases.PREFIX = f"tpi_test_{os.getpid()}_"
    databases.made.clear()
    databases.server.cache_clear()
    try:
        try:
            came: object = job()
        except AssertionError as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            came = f"{error} ({Path(place.filename).name}:{place.lineno})"
        except BaseException:  # noqa: BLE001 - told to the campaign
            came = traceback.format_exc()
        result.write_bytes(pickle.dumps(came))
        databases.drop_databases(0)
    finally:
        os._exit(0)
