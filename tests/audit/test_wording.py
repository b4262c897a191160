"""Entries of the journal as a person reads them, without a patient's name or number."""

from typing import Any

import pytest

from tpi_billing.audit.wording import in_words, masked, record_in_words
from tpi_billing.ledger import schema
from tpi_billing.ledger.journal_reading import LogEntry


def entry(action: str, record: str, **values: Any) -> LogEntry:
    return LogEntry(7, "2026-11-05T17:03:21Z", "robin", action, record, values, "0" * 64)


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (entry("batch.sent", "batch:3"), "recorded batch 3 as sent"),
        (
            entry("batch.void", "batch:3", state="void", void_reason="wrong month"),
            "voided batch 3 (void reason wrong month)",
        ),
        (
            entry("file.rendered", "batch:1/part:2", records=12, amount_cents=7792),
            "rendered the Teleplan file batch 1, part 2: 12 records, $77.92",
        ),
        (
            entry("posting.new", "posting:5", kind="written-off", cents=-7792, month="2026-11"),
            "posted written-off of $-77.92 in 2026-11 (posting 5)",
        ),
        (
            entry("unmask", "ledger", command="claims show"),
            "looked at health numbers and names: claims show",
        ),
        (
            entry("unmask", "ledger", command="claims show", reason="review"),
            "looked at health numbers and names: claims show (reason review)",
        ),
        # An action of a later day is told by its own words.
        (entry("claim.praised", "claim:9"), "claim praised: claim 9"),
        (entry("claim.answered", "claim:9"), "read MSP's answer to claim 9: "),
    ],
)
def test_an_entry_is_told_in_words(one: LogEntry, words: str) -> None:
    assert in_words(one, unmask=False) == words


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("claim:17", "claim 17"),
        ("batch:1/part:2", "batch 1, part 2"),
        ("batch:1/file:out/batch-0001/a.csv", "batch 1, file out/batch-0001/a.csv"),
        ("counter:T9999/office-folio", "counter T9999/office-folio"),
        ("ledger", "ledger"),
    ],
)
def test_a_record_is_named_as_people_do(record: str, words: str) -> None:
    assert record_in_words(record) == words


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"phn": "9151065434"}, {"phn": "******5434"}),
        ({"surname": "Okanese"}, {"surname": "O."}),
        ({"first_name": "Noor"}, {"first_name": "N."}),
        ({"name": "Dr Hollis"}, {"name": "D. H."}),
        ({"birth_date": "1975-03-02"}, {"birth_date": "1975-**-**"}),
        ({"patient_key": "phn:9151065434/00"}, {"patient_key": "phn:*********4/00"}),
        ({"address_1": "1 Some St"}, {"address_1": "***"}),
        ({"reply": "<HTML>9151065434</HTML>"}, {"reply": "***"}),
        ({"content": '{"patient_surname":"Okanese"}'}, {"content": '{"patient_surname": "O."}'}),
        ({"facts": "{broken Okanese"}, {"facts": "***"}),
        ({"findings": '[{"value": "Okanese"}]'}, {"findings": '[{"value": "***"}]'}),
        ({"reason": "9151065434 moved"}, {"reason": "******5434 moved"}),
        ({"state": "paid", "amount_cents": 7792}, {"state": "paid", "amount_cents": 7792}),
        ({"batch_id": None}, {"batch_id": None}),
    ],
)
def test_values_are_masked_by_their_column(values: Any, shown: Any) -> None:
    assert masked(values) == shown


TEXTS = sorted(
    {
        column.name
        for table in schema.metadata.sorted_tables
        for column in table.columns
        if column.type.python_type is str
    }
)


PATIENTS = {
    "patient_key", "phn", "first_name", "second_name", "surname", "birth_date", "sex", "address_1",
    "address_2", "city", "postal_code", "registration_number", "icbc_claim_number", "note", "name",
    "referral_name", "content", "pending", "facts", "findings", "problems", "changed", "answers",
    "reply", "fragment", "remarks", "letter", "explanation", "diagnoses",
}  # fmt: skip
"""The columns that hold, or may hold, what is a patient's own."""


def test_no_column_of_a_patient_is_shown_as_it_is() -> None:
    assert set(TEXTS) >= PATIENTS
    for text in ("Okanese", "9151065434", "1975-03-02"):
        shown = {name for name in TEXTS if masked({name: text}) == {name: text}}
        assert shown & PATIENTS == set()
