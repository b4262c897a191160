"""What a person sees: tables that fit 80 columns, colour only on a terminal, patients masked."""

import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import TYPE_CHECKING, TextIO

from tpi_billing.cli.table import set_table
from tpi_billing.errors import Trouble
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding, Severity
from tpi_billing.model.masking import mask_health_numbers_in, mask_value

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_COLOUR = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.INFO: "cyan"}
_SESSIONS_SHOWN = 12
_SEVERAL = 2
_NARROWEST = 20

_Where = tuple[str, str, int, str]


class Screen:
    """Writes to standard output; `quiet` keeps only what was asked for by name."""

    def __init__(self, *, quiet: bool = False, unmask: bool = False) -> None:
        self.quiet = quiet
        self.unmask = unmask
        self._console = console(sys.stdout)

    def line(self, text: str = "", style: str | None = None) -> None:
        """Write one line; only a terminal is told of styles, and breaks what is too long."""
        said = self._shown(text)
        if self._console.is_terminal:
            self._console.print(said, style=style, markup=False, highlight=False)
        else:
            self._console.file.write(f"{said}\n")

    def remark(self, text: str) -> None:
        """Write a line that a quiet run leaves out."""
        if not self.quiet:
            self._wrapped(self._shown(text), style="dim")

    def heading(self, text: str) -> None:
        """Write a heading with a blank line above."""
        self.line()
        self.line(text, style="bold")

    def command(self, text: str) -> None:
        """Write a command to be copied: the terminal breaks it where it must, nobody else does."""
        said = self._shown(f"   $ {text}")
        self._console.print(said, markup=False, highlight=False, soft_wrap=True)

    def masked(self, column: str, value: str) -> str:
        """Return a value as it may be shown."""
        return value if self.unmask else mask_value(column, value)

    def _shown(self, text: str) -> str:
        """Return a text that cannot steer a terminal; a health number in an id is masked."""
        return harmless(text if self.unmask else mask_health_numbers_in(text))

    def table(
        self,
        columns: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        right: Iterable[str] = (),
        wrap: Iterable[str] = (),
    ) -> None:
        """Write a table; columns named in `right` hold numbers.

        Those in `wrap` hold text of any length and are broken where the table is too wide for the
        screen; the others are always whole.
        """
        shown = [[self._shown(cell.replace("\n", " ")) for cell in row] for row in rows]
        lines = set_table(columns, shown, self._console.width, right=tuple(right), wrap=tuple(wrap))
        self.line(next(lines), style="bold")
        self._console.file.writelines(f"{line}\n" for line in lines)

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Write names and values in two columns, leaving out blank values."""
        shown = [(name, value) for name, value in pairs if value]
        width = max((len(name) for name, _ in shown), default=0)
        for name, value in shown:
            self._wrapped(f"{name.ljust(width)}  {self._shown(value)}", behind=width + 2)

    def findings(self, findings: Collection[Finding], *, more: str) -> None:
        """Write a summary by check, then the first sessions in full; `more` says how to see all."""
        if not findings:
            return
        self.heading("What was found")
        self.summary(findings)
        groups, others = first_sessions(findings, _SESSIONS_SHOWN)
        for group in groups:
            self._session(group)
        if others:
            self.line()
            self.line(f"... and {counted(others, 'more session')}. {more}")

    def summary(self, findings: Collection[Finding], most: int | None = None) -> None:
        """Write how often each check found something, the gravest and most frequent first."""
        counts = Counter((finding.severity, finding.code) for finding in findings)
        said: dict[tuple[Severity, str], set[str]] = {kind: set() for kind in counts}
        for finding in findings:
            if len(messages := said[finding.severity, finding.code]) < _SEVERAL:
                messages.add(finding.message)
        order = list(Severity)
        rows = sorted(counts.items(), key=lambda item: (order.index(item[0][0]), -item[1]))
        self.table(
            ("", "count", "check", "meaning"),
            (
                (severity.value, str(count), code, _meaning(severity, code, said[severity, code]))
                for (severity, code), count in rows[:most]
            ),
            right=("count",),
            wrap=("meaning",),
        )

    def _session(self, group: Sequence[Finding]) -> None:
        first = group[0]
        self.line()
        named = (first.session_id, where(first))
        self.line("  ".join(part for part in named if part), style="bold")
        for finding in group:
            self._finding(finding)

    def _finding(self, finding: Finding) -> None:
        from rich.text import Text

        said = Text("  ")
        said.append(f"{finding.severity.value}  ", style=_COLOUR[finding.severity])
        said.append(self._shown(f"{finding.code}: {finding.message}"))
        if finding.value:
            shown = self.masked(finding.column, finding.value)
            said.append(self._shown(f" ({finding.column}: {shown})"), style="dim")
        self._wrapped(said, behind=2)
        if finding.hint and not self.quiet:
            self._wrapped(f"    -> {self._shown(finding.hint)}", behind=7)

    def _wrapped(self, said: "str | Text", *, behind: int = 0, style: str = "") -> None:
        """Write a text within the screen's width, its further lines indented."""
        from rich.text import Text

        text = Text(said, style=style) if isinstance(said, str) else said
        first, rest = text.divide([behind])
        width = max(self._console.width - behind, _NARROWEST)
        for number, line in enumerate(rest.wrap(self._console, width) or [Text()]):
            line.rstrip()
            start = first if number == 0 else Text(" " * behind)
            self._console.print(start + line, soft_wrap=True)


def counted(number: int, thing: str) -> str:
    """Say how many there are: `1 claim`, `2 claims`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def harmless(text: str) -> str:
    """Return text that cannot steer a terminal: what an export holds may be anything."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text)


def _meaning(severity: Severity, code: str, said: set[str]) -> str:
    """Return the check's title, or what was said where a milder case all says the same."""
    milder = severity is not CHECK[code].severity
    return next(iter(said)) if milder and len(said) == 1 else CHECK[code].title


def first_sessions(findings: Collection[Finding], most: int) -> tuple[list[list[Finding]], int]:
    """Return what to fix of the first sessions by place, and the number of the other sessions.

    Rows that could not be stored come first. What is kept of the others is a number each.
    """
    worth = [Severity.ERROR, Severity.WARNING]
    rejected = {_where(finding) for finding in findings if _is_rejected(finding)}
    met: set[int] = set()

    def places() -> Iterator[_Where]:
        for finding in findings:
            if finding.severity in worth and (known := hash(_where(finding))) not in met:
                met.add(known)
                yield _where(finding)

    first = nsmallest(most, places(), key=lambda place: (place not in rejected, place))
    groups: dict[_Where, list[Finding]] = {place: [] for place in first}
    for finding in findings:
        if finding.severity in worth and (place := _where(finding)) in groups:
            groups[place].append(finding)
    return list(groups.values()), len(met) - len(first)


def _is_rejected(finding: Finding) -> bool:
    """Tell whether a file's row could not be stored: it is in no list but this one."""
    return finding.holds and not finding.session_id and finding.place.row is not None


def _where(finding: Finding) -> _Where:
    place = finding.place
    return place.file, place.sheet, place.row or 0, finding.session_id


def where(finding: Finding) -> str:
    """Name a finding's place: file, sheet, row."""
    place = finding.place
    parts = [place.file, place.sheet, f"row {place.row}" if place.row is not None else ""]
    return ", ".join(part for part in parts if part)


def console(stream: TextIO) -> "Console":
    """Return a console on a stream: 80 columns when it is not a terminal, colour only on one."""
    from rich.console import Console

    class Plain(Console):
        """A console that leaves a reader who went away to `streams`."""

        def on_broken_pipe(self) -> None:
            raise BrokenPipeError

    if stream.isatty():
        return Plain(file=stream, highlight=False, emoji=False)
    return Plain(
        file=stream, highlight=False, emoji=False, width=80, no_color=True, force_terminal=False
    )


def show_troubles(troubles: Sequence[Trouble]) -> None:
    """Write a failure to standard error: one `Error:` a trouble, with its place and its cure.

    A cure that several in a row share is said once, below them.
    """
    output = console(sys.stderr)
    one_line = not sys.stderr.isatty()
    for trouble, after in zip(troubles, [*troubles[1:], None], strict=True):
        place = trouble.where()
        said = f"{place}: {trouble.message}" if place else trouble.message
        if trouble.value:
            said += f" (it says: {mask_value(trouble.column, trouble.value)})"
        said = harmless(mask_health_numbers_in(said))
        output.print(f"Error: {said}", markup=False, soft_wrap=one_line, style="red")
        if trouble.hint and (after is None or after.hint != trouble.hint):
            hint = harmless(mask_health_numbers_in(trouble.hint))
            output.print(f"  -> {hint}", markup=False, soft_wrap=one_line)
