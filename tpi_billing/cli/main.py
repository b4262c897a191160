"""The entry point: global options, lazily imported commands, one place for every failure."""

import gc
import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from tpi_billing import __version__
from tpi_billing.cli import streams
from tpi_billing.cli.commands import COMMANDS, Command, Group
from tpi_billing.cli.read_only import insist_on_looking
from tpi_billing.cli.settings import Settings, default_workspace
from tpi_billing.cli.stopped import EXIT_CODE, not_any_more, what_was_done
from tpi_billing.cli.words import command_name, global_options_first
from tpi_billing.cli.workbook_password import WorkbookPasswords
from tpi_billing.errors import BillingError, FileError, Trouble, UsageError
from tpi_billing.protection import take_passwords_from

UNEXPECTED = 70
"""The exit code of a fault in the tool itself; no user can do anything about one."""
_LOOK_FOR_CYCLES = (20_000, 20, 20)
"""When to look for cycles of objects, of which a command makes few: Python's own 700 costs more."""


class _NoCommandError(UsageError):
    """Only a group was named: the answer is its help."""

    def __init__(self, help_text: str) -> None:
        super().__init__("No command was given.", hint="See tpi-billing --help.")
        self.help_text = help_text


class _LazyGroup(TyperGroup):
    """A group that imports a command only when it is run or its own help is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(self._entries(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        entry = self._entries(ctx).get(cmd_name)
        match entry:
            case Group():
                return _group(cmd_name, entry)
            case Command():
                return _command(cmd_name, entry)
        return None

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in self._entries(ctx).items()])

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            raise _NoCommandError(ctx.get_help())
        return super().parse_args(ctx, args)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        # The suggestion of a near name looks into this dictionary, which lazy groups leave empty.
        self.commands = cast("Any", dict.fromkeys(self._entries(ctx)))
        return super().resolve_command(ctx, args)

    def _entries(self, _ctx: Any) -> dict[str, Command | Group]:
        entry = COMMANDS.get(self.name or "")
        return dict(entry.commands) if isinstance(entry, Group) else COMMANDS


def _app(**options: Any) -> typer.Typer:
    return typer.Typer(
        cls=_LazyGroup,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        **options,
    )


def _group(name: str, entry: Group) -> Any:
    app = _app(name=name, help=entry.help)
    app.callback()(lambda: None)
    group: Any = typer.main.get_command(app)
    group.help = entry.help
    return group


def _command(name: str, entry: Command) -> Any:
    app = typer.Typer(add_completion=False, rich_markup_mode=None)
    function = getattr(import_module(entry.module), entry.function)
    app.command(name, help=_help(function))(function)
    return typer.main.get_command(app)


def _help(function: Any) -> str:
    """Return a command's docstring with its example on a line of its own, which is not broken."""
    text, _, example = (inspect.getdoc(function) or "").partition("Example:")
    return f"{text.strip()}\n\n\b\nExample:\n  {' '.join(example.split())}"


def _version(value: bool) -> None:
    if value:
        typer.echo(f"tpi-billing {__version__}")
        raise typer.Exit


root = _app()


@root.callback()
def _options(
    ctx: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The clinic's folder; default: this one."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="The day that counts as today.")
    ] = None,
    actor: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who is at work, for the journal.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object and nothing else.")] = (
        False
    ),
    quiet: Annotated[bool, typer.Option("--quiet", help="Leave out remarks and hints.")] = False,
    unmask: Annotated[
        bool, typer.Option("--unmask", help="Show health numbers and names; it is journaled.")
    ] = False,
    unmask_reason: Annotated[
        str, typer.Option(metavar="TEXT", help="Why; needed with --read-only, and journaled.")
    ] = "",
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Only look: nothing in the ledger can change.")
    ] = False,
    protect: Annotated[
        bool, typer.Option("--protect", help="Write workbooks that open with a password only.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a failure's traceback.")] = False,
    _version_: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Turn completed trigger point injection sessions into checked MSP claims."""
    settings: Settings = ctx.obj
    settings.workspace = workspace or default_workspace()
    settings.as_of_text = as_of
    settings.actor_name = actor or os.environ.get("TPI_BILLING_ACTOR")
    settings.json, settings.debug = as_json, debug
    settings.quiet, settings.unmask = quiet, unmask
    settings.read_only, settings.unmask_reason = read_only, unmask_reason
    settings.protect = protect


def main(argv: Sequence[str] | None = None) -> None:
    """Run the command line and exit."""
    gc.set_threshold(*_LOOK_FOR_CYCLES)
    streams.hush()
    code = run(sys.argv[1:] if argv is None else argv)
    not_any_more()
    sys.exit(code)


def run(argv: Sequence[str]) -> int:
    """Run one command; return its exit code. Nothing escapes but what the system itself raises."""
    streams.prepare()
    # How to fail must be known before the parser has a chance to.
    settings = Settings(json="--json" in argv, debug="--debug" in argv)
    try:
        ahead, rest = global_options_first(argv)
        settings.command = command_name(rest)
        if "--read-only" in ahead and settings.command and "--help" not in rest:
            insist_on_looking(settings.command)
        passwords = WorkbookPasswords(protect="--protect" in ahead)
        take_passwords_from(passwords)
        if passwords.protect and settings.command and "--help" not in rest:
            passwords.to_write()  # asked for before anything is done
        outcome = typer.main.get_command(root).main(
            [*ahead, *rest], prog_name="tpi-billing", standalone_mode=False, obj=settings
        )
        return _finish(outcome, settings)
    except BillingError as error:
        return _fail(settings, error.exit_code, error.code, error.troubles, error)
    except typer.TyperException as error:
        hint = "See tpi-billing --help, or the command's own --help."
        return _fail(settings, 2, "usage", [Trouble(error.format_message(), hint)], error)
    except KeyboardInterrupt as error:
        return _fail(settings, EXIT_CODE, "stopped", [what_was_done(settings)], error)
    except OSError as error:
        return _fail(settings, 4, "file", [_file_trouble(error)], error)
    except Exception as error:  # noqa: BLE001 - a fault of ours must not show as a traceback
        trouble = Trouble(
            f"A fault in tpi-billing itself: {type(error).__name__}.",
            "Nothing half done is kept. Run the command again with --debug and report it.",
        )
        return _fail(settings, UNEXPECTED, "fault", [trouble], error)
    finally:
        take_passwords_from(None)
        settings.close()


def _finish(outcome: object, settings: Settings) -> int:
    if outcome == EXIT_CODE:  # the parser has caught the interruption itself
        raise KeyboardInterrupt
    if outcome is None or isinstance(outcome, int):  # help, or the version, and nothing was run
        return outcome or 0
    from tpi_billing.cli.result import Result, envelope

    if not isinstance(outcome, Result):
        return 0
    done: Result = outcome

    def write() -> None:
        if settings.json:
            _print_json(envelope(settings.command, done, unmask=settings.unmask))
        else:
            from tpi_billing.cli.screen import Screen

            done.show(Screen(quiet=settings.quiet, unmask=settings.unmask))

    if lost := streams.written(write):
        from tpi_billing.cli.screen import show_troubles

        streams.written(lambda: show_troubles([lost]))
        return FileError.exit_code
    return done.code


def _fail(
    settings: Settings,
    exit_code: int,
    code: str,
    troubles: Sequence[Trouble],
    error: BaseException,
) -> int:
    def write() -> None:
        if settings.debug:
            from tpi_billing.cli.debugging import trace_of

            sys.stderr.writelines(trace_of(error))
        if settings.json:
            from tpi_billing.cli.result import error_envelope

            _print_json(error_envelope(settings.command, exit_code, code, troubles))
        elif isinstance(error, _NoCommandError):
            sys.stderr.write(f"{error.help_text}\n")
        else:
            from tpi_billing.cli.screen import show_troubles

            show_troubles(troubles)

    streams.written(write)
    return exit_code


def _file_trouble(error: OSError) -> Trouble:
    said = error.strerror or type(error).__name__
    hint = "Check the path, the space on the disk and that no other program has the file open."
    return Trouble(f"{said}.", hint, str(error.filename or ""))


def _print_json(envelope: Mapping[str, Any]) -> None:
    from tpi_billing.cli.json_text import write_object

    write_object(sys.stdout, envelope)


if __name__ == "__main__":
    main()
