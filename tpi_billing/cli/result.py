"""What a command hands back: data for scripts, findings, and how to show it to a person."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from tpi_billing.cli.streamed import Streamed
from tpi_billing.errors import Trouble
from tpi_billing.model.finding import Finding, Severity
from tpi_billing.model.masking import mask_health_numbers_in, mask_value

if TYPE_CHECKING:
    from tpi_billing.cli.screen import Screen

VERSION = 1
"""Of the JSON envelope; a test pins its keys."""

DONE, ATTENTION = 0, 1


@dataclass
class Result:
    """A command's outcome; `attention` when something needs a person (exit code 1)."""

    data: dict[str, Any]
    show: "Callable[[Screen], None]"
    findings: Collection[Finding] = ()
    attention: bool = False
    exit_code: int | None = None

    @property
    def code(self) -> int:
        """The exit code."""
        if self.exit_code is not None:
            return self.exit_code
        return ATTENTION if self.attention else DONE


def needs_attention(findings: Collection[Finding]) -> bool:
    """Tell whether any finding is more than an explanation."""
    return any(finding.severity is not Severity.INFO for finding in findings)


def envelope(command: str, result: Result, *, unmask: bool) -> dict[str, Any]:
    """Make the one JSON object of a command that ran; each finding is made when it is written."""
    return {
        "version": VERSION,
        "command": command,
        "status": {DONE: "ok", ATTENTION: "attention"}.get(result.code, "error"),
        "exit_code": result.code,
        "data": result.data if unmask else without_health_numbers(result.data),
        "findings": (finding_json(finding, unmask=unmask) for finding in result.findings),
        "errors": [],
    }


def error_envelope(
    command: str, exit_code: int, code: str, troubles: Sequence[Trouble]
) -> dict[str, Any]:
    """Make the one JSON object of a command that failed."""
    return {
        "version": VERSION,
        "command": command,
        "status": "error",
        "exit_code": exit_code,
        "data": {},
        "findings": [],
        "errors": [_trouble_json(code, trouble) for trouble in troubles],
    }


_masked_hint = lru_cache(maxsize=500)(mask_health_numbers_in)
"""Findings are many, and their cures few."""


def finding_json(finding: Finding, *, unmask: bool) -> dict[str, Any]:
    """Write a finding for scripts; a key is there only where it applies."""
    shown = str if unmask else mask_health_numbers_in
    value = finding.value if unmask else mask_value(finding.column, finding.value)
    parts = {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": shown(finding.message),
        "hint": finding.hint if unmask else _masked_hint(finding.hint),
        "file": shown(finding.place.file),
        "sheet": finding.place.sheet,
        "row": finding.place.row,
        "column": finding.column,
        "value": value,
        "session_id": shown(finding.session_id),
        "claim_id": finding.claim_id,
        "explanatory_code": finding.explanatory_code,
        "field": finding.field,
    }
    return _without_blanks(parts)


_IDS = frozenset(
    {"session_id", "session_ids", "last_session_id", "held_sessions", "sessions"}
    | {"approved", "already", "still_held", "message", "messages", "hint", "hints"}
)
"""The keys of `data` whose texts are session ids, or name them."""


def without_health_numbers(value: Any, key: str = "") -> Any:
    """Return a command's data with the health numbers masked that session ids may hold."""
    if isinstance(value, dict):
        return {name: without_health_numbers(one, name) for name, one in value.items()}
    if isinstance(value, list) and not isinstance(value, Streamed):
        return [without_health_numbers(one, key) for one in value]
    return mask_health_numbers_in(value) if key in _IDS and isinstance(value, str) else value


def _trouble_json(code: str, trouble: Trouble) -> dict[str, Any]:
    parts = {
        "code": code,
        "message": mask_health_numbers_in(trouble.message),
        "hint": mask_health_numbers_in(trouble.hint),
        "file": mask_health_numbers_in(trouble.file),
        "sheet": trouble.sheet,
        "row": trouble.row,
        "column": trouble.column,
        "value": mask_value(trouble.column, trouble.value),
    }
    return _without_blanks(parts)


def _without_blanks(parts: dict[str, Any]) -> dict[str, Any]:
    always = {"code", "message", "hint", "severity"}
    return {key: value for key, value in parts.items() if key in always or value not in {None, ""}}
