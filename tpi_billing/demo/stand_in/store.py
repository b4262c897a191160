"""The stand-in's memory as a JSON file, so that it can be stopped and started again."""

import contextlib
import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from tpi_billing.demo.stand_in.account import Account
from tpi_billing.demo.stand_in.state import (
    Charge,
    CommittedFile,
    JudgedClaim,
    Outcome,
    Ruling,
    State,
)
from tpi_billing.errors import FileError

_VERSION = 1


def save(state: State, path: Path) -> None:
    """Write the memory beside its place and move it there; only its owner may read it."""
    values = {
        "what": "The memory of a stand-in of Teleplan. Not MSP; nothing here is paid.",
        "version": _VERSION,
        **asdict(state),
        "fetched": sorted(state.fetched),
    }
    beside = path.with_name(f"{path.name}.new")
    with contextlib.suppress(FileNotFoundError):
        beside.unlink()
    beside.touch(mode=0o600, exist_ok=False)
    with beside.open("wb") as file:
        file.write(json.dumps(values, default=_plain, indent=1).encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path) -> State:
    """Read the memory; FileError when the file is none of the stand-in's."""
    try:
        return _state(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        raise FileError(
            "This is no memory of the stand-in that can be read.",
            hint="Name a new file, or delete this one.",
            file=str(path),
        ) from None


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError


def _state(values: dict[str, Any]) -> State:
    if values["version"] != _VERSION:
        raise ValueError("another version")
    account = values["account"]
    return State(
        values["data_centre"],
        Account(**{**account, "set_on": date.fromisoformat(account["set_on"])}),
        values["last_committed"],
        [CommittedFile(**{**one, "received": _day(one["received"])}) for one in values["files"]],
        [_claim(one) for one in values["claims"]],
        {date.fromisoformat(day) for day in values["fetched"]},
        values["log"],
        [Charge(**one) for one in values.get("charges", ())],
    )


def _claim(values: dict[str, Any]) -> JudgedClaim:
    ruling = values["ruling"]
    before = ruling["previous_paid_on"]
    return JudgedClaim(
        values["text"],
        _day(values["received"]),
        values["file_number"],
        Ruling(
            Outcome(ruling["outcome"]),
            tuple(ruling["codes"]),
            ruling["paid_cents"],
            ruling["paid_fee_item"],
            _day(before) if before else None,
            ruling.get("recovered_after", 0),
        ),
        values["told"],
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
