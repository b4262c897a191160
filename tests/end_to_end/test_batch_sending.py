"""`batch show` says of each Teleplan file what was tried and what was answered."""

from typing import Any

import pytest

from tpi_billing.demo.stand_in import How

from .clinic import Clinic
from .sending import ENVIRONMENT, office, prepare

TWO_FILES = "max_records = 3"
"""Three claims: a VS1 and two of them are numbers 1 to 3, a VS1 and the third are 4 and 5."""


@pytest.fixture(autouse=True)
def _signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def sending(clinic: Clinic) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = clinic.data("batch", "show", 1)["sending"]
    return rows


def answers(row: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["outcome"], one["answer"]) for one in row["attempts"]]


def test_nothing_was_tried(clinic: Clinic) -> None:
    with office(clinic, TWO_FILES):
        prepare(clinic)
        first, second = sending(clinic)
        shown = clinic.run("batch", "show", 1).out
    assert (first["first_number"], first["last_number"], first["claims"]) == (1, 3, 2)
    assert (second["first_number"], second["last_number"], second["claims"]) == (4, 5, 1)
    assert (first["status"], first["attempts"]) == ("not-sent", [])
    assert "File 1, records 0000001 to 0000003, 2 claims: not sent" in shown
    assert "File 2, records 0000004 to 0000005, 1 claim: not sent" in shown


def test_what_msp_said_of_each_file(clinic: Clinic) -> None:
    with office(clinic, TWO_FILES, last_committed=70):
        prepare(clinic)
        assert clinic.run("submit", 1).code == 7
        (refused, waiting), shown = sending(clinic), clinic.run("batch", "show", 1).out
    assert refused["status"] == "open"  # the number that MSP expects lies beyond the file's
    ((outcome, answer),) = answers(refused)
    assert outcome == "in-doubt"
    assert answer.startswith("FAILURE TETA-022 SEQ NUMBER ERROR. EXPECTED: 0000071")
    assert answers(waiting) == []
    assert "File 1, records 0000001 to 0000003, 2 claims: nobody knows whether MSP has it" in shown
    assert "clerk, 127.0.0.1:" in shown


def test_a_lost_answer_and_what_the_log_said(clinic: Clinic) -> None:
    with office(clinic) as it:
        prepare(clinic)
        it.msp.fail("AputRemit", How.REPLY_LOST)
        assert clinic.run("submit", 1).code == 7
        (lost,) = sending(clinic)
        assert clinic.run("submit", 1, "--resolve").code == 0
        (found,) = sending(clinic)
    ((outcome, answer),) = answers(lost)
    assert (lost["status"], outcome) == ("open", "")
    assert answer.startswith("No answer: ")
    ((outcome, answer),) = answers(found)
    assert (found["status"], outcome) == ("accepted", "accepted")
    assert answer.endswith("LAST COMMITTED:0000004")  # the log's last line, not the whole log


def test_by_hand(clinic: Clinic) -> None:
    with office(clinic):
        prepare(clinic)
    clinic.run("batch", "sent", 1)
    assert "3 claims: uploaded, not confirmed" in clinic.run("batch", "show", 1).out
    clinic.run("batch", "confirm", 1, "--reason", "TID 005, success")
    shown = clinic.run("batch", "show", 1).out
    assert "3 claims: MSP has it" in shown
    assert "clerk, by hand: TID 005, success" in shown


def test_a_health_number_that_somebody_noted_is_masked(clinic: Clinic) -> None:
    with office(clinic):
        prepare(clinic)
    clinic.run("batch", "sent", 1)
    clinic.run("batch", "confirm", 1, "--rejected", "--reason", "not for 9151065434, page says")
    ((_, answer),) = answers(sending(clinic)[0])
    assert "9151065434" not in answer + clinic.run("batch", "show", 1).out
    assert "page says" in answer


def test_the_next_number_after_a_void_is_set_as_it_says(clinic: Clinic) -> None:
    with office(clinic) as it:
        prepare(clinic)
        said = clinic.run("batch", "void", 1, "--reason", "wrong month")
        assert "tpi-billing teleplan number set NUMBER" in " ".join(said.out.split())
        assert "LAST COMMITTED:0000000" in clinic.run("teleplan", "log").out
        clinic.data("teleplan", "number", "set", 1, "--reason", "batch 1 is void, nothing sent")
        clinic.data("batch", "create", "--month", "2026-10")
        assert clinic.data("submit", 2)["state"] == "accepted"
        assert len(it.msp.submitted) == 1
