"""Where a submission is split: only between claims that do not belong together."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_up import VENDOR, outgoing

from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.refusal import RecordRefusedError
from tpi_billing.teleplan.splitting import Limits
from tpi_billing.teleplan.submission import plan_submission

PRICE = 7792


def claims_with(*keys: str, noted: Sequence[int] = ()) -> list[OutgoingClaim]:
    """Make a claim of 77.92 for each text, whose letters are its keys; numbers from 501."""
    return [
        replace(
            outgoing(
                claim_id=501 + at, office_folio=501 + at, note="SEE CHART" if at in noted else ""
            ),
            kept_with=tuple(letters),
        )
        for at, letters in enumerate(keys)
    ]


def split(claims: Sequence[OutgoingClaim], limits: Limits) -> list[list[int | None]]:
    """Return the claim numbers of each file."""
    files = plan_submission(VENDOR, claims, 101, limits).files
    return [[out.claim.claim_id for out in file.claims] for file in files]


@pytest.mark.parametrize(
    ("keys", "records", "sizes"),
    [
        # VS1 and one record for each claim: a limit of 3 is two claims.
        (("", "", "", ""), 3, [2, 2]),
        (("a", "a", "b", "b"), 5, [4]),
        (("a", "a", "b", "b"), 4, [2, 2]),
        (("a", "a", "b", "b"), 3, [2, 2]),
        (("", "a", "a", ""), 3, [1, 2, 1]),
        (("", "a", "a", ""), 4, [3, 1]),
        # Another's claim lies between the two of a group, and goes with them.
        (("a", "", "a", ""), 4, [3, 1]),
        (("", "a", "", "a"), 4, [1, 3]),
        # Two groups that overlap, by their places or by a claim of both.
        (("a", "b", "a", "b", "c"), 5, [4, 1]),
        (("a", "ab", "b", "c"), 4, [3, 1]),
        (("a", "b", "b", "a", "c"), 5, [4, 1]),
        (("a", "a", "a", "b"), None, [4]),
    ],
)
def test_claims_of_one_key_are_in_one_file(
    keys: tuple[str, ...], records: int | None, sizes: list[int]
) -> None:
    files = split(claims_with(*keys), Limits(records=records))

    assert [len(file) for file in files] == sizes
    assert list(chain(*files)) == [501 + at for at in range(len(keys))]


@pytest.mark.parametrize(
    ("cents", "sizes"),
    [(5 * PRICE, [5]), (5 * PRICE - 1, [3, 2]), (3 * PRICE, [3, 2]), (3 * PRICE - 1, None)],
)
def test_the_amount_splits_between_groups_too(cents: int, sizes: list[int] | None) -> None:
    """Three claims of 77.92 belong together, and two others."""
    claims = claims_with("a", "a", "a", "b", "b")
    if sizes is None:
        with pytest.raises(RecordRefusedError):
            split(claims, Limits(amount_cents=cents))
    else:
        assert [len(file) for file in split(claims, Limits(amount_cents=cents))] == sizes


@pytest.mark.parametrize(
    ("limits", "message", "cure"),
    [
        (Limits(records=5, amount_cents=3 * PRICE), None, None),
        (
            Limits(records=4),
            "C02 makes 5 records with VS1; one transmission takes 4.",
            "Raise max_records in tpi-billing.toml if MSP allows it.",
        ),
        (
            Limits(amount_cents=3 * PRICE - 1),
            "C02 billed amount (P27) is 233.76 together; one transmission bills 233.75 at most.",
            "Raise max_dollars in tpi-billing.toml if MSP allows it.",
        ),
    ],
)
def test_a_group_that_fits_no_transmission_is_refused_with_its_claims_and_the_limit(
    limits: Limits, message: str | None, cure: str | None
) -> None:
    """The second to fourth claim belong together, and the third has a note: VS1 and 4 records."""
    claims = claims_with("", "a", "a", "a", "", noted=[2])
    if message is None:
        assert split(claims, limits) == [[501], [502, 503, 504], [505]]
        return
    with pytest.raises(RecordRefusedError) as caught:
        plan_submission(VENDOR, claims, 101, limits)
    assert [(one.message, one.hint) for one in caught.value.troubles] == [
        (f"Claims 502, 503 and 504 of 2026-10-13 belong in one file: {message}", cure)
    ]


def test_every_group_that_is_too_large_is_told_at_once() -> None:
    claims = claims_with("a", "a", "a", "", "b", "b", "b")
    with pytest.raises(RecordRefusedError) as caught:
        plan_submission(VENDOR, claims, 101, Limits(3, 3 * PRICE - 1))

    assert [one.message.partition(" of ")[0] for one in caught.value.troubles] == [
        "Claims 501, 502 and 503",
        "Claims 501, 502 and 503",
        "Claims 505, 506 and 507",
        "Claims 505, 506 and 507",
    ]


def test_a_claim_that_is_too_large_by_itself_is_told_by_itself() -> None:
    claims = claims_with("a", "a")
    with pytest.raises(RecordRefusedError) as caught:
        plan_submission(VENDOR, claims, 101, Limits(amount_cents=PRICE - 1))

    assert [one.message[:11] for one in caught.value.troubles] == ["Claim 501: ", "Claim 502: "]


KEYS = st.lists(st.text("abcdef", max_size=2), min_size=1, max_size=16)


@settings(max_examples=300)
@given(
    keys=KEYS,
    noted=st.sets(st.integers(0, 15)),
    records=st.none() | st.integers(3, 14),
    cents=st.none() | st.integers(PRICE, 10 * PRICE),
)
@example(keys=["a", "", "a"], noted=set(), records=3, cents=None)
@example(keys=["a", "", "a"], noted=set(), records=4, cents=3 * PRICE)
def test_any_claims_keep_together_in_order_within_the_limits_or_are_refused(
    keys: list[str], noted: set[int], records: int | None, cents: int | None
) -> None:
    claims = claims_with(*keys, noted=sorted(noted))
    limits = Limits(records, cents)

    def fits(some: Sequence[OutgoingClaim]) -> bool:
        lines = 1 + sum(2 if out.claim.note else 1 for out in some)
        return lines <= (records or lines) and len(some) * PRICE <= (cents or len(some) * PRICE)

    stretches = inseparable(claims)
    if not all(fits(stretch) for stretch in stretches):
        with pytest.raises(RecordRefusedError):
            plan_submission(VENDOR, claims, 101, limits)
        return
    files = [list(file.claims) for file in plan_submission(VENDOR, claims, 101, limits).files]

    assert list(chain(*files)) == claims
    assert all(fits(file) for file in files)
    for letter in "abcdef":
        assert sum(any(letter in out.kept_with for out in file) for file in files) <= 1
    # No file ends earlier than it must.
    for file, after in pairwise(files):
        assert not fits([*file, *inseparable(after)[0]])


def inseparable(claims: Sequence[OutgoingClaim]) -> list[list[OutgoingClaim]]:
    """Cut the claims wherever no key is on both sides."""

    def keys(some: Sequence[OutgoingClaim]) -> set[object]:
        return {key for out in some for key in out.kept_with}

    cuts = [at for at in range(1, len(claims)) if not keys(claims[:at]) & keys(claims[at:])]
    return [list(claims[start:end]) for start, end in pairwise([0, *cuts, len(claims)])]
