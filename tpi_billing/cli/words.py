"""The words of a command line: global options parted from the rest, and the command's name."""

from collections.abc import Sequence

from tpi_billing.cli.commands import COMMANDS, Command, Group
from tpi_billing.errors import UsageError

_FLAGS = frozenset({"--json", "--quiet", "--unmask", "--read-only", "--protect", "--debug"})
_EXAMPLES = {
    "--workspace": "The clinic's folder, for example --workspace pain-clinic.",
    "--as-of": "A day, for example --as-of 2026-11-05.",
    "--actor": 'A name for the journal, for example --actor "Robin".',
    "--unmask-reason": 'Why, for example --unmask-reason "review of charts".',
}


def global_options_first(argv: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part the global options from the rest, so that they may be given anywhere.

    Raise UsageError for one that needs a value and has none behind it, and for bytes that are no
    text: a file of such a name could never be written down in the journal.
    """
    for word in argv:
        if not word.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in word):
            raise UsageError(
                "A word of the command has bytes in it that are no text.",
                hint="Rename the file, and type its name again.",
            )
    ahead: list[str] = []
    rest: list[str] = []
    waiting = list(argv)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            rest += [word, *waiting]
            break
        if word in _FLAGS or (word.partition("=")[0] in _EXAMPLES and "=" in word):
            ahead.append(word)
        elif word in _EXAMPLES:
            if not waiting or waiting[0] in {*_FLAGS, *_EXAMPLES}:
                raise UsageError(f"{word} needs a value behind it.", hint=_EXAMPLES[word])
            ahead += [word, waiting.pop(0)]
        else:
            rest.append(word)
    return ahead, rest


def command_name(words: Sequence[str]) -> str:
    """Return the command that the words begin with, `batch create`; `""` if they name none."""
    names: list[str] = []
    entries: dict[str, Command | Group] = COMMANDS
    for word in words:
        entry = entries.get(word)
        if entry is None:
            break
        names.append(word)
        if not isinstance(entry, Group):
            break
        entries = dict(entry.commands)
    return " ".join(names)
