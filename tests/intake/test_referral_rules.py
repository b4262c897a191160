"""What a referral of the registry must be in itself: both sides of every rule."""

from datetime import date
from typing import Any

import pytest

from tpi_billing.codes import CodeBook
from tpi_billing.intake.referral_rules import problems_of
from tpi_billing.model.finding import Severity
from tpi_billing.model.referral import RegisteredReferral

AS_OF = date(2026, 11, 5)
RECEIVED = date(2026, 8, 20)
PLAIN: dict[str, Any] = {
    "referral_id": 0,
    "number": "35546",
    "name": "Dr Hollis",
    "profession": "physician",
    "received": RECEIVED,
}
FUTURE = date(2026, 11, 6)
BEFORE = date(2026, 8, 19)


def found(book: CodeBook, **changes: Any) -> list[tuple[str, str]]:
    referral = RegisteredReferral(**{**PLAIN, **changes})
    return [(problem.code, problem.column) for problem in problems_of(referral, book, AS_OF)]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"name": "", "profession": ""},
        {"number": "A1B2C"},
        {"number": "99957"},
        {"profession": "NP"},
        {"profession": "md"},
        # An orthopaedic practitioner may take it: the session's own check decides.
        {"profession": "chiropractor"},
        {"received": AS_OF},
        # Never expired by age: an accepted referral stays (Preamble D.2.6).
        {"received": date(1999, 1, 4)},
        {"closed_on": RECEIVED},
        {"closed_on": AS_OF},
        {"updates": (RECEIVED, AS_OF)},
        {"implicit": True, "notice_sent": RECEIVED},
        {"implicit": True, "notice_sent": date(2026, 7, 1)},
        {"implicit_excluded": True},
    ],
)
def test_a_sound_referral(book: CodeBook, changes: dict[str, Any]) -> None:
    assert found(book, **changes) == []


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"number": "3554"}, "referral-number-invalid", "referral_number"),
        ({"number": "355467"}, "referral-number-invalid", "referral_number"),
        ({"number": "3554a"}, "referral-number-invalid", "referral_number"),
        ({"number": "00000"}, "referral-number-invalid", "referral_number"),
        ({"number": "99957", "name": ""}, "referral-name-required", "referral_name"),
        ({"profession": "wizard"}, "referral-profession", "referral_profession"),
        ({"profession": "RMT"}, "referral-profession", "referral_profession"),
        ({"received": FUTURE}, "invalid-value", "referral_date"),
        ({"closed_on": BEFORE}, "invalid-value", "closed_on"),
        ({"closed_on": FUTURE}, "invalid-value", "closed_on"),
        ({"updates": (BEFORE, AS_OF)}, "invalid-value", "updated_on"),
        ({"updates": (RECEIVED, FUTURE)}, "invalid-value", "updated_on"),
        ({"notice_sent": BEFORE}, "invalid-value", "notice_sent"),
        ({"implicit": True, "notice_sent": date(2026, 8, 21)}, "invalid-value", "notice_sent"),
        (
            {"implicit": True, "notice_sent": BEFORE, "implicit_excluded": True},
            "invalid-value",
            "implicit_excluded",
        ),
    ],
)
def test_a_referral_that_is_kept_out(
    book: CodeBook, changes: dict[str, Any], code: str, column: str
) -> None:
    referral = RegisteredReferral(**{**PLAIN, **changes})
    (problem,) = problems_of(referral, book, AS_OF)
    assert (problem.code, problem.column, problem.severity) == (code, column, None)
    assert problem.hint


def test_an_implicit_one_without_its_notice_is_only_remarked_on(book: CodeBook) -> None:
    referral = RegisteredReferral(**{**PLAIN, "implicit": True})
    (problem,) = problems_of(referral, book, AS_OF)
    assert (problem.code, problem.column) == ("missing-value", "notice_sent")
    assert problem.severity is Severity.WARNING


def test_all_that_is_wrong_is_said_at_once(book: CodeBook) -> None:
    assert found(
        book,
        number="1",
        profession="wizard",
        received=FUTURE,
        closed_on=BEFORE,
        updates=(BEFORE,),
        notice_sent=BEFORE,
    ) == [
        ("referral-number-invalid", "referral_number"),
        ("referral-profession", "referral_profession"),
        ("invalid-value", "referral_date"),
        ("invalid-value", "closed_on"),
        ("invalid-value", "updated_on"),
        ("invalid-value", "notice_sent"),
    ]
