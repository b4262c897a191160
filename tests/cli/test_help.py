"""Help: every command has it, it agrees with the static table, and it comes quickly."""

import inspect
import subprocess
import sys
from importlib import import_module

import pytest

from tpi_billing.cli.commands import COMMANDS, Command, Group

from .conftest import Run

EVERY: dict[str, Command] = {
    **{name: entry for name, entry in COMMANDS.items() if isinstance(entry, Command)},
    **{
        f"{name} {word}": command
        for name, entry in COMMANDS.items()
        if isinstance(entry, Group)
        for word, command in entry.commands.items()
    },
}
GROUPS = {name: entry for name, entry in COMMANDS.items() if isinstance(entry, Group)}
PROMISED = """init demo doctor check
    sessions import, sessions template, sessions list, sessions show
    batch create, batch list, batch show, batch export, batch void
    claims list, claims show, fees show, fees search, fees price"""


def test_every_promised_command_is_there() -> None:
    first, *rest = PROMISED.split("\n")
    promised = {*first.split(), *(word.strip() for line in rest for word in line.split(","))} - {""}
    assert promised <= set(EVERY)


@pytest.mark.parametrize("name", EVERY)
def test_a_commands_help_begins_with_its_line_in_the_table(run: Run, name: str) -> None:
    said = run(*name.split(), "--help")
    assert (said.code, said.err) == (0, "")
    assert EVERY[name].help in said.out
    assert f"Usage: tpi-billing {name} " in said.out


@pytest.mark.parametrize("name", EVERY)
def test_the_table_has_the_first_sentence_of_the_functions_own_help(name: str) -> None:
    command = EVERY[name]
    text = inspect.getdoc(getattr(import_module(command.module), command.function))
    assert text is not None
    first, *_ = text.split("\n\n")
    assert command.help == " ".join(first.split())
    assert command.help.endswith(".")


@pytest.mark.parametrize("name", EVERY)
def test_the_help_has_an_example_that_can_be_copied(run: Run, name: str) -> None:
    lines = run(*name.split(), "--help").out.splitlines()
    example = lines[lines.index("  Example:") + 1]
    assert example.startswith(f"    tpi-billing {name}")


@pytest.mark.parametrize("name", EVERY)
def test_every_option_is_explained(run: Run, name: str) -> None:
    out = run(*name.split(), "--help").out
    for line in out.split("Options:")[1].strip().splitlines():
        words = line.split()
        assert not words[0].startswith("--") or len(words) > 2, line


@pytest.mark.parametrize("name", EVERY)
def test_help_fits_80_columns(run: Run, name: str) -> None:
    lines = run(*name.split(), "--help").out.splitlines()
    # An example may be longer: broken by us it could not be copied.
    assert all(len(line) <= 80 for line in lines if not line.startswith("    tpi-billing "))


@pytest.mark.parametrize("group", [None, *GROUPS])
def test_a_groups_help_lists_its_commands(run: Run, group: str | None) -> None:
    said = run(*([group] if group else []), "--help")
    entries = GROUPS[group].commands if group else COMMANDS
    assert said.code == 0
    for name, entry in entries.items():
        assert f" {name} {entry.help}" in " ".join(said.out.split())


@pytest.mark.parametrize("words", [[], ["sessions"], ["batch"], ["claims"], ["fees"]])
def test_a_group_alone_shows_its_help_as_wrong_usage(run: Run, words: list[str]) -> None:
    said = run(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err == run(*words, "--help").out
    assert "Error" not in said.err


def test_the_version_is_the_packages(run: Run) -> None:
    from tpi_billing import __version__

    assert run("--version").out == f"tpi-billing {__version__}\n"


@pytest.mark.parametrize("words", ["--help", "sessions --help", "batch create --help", "--version"])
def test_help_imports_nothing_heavy(words: str) -> None:
    program = (
        "import sys; from tpi_billing.cli.main import run;"
        f"code = run({words.split()!r});"
        "heavy = {'openpyxl', 'sqlalchemy', 'alembic', 'rich', 'tpi_billing.config'};"
        "heavy &= set(sys.modules);"
        "sys.exit(f'{sorted(heavy)}' if heavy else code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
