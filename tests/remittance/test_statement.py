"""Lines sorted into a statement: which kind, what our words are, and nobody's name."""

from dataclasses import replace

import pytest
from made_up_claims import made_up_claim
from remittances_by_hand import as_file, golden

from tpi_billing.codes import CodeBook
from tpi_billing.model.claim import ClaimState
from tpi_billing.model.remittance import RemittanceLine, Standing
from tpi_billing.remittance.explaining import explain, explain_adjustment
from tpi_billing.remittance.line_mask import masked_line
from tpi_billing.remittance.reading import FileReading
from tpi_billing.remittance.statement import Kind, kind_of, make_statement
from tpi_billing.teleplan.reader import Record, read_records

EVERY = golden("every-record")
CLAIM = made_up_claim(state=ClaimState.SENT)  # 77.92 for 01157
C12, PAID, DISCOUNTED, CHANGED, IN_FULL, _, BACK, STRANGER, REFUSED, HELD, PAPER = (
    EVERY[at] for at in (0, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
)


def line(record: str, standing: Standing = Standing.APPLIED) -> RemittanceLine:
    (one,) = FileReading("one").lines(as_file([record]))
    return replace(one.line, standing=standing)


@pytest.mark.parametrize(
    ("record", "kind"),
    [
        (PAID, Kind.PAID),
        (DISCOUNTED, Kind.PAID),  # the line says why
        (IN_FULL, Kind.PAID),
        (CHANGED, Kind.CHANGED),
        (REFUSED, Kind.REFUSED),
        (C12, Kind.REFUSED),
        (HELD, Kind.HELD),
        (BACK, Kind.TAKEN_BACK),
    ],
)
def test_what_a_line_says_of_its_claim(record: str, kind: Kind) -> None:
    assert kind_of(line(record), CLAIM) is kind
    assert kind_of(line(record, Standing.NOT_APPLIED), CLAIM) is Kind.NOT_APPLIED
    assert kind_of(line(record, Standing.UNMATCHED), None) is Kind.UNMATCHED


def test_every_line_stands_in_one_place_only(book: CodeBook) -> None:
    lines = [one.line for one in FileReading("every").lines(as_file(EVERY))]
    statement = make_statement([(each, None) for each in lines], book)

    assert statement.lines == len(EVERY)
    assert {kind: len(items) for kind, items in statement.items.items() if items} == {
        Kind.UNMATCHED: 11
    }
    told = len(statement.adjustments) + len(statement.messages) + len(statement.controls)
    # Three adjustments, two messages, the VTC; X02; and S21 with two S22, which the ties tell.
    assert (told, dict(statement.unread)) == (6, {"X02": 1})
    assert 11 + told + 1 + 3 == len(EVERY)


def test_what_is_paid_as_billed_is_added_up_with_its_remarks(book: CodeBook) -> None:
    lines = [(line(record), CLAIM) for record in (PAID, DISCOUNTED, IN_FULL)]
    statement = make_statement(lines, book)
    assert (statement.paid.lines, statement.paid.billed_cents) == (3, 3 * 7792)
    assert statement.paid.paid_cents == 7792 + 6560 + 7792
    assert dict(statement.remarked) == {"BG": 1}
    assert not statement.needs_a_person


@pytest.mark.parametrize(
    ("record", "billed", "paid"),
    [(PAID, 7792, 7792), (CHANGED, 7792, 6213), (BACK, -7792, -7792), (PAPER, 2000, 2000)],
)
def test_what_a_line_adds_to_a_practitioner(
    book: CodeBook, record: str, billed: int, paid: int
) -> None:
    claim = None if record is PAPER else CLAIM
    statement = make_statement([(line(record), claim)], book)
    (some,) = statement.by_practitioner.values()
    assert (some.lines, some.billed_cents, some.paid_cents) == (1, billed, paid)


@pytest.mark.parametrize("record", [C12, HELD])
def test_what_says_nothing_of_money_adds_nothing(book: CodeBook, record: str) -> None:
    assert make_statement([(line(record), CLAIM)], book).by_practitioner == {}


def test_the_last_day_of_a_refusal(book: CodeBook) -> None:
    statement = make_statement([(line(REFUSED), CLAIM), (line(HELD), CLAIM)], book)
    (refused,) = statement.items[Kind.REFUSED]
    (held,) = statement.items[Kind.HELD]
    assert refused.last_day is not None
    assert refused.last_day.isoformat() == "2027-01-11"  # VM: 13 October and 90 days
    assert held.last_day is None


# Codes


def test_a_code_in_our_words(book: CodeBook) -> None:
    first, second = explain(book, ("YY", "VM", "H2"))
    assert (first.code, first.field, first.known) == ("VM", "P42", True)
    assert first.meaning == "The referrer's MSP number is blank or is no practitioner's number."
    assert first.cure.startswith("Take the five characters")
    assert second.code == "H2"


def test_a_code_that_no_list_has_is_said_to_be_unknown(book: CodeBook) -> None:
    (one,) = explain(book, ("#9",))
    assert (one.code, one.known, one.field) == ("#9", False, "")
    assert "not in the list" in one.meaning


@pytest.mark.parametrize(
    ("code", "meaning", "known"),
    [("06", "Audit recovery", True), ("BP", "unknown", False), ("", "unknown", False)],
)
def test_an_adjustment_in_our_words(book: CodeBook, code: str, meaning: str, known: bool) -> None:
    explained = explain_adjustment(book, code)
    assert (explained.code, explained.meaning, explained.known) == (code, meaning, known)
    assert explained.explanation


# Masking


def record(text: str) -> Record:
    (one,) = read_records(as_file([text]))
    return one


def test_a_line_is_masked_at_its_columns() -> None:
    masked = masked_line(record(STRANGER))
    assert masked.startswith("S02T9999000999920261112LA9999")
    assert masked[48:68] == "P S.".ljust(20)
    assert masked[68:78] == "******5434"
    assert masked[80:] == STRANGER[80:].rstrip()  # the service and the money are whole


@pytest.mark.parametrize(
    "text",
    [
        "X02T99990000000OKANESE 9151065434",
        "ZZZ 9151065434 OKANESE",
        STRANGER[:-60],  # short: its columns may have shifted
        "S02T9999" + STRANGER[10:],  # two columns lost
        STRANGER + "9151065434",
    ],
)
def test_a_line_whose_columns_cannot_be_trusted_shows_its_beginning_only(text: str) -> None:
    masked = masked_line(record(text))
    assert "9151065434" not in masked
    assert "SOMEBODY" not in masked
    assert "OKANESE" not in masked
    assert masked.endswith("more characters)")


def test_a_number_in_msps_words_is_masked() -> None:
    message = EVERY[1].replace("OFFICE CLOSED ON 2026-11-11", "SEE PATIENT 9151065434")
    assert masked_line(record(message)).endswith("SEE PATIENT ******5434")
