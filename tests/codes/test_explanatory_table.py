"""A clinic's own table of explanatory codes: what it replaces, and every slip of the hand in it."""

import csv
import io

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConfigurationError, Trouble

from .conftest import WriteList

HEADER = (
    "code,family,outcome,meaning,cause,field,who,action,resubmit,submission_code,deadline,"
    "prevented_by,certainty"
)
GOOD = {
    "code": "VM",
    "family": "referral",
    "outcome": "refused",
    "meaning": "No number.",
    "cause": "Left out.",
    "field": "P42",
    "who": "clinic",
    "action": "Call Kim.",
    "resubmit": "corrected",
    "submission_code": "R",
    "deadline": "service+90",
    "prevented_by": "referral-number-invalid",
    "certainty": "documented",
}


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    out.write("# source: test\n")
    writer = csv.DictWriter(out, HEADER.split(","), lineterminator="\n")
    writer.writeheader()
    writer.writerows({**GOOD, **row} for row in rows)
    return out.getvalue()


def troubles(write_list: WriteList, text: str) -> tuple[Trouble, ...]:
    path = write_list("explanatory_codes.csv", text)
    book = CodeBook.load(path.parent.parent)
    with pytest.raises(ConfigurationError) as caught:
        book.explanatory_code("VM")
    assert {trouble.file for trouble in caught.value.troubles} == {str(path)}
    assert caught.value.exit_code == 3
    return caught.value.troubles


def test_a_clinics_own_table_replaces_the_shipped_one(write_list: WriteList) -> None:
    path = write_list("explanatory_codes.csv", table({}))
    book = CodeBook.load(path.parent.parent)
    assert [row.action for row in book.explanatory_codes] == ["Call Kim."]
    assert book.explanatory_code("BV") is None
    assert len(book.search_explanatory_codes("kim")) == 1


@pytest.mark.parametrize(
    ("column", "cell", "hint"),
    [
        ("code", "V", ""),
        ("code", "vm", ""),
        ("code", "VMX", ""),
        ("code", "", ""),
        ("family", "Referral", ""),
        ("outcome", "rejected", ""),
        ("meaning", "", ""),
        ("cause", "", ""),
        ("field", "42", ""),
        ("field", "P4200", ""),
        ("who", "clerk", ""),
        ("action", "", ""),
        ("resubmit", "maybe", ""),
        ("submission_code", "Q", ""),
        ("submission_code", "D", ""),  # only by a person's decision, never by a rule
        ("submission_code", "X", ""),  # not with corrected
        ("submission_code", "", ""),
        ("deadline", "remittance+90", ""),  # not with R
        ("deadline", "none", ""),
        ("deadline", "", ""),
        ("prevented_by", "referal-number-invalid", "did you mean referral-number-invalid?"),
        ("prevented_by", "referral-number-invalid; magic", ""),
        ("certainty", "sure", ""),
    ],
)
def test_a_bad_cell(write_list: WriteList, column: str, cell: str, hint: str) -> None:
    found = troubles(write_list, table({"code": "AA"}, {column: cell}))
    assert column in {trouble.column for trouble in found}
    assert {trouble.row for trouble in found} == {4}
    said = next(trouble for trouble in found if trouble.column == column)
    assert f"{column} must be" in said.message
    assert said.hint == hint


@pytest.mark.parametrize(
    ("resubmit", "code", "deadline"),
    [
        ("no", "", "none"),
        ("wait", "", "none"),
        ("same", "0", "service+90"),
        ("corrected", "R", "service+90"),
        ("appeal", "X", "remittance+90"),
        ("coverage", "C", "none"),
        ("approval", "A", "approval"),
        ("payer", "", "none"),
        ("payer", "I", "none"),
        ("payer", "W", "none"),
        ("debit", "E", "none"),
    ],
)
def test_what_goes_together(write_list: WriteList, resubmit: str, code: str, deadline: str) -> None:
    row = {"resubmit": resubmit, "submission_code": code, "deadline": deadline}
    path = write_list("explanatory_codes.csv", table(row))
    assert CodeBook.load(path.parent.parent).explanatory_code("VM") is not None


def test_a_code_twice_names_both_lines(write_list: WriteList) -> None:
    (trouble,) = troubles(write_list, table({}, {"code": "AA"}, {}))
    assert (trouble.row, trouble.message) == (5, "VM stands on line 3 already")


def test_reading_every_list_reads_this_one_too(write_list: WriteList) -> None:
    path = write_list("explanatory_codes.csv", table({"who": "clerk"}, {"code": "AA", "who": "x"}))
    write_list("overage.toml", "days = 90\n")
    with pytest.raises(ConfigurationError) as caught:
        CodeBook.load(path.parent.parent).load_all()
    assert {trouble.file.rpartition("fee_codes")[2][1:] for trouble in caught.value.troubles} == {
        "explanatory_codes.csv",
        "overage.toml",
    }
