"""`remittance import`, `list` and `show`: the golden remittance, and every odd way it may come.

The clinic has sent nine claims of 77.92, office folios 1 to 9, sequence numbers 2 to 10. What the
golden files come to is worked out by hand in their remarks.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import databases
import pytest
from helpers import visit
from remittances_by_hand import as_file, at, golden, laid_out, with_control

from tpi_billing.cli.main import run as run_command

from .conftest import Run, Said

REMITTANCE = "2026-11-12-A9999"
EVERY = golden("every-record")
RECORDS = [record[:3] for record in EVERY]
BY_HAND = {
    "lines": 21,
    "new": 21,
    "paid": 4,  # claims 1, 2, 7, and 8 before it was taken back
    "changed": 2,  # claim 3, and 8 taken back
    "refused": 2,  # claims 4 and, before it was judged, 6
    "held": 1,  # claim 5
    "unmatched": 2,  # folio 9999, and the claim on paper
    "adjustments": 3,
    "amount_paid": "283.57",
    "deposit": "308.07",
}


class Office:
    """A workspace, commands in it, and files of MSP's."""

    def __init__(self, folder: Path, run: Run) -> None:
        self.folder = folder
        self._run = run
        self._files = 0

    def __call__(self, *words: object) -> Said:
        return self._run("--workspace", self.folder, "--as-of", "2026-11-13", *words)

    def data(self, *words: object, code: int | None = None) -> Any:
        said = self("--json", *words)
        answer = json.loads(said.out)
        assert said.err == ""
        assert code is None or said.code == code, answer
        return answer["data"]

    def findings(self, *words: object) -> Any:
        return json.loads(self("--json", *words).out)["findings"]

    def file(self, content: bytes, name: str = "") -> Path:
        self._files += 1
        path = self.folder / (name or f"remit-{self._files}.txt")
        path.write_bytes(content)
        return path

    def take(self, *records: str, code: int | None = None) -> Any:
        return self.data("remittance", "import", self.file(as_file(list(records))), code=code)


@pytest.fixture(scope="module")
def _sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sent") / "clinic"

    def call(*words: object) -> None:
        given = ["--workspace", str(folder), "--as-of", "2026-11-05", "--quiet"]
        assert run_command([*given, *map(str, words)]) == 0

    assert run_command(["init", str(folder)]) == 0
    rows = folder / "october.jsonl"
    rows.write_text(
        "".join(json.dumps(visit(f"V{n}", n)) + "\n" for n in range(1, 10)), encoding="utf-8"
    )
    call("sessions", "import", rows)
    call("batch", "create", "--month", "2026-10")
    call("batch", "export", "1")
    call("batch", "sent", "1")
    call("batch", "confirm", "1")
    return folder


@pytest.fixture
def office(_sent: Path, tmp_path: Path, run: Run) -> Office:
    databases.copy_workspace(_sent, tmp_path / "clinic")
    return Office(tmp_path / "clinic", run)


@pytest.fixture
def told(office: Office) -> Office:
    """An office that has taken in the golden file."""
    office.take(*EVERY, code=1)
    return office


# The golden remittance


def test_what_the_golden_file_comes_to(office: Office) -> None:
    data = office.take(*EVERY, code=1)
    assert {name: data[name] for name in BY_HAND} == BY_HAND
    assert (data["amount_unmatched"], data["amount_adjustments"]) == ("30.00", "-0.50")
    assert data["not_applied"] == 0
    (file,) = data["files"]
    assert (file["file_id"], file["known"], file["lines"], file["cut_off"]) == (1, False, 21, False)
    assert [row["remittance_id"] for row in data["remittances"]] == [REMITTANCE]


def test_the_row_of_the_list(told: Office) -> None:
    data = told.data("remittance", "list", code=0)
    (row,) = data["remittances"]
    assert row == {
        "remittance_id": REMITTANCE,
        "payment_date": "2026-11-12",
        "payee_number": "A9999",
        "billed": "424.60",
        "paid": "313.57",
        "adjustments": "-0.50",
        "balance_forward": "-5.00",
        "deposit": "308.07",
        "new_balance": "0.00",
        "difference": "0.00",
        "state": "balanced",
        "differences": [],
    }
    (file,) = data["files"]
    assert (file["file_id"], file["name"], file["lines"]) == (1, "remit-1.txt", 21)


def test_where_each_claim_stands_after_it(told: Office) -> None:
    claims = told.data("claims", "list")["claims"]
    assert [(claim["state"], claim["paid_amount"]) for claim in claims] == [
        ("paid", "77.92"),
        ("paid", "65.60"),  # the line itself says why
        ("paid-changed", "62.13"),
        ("refused", "0.00"),
        ("held", None),
        ("refused", "0.00"),
        ("paid", "77.92"),
        ("refused", "0.00"),  # paid, and taken back
        ("sent", None),
    ]


def test_the_statement(told: Office) -> None:
    statement = told.data("remittance", "show", REMITTANCE, code=0)["statement"]

    assert statement["paid_as_billed"] == {"claims": 4, "billed": "311.68", "paid": "299.36"}
    (changed,) = statement["changed"]
    assert (changed["claim_id"], changed["session_id"]) == (3, "V3")
    assert (changed["billed"], changed["paid"], changed["difference"]) == (
        "77.92",
        "62.13",
        "-15.79",
    )
    assert (changed["fee_item"], changed["paid_fee_item"]) == ("01157", "01156")
    (refused,) = statement["refused"]
    assert (refused["claim_id"], refused["claim_state"]) == (4, "refused")
    assert [code["explanatory_code"] for code in refused["codes"]] == ["VM", "H2"]
    assert refused["codes"][0]["field"] == "P42"
    assert refused["codes"][0]["meaning"].startswith("The referrer's MSP number")
    assert refused["last_day"] == "2027-01-11"  # 13 October and 90 days
    (held,) = statement["held"]
    assert (held["claim_id"], held["last_day"]) == (5, None)
    (back,) = statement["taken_back"]
    assert (back["claim_id"], back["paid"]) == (8, "-77.92")
    assert statement["not_applied"] == []
    assert statement["practitioners"] == [
        {"practitioner_number": "99001", "claims": 7, "billed": "389.60", "paid": "283.57"},
        {"practitioner_number": "99002", "claims": 2, "billed": "35.00", "paid": "30.00"},
    ]
    assert [message["message"] for message in statement["messages"]] == [
        "FEE CHANGES FOLLOW IN DECEMBER"
    ]


def test_the_adjustments_with_their_meaning(told: Office) -> None:
    statement = told.data("remittance", "show", REMITTANCE)["statement"]
    shown = [
        (one["record"], one["adjustment_code"], one["meaning"], one["message"], one["amount"])
        for one in statement["adjustments"]
    ]
    assert shown == [
        ("S23", "38", "Rural retention", "RURAL RETENTION", "6.00"),
        ("S23", "06", "Audit recovery", "AUDIT RECOVERY", "-10.00"),
        ("S24", "BP", "unknown", "BUSINESS COST PREM", "3.50"),
    ]
    assert [one["outstanding"] for one in statement["adjustments"]] == ["0.00", "-40.00", "0.00"]


def test_every_total_ties(told: Office) -> None:
    ties = told.data("remittance", "show", REMITTANCE)["ties"]
    assert [(one["what"], one["practitioner_number"], one["stated"]) for one in ties] == [
        ("billed", "", "424.60"),
        ("paid", "", "313.57"),
        ("deposit", "", "308.07"),
        ("billed", "99001", "389.60"),
        ("paid", "99001", "283.57"),
        ("billed", "99002", "35.00"),
        ("paid", "99002", "30.00"),
    ]
    assert all(one["found"] == one["stated"] for one in ties)


def test_what_matches_no_claim_is_listed_with_its_line(told: Office) -> None:
    unmatched = told.data("remittance", "show", REMITTANCE)["statement"]["unmatched"]
    assert [(one["record"], one["problem"]) for one in unmatched] == [
        ("S02", "no claim here has office folio 9999"),
        ("S00", "the claim was sent by another data centre or on paper"),
    ]
    first = unmatched[0]
    assert (first["service_date"], first["fee_item"], first["paid"]) == (
        "2026-10-14",
        "00034",
        "10.00",
    )
    assert (first["office_folio"], first["file_number"]) == (9999, "8800009999")
    assert first["line"].startswith("S02T9999000999920261112LA9999")
    assert "S." in first["line"]


def test_what_the_file_itself_says(told: Office) -> None:
    data = told.data("remittance", "show", "1", code=0)
    assert data["remarks"] == [
        "Line 3: X02 (a patient's particulars) is kept as it is: its columns are unknown."
    ]
    statement = data["statement"]
    assert statement["unread_records"] == {"X02": 1}
    assert statement["controls"] == ["2026-11-12 06:00:00"]
    assert [one["claim_id"] for one in statement["refused"]] == [6, 4]
    before_judging = statement["refused"][0]
    assert (before_judging["record"], before_judging["billed"]) == ("C12", "77.92")
    # YY only announces the code that is the reason.
    assert [code["explanatory_code"] for code in before_judging["codes"]] == ["VM"]
    assert [message["message"] for message in statement["messages"]] == [
        "OFFICE CLOSED ON 2026-11-11",
        "FEE CHANGES FOLLOW IN DECEMBER",
    ]


def test_the_findings_name_claim_code_and_field(office: Office) -> None:
    path = office.file(as_file(EVERY))
    found = office.findings("remittance", "import", path)
    told = [
        (one["code"], one.get("claim_id"), one.get("explanatory_code"), one.get("field"))
        for one in found
    ]
    assert told == [
        ("claim-changed", 3, "QM", "P27"),
        ("claim-refused", 6, "VM", "P42"),
        ("claim-refused", 4, "VM", "P42"),
        ("claim-refused", 4, "H2", "P42"),
        ("payment-taken-back", 8, "FB", None),
        ("line-unmatched", None, "QM", None),
        ("line-unmatched", None, None, None),
        ("file-remark", None, None, None),
    ]
    assert found[0]["session_id"] == "V3"
    assert all(one["message"] and one["hint"] for one in found[:-1])
    assert (found[1]["file"], found[1]["row"]) == ("remit-1.txt", 1)


# How it is named


@pytest.mark.parametrize("name", [REMITTANCE, REMITTANCE.lower(), "2026-11-12"])
def test_a_remittance_by_its_name_or_its_date(told: Office, name: str) -> None:
    assert told.data("remittance", "show", name)["remittance_id"] == REMITTANCE


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026-11-13", "There is no remittance 2026-11-13."),
        ("2026-11-12-B1111", "There is no remittance 2026-11-12-B1111."),
        ("2026-13-01", "'2026-13-01' is no remittance."),
        ("november", "'november' is no remittance."),
        ("2", "There is no file 2."),
    ],
)
def test_what_there_is_not(told: Office, name: str, said: str) -> None:
    answer = told("remittance", "show", name)
    assert answer.code == 2
    assert said in answer.err
    assert "remittance list" in answer.err


def test_a_date_with_two_payees_must_be_told_apart(told: Office) -> None:
    other = [record.replace("A9999", "B1111") for record in EVERY if record[:3] == "S21"]
    told.take(*other)
    answer = told("remittance", "show", "2026-11-12")
    assert answer.code == 2
    assert "2026-11-12-A9999, 2026-11-12-B1111" in answer.err


def test_the_list_of_a_month(told: Office) -> None:
    told.take(total("20261201", "A9999", 0))
    rows = told.data("remittance", "list")["remittances"]
    assert [row["payment_date"] for row in rows] == ["2026-12-01", "2026-11-12"]
    november = told.data("remittance", "list", "--month", "2026-11")
    assert [row["payment_date"] for row in november["remittances"]] == ["2026-11-12"]
    assert [file["file_id"] for file in november["files"]] == [1]
    assert told.data("remittance", "list", "--month", "2026-10")["remittances"] == []
    assert len(told.data("remittance", "list", "--limit", "1")["remittances"]) == 1


# The same by other ways: each gives the figures of the golden file


def _shortened(records: list[str]) -> list[str]:
    return [record.rstrip() for record in records]


ODD: dict[str, Callable[[list[str]], bytes]] = {
    "LF at the ends of lines": lambda records: as_file(records, "\n"),
    "CR at the ends of lines": lambda records: as_file(records, "\r"),
    "no end after the last line": lambda records: as_file(records)[:-2],
    "blanks at the ends cut off": lambda records: as_file(_shortened(records)),
    "blank lines between": lambda records: as_file([each for one in records for each in (one, "")]),
    "an end-of-file mark": lambda records: as_file(records) + b"\x1a",
    "a byte order mark": lambda records: b"\xef\xbb\xbf" + as_file(records),
    "record codes in small letters": lambda records: as_file(
        [record[:3].lower() + record[3:] for record in records]
    ),
}


@pytest.mark.parametrize("way", ODD)
def test_an_odd_way_to_come(office: Office, way: str) -> None:
    path = office.file(ODD[way](EVERY))
    data = office.data("remittance", "import", path, code=1)
    assert {name: data[name] for name in BY_HAND} == BY_HAND
    (row,) = data["remittances"]
    assert (row["state"], row["difference"]) == ("balanced", "0.00")


def test_the_same_file_again(told: Office) -> None:
    before = told.data("claims", "list")
    data = told.take(*EVERY, code=1)
    assert {name: data[name] for name in BY_HAND} == {**BY_HAND, "new": 0}
    assert data["files"][0]["known"] is True
    assert told.data("claims", "list") == before
    assert "nothing in it is new" in told("remittance", "import", told.file(as_file(EVERY))).out


def test_two_files_that_overlap(office: Office) -> None:
    first, second = office.file(as_file(EVERY[:12])), office.file(as_file(EVERY[6:]))
    data = office.data("remittance", "import", first, second, code=1)
    assert (data["lines"], data["new"]) == (12 + 15, 21)
    (row,) = data["remittances"]
    assert (row["paid"], row["state"]) == ("313.57", "balanced")


def test_a_file_that_was_cut_off_and_is_fetched_again(office: Office) -> None:
    whole = as_file(EVERY)
    place = whole.index(EVERY[12].encode()) + 100
    cut = office.data("remittance", "import", office.file(whole[:place]), code=1)
    assert (cut["files"][0]["cut_off"], cut["lines"], cut["deposit"]) == (True, 12, "0.00")
    assert cut["remittances"][0]["state"] == "no-total"
    again = office.data("remittance", "import", office.file(whole), code=1)
    assert (again["lines"], again["new"]) == (21, 9)
    assert again["remittances"][0]["state"] == "balanced"


# Odd contents


def head(record: str, length: int, *placed: tuple[int, str], day: str = "20261112") -> str:
    """A remittance's record of payee A9999, with columns 1-35."""
    first = [at(1, record), at(4, "T9999"), at(16, day), at(25, "A9999"), at(30, "000318")]
    return laid_out(length, *first, *placed)


def total(day: str, payee: str, paid: int, deposit: str = "", number: str = "0000000") -> str:
    """An S21 with what is paid for claims, and a deposit as it stands in its nine columns."""
    return laid_out(
        165,
        at(1, "S21"),
        at(4, "T9999"),
        at(9, number),
        at(16, day),
        at(25, payee),
        at(61, f"{paid:09}"),
        at(70, f"{paid:09}"),
        at(79, "000000000"),
        at(88, deposit or f"{paid:09}"),
        at(97, "000000000"),
    )


def paid_line(folio: int, amount: str = "0007792") -> str:
    return head(
        "S01",
        165,
        at(9, f"{folio + 1:07}"),
        at(36, "99001"),
        at(104, f"{folio:07}"),
        at(111, amount),
    )


@pytest.mark.parametrize(
    ("sign", "cents"),
    [*zip("0123456789", range(10), strict=True), *zip("}JKLMNOPQR", range(10), strict=True)],
)
def test_every_sign(office: Office, sign: str, cents: int) -> None:
    """An adjustment of 0.1x, and of -0.1x; the deposit follows it."""
    positive = sign.isdigit()
    amount = 10 + cents if positive else -(10 + cents)
    adjustment = head("S23", 165, at(9, "0000000"), at(36, "04"), at(117, f"00000001{sign}"))
    deposit = f"00000001{sign}"
    data = office.take(*with_control(adjustment, total("20261112", "A9999", 0, deposit)), code=0)
    (row,) = data["remittances"]
    dollars = f"{'' if positive else '-'}0.{abs(amount):02}"
    assert (row["adjustments"], row["deposit"], row["state"]) == (dollars, dollars, "balanced")
    assert data["deposit"] == dollars


def test_a_short_line_is_kept_and_said(office: Office) -> None:
    short = paid_line(1)[:113]  # within the amount
    data = office.take(short, total("20261112", "A9999", 7792), code=1)
    assert data["lines"] == 2
    (row,) = data["remittances"]
    assert (row["paid"], row["difference"], row["state"]) == ("0.00", "77.92", "difference")
    kinds = [one["kind"] for one in row["differences"][0]["explanations"]]
    assert "unreadable" in kinds
    assert any("113 characters" in remark for remark in data["files"][0]["remarks"])


def test_a_long_line_is_read_and_said(office: Office) -> None:
    data = office.take(paid_line(1) + "MORE", total("20261112", "A9999", 7792), code=1)
    assert (data["paid"], data["amount_paid"]) == (1, "77.92")
    assert any("169 characters" in remark for remark in data["files"][0]["remarks"])


def test_control_counts_that_are_others_explain_a_difference(office: Office) -> None:
    control = laid_out(
        83,
        at(1, "VTC"),
        at(4, "T9999"),
        at(9, "2026-11-12 06:00:00"),
        at(28, "S0000004C0000000B0000000M0000000X0000000V0000001"),
    )
    # Two lines of 77.92 came, and MSP counts four S records: a line of 30.00 is not here.
    records = [paid_line(1), paid_line(2), total("20261112", "A9999", 15584 + 3000), control]
    data = office.take(*records, code=1)
    (row,) = data["remittances"]
    assert (row["difference"], row["state"]) == ("30.00", "difference")
    told = {one["what"]: one["explanations"] for one in row["differences"]}
    assert set(told) == {"billed", "paid"}
    assert told["paid"] == [
        {
            "kind": "incomplete",
            "explanation": "remit-1.txt: The VTC counts 4 records S, 3 were read",
        }
    ]


def test_two_totals_of_one_payee_and_day(office: Office) -> None:
    totals = [total("20261112", "A9999", 7792), total("20261112", "A9999", 7792, number="0000001")]
    (row,) = office.take(paid_line(1), *totals, code=1)["remittances"]
    assert (row["deposit"], row["difference"]) == ("155.84", "77.92")
    kinds = {one["kind"] for each in row["differences"] for one in each["explanations"]}
    assert "several-totals" in kinds
    assert "MSP sent 2 totals" in office("remittance", "show", "2026-11-12").out


def test_a_negative_deposit(office: Office) -> None:
    recovery = head("S23", 165, at(9, "0000000"), at(36, "06"), at(117, "00001000}"))
    # 77.92 paid, 100.00 taken back: 22.08 is owed.
    records = [paid_line(1), recovery, total("20261112", "A9999", 7792, "00000220Q")]
    (row,) = office.take(*with_control(*records), code=0)["remittances"]
    assert (row["deposit"], row["difference"], row["state"]) == ("-22.08", "0.00", "balanced")
    assert "MSP takes back more than it pays" in office("remittance", "show", "2026-11-12").out


def test_the_balance_of_the_remittance_before(office: Office) -> None:
    first = head(
        "S21",
        165,
        at(61, "000000000"),
        at(70, "000000000"),
        at(79, "000000000"),
        at(88, "000000000"),
        at(97, "00000050}"),
    )
    office.take(first)
    (row,) = office.take(total("20261201", "A9999", 0), code=1)["remittances"]
    (difference,) = row["differences"]
    assert (difference["what"], difference["stated"], difference["found"]) == (
        "balance",
        "0.00",
        "-5.00",
    )
    assert difference["explanations"] == [
        {"kind": "balance", "explanation": "MSP did not carry the balance over"}
    ]
    listed = office.data("remittance", "list")["remittances"]
    assert [one["state"] for one in listed] == ["difference", "difference"]
    assert listed[0]["differences"] == [difference]


@pytest.mark.parametrize(
    ("change", "paid", "billed"),
    [
        # A debit request: what was paid is to be taken back, and S01 says that it is.
        ("submission_code = 'E', expected_cents = -7792", "000779K", "00000779K"),
        # It follows a claim that was paid in part: billed is still the whole amount.
        ("expected_cents = 3896", "0003896", "000007792"),
    ],
)
def test_what_was_billed_where_the_line_does_not_say(
    office: Office, change: str, paid: str, billed: str
) -> None:
    databases.alter(office.folder, f"UPDATE claims SET {change} WHERE claim_id = 1")
    stated = total("20261112", "A9999", 0, f"00{paid}")
    stated = f"{stated[:60]}{billed}00{paid}{stated[78:]}"
    (row,) = office.take(paid_line(1, paid), stated)["remittances"]
    assert (row["state"], row["differences"]) == ("balanced", [])
    assert row["billed"] == ("-77.92" if billed.endswith("K") else "77.92")
    by_practitioner = office.data("remittance", "show", "2026-11-12")["statement"]["practitioners"]
    assert by_practitioner[0]["billed"] == row["billed"]


def test_a_line_that_its_claim_does_not_allow(office: Office) -> None:
    office.take(*with_control(paid_line(1), total("20261112", "A9999", 7792)), code=0)
    late = head(
        "S04",
        165,
        at(9, "0000002"),
        at(36, "99001"),
        at(49, "0000001"),
        at(56, "BH"),
        day="20261201",
    )
    data = office.take(late, total("20261201", "A9999", 0), code=1)
    assert (data["held"], data["not_applied"]) == (1, 1)
    (line,) = office.data("remittance", "show", "2026-12-01")["statement"]["not_applied"]
    assert (line["claim_id"], line["problem"]) == (1, "a claim that is paid cannot be held")
    assert office.data("claims", "list")["claims"][0]["state"] == "paid"


def test_a_file_without_its_control_record_may_lack_a_part(office: Office) -> None:
    records = [paid_line(1), total("20261112", "A9999", 7792)]
    office.take(*records, code=1)
    office.take(*with_control(*records), code=0)


# What cannot be taken in


def test_a_file_of_another_data_centre(office: Office) -> None:
    foreign = [record[:3] + "T8888" + record[8:] for record in EVERY]
    answer = office("remittance", "import", office.file(as_file(foreign)))
    assert answer.code == 5
    assert "T8888" in answer.err
    assert office.data("remittance", "list")["files"] == []


def test_single_lines_of_another_data_centre_match_nothing(office: Office) -> None:
    foreign = paid_line(1).replace("T9999", "T8888", 1)
    data = office.take(foreign, paid_line(2), code=1)
    assert (data["paid"], data["unmatched"]) == (1, 1)
    assert office.data("claims", "list")["claims"][0]["state"] == "sent"


@pytest.mark.parametrize(
    "content", [b"session_id,status\r\nV1,completed\r\n", b"PK\x03\x04\x00\x00", b"\x00" * 200]
)
def test_a_file_that_is_none_of_msps(office: Office, content: bytes) -> None:
    answer = office("remittance", "import", office.file(content, "visits.csv"))
    assert answer.code == 4
    assert "visits.csv" in answer.err


def test_a_file_that_is_not_there(office: Office) -> None:
    answer = office("remittance", "import", office.folder / "no.txt", office.folder / "none.txt")
    assert answer.code == 4
    assert "no.txt" in answer.err
    assert "none.txt" in answer.err


def test_all_files_or_none(office: Office) -> None:
    good, bad = office.file(as_file(EVERY)), office.file(b"nothing\r\n")
    assert office("remittance", "import", good, bad).code == 4
    assert office.data("remittance", "list") == {"remittances": [], "files": []}


# Screens


PRIVATE = ("9151065434", "OKANESE", "SOMEBODY", "PAPER", "Okanese")


@pytest.mark.parametrize("words", [("show", REMITTANCE), ("show", "1"), ("list",)])
def test_patients_are_masked(told: Office, words: tuple[str, ...]) -> None:
    for said in (told("remittance", *words).out, told("--json", "remittance", *words).out):
        assert not [word for word in PRIVATE if word in said]


def test_the_line_is_whole_when_it_may_be_seen(told: Office) -> None:
    assert "9151065434" in told("--unmask", "remittance", "show", REMITTANCE).out


@pytest.mark.parametrize("words", [("show", REMITTANCE), ("show", "1"), ("list",)])
def test_the_screens_fit_80_columns(told: Office, words: tuple[str, ...]) -> None:
    assert all(len(line) <= 80 for line in told("remittance", *words).out.splitlines())


def test_the_statement_reads_like_one(told: Office) -> None:
    out = told("remittance", "show", REMITTANCE).out
    sections = [
        "Remittance of 2026-11-12 to payee A9999",
        "paid for claims          313.57",
        "adjustments               -0.50",
        "balance brought forward   -5.00",
        "deposit                  308.07",
        "difference                 0.00",
        "Paid as billed: 4 claims, 299.36",
        "Paid otherwise: 1 claim, 62.13 of 77.92",
        "Refused: 1 claim, 77.92",
        "Held for a later remittance: 1 claim, 77.92",
        "Taken back: 1 claim, -77.92",
        "Matching no claim: 2 lines, 30.00",
        "By practitioner",
        "Adjustments: -0.50",
        "Messages of MSP's",
    ]
    places = [out.index(each) for each in sections]
    assert places == sorted(places)


def test_the_import_says_what_to_do_next(office: Office) -> None:
    out = office("remittance", "import", office.file(as_file(EVERY))).out
    assert f"tpi-billing remittance show {REMITTANCE}" in out
    assert "tpi-billing worklist" in out
    assert all(len(line) <= 80 for line in out.splitlines())
