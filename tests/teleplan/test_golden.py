"""A submission file for every kind of claim: what is written, column by column, by hand.

Each record below is put together from the columns of the reference alone. It is held against the
golden file, and the golden file against what the writer makes of the claim.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

import pytest
from made_up import ALBERTAN, GOLDEN, VENDOR, adults, content_of, laid_out, only_file, outgoing

from tpi_billing.teleplan.outgoing import OutgoingClaim
from tpi_billing.teleplan.read_back import read_back
from tpi_billing.teleplan.splitting import Limits
from tpi_billing.teleplan.submission import plan_submission

Columns = Mapping[tuple[int, int], str]

OPENING: Columns = {
    (1, 3): "VS1",
    (4, 8): "T9999",
    (9, 15): "0000101",
    (16, 20): "T9999",
    (21, 31): "TPI-BILLING",
    (46, 50): "0.1.0",
    (56, 63): "20260102",
    (64, 82): "EXAMPLE PAIN CLINIC",
    (104, 115): "604-555-0100",
    (119, 132): "BILLING OFFICE",
}
ADULT: Columns = {
    (1, 3): "C02",
    (4, 8): "T9999",
    (9, 15): "0000102",  # sequence number
    (16, 20): "A9999",  # payee
    (21, 25): "99001",  # practitioner
    (26, 35): "9151065434",  # health number
    (36, 39): "NJOK",  # Noor Jo Okanese
    (40, 41): "00",
    (42, 44): "001",  # units
    (45, 46): "00",
    (47, 48): "00",
    (49, 49): "0",
    (50, 51): "00",
    (52, 56): "01157",
    (57, 63): "0007792",  # 77.92
    (64, 64): "0",
    (65, 72): "20261013",
    (73, 74): "00",
    (75, 75): "0",  # submission code
    (77, 80): "7291",
    (107, 107): "Q",
    (108, 113): "B35546",
    (114, 119): "000000",
    (120, 123): "0000",  # no call
    (124, 127): "0900",
    (128, 131): "0915",
    (132, 139): "19750302",
    (140, 146): "0000501",  # office folio
    (147, 147): "0",  # no note
    (168, 168): "N",
    (169, 176): "00000000",
    (177, 196): "0" * 20,
    (197, 201): "00000",
    (202, 206): "00000",
    (267, 278): "0" * 12,
}
NOTE: Columns = {
    (1, 3): "N01",
    (4, 8): "T9999",
    (9, 15): "0000103",
    (16, 20): "A9999",
    (21, 25): "99001",
    (26, 26): "A",
}
LENGTHS = {"VS1": 200, "C02": 424, "N01": 426}
HUNDRED = (
    "TRIGGER POINTS LEFT TRAPEZIUS AND RIGHT RHOMBOID; "
    "PAIN FOR SIX MONTHS, NO RELIEF BY EXERCISE. REVIEW"
)


@dataclass(frozen=True)
class Case:
    """Claims, and what their one file's records after VS1 must be."""

    claims: Callable[[], list[OutgoingClaim]]
    records: list[Columns]
    first_number: int = 101
    opening: Columns = field(default_factory=lambda: OPENING)


def claim(changed: Columns | None = None, without: tuple[tuple[int, int], ...] = ()) -> Columns:
    """Return the adult's columns with some of them changed, and some left blank."""
    columns = {**ADULT, **(changed or {})}
    return {at: text for at, text in columns.items() if at not in without}


def note(last: int, text: str, changed: Columns | None = None) -> Columns:
    return {**NOTE, (27, last): text, **(changed or {})}


CASES: dict[str, Case] = {
    "bc-adult": Case(lambda: [outgoing()], [claim()]),
    "newborn": Case(
        lambda: [
            outgoing(
                dependent="66", first_name="Baby", second_name="", birth_date=date(2026, 10, 1)
            )
        ],
        [claim({(36, 39): "B OK", (40, 41): "66", (132, 139): "20261001"})],
    ),
    "reciprocal-alberta": Case(
        lambda: [outgoing(**ALBERTAN)],
        [
            claim(
                {
                    (26, 35): "0000000000",
                    (36, 39): "0000",
                    (132, 139): "00000000",
                    (265, 266): "AB",
                    (267, 278): "000123456789",
                    (279, 286): "19750302",
                    (287, 290): "NOOR",
                    (299, 299): "J",
                    (300, 306): "OKANESE",
                    (318, 318): "F",
                    (319, 327): "12 ELM ST",
                    (344, 350): "CALGARY",
                    (419, 424): "T2P1J9",
                }
            )
        ],
    ),
    "reciprocal-four-lines": Case(
        lambda: [
            outgoing(
                **{
                    **ALBERTAN,
                    "insurer_code": "NL",
                    "registration_number": "123456789012",
                    "address_1": "Apartment 4",
                    "address_2": "77 Water Street",
                    "city": "St. John's",
                    "postal_code": "A1C 1A1",
                    "sex": "M",
                    "second_name": "",
                }
            )
        ],
        [
            claim(
                {
                    (26, 35): "0000000000",
                    (36, 39): "0000",
                    (132, 139): "00000000",
                    (265, 266): "NL",
                    (267, 278): "123456789012",
                    (279, 286): "19750302",
                    (287, 290): "NOOR",
                    (300, 306): "OKANESE",
                    (318, 318): "M",
                    (319, 329): "APARTMENT 4",
                    (344, 358): "77 WATER STREET",
                    (369, 378): "ST. JOHN'S",
                    (419, 424): "A1C1A1",
                }
            )
        ],
    ),
    "icbc": Case(
        lambda: [outgoing(insurer="ICBC", mva=True, icbc_claim_number="bc12345")],
        [claim({(168, 168): "Y", (169, 176): "BC12345 "})],
    ),
    "accident-without-number": Case(
        lambda: [outgoing(insurer="ICBC", mva=True)],
        [claim({(168, 168): "Y"})],
    ),
    "generic-referrer": Case(
        lambda: [outgoing(referral_number="99957", note="REFERRED BY Dr Hollis")],
        [
            claim({(108, 113): "B99957", (147, 147): "N"}),
            note(47, "REFERRED BY DR HOLLIS"),
        ],
    ),
    "no-referral": Case(
        lambda: [outgoing(referral_code="0", referral_number="00000")],
        [claim({(108, 113): "000000"})],
    ),
    "referred-to": Case(
        lambda: [
            outgoing(referral_code="T", referral_number="01234", fee_item="03333", amount_cents=0)
        ],
        [claim({(52, 56): "03333", (57, 63): "0000000", (108, 113): "T01234"})],
    ),
    "counselling": Case(
        lambda: [
            outgoing(
                fee_item="00120",
                amount_cents=7724,
                start_time=time(13, 5),
                end_time=time(13, 35),
                diagnoses=("30781", "7840", "346"),
            )
        ],
        [
            claim(
                {
                    (52, 56): "00120",
                    (57, 63): "0007724",
                    (77, 81): "30781",
                    (82, 85): "7840",
                    (87, 89): "346",
                    (124, 127): "1305",
                    (128, 131): "1335",
                },
                without=((77, 80),),
            )
        ],
    ),
    "no-times": Case(
        lambda: [outgoing(start_time=None, end_time=None)],
        [claim({(124, 127): "0000", (128, 131): "0000"})],
    ),
    "half-line": Case(
        lambda: [
            outgoing(fee_item="01125", amount_cents=9916),
            outgoing(office_folio=502, percent=50, amount_cents=3896),
        ],
        [
            claim({(52, 56): "01125", (57, 63): "0009916"}),
            claim({(9, 15): "0000103", (57, 63): "0003896", (140, 146): "0000502"}),
        ],
    ),
    "three-units": Case(
        lambda: [outgoing(fee_item="00015", units=3, amount_cents=5781)],
        [claim({(42, 44): "003", (52, 56): "00015", (57, 63): "0005781"})],
    ),
    "second-service": Case(
        lambda: [outgoing(submission_code="D", ordinal=2)],
        [claim({(75, 75): "D"})],
    ),
    "over-age": Case(
        lambda: [
            outgoing(
                service_date=date(2026, 3, 2), submission_code="A", approval_reference="ov-2026-17"
            )
        ],
        [
            claim({(65, 72): "20260302", (75, 75): "A", (147, 147): "N"}),
            note(45, "APPROVAL OV-2026-17"),
        ],
    ),
    "debit": Case(
        lambda: [
            outgoing(
                submission_code="E", original_file_number="1234567890", note="Billed by mistake."
            )
        ],
        [
            claim({(75, 75): "E", (147, 147): "N", (177, 196): "00000000001234567890"}),
            note(44, "BILLED BY MISTAKE."),
        ],
    ),
    "accents": Case(
        lambda: [outgoing(first_name="Élodie", second_name="Ørjan", surname="Çelik")],
        [claim({(36, 39): "EOCE"})],
    ),
    "marks-in-a-name": Case(
        lambda: [outgoing(second_name="", surname="O'Farrow-Smythe")],
        [claim({(36, 39): "N OF"})],
    ),
    "one-letter-surname": Case(
        lambda: [outgoing(second_name="", surname="X")],
        [claim({(36, 39): "N X "})],
    ),
    "longest-note": Case(
        lambda: [outgoing(note=HUNDRED.capitalize() * 4)],
        [claim({(147, 147): "N"}), note(426, HUNDRED * 4)],
    ),
    "facility": Case(
        lambda: [outgoing(facility_number="00042", clarification_code="C1", location_code="F")],
        [claim({(45, 46): "C1", (107, 107): "F", (197, 201): "00042"})],
    ),
    "roll-over": Case(
        lambda: adults(4, noted=[1]),
        [
            claim({(9, 15): "9999998"}),
            claim({(9, 15): "9999999", (140, 146): "0000502", (147, 147): "N"}),
            note(35, "SEE CHART", {(9, 15): "0000001"}),
            claim({(9, 15): "0000002", (140, 146): "0000503"}),
            claim({(9, 15): "0000003", (140, 146): "0000504"}),
        ],
        first_number=9_999_997,
        opening={**OPENING, (9, 15): "9999997"},
    ),
}


def by_hand(*records: Columns) -> bytes:
    """Lay records out and end each with CR LF."""
    lines = [
        laid_out(LENGTHS[columns[1, 3]], *((*at, text) for at, text in columns.items()))
        for columns in records
    ]
    return "".join(line + "\r\n" for line in lines).encode("ascii")


@pytest.mark.parametrize("name", CASES)
def test_the_golden_file_has_the_columns_of_the_reference(name: str) -> None:
    case = CASES[name]

    assert (GOLDEN / f"{name}.txt").read_bytes() == by_hand(case.opening, *case.records)


@pytest.mark.parametrize("name", CASES)
def test_the_claims_are_written_as_the_golden_file(name: str) -> None:
    file = only_file(*CASES[name].claims(), first_number=CASES[name].first_number)
    golden = (GOLDEN / f"{name}.txt").read_bytes()

    assert content_of(file) == golden
    read_back(golden, file)


def test_a_split_submission_is_written_as_its_golden_files() -> None:
    """Four records a file: VS1 and three. A note stays with its claim."""
    submission = plan_submission(VENDOR, adults(4, noted=[1, 2]), 101, Limits(records=4))
    first, second = (content_of(file) for file in submission.files)

    assert (
        first
        == (GOLDEN / "split-1.txt").read_bytes()
        == by_hand(
            OPENING,
            claim(),
            claim({(9, 15): "0000103", (140, 146): "0000502", (147, 147): "N"}),
            note(35, "SEE CHART", {(9, 15): "0000104"}),
        )
    )
    assert (
        second
        == (GOLDEN / "split-2.txt").read_bytes()
        == by_hand(
            {**OPENING, (9, 15): "0000105"},
            claim({(9, 15): "0000106", (140, 146): "0000503", (147, 147): "N"}),
            note(35, "SEE CHART", {(9, 15): "0000107"}),
            claim({(9, 15): "0000108", (140, 146): "0000504"}),
        )
    )


def test_every_golden_file_has_its_case() -> None:
    names = {path.stem for path in GOLDEN.glob("*.txt")}

    assert names == {*CASES, "split-1", "split-2"}
