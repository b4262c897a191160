"""What a command says besides its answer: its help, its failures, and who was shown what."""

import json
import logging
from collections.abc import Callable
from typing import Any

import pytest

from tpi_billing.cli.read_only import LOOKING

from .conftest import Place
from .everything import COMMAND_WAYS, all_commands
from .marks import MARKS, marks_in

ENVIRONMENT = ("TPI_BILLING_TELEPLAN_PASSWORD", "TPI_BILLING_ACTOR")


@pytest.mark.parametrize("name", all_commands())
def test_help_shows_no_value_of_this_computer(
    marked: Place, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for variable in ENVIRONMENT:
        monkeypatch.setenv(variable, "Vantablackwood")
    monkeypatch.setenv("TPI_BILLING_WORKSPACE", str(marked.clinic.workspace / "Gloamwhistle"))
    said = marked.clinic.run(*name.split(), "--help")
    assert said.code == 0
    assert marks_in(said.all) == []


LEDGER_FREE = {"sessions template", "codes explain", "codes search"}
"""Commands that look at no ledger: nothing of a patient can be unmasked."""
LOOKED_AT = sorted(
    name for name in LOOKING if name.split()[0] != "fees" and name not in LEDGER_FREE
)


@pytest.mark.parametrize("name", LOOKED_AT)
def test_an_auditor_who_is_shown_patients_says_why_and_stands_in_the_journal(
    marked: Place, name: str
) -> None:
    way = COMMAND_WAYS[name][0]
    words = (*way.given(marked.out, marked.data), "--read-only", "--unmask")
    before = marked.clinic.state()
    silent = marked.clinic.run(*words, as_of=way.as_of)
    assert silent.code == 2, silent.all
    assert marks_in(silent.all) == []
    assert marked.clinic.state() == before
    said = marked.clinic.run(*words, "--unmask-reason", "charts of October", as_of=way.as_of)
    assert said.code in way.codes, said.all
    actor, _, content = marked.clinic.journal("unmask")[-1]
    assert actor == "clerk"
    told = json.loads(content)
    assert (told["command"], told["reason"]) == (name, "charts of October")


@pytest.mark.parametrize("name", LOOKED_AT)
def test_unmasking_stands_in_the_journal(marked: Place, name: str) -> None:
    way = COMMAND_WAYS[name][0]
    before = len(marked.clinic.journal("unmask"))
    marked.clinic.run(*way.given(marked.out, marked.data), "--unmask", as_of=way.as_of)
    entries = marked.clinic.journal("unmask")[before:]
    assert [json.loads(content)["command"] for _, _, content in entries] == [name]


def _raising(error: type[Exception]) -> Callable[..., Any]:
    def broken(*_: object, **__: object) -> None:
        raise error(" ".join(MARKS))

    return broken


@pytest.mark.parametrize("form", ["--debug", "--json"])
@pytest.mark.parametrize("error", [ValueError, KeyError, UnicodeError, RuntimeError, TypeError])
@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("tpi_billing.intake.importing.parse_session", "sessions import {data}/changed.csv"),
        ("tpi_billing.intake.table.Table.rows", "sessions import {data}/export.xlsx"),
        ("tpi_billing.claims.assessment.Assessor.assess", "check"),
        ("tpi_billing.claims.batches.render_batch", "batch create --month 2026-10"),
        ("tpi_billing.remittance.importing.match", "remittance import {data}/strange.txt"),
        ("tpi_billing.reports.xlsx.book.Book.to_bytes", "worklist --xlsx {out}/worklist.xlsx"),
        ("tpi_billing.cli.screen.Screen.table", "claims list"),
    ],
)
def test_a_fault_within_says_what_broke_and_never_the_data(
    marked: Place,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    place: str,
    words: str,
    error: type[Exception],
    form: str,
) -> None:
    """Python's errors quote the value at hand: nothing of their words is shown or logged."""
    monkeypatch.setattr(place, _raising(error))
    given = words.replace("{data}", str(marked.data)).replace("{out}", str(marked.out))
    with caplog.at_level(logging.DEBUG):
        said = marked.clinic.run(*given.split(), form, as_of="2026-12-20")
    if place.endswith("Screen.table") and form == "--json":
        assert said.code == 0
    else:
        assert said.code != 0
    assert marks_in(said.all) == []
    assert marks_in(caplog.text) == []
