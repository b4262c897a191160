"""The reference page of all commands, made from their own help, so that the two cannot differ.

`python -m tpi_billing.cli.documentation` prints it; `--check FILE` compares a file with it.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from tpi_billing.cli.commands import COMMANDS, Group
from tpi_billing.cli.main import root

_HEAD = """# Commands

This page is made from the commands' own help:
`python -m tpi_billing.cli.documentation > docs/commands.md`.

Global options may stand before or after the command. Exit codes: `0` done; `1` done, and
something needs a person; `2` wrong usage; `3` configuration; `4` a file could not be read or
written; `5` conflict; `6` integrity; `7` network or Teleplan.
"""
_WIDTH = 90


def render() -> str:
    """Return the page as Markdown."""
    parts = [_HEAD]
    for name, text in _helps():
        parts.append(f"## {name}\n\n```text\n{text.strip()}\n```\n")
    return "\n".join(parts)


def _helps() -> Iterator[tuple[str, str]]:
    command: Any = typer.main.get_command(root)
    context = command.make_context(
        "tpi-billing", [], resilient_parsing=True, max_content_width=_WIDTH
    )
    yield "tpi-billing", _help(command, context)
    for name, entry in COMMANDS.items():
        group = command.get_command(context, name)
        inside = type(context)(group, info_name=name, parent=context)
        if not isinstance(entry, Group):
            yield name, _help(group, inside)
            continue
        for word in entry.commands:
            leaf = group.get_command(inside, word)
            yield f"{name} {word}", _help(leaf, type(context)(leaf, info_name=word, parent=inside))


def _help(command: Any, context: Any) -> str:
    context.terminal_width = _WIDTH
    return "\n".join(line.rstrip() for line in command.get_help(context).splitlines())


def main() -> None:
    """Print the page, or compare a file with it and exit with 1 when they differ."""
    page = render()
    if sys.argv[1:2] == ["--check"]:
        there = Path(sys.argv[2]).read_text(encoding="utf-8")
        if there != page:
            sys.exit(f"{sys.argv[2]} is not what the commands say; make it again")
        return
    sys.stdout.write(page)


if __name__ == "__main__":
    main()
