"""Over-age claims: the request by MSP's form, its approval, and the claims that follow.

MSP billing facts, section 4; Teleplan C02 P34, code A. As of 2026-11-05 a service of August 6 is 91
days old, and May 5 is six months ago.
"""

import json
from datetime import date
from typing import Any

import pytest
from helpers import AS_OF, CLERK, Clinic, clinic_config, visit

from tpi_billing.claims.decisions import Approved, Decider, Wanted
from tpi_billing.claims.overage import Request, months_before, requests
from tpi_billing.errors import BillingError, ConflictError, UsageError

REFERRED = {"referral_date": "2024-01-10"}


def late(session_id: str, patient: int, day: str = "2026-07-20", **changes: str) -> dict[str, str]:
    return visit(session_id, patient, **{"service_date": day, **REFERRED, **changes})


def summed(clinic: Clinic, as_of: date = AS_OF, practitioner: str | None = None) -> list[Request]:
    with clinic.ledger.reading() as connection:
        return requests(connection, clinic.config, clinic.codes, as_of, practitioner)


def approve(clinic: Clinic, *session_ids: str, reference: str = "12-345", **more: Any) -> Approved:
    replace = more.pop("replace", False)
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK)
    wanted = Wanted(session_ids=session_ids, **more)
    return decider.approve(wanted, reference, "MSP's letter of November 4", replace=replace)


def ids(assessed: Any) -> list[str]:
    return [one.session.session_id for one in assessed]


def notes(clinic: Clinic, batch_id: int) -> list[str]:
    """Return the note records of a batch's files (Teleplan N01)."""
    lines = "".join(clinic.contents(batch_id).teleplan_files).splitlines()
    return [line for line in lines if line.startswith("N01")]


# What the form asks


def test_the_request_has_dates_count_value_and_fee_items(clinic: Clinic) -> None:
    clinic.bring(
        late("V1", 1, "2026-06-01"),
        late("V2", 2, "2026-08-06", fee_items="01156"),
        # two claims: 01125 in full 99.16, and 01157 more than 60 cm away at half 38.96
        late("V3", 3, "2026-07-20", nerve_block_sites="a; b", block_distance_cm="75"),
        late("V4", 4, "2026-08-07"),  # the 90th day: not late
    )
    (request,) = summed(clinic)
    assert (request.practitioner_number, request.practitioner_name) == ("99001", "Avery Example")
    assert request.payee_number == "A9999"
    assert (request.first, request.last) == (date(2026, 6, 1), date(2026, 8, 6))
    assert [one.assessed.session.session_id for one in request.sessions] == ["V1", "V3", "V2"]
    assert request.claims == 4
    assert request.amount_cents == 7792 + 6213 + 9916 + 3896
    assert request.fee_items == (("01157", 2), ("01125", 1), ("01156", 1))
    assert (request.beyond, request.lost, request.to_correct) == (0, 0, 0)


def test_each_practitioner_and_payee_has_a_request(clinic: Clinic) -> None:
    clinic.bring(
        late("V1", 1), late("V2", 2, practitioner_number="99002"), late("V3", 3), visit("V4", 4)
    )
    assert [(r.practitioner_number, r.payee_number, r.claims) for r in summed(clinic)] == [
        ("99001", "A9999", 2),
        ("99002", "B1111", 1),
    ]
    assert [r.claims for r in summed(clinic, practitioner="99002")] == [1]


@pytest.mark.parametrize(
    ("service", "beyond", "lost"),
    [
        ("2026-05-05", 0, 0),  # six months to the day
        ("2026-05-04", 1, 0),
        ("2025-05-05", 1, 0),  # eighteen months
        ("2025-05-04", 1, 1),
    ],
)
def test_it_warns_of_what_is_too_old(clinic: Clinic, service: str, beyond: int, lost: int) -> None:
    clinic.bring(late("V1", 1, service))
    (request,) = summed(clinic)
    assert (request.beyond, request.lost) == (beyond, lost)


@pytest.mark.parametrize(
    ("day", "months", "earlier"),
    [
        (date(2026, 11, 5), 6, date(2026, 5, 5)),
        (date(2026, 8, 31), 6, date(2026, 2, 28)),
        (date(2026, 1, 15), 6, date(2025, 7, 15)),
        (date(2028, 8, 31), 18, date(2027, 2, 28)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, earlier: date) -> None:
    assert months_before(day, months) == earlier


def test_it_says_what_else_holds_a_session(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1, chart_signed="no"), late("V2", 2))
    (request,) = summed(clinic)
    assert request.to_correct == 1
    assert request.sessions[0].others == ("chart-not-signed",)


def test_what_msp_does_not_pay_is_not_late(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1, insurer="PRIVATE"))
    assert summed(clinic) == []


# The approval


def test_an_approved_session_is_billed_with_code_a_and_the_reference(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1, note="seen urgently"), late("V2", 2))
    assert clinic.bill("2026-07")[0] is None
    done = approve(clinic, "V1", reference=" 12-345 ")
    assert (ids(done.new), ids(done.already), ids(done.still_held)) == (["V1"], [], [])
    assert done.amount_cents == 7792
    assert "submission-overdue" not in {f.code for f in clinic.assess()["V1"].findings}
    assert ids([one.assessed for one in summed(clinic)[0].sessions]) == ["V2"]
    batch_id, plan = clinic.bill("2026-07")
    assert batch_id is not None
    assert ids(plan.held) == ["V2"]
    (claim,) = clinic.claims(batch_id=batch_id)
    assert (claim.session_id, claim.submission_code, claim.amount_cents) == ("V1", "A", 7792)
    assert (claim.approval_reference, claim.note) == ("12-345", "seen urgently")
    # On the wire the reference goes into the note, once and before the session's own words.
    (record,) = notes(clinic, batch_id)
    assert record[26:].rstrip() == "APPROVAL 12-345 SEEN URGENTLY"


def test_an_approval_is_journaled_with_who_and_why(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1))
    approve(clinic, "V1")
    (entry,) = [row for row in clinic.snapshot()["journal"] if row[3] == "decision.new"]
    content = json.loads(entry[5])
    assert entry[2] == CLERK
    assert (content["kind"], content["reference"]) == ("over-age", "12-345")
    assert content["reason"] == "MSP's letter of November 4"


def test_days_are_included_and_may_be_one_practitioners(clinic: Clinic) -> None:
    clinic.bring(
        late("V1", 1, "2026-06-30"),
        late("V2", 2, "2026-07-01"),
        late("V3", 3, "2026-07-15", practitioner_number="99002"),
        late("V4", 4, "2026-07-31"),
        late("V5", 5, "2026-08-01"),
    )
    july = {"first": date(2026, 7, 1), "last": date(2026, 7, 31)}
    assert ids(approve(clinic, practitioner="99002", **july).new) == ["V3"]
    done = approve(clinic, **july)
    assert (ids(done.new), ids(done.already)) == (["V2", "V4"], ["V3"])


def test_a_range_leaves_out_what_is_in_time(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1, "2026-08-06"), late("V2", 2, "2026-08-07"))
    done = approve(clinic, first=date(2026, 8, 1), last=date(2026, 8, 31))
    assert ids(done.new) == ["V1"]


def test_it_says_what_stays_held(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1, chart_signed="no"))
    assert ids(approve(clinic, "V1").still_held) == ["V1"]


def test_the_same_reference_again_changes_nothing(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1))
    approve(clinic, "V1")
    before = clinic.snapshot()
    done = approve(clinic, "V1")
    assert (ids(done.new), ids(done.already)) == ([], ["V1"])
    assert clinic.snapshot() == before


def test_another_reference_is_a_conflict_unless_it_replaces_the_first(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1))
    approve(clinic, "V1")
    with pytest.raises(ConflictError, match="another reference"):
        approve(clinic, "V1", reference="99-999")
    assert ids(approve(clinic, "V1", reference="99-999", replace=True).new) == ["V1"]
    clinic.bill("2026-07")
    assert clinic.claims()[0].approval_reference == "99-999"


def test_every_trouble_is_named_and_nothing_half_done(clinic: Clinic) -> None:
    clinic.bring(
        late("V1", 1),
        late("V2", 2, status="cancelled"),
        visit("V3", 3),
        visit("V4", 4, service_date="2026-09-02"),
        late("V5", 5),
    )
    clinic.bill("2026-09")
    approve(clinic, "V5", reference="1")
    before = clinic.snapshot()
    with pytest.raises(ConflictError) as refused:
        approve(clinic, "V1", "V2", "V3", "V4", "V5", "V9")
    assert [trouble.message for trouble in refused.value.troubles] == [
        "Session V2 is not completed.",
        "Session V3 is not overdue: its last day is 2027-01-11.",
        "Session V4 is billed in batch 1.",
        "There is no session V9.",
        "Session V5 is approved under another reference.",
    ]
    assert clinic.snapshot() == before


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"session_ids": ("V9",)}, UsageError),
        ({"first": date(2026, 10, 1), "last": date(2026, 10, 31)}, UsageError),
        ({"session_ids": ("V1",), "source": "another"}, UsageError),
        ({"session_ids": ("V3",)}, ConflictError),
    ],
)
def test_what_is_unknown_is_wrong_usage_and_a_wrong_state_a_conflict(
    clinic: Clinic, words: dict[str, Any], error: type[BillingError]
) -> None:
    clinic.bring(late("V1", 1), visit("V3", 3))
    decider = Decider(clinic.ledger, clinic.config, clinic.codes, AS_OF, CLERK)
    with pytest.raises(error):
        decider.approve(Wanted(**words), "12-345", "letter")


@pytest.mark.parametrize("reference", ["", "  ", "x" * 41, "Nr. 5 é", "a\x07b"])
def test_a_reference_must_fit_into_a_note(clinic: Clinic, reference: str) -> None:
    clinic.bring(late("V1", 1))
    with pytest.raises(UsageError):
        approve(clinic, "V1", reference=reference)


def test_a_reference_of_forty_signs_fits(clinic: Clinic) -> None:
    clinic.bring(late("V1", 1))
    assert ids(approve(clinic, "V1", reference="x" * 40).new) == ["V1"]


def test_an_id_of_two_sources_needs_the_source(clinic: Clinic) -> None:
    clinic.config = clinic_config()
    clinic.bring(late("V1", 1))
    clinic.bring(late("V1", 2), source="other-emr")
    with pytest.raises(UsageError, match="more than one source"):
        approve(clinic, "V1")
    done = approve(clinic, "V1", source="other-emr")
    assert [one.candidate.stored.source for one in done.new] == ["other-emr"]
