"""Every example does what the reference page says of it, from the file to the finding."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers import CLERK, Clinic

from tpi_billing.checks.examples import (
    AS_OF,
    CLEAN,
    CLINIC,
    EXAMPLES,
    Example,
    other_sessions,
    session_of,
)
from tpi_billing.codes import CodeBook
from tpi_billing.config import parse
from tpi_billing.ledger.referrals import add_referral
from tpi_billing.model.catalogue import CHECK
from tpi_billing.model.finding import Finding
from tpi_billing.model.session import patient_key

Found = Callable[[Example], list[Finding]]


@pytest.fixture
def found(tmp_path: Path, book: CodeBook) -> Found:
    """Import an example into an empty ledger; return the findings of its session."""

    def run(example: Example) -> list[Finding]:
        mine, others = session_of(example.changes), other_sessions(example)
        with made_clinic(tmp_path, book, example) as clinic:
            with clinic.ledger.changing(CLERK) as transaction:
                for referral in example.referrals:
                    key = patient_key(mine, "canonical")
                    add_referral(transaction, clinic.data_centre, key, referral)
            if example.billed:
                clinic.bring(*others, as_of=AS_OF)
                assert clinic.bill("2026-10", as_of=AS_OF)[0] is not None
                others = []
            imported = clinic.bring(*others, mine, as_of=AS_OF)
            ours = {mine["session_id"], ""}
            return [one for one in imported.findings if one.session_id in ours]

    return run


@contextmanager
def made_clinic(folder: Path, book: CodeBook, example: Example) -> Iterator[Clinic]:
    for name, text in example.fee_codes.items():
        path = folder / "fee_codes" / name
        path.parent.mkdir(parents=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    codes = CodeBook.load(folder) if example.fee_codes else book
    clinic = Clinic(folder, codes, parse(CLINIC, "tpi-billing.toml"))
    yield clinic
    clinic.close()


def test_there_is_an_example_of_every_check_and_of_nothing_else() -> None:
    assert list(EXAMPLES) == list(CHECK)


def test_nothing_is_found_in_the_clean_session(found: Found) -> None:
    assert found(Example()) == []


@pytest.mark.parametrize("check_id", EXAMPLES)
def test_the_check_finds_its_example_and_no_other_does(found: Found, check_id: str) -> None:
    example = EXAMPLES[check_id]
    findings = found(example)
    assert {one.code for one in findings} == {check_id, *example.also}
    (one, *_) = [one for one in findings if one.code == check_id]
    assert (one.severity, one.explanatory_code, one.field) == (
        CHECK[check_id].severity,
        CHECK[check_id].explanatory_code,
        CHECK[check_id].field,
    )


@pytest.mark.parametrize("check_id", EXAMPLES)
def test_an_example_says_only_what_differs(check_id: str) -> None:
    example = EXAMPLES[check_id]
    same = [cell for cell in example.changes.items() if cell in CLEAN.items()]
    same += [cell for other in example.others for cell in other.items() if cell in CLEAN.items()]
    # two rows of one id are what that example is about
    assert same == ([("session_id", "V1001")] if check_id == "duplicate-session-id" else [])
