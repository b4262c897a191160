"""Taking MSP's files in: each line once, matched by exact keys, whatever order they come in."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from helpers import AS_OF, CLERK, Clinic, visit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msp_lines import (
    FIRST,
    SECOND,
    THIRD,
    adjustment,
    before_judging,
    changed,
    file_of,
    held,
    paid,
    payee_total,
    pickup,
    refused,
)

from tpi_billing.claims.by_hand import confirm, mark_sent
from tpi_billing.codes import CodeBook
from tpi_billing.errors import ConflictError, FileError
from tpi_billing.ledger.numbers import set_sequence
from tpi_billing.ledger.replay import differences
from tpi_billing.model.claim import Claim
from tpi_billing.remittance.counting import Imported
from tpi_billing.remittance.importing import Source, import_files, settle_waiting


@pytest.fixture
def sent(clinic: Clinic) -> Clinic:
    """A clinic whose six claims of 77.92 are with MSP."""
    return _sent(clinic)


def take(clinic: Clinic, *contents: bytes) -> Imported:
    sources = [Source(f"file-{at}", content=content) for at, content in enumerate(contents)]
    return import_files(clinic.ledger, CLERK, sources)


def stands(clinic: Clinic) -> list[tuple[str, int | None]]:
    """Where each claim stands, and what it was paid."""
    return [(claim.state.value, claim.paid_cents) for claim in clinic.claims()]


def lines(clinic: Clinic) -> list[tuple[Any, ...]]:
    """Every line as it stands, but for the numbers that say when and whence it came."""
    query = (
        "SELECT content, ordinal, standing, problem, claim_id, paid_cents, adjusted_cents, "
        "month, claim_month FROM remittance_lines ORDER BY content, ordinal"
    )
    with clinic.ledger.reading() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def insist_as_journaled(clinic: Clinic) -> None:
    with clinic.ledger.reading() as connection:
        assert list(differences(connection)) == []


def a_bit_of_everything(claims: Sequence[Claim]) -> list[str]:
    """Two months of lines: of the six claims 77.92 + 38.96 + 77.92 are paid in the end."""
    one, two, three, four, five, six = claims
    return [
        before_judging(six),
        paid(one),
        changed(two, 3896),
        refused(three),
        held(four),
        paid(five),
        adjustment(FIRST, 1168),
        payee_total(FIRST, 7792 + 3896 + 7792, deposit=7792 + 3896 + 7792 + 1168),
        paid(four, SECOND),
        changed(five, -7792, SECOND, codes=("TQ",)),
        adjustment(SECOND, -500, "06", "99001"),
        payee_total(SECOND, 0, deposit=0, new_balance=-500),
    ]


def test_every_line_finds_its_claim_and_moves_it(sent: Clinic) -> None:
    imported = take(sent, pickup(*a_bit_of_everything(sent.claims())))
    counts = imported.counts
    assert (counts.lines, counts.new) == (13, 13)  # and the control record
    assert (counts.paid, counts.changed, counts.refused, counts.held) == (3, 2, 2, 1)
    assert (counts.unmatched, counts.adjustments, counts.not_applied) == (0, 2, 0)
    # 77.92 + 38.96 + 77.92 in the first remittance; 77.92 and back 77.92 in the second.
    assert counts.paid_cents == 7792 + 3896 + 7792
    assert counts.deposit_cents == 7792 + 3896 + 7792 + 1168
    assert stands(sent) == [
        ("paid", 7792),
        ("paid-changed", 3896),
        ("refused", 0),
        ("paid", 7792),
        ("refused", 0),
        ("refused", 0),
    ]
    insist_as_journaled(sent)


def test_the_same_file_again_changes_nothing(sent: Clinic) -> None:
    content = pickup(*a_bit_of_everything(sent.claims()))
    first = take(sent, content)
    before = (stands(sent), lines(sent))
    again = take(sent, content)
    assert (stands(sent), lines(sent)) == before
    assert again.counts.new == 0
    assert again.files[0].known
    again.counts.new = first.counts.new
    assert again.counts == first.counts


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_order_any_split_any_repetition_gives_the_same(
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    book: CodeBook,
    empty_ledger: Path,
) -> None:
    whole, split = (
        _sent(Clinic.from_empty(empty_ledger, tmp_path_factory.mktemp("clinic"), book))
        for _ in range(2)
    )
    try:
        texts = a_bit_of_everything(whole.claims())
        take(whole, file_of(*texts))
        for part in data.draw(_parts(texts)):
            take(split, file_of(*part))
        assert stands(split) == stands(whole)
        assert lines(split) == lines(whole)
        insist_as_journaled(split)
    finally:
        whole.close()
        split.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_msp_says_in_any_order_comes_to_the_same(
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
    book: CodeBook,
    empty_ledger: Path,
) -> None:
    """Also when it makes no sense: paid twice, refused after a payment, more taken than given."""
    whole, split = (
        _sent(Clinic.from_empty(empty_ledger, tmp_path_factory.mktemp("clinic"), book))
        for _ in range(2)
    )
    try:
        texts = data.draw(_nonsense(whole.claims()))
        take(whole, file_of(*texts))
        for part in data.draw(_parts(texts)):
            take(split, file_of(*part))
        assert stands(split) == stands(whole)
        assert lines(split) == lines(whole)
        insist_as_journaled(split)
        _insist_money_is_tied(split)
    finally:
        whole.close()
        split.close()


def _insist_money_is_tied(clinic: Clinic) -> None:
    """Claims have what their applied lines pay; what is not applied stands in the lines."""
    applied = sum(row[5] or 0 for row in lines(clinic) if row[2] == "applied")
    assert sum(cents or 0 for _, cents in stands(clinic)) == applied


@st.composite
def _nonsense(draw: st.DrawFn, claims: Sequence[Claim]) -> list[str]:
    days = st.sampled_from([FIRST, SECOND, THIRD])
    claim = st.sampled_from(claims[:2])
    amounts = st.sampled_from([-7792, -3896, 0, 3896, 7792])
    line = st.one_of(
        st.builds(paid, claim, days),
        st.builds(changed, claim, amounts, days),
        st.builds(refused, claim, days),
        st.builds(held, claim, days),
        st.builds(before_judging, claim),
    )
    return draw(st.lists(line, min_size=2, max_size=8, unique=True))


def _sent(clinic: Clinic) -> Clinic:
    clinic.ledger.today = AS_OF
    clinic.bring(*(visit(f"V{at}", at) for at in range(1, 7)))
    batch = clinic.billed()
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")
    return clinic


@st.composite
def _parts(draw: st.DrawFn, texts: Sequence[str]) -> list[list[str]]:
    """Every line at least once, in files of any size and order, some of them again."""
    shuffled = draw(st.permutations(list(texts)))
    cuts = sorted(draw(st.sets(st.integers(1, len(shuffled) - 1), max_size=4)))
    bounds = [0, *cuts, len(shuffled)]
    parts = [shuffled[a:b] for a, b in pairwise(bounds)]
    again = draw(st.lists(st.sampled_from(parts), max_size=2))
    return [*parts, *again]


@pytest.mark.parametrize(
    ("kept", "complete", "fragment"),
    [
        (1, False, True),
        (3, False, True),
        (20, False, True),
        (124, False, True),  # S01 has figures up to column 125, and blanks from there on
        (125, True, False),
        (160, True, False),
        (165, True, False),
        (167, True, False),  # exactly two lines: nothing shows but the missing control record
        (200, True, True),
        (330, True, False),
        (400, True, True),  # within the counts of the control record
        (419, True, False),  # behind them
    ],
)
def test_a_file_that_was_cut_off_is_completed_by_the_whole_one(
    sent: Clinic, kept: int, complete: bool, fragment: bool
) -> None:
    """However many bytes came at first: no line of the whole file is missing or twice."""
    one, two, *_ = sent.claims()
    content = pickup(paid(one), paid(two), payee_total(FIRST, 15584))
    whole_lines = content.decode().splitlines()
    cut = content[: 167 + kept]  # the first line has 165 characters, CR and LF
    cut_off = take(sent, cut)
    assert stands(sent)[0] == ("paid", 7792)
    # The second claim counts once its line is whole; only blanks can be missing at its end.
    assert stands(sent)[1] == (("paid", 7792) if complete else ("sent", None))
    assert cut_off.files[0].fragment == fragment
    take(sent, content)
    assert stands(sent)[:2] == [("paid", 7792)] * 2
    assert sorted(row[0].rstrip() for row in lines(sent)) == sorted(
        line.rstrip() for line in whole_lines
    )


def test_equal_lines_of_one_file_are_two(sent: Clinic) -> None:
    """Two adjustments may well be of the same amount and reason on the same day."""
    content = file_of(adjustment(FIRST, 500), adjustment(FIRST, 500))
    assert take(sent, content).counts.new == 2
    overlapping = file_of(adjustment(FIRST, 500), adjustment(FIRST, 700))
    assert take(sent, overlapping).counts.new == 1
    assert sorted(row[5] for row in lines(sent)) == [500, 500, 700]


@pytest.mark.parametrize(
    ("keys", "problem"),
    [
        ({"office_folio": 999}, "no claim here has office folio 999"),
        (
            {"sequence_number": 999},
            "office folio 1 is that of claim 1, whose sequence number is another",
        ),
        ({"data_centre": "T1234"}, "it is of data centre T1234"),
    ],
)
def test_what_matches_nothing_is_listed_and_never_forced(
    sent: Clinic, keys: dict[str, Any], problem: str
) -> None:
    one, two, *_ = sent.claims()
    imported = take(sent, file_of(paid(one, **keys), paid(two)))
    assert (imported.counts.unmatched, imported.counts.paid) == (1, 1)
    assert (imported.counts.unmatched_cents, imported.counts.paid_cents) == (7792, 7792)
    assert stands(sent)[:2] == [("sent", None), ("paid", 7792)]
    (unmatched,) = [row for row in lines(sent) if row[2] == "unmatched"]
    assert unmatched[3] == problem
    assert len(imported.attention) == 1


@pytest.mark.parametrize("reverse", [False, True])
def test_msps_own_number_finds_a_claim_whose_keys_are_not_told(sent: Clinic, reverse: bool) -> None:
    """Whichever of the two lines comes first: the number is exact, and only one claim has it."""
    one, *_ = sent.claims()
    first = file_of(changed(one, 7792, codes=("BA",), file_number="0000004711"))
    later = file_of(
        changed(one, -7792, SECOND, office_folio=0, sequence_number=0, file_number="0000004711")
    )
    for content in (later, first) if reverse else (first, later):
        take(sent, content)
    assert stands(sent)[0] == ("refused", 0)
    assert {row[2] for row in lines(sent)} == {"applied"}


def test_a_line_about_a_claim_that_another_data_centre_sent_is_unmatched(sent: Clinic) -> None:
    one, *_ = sent.claims()
    line = "S00" + refused(one)[3:]
    assert take(sent, file_of(line)).counts.unmatched == 1
    assert stands(sent)[0] == ("sent", None)


def test_answers_to_a_batch_that_was_uploaded_prove_that_msp_has_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1), visit("V2", 2))
    batch = clinic.billed()
    mark_sent(clinic.ledger, CLERK, batch)
    take(clinic, file_of(paid(clinic.claims()[0])))
    assert stands(clinic) == [("paid", 7792), ("sent", None)]
    with pytest.raises(ConflictError, match="accepted"):
        confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")
    insist_as_journaled(clinic)


def test_answers_prove_only_their_own_file_across_the_roll_over(clinic: Clinic) -> None:
    """Numbers 9999998 to 1 are the first file, 2 to 4 the second, of which MSP answers a claim."""
    files_of_two = clinic.config.teleplan.model_copy(update={"max_records": 3})
    clinic.config = clinic.config.model_copy(update={"teleplan": files_of_two})
    clinic.bring(*(visit(f"V{at}", at) for at in range(1, 5)))
    with clinic.ledger.changing(CLERK) as transaction:
        set_sequence(transaction, "T9999", 9_999_998, "as MSP said")
    mark_sent(clinic.ledger, CLERK, clinic.billed())
    take(clinic, file_of(paid(clinic.claims()[2])))
    assert [state for state, _ in stands(clinic)] == ["batched", "batched", "paid", "sent"]
    take(clinic, file_of(paid(clinic.claims()[1])))  # number 1, of the first file
    assert [state for state, _ in stands(clinic)] == ["sent", "paid", "paid", "sent"]


def test_answers_to_a_batch_that_is_not_recorded_as_sent_wait_for_it(clinic: Clinic) -> None:
    clinic.bring(visit("V1", 1))
    batch = clinic.billed()
    imported = take(clinic, file_of(paid(clinic.claims()[0])))
    assert imported.counts.not_applied == 1
    assert stands(clinic) == [("batched", None)]
    mark_sent(clinic.ledger, CLERK, batch)
    confirm(clinic.ledger, CLERK, batch, accepted=True, reason="")
    settle_waiting(clinic.ledger, CLERK)
    assert stands(clinic) == [("paid", 7792)]
    insist_as_journaled(clinic)


def test_all_files_or_none(sent: Clinic, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_bytes(file_of(paid(sent.claims()[0])))
    missing = [tmp_path / "one.txt", tmp_path / "two.txt"]
    sources = [Source(path.name, path) for path in (good, *missing)]
    with pytest.raises(FileError) as caught:
        import_files(sent.ledger, CLERK, sources)
    assert [trouble.file for trouble in caught.value.troubles] == ["one.txt", "two.txt"]
    assert lines(sent) == []


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (b"", FileError, "Nothing in the file is a record of MSP's"),
        (b"Dear colleague,\r\nthe money comes.\r\n", FileError, "Nothing in the file"),
        (b"\x00\x01\x02" * 5_000, FileError, "Nothing in the file"),
        (b"VS1T99990000001\r\n", ConflictError, "a file of claims"),
    ],
)
def test_a_file_that_is_no_answer_of_msp(
    sent: Clinic, content: bytes, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        take(sent, content)
    assert lines(sent) == []


def test_a_file_of_another_clinic_is_refused(sent: Clinic) -> None:
    line = paid(sent.claims()[0], data_centre="T1234")
    with pytest.raises(ConflictError, match="data centre T1234, not for T9999"):
        take(sent, file_of(line, line))
    assert lines(sent) == []


def test_a_payment_counts_in_the_month_of_its_date(sent: Clinic) -> None:
    one, two, *_ = sent.claims()
    take(sent, file_of(paid(one, FIRST), paid(two, THIRD)))
    assert [(row[7], row[8]) for row in lines(sent)] == [
        ("2026-11", "2026-11"),
        ("2026-12", "2026-12"),
    ]


def test_a_dry_run_counts_and_keeps_nothing(sent: Clinic) -> None:
    source = Source("file", content=pickup(*a_bit_of_everything(sent.claims())))
    imported = import_files(sent.ledger, CLERK, [source], dry_run=True)
    assert imported.counts.paid == 3
    assert lines(sent) == []


def test_a_line_that_is_about_no_claim_is_kept_as_it_is(sent: Clinic) -> None:
    odd = ["X02T9999 SOMETHING", "M01T99990000HELLO", "Q77T9999 NOT KNOWN"]
    take(sent, file_of(*odd))
    assert sorted(row[0] for row in lines(sent)) == sorted(odd)
    assert {row[2] for row in lines(sent)} == {"kept"}


def test_many_chunks_are_one_file(sent: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tpi_billing.remittance.importing._AT_ONCE", 2)
    content = pickup(*a_bit_of_everything(sent.claims()))
    take(sent, content)
    assert stands(sent)[3:] == [("paid", 7792), ("refused", 0), ("refused", 0)]
