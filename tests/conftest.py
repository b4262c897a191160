"""What every test may use: the shipped code lists, a made-up clinic, and how Hypothesis runs."""

import os
import signal
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

sys.path.insert(0, str(Path(__file__).parent))  # tests import their builders from `helpers`

import databases
from helpers import Clinic

from tpi_billing import config
from tpi_billing.codes import CodeBook

# The daily run always tries the same examples; the long one looks for new ones.
settings.register_profile("specification", deadline=None, max_examples=100, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2_000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "specification"))

# What a script starts in the background ignores Ctrl-C, and so would the tests that press it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_configure(config: pytest.Config) -> None:
    """Let `databases` hear of the fixtures of a whole run, too: this file only hears of tests'."""
    config.pluginmanager.register(databases)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out, with the reason, what is about a ledger in a file when there is none.

    With TPI_TEST_ONE_IN=N only every N-th test runs of those that do not look at the ledger itself:
    by its name, so that each of several processes takes the same.
    """
    if not databases.SERVER:
        return
    for item in items:
        for mark in item.iter_markers("sqlite"):
            item.add_marker(pytest.mark.skip(reason=f"only SQLite: {mark.args[0]}"))
            break
    left_out = [item for item in items if ONE_IN > 1 and not _is_chosen(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if _is_chosen(item)]


ONE_IN = int(os.environ.get("TPI_TEST_ONE_IN", "1"))
ABOUT_THE_LEDGER = (
    "tests/ledger/",
    "tests/postgresql/",
    "test_engines.py",
    "test_moving.py",
)


def _is_chosen(item: pytest.Item) -> bool:
    if any(part in item.nodeid for part in ABOUT_THE_LEDGER):
        return True
    return zlib.crc32(item.nodeid.encode()) % ONE_IN == 0


@pytest.fixture(scope="session", autouse=True)
def _ledgers_are_on_the_server() -> Iterator[None]:
    """Let commands of this process find a workspace's ledger on the server, if there is one."""
    with pytest.MonkeyPatch.context() as patched:
        if databases.SERVER:
            patched.setattr(config, "load", databases.loading(config.load))
        yield


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell the figures of the faults that were injected."""
    reports = [one for all_of in terminalreporter.stats.values() for one in all_of]
    for report in reports:
        for name, told in getattr(report, "user_properties", ()):
            if name == "faults" and report.when == "call":
                terminalreporter.write_line(str(told))


@pytest.fixture(scope="session", autouse=True)
def _no_database_is_left() -> Iterator[None]:
    yield
    databases.drop_databases(0, lasting_too=True)


@pytest.fixture(autouse=True)
def _its_databases_go_with_a_test() -> Iterator[None]:
    before = len(databases.made)
    yield
    databases.drop_databases(before)


@pytest.fixture(scope="session")
def book() -> CodeBook:
    return CodeBook.load()


@pytest.fixture(scope="session")
def empty_ledger(tmp_path_factory: pytest.TempPathFactory, book: CodeBook) -> Path:
    """Make an empty ledger once, since the migrations take their time."""
    folder = tmp_path_factory.mktemp("empty")
    Clinic(folder, book).close()
    return folder / "ledger.db"


@pytest.fixture
def clinic(tmp_path: Path, book: CodeBook, empty_ledger: Path) -> Iterator[Clinic]:
    """Make a clinic with an empty ledger of its own."""
    made = Clinic.from_empty(empty_ledger, tmp_path, book)
    yield made
    made.close()
