"""Fuzz the readers: `python -m tests.fuzz READER --seconds N`; READER may be `all`.

With atheris installed the inputs follow what the readers' code does with them; without it they
are changes of the seeds by chance. Prints how many were tried, and every fault that was found;
ends with 1 if there is one. `--keep DIR` keeps the inputs of the faults.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' builders are imported from there

_TOLD = "tries.json"
_OWN_CHANGES = 0.7
"""The part of the changes that know what readers trip over; the others are the fuzzer's own."""


def main() -> int:
    """Fuzz what was asked for; return 1 when something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("reader", help="a reader's name, or all; - names them")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--engine", choices=("atheris", "chance"))
    parser.add_argument("--write", action="store_true", help="keep the figures in docs/hostile.md")
    parser.add_argument("--json", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    engine = given.engine or ("atheris" if find_spec("atheris") else "chance")
    if given.here:
        return _here(given, engine)
    from .readers import READERS

    if given.reader == "-":
        sys.stdout.write("".join(f"{name:<16} {one.what}\n" for name, one in READERS.items()))
        return 0
    names = list(READERS) if given.reader == "all" else [given.reader]
    figures = {name: _apart(name, given, engine) for name in names}
    for name, (inputs, found) in figures.items():
        sys.stdout.write(f"{name:<16} {inputs:>9} inputs  {len(found)} faults\n")
        sys.stdout.writelines(f"  {one}\n" for one in found)
    everything = sum(inputs for inputs, _ in figures.values())
    faults = sum(len(found) for _, found in figures.values())
    sys.stdout.write(f"{'all':<16} {everything:>9} inputs  {faults} faults ({engine})\n")
    if given.write:
        from hostile.figures import fuzz_lines, keep

        what = {name: one.what for name, one in READERS.items()}
        keep("fuzz", fuzz_lines(figures, engine, what))
    return 1 if faults else 0


def _apart(name: str, given: argparse.Namespace, engine: str) -> tuple[int, list[str]]:
    """Fuzz one reader in a process of its own; return inputs tried and faults found."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / _TOLD
        words = [sys.executable, "-m", "tests.fuzz", name, "--here", "--engine", engine]
        words += ["--seconds", str(given.seconds), "--seed", str(given.seed), "--json", str(told)]
        words += ["--keep", str(given.keep)] if given.keep else []
        done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, env={**os.environ})
        try:
            inputs, found = json.loads(told.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            inputs, found = 0, []
        if done.returncode != 0:
            found.append(f"the process ended with {done.returncode}")
        return inputs, found


def _here(given: argparse.Namespace, engine: str) -> int:
    _bound_memory()
    if engine == "atheris":
        import atheris

        with atheris.instrument_imports(include=["tpi_billing"]):
            from . import readers
    else:
        from . import readers
    from .mutating import mutated
    from .trying import Tries

    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    tries = Tries(readers.READERS[given.reader], given.keep)
    seeds = tries.reader.inputs()
    last = tries.began

    def one(content: bytes) -> None:
        nonlocal last
        tries.one(content)
        if (now := time.monotonic()) - last > 1:
            last = now
            _tell(given.json, tries.inputs, list(tries.found))

    for seed in seeds:
        one(seed)
    if engine == "atheris":
        _follow(given, seeds, one)
    else:
        chance = random.Random(given.seed)
        while time.monotonic() - tries.began < given.seconds:
            one(mutated(seeds, chance))
    _tell(given.json, tries.inputs, list(tries.found))
    return 0


def _follow(given: argparse.Namespace, seeds: list[bytes], one: Callable[[bytes], None]) -> None:
    """Let atheris choose the inputs by what the readers' code does with them."""
    import atheris

    from .mutating import WORDS, mutated

    def changed(content: bytes, most: int, seed: int) -> bytes:
        chance = random.Random(seed)
        if chance.random() < _OWN_CHANGES:
            return mutated([content, *seeds], chance)[:most]
        return bytes(atheris.Mutate(content, most))

    with tempfile.TemporaryDirectory() as folder:
        begun, words = Path(folder) / "seeds", Path(folder) / "words"
        begun.mkdir()
        for number, seed in enumerate(seeds):
            (begun / str(number)).write_bytes(seed)
        words.write_text("".join(map(_quoted, WORDS)), encoding="ascii")
        options = [f"-max_total_time={int(given.seconds)}", f"-seed={given.seed}"]
        options += [f"-dict={words}", "-max_len=20000", "-timeout=60", "-rss_limit_mb=0"]
        options += [f"-artifact_prefix={folder}{os.sep}"]
        atheris.Setup([sys.argv[0], *options, str(begun)], one, custom_mutator=changed)
        atheris.Fuzz()


def _tell(path: Path | None, inputs: int, found: list[str]) -> None:
    if path is not None:
        path.write_text(json.dumps([inputs, found]), encoding="utf-8")


def _quoted(word: bytes) -> str:
    """Write a word as libFuzzer's dictionary has it; very long ones are left out."""
    text = "".join(f"\\x{byte:02x}" for byte in word)
    return f'"{text}"\n' if len(word) <= 60 else ""


def _bound_memory() -> None:
    """Let no input take all of the computer's memory, where the system can see to it."""
    try:
        import resource
    except ImportError:
        return
    most = 4 * 2**30
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


if __name__ == "__main__":
    sys.exit(main())
