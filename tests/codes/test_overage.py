"""Claims later than 90 days: what MSP's form asks and which reasons lead where."""

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.codes.files import shipped_directory
from tpi_billing.errors import ConfigurationError

from .conftest import WriteList

SHIPPED = (shipped_directory() / "overage.toml").read_text(encoding="utf-8")


def test_the_form_and_its_limits(book: CodeBook) -> None:
    late = book.overage
    assert late.form == "HLTH 2943"
    assert (late.days, late.approved_months, late.exceptional_months) == (90, 6, 18)


@pytest.mark.parametrize("asked", ["dates", "count", "value", "fee-items", "explanation"])
def test_what_the_form_must_have(book: CodeBook, asked: str) -> None:
    (detail,) = [each for each in book.overage.asks if each.id == asked]
    assert detail.required
    assert detail.certainty == "printed"


def test_how_much_the_form_takes(book: CodeBook) -> None:
    asks = {each.id: each for each in book.overage.asks}
    assert (asks["fee-items"].longest, asks["explanation"].longest) == (250, 400)
    assert asks["patients"].most == 10
    assert [each.id for each in asks.values() if not each.required] == ["data-centre", "documents"]


@pytest.mark.parametrize(
    ("reason", "answer", "code"),
    [
        ("coverage-reinstated", "no-approval", "C"),
        ("judged-again", "no-approval", "X"),
        ("icbc", "no-approval", "I"),
        ("worksafe", "no-approval", "W"),
        ("clerical-error", "not-accepted", ""),
        ("staffing", "not-accepted", ""),
        ("lost-or-forgotten", "not-accepted", ""),
        ("computer-trouble", "not-accepted", ""),
        ("other", "ask", "A"),
    ],
)
def test_where_a_reason_leads(book: CodeBook, reason: str, answer: str, code: str) -> None:
    (found,) = [each for each in book.overage.reasons if each.id == reason]
    assert (found.answer, found.submission_code) == (answer, code)


def test_a_reason_without_approval_has_a_code_that_needs_none(book: CodeBook) -> None:
    for reason in book.overage.reasons:
        if reason.submission_code:
            needs = book.submission_code(reason.submission_code)
            assert needs is not None
            assert ("approval" in needs.needs) == (reason.answer == "ask")


def test_a_clinics_own_rules_replace_the_shipped_ones(write_list: WriteList) -> None:
    path = write_list("overage.toml", SHIPPED.replace("approved_months = 6", "approved_months = 9"))
    assert CodeBook.load(path.parent.parent).overage.approved_months == 9


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("days = 90 ", "days = 0 ", "days: must be greater than or equal to 1"),
        ("approved_months = 6", "approved_months = 19", "exceptional_months is below"),
        ('form = "HLTH 2943"', 'from = "HLTH 2943"', "unknown key from"),
        ('submission_code = "C"', 'submission_code = "A"', "with no-approval the submission code"),
        ('submission_code = "W"', 'submission_code = "Q"', "'Q' is not known here"),
        ('id = "staffing"', 'id = "icbc"', "the id icbc stands more than once"),
        ('id = "count"', 'id = "value"', "the id value stands more than once"),
        ("longest = 400", "longest = 0", "longest: must be greater than or equal to 1"),
    ],
)
def test_a_slip(write_list: WriteList, old: str, new: str, said: str) -> None:
    assert SHIPPED.count(old) == 1, old
    path = write_list("overage.toml", SHIPPED.replace(old, new))
    with pytest.raises(ConfigurationError) as caught:
        _ = CodeBook.load(path.parent.parent).overage
    assert caught.value.exit_code == 3
    found = [trouble for trouble in caught.value.troubles if said in trouble.message]
    assert found
    assert all(trouble.file == str(path) for trouble in found)


def test_a_slip_is_shown_on_its_line(write_list: WriteList) -> None:
    path = write_list("overage.toml", SHIPPED.replace('id = "staffing"', 'id = "icbc"'))
    with pytest.raises(ConfigurationError) as caught:
        _ = CodeBook.load(path.parent.parent).overage
    lines = SHIPPED.replace('id = "staffing"', 'id = "icbc"').splitlines()
    assert [lines[(trouble.row or 0) - 1] for trouble in caught.value.troubles] == [
        'id = "icbc"',
        'id = "icbc"',
    ]
