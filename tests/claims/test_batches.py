"""A month's clean sessions become one numbered batch of claims (design, sections 4 to 7)."""

import hashlib
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from helpers import CLERK, Clinic, Values, block, clinic_config, made_up_phn, visit
from made_up_claims import made_up_claim

from tpi_billing.claims import batches
from tpi_billing.claims.batch_contents import contents_to_export
from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError, UsageError
from tpi_billing.ledger import schema
from tpi_billing.ledger.journal import verify
from tpi_billing.model.claim import BatchState, Claim, ClaimState
from tpi_billing.model.identifiers import is_phn

UNSIGNED = {"chart_signed": "no"}


def lines(claims: list[Claim] | tuple[Claim, ...]) -> list[tuple[str, str, int]]:
    return [(claim.session_id, claim.fee_item, claim.amount_cents) for claim in claims]


# What is billed


def test_clean_sessions_are_billed_and_the_others_held(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, **UNSIGNED), block("V3", 3))
    batch_id, plan = clinic.bill()
    assert batch_id == 1
    assert lines(plan.claims) == [("V1", "01157", 7_792), ("V3", "01125", 9_916)]
    assert plan.amount_cents == 17_708
    assert [one.session.session_id for one in plan.held] == ["V2"]
    assert [one.session.session_id for one in plan.taken] == ["V1", "V3"]


def test_a_session_has_a_claim_for_each_billed_line(clinic: Clinic) -> None:
    clinic.bring(
        visit(
            "V1",
            nerve_block_sites="left occipital; right occipital",
            block_distance_cm="75",
            joint_sites="left knee; right knee",
        )
    )
    _, plan = clinic.bill()
    # 99.16, 77.92 at 50%, and 19.27 for each joint
    assert lines(plan.claims) == [
        ("V1", "00015", 3_854),
        ("V1", "01125", 9_916),
        ("V1", "01157", 3_896),
    ]
    assert [(claim.units, claim.percent) for claim in plan.claims] == [(2, 100), (1, 100), (1, 50)]


def test_the_amount_of_a_batch_is_the_sum_of_its_claims(clinic: Clinic) -> None:
    clinic.bring(*(visit(f"V{number}", number) for number in range(1, 8)), block("V8", 8))
    batch_id = clinic.billed()
    batch = clinic.contents(batch_id).batch
    assert batch.amount_cents == 7 * 7_792 + 9_916
    assert batch.amount_cents == sum(claim.amount_cents for claim in clinic.claims())
    assert (batch.claims, batch.sessions, batch.held) == (8, 8, 0)


def test_a_second_run_finds_nothing_new(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, **UNSIGNED))
    clinic.billed()
    before = clinic.snapshot()
    batch_id, plan = clinic.bill()
    assert batch_id is None
    assert (plan.claims, plan.taken) == ([], [])
    assert [one.session.session_id for one in plan.held] == ["V2"]
    assert clinic.snapshot() == before


def test_every_session_is_billed_once_over_all_batches(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, **UNSIGNED))
    clinic.billed()
    clinic.bring(visit("V2", 2), visit("V3", 3))
    clinic.billed()
    billed = [claim.session_id for claim in clinic.claims()]
    assert sorted(billed) == ["V1", "V2", "V3"]


def test_nothing_to_bill_makes_no_batch(clinic: Clinic) -> None:
    assert clinic.bill()[0] is None
    clinic.bring(visit("V1", status="cancelled"))
    before = clinic.snapshot()
    batch_id, plan = clinic.bill()
    assert (batch_id, plan.claims, plan.held) == (None, [], [])
    assert clinic.snapshot() == before


def test_held_sessions_alone_make_no_batch(clinic: Clinic) -> None:
    clinic.bring(visit("V1", **UNSIGNED))
    batch_id, plan = clinic.bill()
    assert batch_id is None
    assert len(plan.held) == 1


def test_a_session_whose_only_line_belongs_to_another_stays_open(clinic: Clinic) -> None:
    clinic.bring(block("V1", block_distance_cm="12"), visit("V2", start_time="10:00"))
    _, plan = clinic.bill()
    assert lines(plan.claims) == [("V1", "01125", 9_916)]
    assert [one.session.session_id for one in plan.taken] == ["V1"]
    assert [one.session.session_id for one in plan.nothing_to_bill] == ["V2"]
    assert clinic.session("V2").batch_id is None
    assert clinic.bill()[0] is None
    # Its trigger points are billed after all once the block never is.
    clinic.void(1)
    clinic.bring(block("V1", block_distance_cm="12", status="cancelled"))
    _, again = clinic.bill()
    assert lines(again.claims) == [("V2", "01157", 7_792)]


# Which month, which practitioner


def test_a_batch_takes_a_month_from_its_first_day_to_its_last(clinic: Clinic) -> None:
    days = ("2026-09-30", "2026-10-01", "2026-10-31", "2026-11-01")
    clinic.bring(*(visit(day, at, service_date=day) for at, day in enumerate(days)))
    clinic.billed("2026-10")
    assert [claim.session_id for claim in clinic.claims()] == ["2026-10-01", "2026-10-31"]
    clinic.billed("2026-09")
    clinic.billed("2026-11")
    assert {claim.session_id for claim in clinic.claims()} == set(days)


def test_a_short_month_ends_where_it_ends(clinic: Clinic) -> None:
    for at, day in enumerate(("2026-02-28", "2026-03-01")):
        clinic.bring(visit(day, at, service_date=day, referral_date="2026-01-02"))
    clinic.bill("2026-02", as_of=date(2026, 3, 5))
    assert [claim.session_id for claim in clinic.claims()] == ["2026-02-28"]


def test_a_batch_of_one_practitioner(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, practitioner_number="99002"))
    batch_id, plan = clinic.bill(practitioner="99002")
    assert [claim.session_id for claim in plan.claims] == ["V2"]
    assert batch_id is not None
    batch = clinic.contents(batch_id).batch
    assert (batch.month, batch.practitioner_filter) == ("2026-10", "99002")
    assert clinic.bill(practitioner="99002")[0] is None
    clinic.billed()
    assert clinic.contents(2).batch.practitioner_filter == ""
    assert [claim.session_id for claim in clinic.claims()] == ["V2", "V1"]


# Numbers


def test_claims_are_numbered_in_order_of_practitioner_day_start_and_session(
    clinic: Clinic,
) -> None:
    clinic.bring(
        visit("V5", 5, practitioner_number="99002", service_date="2026-10-01"),
        visit("V4", 4, service_date="2026-10-20"),
        visit("V3", 3, start_time="11:00"),
        visit("V2", 2, start_time="09:30"),
        block("V1", 1, start_time="11:00"),
    )
    clinic.billed()
    claims = clinic.claims()
    assert [claim.session_id for claim in claims] == ["V2", "V1", "V3", "V4", "V5"]
    assert [claim.claim_id for claim in claims] == [1, 2, 3, 4, 5]
    assert [claim.office_folio for claim in claims] == [1, 2, 3, 4, 5]
    assert {claim.batch_id for claim in claims} == {1}


def test_numbers_go_on_from_batch_to_batch(clinic: Clinic) -> None:
    for number in (1, 2, 3):
        clinic.bring(visit(f"V{number}", number))
        assert clinic.billed() == number
    assert [claim.office_folio for claim in clinic.claims()] == [1, 2, 3]
    assert [claim.batch_id for claim in clinic.claims()] == [1, 2, 3]


def use_up(clinic: Clinic, next_folio: int) -> None:
    with clinic.ledger.changing(CLERK) as transaction:
        row = {"data_centre": "T9999", "name": "office-folio", "next_value": next_folio}
        transaction.connection.execute(sa.insert(schema.counters), row)


def test_the_last_folio_has_seven_digits(clinic: Clinic) -> None:
    use_up(clinic, 9_999_999)
    clinic.bring(visit("V1"))
    clinic.billed()
    assert clinic.claims()[0].office_folio == 9_999_999


def test_without_a_folio_for_every_claim_nothing_is_billed(clinic: Clinic) -> None:
    use_up(clinic, 9_999_999)
    clinic.bring(visit("V1"), visit("V2", 2))
    before = clinic.snapshot()
    with pytest.raises(ConflictError, match="used up"):
        clinic.bill()
    assert clinic.snapshot() == before


# What a claim says


def only_claim(clinic: Clinic, row: Values) -> Claim:
    clinic.bring(row)
    clinic.billed()
    (claim,) = clinic.claims()
    return claim


def test_a_claim_says_what_the_session_said(clinic: Clinic) -> None:
    claim = only_claim(
        clinic,
        visit(
            "V1",
            patient_second_name="Hana",
            dependent="00",
            diagnosis_2="7242",
            diagnosis_3="7231",
            location_code="P",
            note="Seen with interpreter",
        ),
    )
    said = replace(claim, explanation="", sequence_number=None)
    assert said == made_up_claim(
        session_id="V1",
        patient_key=f"phn:{made_up_phn(1)}/00",
        phn=made_up_phn(1),
        second_name="Hana",
        explanation="",
        location_code="P",
        diagnoses=("7291", "7242", "7231"),
        note="Seen with interpreter",
        ordinal=1,
        claim_id=1,
        batch_id=1,
        office_folio=1,
        sequence_number=None,
        state=ClaimState.BATCHED,
        paid_cents=None,
    )
    assert "4 trigger points" in claim.explanation


def test_a_residents_claim_of_another_province(clinic: Clinic) -> None:
    claim = only_claim(
        clinic,
        visit(
            "V1",
            phn="",
            insurer="AB",
            registration_number="123456789",
            address_1="1 Nowhere Road",
            address_2="Unit 4",
            city="Banff",
            postal_code="T1L1A1",
        ),
    )
    assert (claim.insurer, claim.registration_number, claim.phn) == ("AB", "123456789", "")
    address = (claim.address_1, claim.address_2, claim.city, claim.postal_code)
    assert address == ("1 Nowhere Road", "Unit 4", "Banff", "T1L1A1")


def test_a_claim_of_a_motor_vehicle_accident(clinic: Clinic) -> None:
    claim = only_claim(clinic, visit("V1", insurer="ICBC", icbc_claim_number="AB123456"))
    assert (claim.mva, claim.icbc_claim_number) == (True, "AB123456")


@pytest.mark.parametrize(
    ("practitioner", "own", "paid"),
    [
        ("99001", "", "A9999"),  # the clinic's
        ("99002", "", "B1111"),  # the practitioner's goes before it
        ("99001", "A9999", "A9999"),
        ("99002", "B1111", "B1111"),
    ],
)
def test_who_is_paid(clinic: Clinic, practitioner: str, own: str, paid: str) -> None:
    row = visit("V1", practitioner_number=practitioner, payee_number=own)
    assert only_claim(clinic, row).payee_number == paid


def test_every_claim_of_a_referred_session_names_the_referrer(clinic: Clinic) -> None:
    """Visits included (design, section 3)."""
    clinic.bring(visit("V1", visit="visit", visit_diagnosis="7840"))
    clinic.billed()
    assert [claim.fee_item for claim in clinic.claims()] == ["01157", "15300"]
    assert {claim.referral_code for claim in clinic.claims()} == {"B"}
    assert {claim.referral_number for claim in clinic.claims()} == {"35546"}


@pytest.mark.parametrize("number", ["", "00000"])
def test_a_claim_without_a_referrer_says_none(clinic: Clinic, number: str) -> None:
    row = visit(
        "V1",
        visit="visit",
        trigger_point_sites="",
        referral_number=number,
        referral_name="",
        referral_profession="",
        referral_date="",
    )
    claim = only_claim(clinic, row)
    assert (claim.referral_code, claim.referral_number) == ("0", "00000")


@pytest.mark.parametrize(
    ("number", "note", "said"),
    [
        ("35546", "", ""),
        ("35546", "Seen twice", "Seen twice"),
        # Behind a generic number the referrer's name goes into the note (facts, section 3).
        ("99957", "", "REFERRED BY Dr Hollis"),
        ("99957", "Seen twice", "Seen twice REFERRED BY Dr Hollis"),
    ],
)
def test_the_note_of_a_claim(clinic: Clinic, number: str, note: str, said: str) -> None:
    claim = only_claim(clinic, visit("V1", referral_number=number, note=note))
    assert (claim.referral_number, claim.note) == (number, said)


def test_no_claim_leaves_with_a_number_that_does_not_check(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2, phn="9151065431"), visit("V3", 3, phn=""))
    clinic.bill()
    assert [claim.session_id for claim in clinic.claims() if is_phn(claim.phn)] == ["V1"]
    assert len(clinic.claims()) == 1


# A dry run


def test_a_dry_run_plans_the_same_and_changes_nothing(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), block("V2", 2), visit("V3", 3, **UNSIGNED))
    before = clinic.snapshot()
    batch_id, dry = clinic.bill(dry_run=True)
    assert batch_id is None
    assert clinic.snapshot() == before
    _, plan = clinic.bill()
    assert lines(dry.claims) == lines(plan.claims)
    assert [one.session for one in dry.held] == [one.session for one in plan.held]
    assert [claim.claim_id for claim in dry.claims] == [None, None]


def test_a_failure_half_way_leaves_nothing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.bring(visit("V1"), visit("V2", 2))
    before = clinic.snapshot()

    def full(*_: Any, **__: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(batches.stored, "take_sessions", full)
    with pytest.raises(OSError, match="no space"):
        clinic.bill()
    assert clinic.snapshot() == before
    monkeypatch.undo()
    assert clinic.billed() == 1
    assert [claim.office_folio for claim in clinic.claims()] == [1, 2]


# Void


def test_a_void_batch_releases_its_sessions_and_keeps_its_numbers(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2), visit("V3", 3, **UNSIGNED))
    first = clinic.billed()
    assert clinic.void(first, "  wrong month ") == (2, 2)
    assert {claim.state for claim in clinic.claims()} == {ClaimState.VOID}
    assert {one.batch_id for one in clinic.sessions().values()} == {None}
    batch = clinic.contents(first).batch
    assert (batch.state, batch.claims) == (BatchState.VOID, 2)
    assert clinic.snapshot()["batches"][0][13] == "wrong month"


def test_the_next_batch_takes_the_released_sessions_under_new_numbers(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2))
    clinic.void(clinic.billed())
    second = clinic.billed()
    assert second == 2
    claims = clinic.claims(batch_id=second)
    assert [claim.session_id for claim in claims] == ["V1", "V2"]
    assert [claim.office_folio for claim in claims] == [3, 4]
    assert [claim.claim_id for claim in claims] == [3, 4]
    assert [claim.state for claim in claims] == [ClaimState.BATCHED] * 2


def test_numbers_are_never_given_twice_however_often_a_batch_is_voided(clinic: Clinic) -> None:
    clinic.bring(visit("V1"), visit("V2", 2))
    for _ in range(4):
        clinic.void(clinic.billed())
    folios = [claim.office_folio for claim in clinic.claims()]
    assert folios == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_void_touches_no_other_batch(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    first = clinic.billed()
    clinic.bring(visit("V2", 2))
    second = clinic.billed()
    before = clinic.contents(second)
    clinic.void(first)
    assert clinic.contents(second) == before
    assert clinic.session("V2").batch_id == second
    assert [claim.state for claim in clinic.claims(batch_id=second)] == [ClaimState.BATCHED]


@pytest.mark.parametrize("reason", ["", " ", "\t\n"])
def test_a_void_needs_a_reason(clinic: Clinic, reason: str) -> None:
    clinic.bring(visit("V1"))
    batch_id = clinic.billed()
    before = clinic.snapshot()
    with pytest.raises(UsageError, match="needs a reason"):
        clinic.void(batch_id, reason)
    assert clinic.snapshot() == before


def test_a_void_batch_cannot_be_voided_or_exported_again(clinic: Clinic) -> None:
    clinic.bring(visit("V1"))
    batch_id = clinic.billed()
    clinic.void(batch_id)
    before = clinic.snapshot()
    with pytest.raises(ConflictError, match="is void and cannot be voided"):
        clinic.void(batch_id)
    with pytest.raises(ConflictError, match="is void"):
        contents_to_export(clinic.ledger, batch_id)
    assert clinic.snapshot() == before


@pytest.mark.parametrize("state", ["sent", "unknown", "accepted"])
def test_a_batch_that_was_sent_cannot_be_voided(clinic: Clinic, state: str) -> None:
    clinic.bring(visit("V1"))
    batch_id = clinic.billed()
    with clinic.ledger.changing(CLERK) as transaction:
        transaction.connection.execute(sa.update(schema.batches).values(state=state))
    with pytest.raises(ConflictError, match=f"is {state} and cannot be voided"):
        clinic.void(batch_id)
    assert clinic.session("V1").batch_id == batch_id


@pytest.mark.parametrize("batch_id", [0, 2, -1])
def test_a_batch_that_is_not_there(clinic: Clinic, batch_id: int) -> None:
    clinic.bring(visit("V1"))
    clinic.billed()
    for asked in (clinic.void, clinic.contents):
        with pytest.raises(UsageError, match=f"no batch {batch_id}"):
            asked(batch_id)


# What a batch's files are made from


@pytest.fixture
def month(clinic: Clinic) -> Clinic:
    """Bill a month: two sessions billed, one of them with a notice, and two held."""
    clinic.bring(
        visit("V1"),
        visit("V2", 2, agent=""),
        visit("V3", 3, chart_signed="no", diagnosis_1="72885"),
        visit("V4", 4, phn=""),
        name="october.jsonl",
    )
    return clinic


def test_the_contents_are_what_was_planned(month: Clinic) -> None:
    batch_id, plan = month.bill()
    assert batch_id is not None
    contents = month.contents(batch_id)
    assert contents.claims == tuple(plan.claims)
    assert [one.session_id for one in contents.held] == ["V3", "V4"]
    assert [one.findings for one in contents.held] == [one.findings for one in plan.held]
    assert contents.notices == plan.taken[1].findings
    batch = contents.batch
    assert (batch.batch_id, batch.state, batch.month) == (batch_id, BatchState.PREPARED, "2026-10")
    assert (batch.claims, batch.sessions, batch.held, batch.amount_cents) == (2, 2, 2, 15_584)
    assert (batch.as_of, batch.created_by) == (date(2026, 11, 5), CLERK)
    assert (batch.clinic_name, batch.data_centre) == ("Made-up Clinic", "T9999")
    assert batch.practitioner_names == (("99001", "Avery Example"), ("99002", "Blair Sample"))
    assert batch.editions == ("2024-12-31",)


def test_a_held_session_is_told_with_all_that_cures_it(month: Clinic) -> None:
    unsigned = month.contents(month.billed()).held[0]
    assert {finding.code for finding in unsigned.findings} == {
        "chart-not-signed",
        "diagnosis-unlisted",
    }
    assert all(finding.hint for finding in unsigned.findings)
    assert (unsigned.place.file, unsigned.place.row) == ("october.jsonl", 3)
    assert (unsigned.first_name, unsigned.surname) == ("Noor", "Okanese")
    assert unsigned.last_day == unsigned.service_date + timedelta(days=90)


def test_the_files_that_a_batch_comes_from_are_named_with_their_hash(month: Clinic) -> None:
    later = month.write([visit("V5", 5)], "more.jsonl")
    month.bring(visit("V5", 5), name="more.jsonl")
    sources = month.contents(month.billed()).sources
    assert [source.name for source in sources] == ["october.jsonl", "more.jsonl"]
    assert sources[1].sha256 == hashlib.sha256(later.read_bytes()).hexdigest()
    assert {source.imported_by for source in sources} == {CLERK}
    assert {source.source for source in sources} == {"canonical"}


def test_the_contents_stay_the_same_whatever_happens_later(month: Clinic, book: CodeBook) -> None:
    batch_id = month.billed()
    before = month.contents(batch_id)
    month.bring(
        visit("V1", patient_surname="Other", trigger_point_sites="left trapezius"),
        visit("V3", 3),
        visit("V4", 4, status="cancelled"),
        visit("V6", 6),
    )
    month.billed()
    assert month.contents(batch_id) == before
    renamed = clinic_config('[policy]\nhalf_cent = "down"\n').model_copy(
        update={"clinic": month.config.clinic.model_copy(update={"name": "Another name"})}
    )
    with closing(Clinic(month.folder, book, renamed, create=False)) as later:
        assert later.contents(batch_id) == before


def test_a_cured_session_comes_into_the_next_batch(month: Clinic) -> None:
    month.billed()
    month.bring(visit("V3", 3), visit("V4", 4))
    second = month.billed()
    assert [claim.session_id for claim in month.claims(batch_id=second)] == ["V3", "V4"]


def test_the_entry_that_created_a_batch_is_known_by_its_hash(month: Clinic) -> None:
    batch = month.contents(month.billed()).batch
    (entry,) = [row for row in month.snapshot()["journal"] if row[3] == "batch.new"]
    assert (batch.journal_entry, batch.journal_hash) == (entry[0], entry[7])
    assert entry[4] == f"batch:{batch.batch_id}"


def test_the_journal_follows_a_batch_from_its_making_to_its_void(month: Clinic) -> None:
    month.void(month.billed())
    with month.ledger.reading() as connection:
        entries, breaks = verify(connection)
    assert breaks == []
    told = [(row[3], row[4]) for row in month.snapshot()["journal"]]
    assert len(told) == entries
    for expected in (
        ("batch.new", "batch:1"),
        ("claim.new", "claim:1"),
        ("claim.new", "claim:2"),
        ("session.billed", "session:1"),
        ("claim.void", "claim:1"),
        ("session.released", "session:1"),
        ("batch.void", "batch:1"),
    ):
        assert expected in told


def test_a_ledger_reads_the_same_after_opening_it_anew(month: Clinic, tmp_path: Path) -> None:
    before = month.contents(month.billed())
    month.close()
    with closing(Clinic(tmp_path, month.codes, create=False)) as again:
        assert again.contents(1) == before
