"""The registry at work: lists read in, nothing twice, and which referral a visit takes."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

import pytest
from helpers import AS_OF, CLERK, Clinic, made_up_phn, visit

from tpi_billing.claims.referral_import import ReferralsImported, import_referrals
from tpi_billing.claims.referral_registry import (
    close_referral,
    find_referrals,
    record_update,
    reopen_referral,
)
from tpi_billing.claims.referrals import Stored, record_referral
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.intake.referral_rows import REFERRALS
from tpi_billing.intake.table import open_table
from tpi_billing.ledger.journal import verify
from tpi_billing.model.finding import Severity
from tpi_billing.model.referral import RegisteredReferral

NOBODY = {
    "referral_number": "",
    "referral_name": "",
    "referral_profession": "",
    "referral_date": "",
}


def referral(patient: int = 1, **changes: str) -> dict[str, str]:
    """Return the canonical text of a referral by Dr Hollis on 20 August 2026."""
    values = {
        "phn": made_up_phn(patient),
        "referral_number": "35546",
        "referral_name": "Dr Hollis",
        "referral_profession": "physician",
        "referral_date": "2026-08-20",
        **changes,
    }
    return {column: text for column, text in values.items() if text}


def bring(
    clinic: Clinic, *rows: Mapping[str, str], name: str = "referrals.jsonl", dry_run: bool = False
) -> ReferralsImported:
    with open_table(clinic.write(rows, name), kind=REFERRALS) as table:
        return import_referrals(clinic.ledger, clinic.codes, AS_OF, CLERK, table, dry_run=dry_run)


def counts(imported: ReferralsImported) -> tuple[int, int, int, int, int]:
    """Return read, new, updated, unchanged, rejected."""
    found = imported.counts
    assert found.read == found.new + found.updated + found.unchanged + found.rejected
    return found.read, found.new, found.updated, found.unchanged, found.rejected


def registry(clinic: Clinic) -> list[RegisteredReferral]:
    with clinic.ledger.reading() as connection:
        found = find_referrals(connection, clinic.data_centre, AS_OF)
    return [one.referral for one in found]


def add(clinic: Clinic, patient: int = 1, **changes: str) -> Stored:
    return record_referral(clinic.ledger, clinic.codes, AS_OF, CLERK, referral(patient, **changes))


def journal(clinic: Clinic) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield action, record and content of the entries about referrals."""
    for _, _, actor, action, record, content, *_ in clinic.snapshot()["journal"]:
        if action.startswith("referral"):
            assert actor == CLERK
            yield action, record, json.loads(content)


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ({}, (2, 0, 0, 2, 0)),
        ({"referral_name": "Dr Hollis-Ray"}, (2, 0, 2, 0, 0)),
        ({"reason": "neck pain"}, (2, 0, 2, 0, 0)),
        ({"updated_on": "2026-10-01"}, (2, 0, 2, 0, 0)),
        ({"closed_on": "2026-10-31"}, (2, 0, 2, 0, 0)),
        ({"referral_name": "", "referral_profession": ""}, (2, 0, 0, 2, 0)),
        ({"referral_date": "2026-08-21"}, (2, 2, 0, 0, 0)),
        ({"referral_number": "46467"}, (2, 2, 0, 0, 0)),
        ({"dependent": "66"}, (2, 2, 0, 0, 0)),
    ],
)
def test_a_list_a_second_time(
    clinic: Clinic, again: dict[str, str], expected: tuple[int, ...]
) -> None:
    """The key is patient, number and date; details change it, blanks change nothing."""
    assert counts(bring(clinic, referral(1), referral(2))) == (2, 2, 0, 0, 0)
    second = bring(clinic, referral(1, **again), referral(2, **again), name="again.jsonl")
    assert counts(second) == expected
    assert len(registry(clinic)) == 2 + expected[1]


def test_the_same_file_twice_changes_nothing_but_the_journal(clinic: Clinic) -> None:
    rows = [referral(1, updated_on="2026-09-01; 2026-10-01"), referral(2, implicit="no")]
    bring(clinic, *rows)
    before = clinic.snapshot()
    assert counts(bring(clinic, *rows)) == (2, 0, 0, 2, 0)
    after = clinic.snapshot()
    assert {name for name in before if before[name] != after[name]} == {"journal", "journal_head"}
    assert [action for action, *_ in journal(clinic)][-1] == "referrals.imported"


def test_bad_rows_are_named_together_and_good_ones_are_stored(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1), visit("V2", 4))
    imported = bring(
        clinic,
        referral(1),
        referral(2, referral_number="12A"),
        referral(3, referral_date="2026-11-06"),
        {"reason": "a total"},
        referral(4, referral_profession="np"),
        referral(5, phn="9000000019", referral_number="12A", implicit="perhaps"),
        referral(6, referral_number="99957", referral_name="", closed_on="2026-08-19"),
    )
    assert counts(imported) == (6, 2, 0, 0, 4)
    assert [
        (f.place.row, f.code, f.column) for f in imported.findings if f.severity is Severity.ERROR
    ] == [
        (2, "referral-number-invalid", "referral_number"),
        (3, "invalid-value", "referral_date"),
        (6, "phn-check-digit", "phn"),
        (6, "referral-number-invalid", "referral_number"),
        (6, "invalid-value", "implicit"),
        (7, "referral-name-required", "referral_name"),
        (7, "invalid-value", "closed_on"),
    ]
    assert [
        (f.place.row, f.code) for f in imported.findings if f.severity is not Severity.ERROR
    ] == [(4, "missing-value")]
    assert all(f.place.file == "referrals.jsonl" and f.hint for f in imported.findings)
    assert [one.profession for one in registry(clinic)] == ["physician", "np"]


def test_a_dry_run_counts_and_changes_nothing(clinic: Clinic) -> None:
    before = clinic.snapshot()
    assert counts(bring(clinic, referral(1), referral(2), dry_run=True)) == (2, 2, 0, 0, 0)
    assert clinic.snapshot() == before


def test_rows_of_one_referral_add_up(clinic: Clinic) -> None:
    imported = bring(
        clinic,
        referral(updated_on="2026-09-01"),
        referral(updated_on="2026-10-01", reason="neck pain"),
        referral(referral_name="", closed_on="2026-10-31"),
        referral(),
    )
    assert counts(imported) == (4, 1, 2, 1, 0)
    (only,) = registry(clinic)
    assert only.updates == (date(2026, 9, 1), date(2026, 10, 1))
    assert (only.name, only.reason, only.closed_on) == (
        "Dr Hollis",
        "neck pain",
        date(2026, 10, 31),
    )


def test_the_order_of_the_rows_does_not_matter(clinic: Clinic) -> None:
    more = ({"updated_on": "2026-09-01"}, {"closed_on": "2026-10-31"}, {"reason": "neck pain"})
    bring(clinic, *(referral(1, **changes) for changes in more))
    bring(clinic, *(referral(2, **changes) for changes in reversed(more)))
    one, other = (replace(found, referral_id=0) for found in registry(clinic))
    assert one == other
    assert (one.updates, one.closed_on) == ((date(2026, 9, 1),), date(2026, 10, 31))


def test_rows_that_contradict_each_other_are_not_both_stored(clinic: Clinic) -> None:
    imported = bring(
        clinic,
        referral(),
        referral(referral_name="Dr Hollis-Ray", reason="neck pain"),
        referral(closed_on="2026-10-01"),
        referral(closed_on="2026-10-02"),
    )
    assert counts(imported) == (4, 1, 1, 0, 2)
    messages = [f.message for f in imported.findings if f.severity is Severity.ERROR]
    assert messages == [
        "Rows 1 and 2 are one referral and differ: name.",
        "Rows 3 and 4 are one referral and differ: closed on.",
    ]
    (only,) = registry(clinic)
    assert (only.name, only.reason, only.closed_on) == ("Dr Hollis", "", date(2026, 10, 1))


def test_a_rejected_row_does_not_stand_in_the_way_of_a_good_one(clinic: Clinic) -> None:
    rows = (referral(referral_profession="wizard"), referral())
    assert counts(bring(clinic, *rows)) == (2, 1, 0, 0, 1)


def test_what_a_row_makes_of_a_known_referral_is_checked(clinic: Clinic) -> None:
    add(clinic, implicit="yes", notice_sent="2026-07-01")
    assert counts(bring(clinic, referral(implicit_excluded="yes"))) == (1, 0, 0, 0, 1)
    assert registry(clinic)[0].implicit_excluded is False


@pytest.mark.parametrize(
    ("changes", "severity"),
    [({}, Severity.INFO), ({"phn": "", "patient_id": "C00001"}, Severity.WARNING)],
)
def test_referrals_of_patients_without_a_visit_are_remarked_on(
    clinic: Clinic, changes: dict[str, str], severity: Severity
) -> None:
    """A chart number reaches no visit that has a health number, so the remark is a warning."""
    clinic.bring(visit("V1", 3))
    imported = bring(clinic, referral(3), referral(1, **changes))
    (finding,) = imported.findings
    assert finding.severity is severity
    assert finding.message.startswith("1 new referral is of a patient without a visit")
    assert finding.place.row == 2
    assert bring(clinic, referral(3), referral(1, **changes)).findings == ()


def test_a_clinics_own_severities_do_not_let_a_bad_row_in(clinic: Clinic) -> None:
    clinic.config = clinic.config.model_copy(update={"checks": {"missing-value": "off"}})
    assert counts(bring(clinic, referral(), {"phn": made_up_phn(2)})) == (2, 1, 0, 0, 1)


def test_everything_is_journaled(clinic: Clinic) -> None:
    bring(clinic, referral(1), referral(2, referral_number="12A"), name="list.jsonl")
    stored = add(clinic, 2, updated_on="2026-09-01")
    assert stored.referral_id == 2
    add(clinic, 2, reason="neck pain")
    record_update(clinic.ledger, AS_OF, CLERK, 2, date(2026, 10, 1), "by fax")
    close_referral(clinic.ledger, AS_OF, CLERK, 2, date(2026, 10, 31), " moved away ")
    reopen_referral(clinic.ledger, CLERK, 2, "came back")
    entries = list(journal(clinic))
    assert [(action, record) for action, record, _ in entries] == [
        ("referral.new", "referral:1"),
        ("referrals.imported", "referrals"),
        ("referral.new", "referral:2"),
        ("referral.updated", "referral:2"),
        ("referral.changed", "referral:2"),
        ("referral.updated", "referral:2"),
        ("referral.changed", "referral:2"),
        ("referral.closed", "referral:2"),
        ("referral.changed", "referral:2"),
        ("referral.reopened", "referral:2"),
    ]
    contents = [content for *_, content in entries]
    assert contents[1]["file"] == "list.jsonl"
    assert (contents[1]["new"], contents[1]["rejected"], contents[1]["rows"]) == (1, 1, [[1, 1]])
    assert contents[7] == {"closed_on": "2026-10-31", "reason": "moved away"}
    with clinic.ledger.reading() as connection:
        assert verify(connection)[1] == []


def test_adding_by_hand_is_one_row_of_a_list(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1))
    assert add(clinic) == Stored("new", 1)
    assert add(clinic) == Stored("unchanged", 1)
    assert add(clinic, reason="neck pain") == Stored("updated", 1)
    rejected = add(clinic, referral_date="2026-08-21", referral_number="1A")
    assert (rejected.outcome, rejected.referral_id) == ("rejected", None)
    assert len(registry(clinic)) == 1
    (remark,) = add(clinic, 2).problems
    assert remark.message == "The patient has no visit in the ledger so far."


def test_a_written_report_counts_once_a_day(clinic: Clinic) -> None:
    add(clinic)
    day = date(2026, 10, 1)
    assert record_update(clinic.ledger, AS_OF, CLERK, 1, day, "by fax") is True
    assert record_update(clinic.ledger, AS_OF, CLERK, 1, day, "again") is False
    assert registry(clinic)[0].updates == (day,)


@pytest.mark.parametrize("day", [date(2026, 8, 19), date(2026, 11, 6)])
def test_a_report_or_a_closing_on_a_day_that_cannot_be(clinic: Clinic, day: date) -> None:
    """Received on 20 August, and today is 5 November: both days themselves can be."""
    add(clinic)
    with pytest.raises(UsageError):
        record_update(clinic.ledger, AS_OF, CLERK, 1, day, "")
    with pytest.raises(UsageError):
        close_referral(clinic.ledger, AS_OF, CLERK, 1, day, "moved")
    assert registry(clinic)[0].closed_on is None


@pytest.mark.parametrize("day", [date(2026, 8, 20), date(2026, 11, 5)])
def test_a_report_and_a_closing_on_the_first_and_the_last_possible_day(
    clinic: Clinic, day: date
) -> None:
    add(clinic)
    record_update(clinic.ledger, AS_OF, CLERK, 1, day, "")
    close_referral(clinic.ledger, AS_OF, CLERK, 1, day, "moved")
    assert (registry(clinic)[0].updates, registry(clinic)[0].closed_on) == ((day,), day)


def test_closing_and_reopening_know_the_state(clinic: Clinic) -> None:
    add(clinic)
    with pytest.raises(ConflictError):
        reopen_referral(clinic.ledger, CLERK, 1, "why not")
    with pytest.raises(UsageError):
        close_referral(clinic.ledger, AS_OF, CLERK, 1, date(2026, 10, 1), "  ")
    close_referral(clinic.ledger, AS_OF, CLERK, 1, date(2026, 10, 1), "moved")
    with pytest.raises(ConflictError):
        close_referral(clinic.ledger, AS_OF, CLERK, 1, date(2026, 10, 2), "moved")
    reopen_referral(clinic.ledger, CLERK, 1, "by mistake")
    assert registry(clinic)[0].closed_on is None
    for unknown in (
        lambda: record_update(clinic.ledger, AS_OF, CLERK, 9, AS_OF, ""),
        lambda: close_referral(clinic.ledger, AS_OF, CLERK, 9, AS_OF, "x"),
        lambda: reopen_referral(clinic.ledger, CLERK, 9, "x"),
    ):
        with pytest.raises(UsageError):
            unknown()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["1", "2", "3", "4"]),
        ({"closed": False}, ["1", "3", "4"]),
        ({"closed": True}, ["2"]),
        ({"patient": made_up_phn(1)}, ["1", "2"]),
        (
            {"patient": f"{made_up_phn(1)[:4]} {made_up_phn(1)[4:7]} {made_up_phn(1)[7:]}"},
            ["1", "2"],
        ),
        ({"patient": "123456789012"}, ["3"]),
        ({"patient": "C-7/1"}, ["4"]),
        ({"patient": "00"}, []),
        ({"patient": "AB"}, []),
        ({"patient": made_up_phn(1), "closed": True}, ["2"]),
        ({"limit": 2, "closed": False}, ["1", "4"]),
    ],
)
def test_the_registry_is_searched(
    clinic: Clinic, wanted: dict[str, object], found: list[str]
) -> None:
    add(clinic, 1, letter="1")
    add(clinic, 1, letter="2", referral_date="2026-09-01", closed_on="2026-11-05")
    add(clinic, 1, phn="", registration_number="123456789012", insurer="AB", letter="3")
    add(clinic, 1, phn="", patient_id="C-7/1", letter="4")
    with clinic.ledger.reading() as connection:
        rows = find_referrals(connection, clinic.data_centre, AS_OF, **wanted)  # type: ignore[arg-type]
    assert sorted(one.referral.letter for one in rows) == found


def taken(clinic: Clinic, day: str, **changes: str) -> tuple[str, str]:
    """Return number and day of the referral that a visit of a day is assessed with."""
    clinic.bring(visit("V1", 1, service_date=day, **{**NOBODY, **changes}))
    referral = clinic.assess()["V1"].session.referral
    return referral.number, str(referral.received or "")


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-09-30", ""),  # received after the visit
        ("2026-10-01", "11111"),  # received on the day itself
        ("2026-10-14", "11111"),
        ("2026-10-15", "22222"),  # two are open: the one that came in last
        ("2026-10-20", "22222"),  # closed on the day: it still stands
        ("2026-10-21", "11111"),  # closed: the older one is still open, whatever its age
        ("2026-11-05", "11111"),
    ],
)
def test_a_visit_without_a_referrer_takes_the_referral_of_its_day(
    clinic: Clinic, day: str, number: str
) -> None:
    add(clinic, referral_number="11111", referral_date="2026-10-01")
    add(clinic, referral_number="22222", referral_date="2026-10-15", closed_on="2026-10-20")
    add(clinic, 2, referral_number="33333", referral_date="2026-10-01")
    assert taken(clinic, day)[0] == number


def test_of_two_that_came_in_on_one_day_the_later_entry_counts(clinic: Clinic) -> None:
    add(clinic, referral_number="22222")
    add(clinic, referral_number="11111")
    assert taken(clinic, "2026-10-13")[0] == "11111"


@pytest.mark.parametrize(
    "named",
    [
        {"referral_number": "46467", "referral_date": "2026-10-02"},
        {"referral_name": "Dr Quill"},
        {"referral_date": "2026-10-02"},
    ],
)
def test_a_visit_that_names_anything_keeps_what_it_names(
    clinic: Clinic, named: dict[str, str]
) -> None:
    add(clinic)
    expected = (named.get("referral_number", ""), named.get("referral_date", ""))
    assert taken(clinic, "2026-10-13", **named) == expected


def test_a_very_old_referral_bills(clinic: Clinic) -> None:
    add(clinic, referral_date="1999-01-04", updated_on="2026-10-01")
    clinic.bring(visit("V1", 1, **NOBODY))
    assert not clinic.assess()["V1"].held
    (claim,) = clinic.claims(batch_id=clinic.billed())
    assert (claim.referral_code, claim.referral_number) == ("B", "35546")
    assert str(claim.referral_date) == "1999-01-04"


def test_a_list_of_another_data_centre_is_not_seen(clinic: Clinic) -> None:
    add(clinic)
    with clinic.ledger.reading() as connection:
        assert find_referrals(connection, "T8888", AS_OF) == []
