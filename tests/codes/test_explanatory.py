"""MSP's explanatory codes: every one is there, and what it says to do holds together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tpi_billing.codes import CodeBook, ExplanatoryCode
from tpi_billing.codes.explanatory import read_explanatory_codes
from tpi_billing.codes.files import CodeFiles, shipped_directory
from tpi_billing.model.catalogue import CHECKS, Check

ROWS = read_explanatory_codes(CodeFiles(shipped_directory()))
CODES = sorted(ROWS)

# Which codes there are

MET_HERE = """
    AA AB AC AD AF AH AP AQ AR *A *B *C *D *E *F *G *H BB BC BZ B2
    VM VS Y5 Y6 A5 CU GB H2 MF GK GQ
    GC GF GG GL
    IC IF IA LD LF FH FV FN JA KB QM
    IR IS IT IZ I7
    H1 H5 KF JC TA TU VQ
    VA VE VF VG VH VI VN TX BI BJ CI CD CF CA CB WF VK Y3 Y4 Y7 Y8 Y9 W2 W3 W4 W5 W6 W7 W8 W9
    ZI ZK YA X1 X2
    BV BU HM
    FB HA HB HC HV HX
    DJ TO EG SN EF AE XK X4 X5 X6 X7 X8 X9
    BG BH BA ZS FY UE K1 K2 K3"""
"""Those that matter to a trigger point clinic (MSP billing facts, section 9)."""

LISTED = """
    *A *B *C *D *E *F *G *H 0A 1A 1B 2A 3A 4A 5A 6A 7A 8A 9A A1 A2 A5 A6 A7 A8 A9 AA AB AC AD AE
    AF AG AH AI AJ AK AL AM AO AP AQ AR AS AV AW AX AY B2 B3 B4 B5 BA BB BC BD BE BF BG BH BI BJ
    BK BL BN BP BR BU BV BW BX BZ C1 C2 C3 C4 C5 C6 C7 C8 C9 CA CB CC CD CE CF CG CH CI CJ CK CL
    CM CN CP CQ CR CS CT CU CV CX CY CZ D0 D1 D2 D3 D4 D5 D6 D7 D8 DJ DR DS DV DW E1 EA EB EC ED
    EE EF EG EH EI EJ EK EL EM EN EO EP EQ ER ES ET EU EV EW EX EY EZ F1 F2 F3 F4 F5 F6 F7 F8 F9
    FA FB FC FE FF FG FH FI FJ FK FL FM FN FO FP FQ FR FS FT FV FW FX FY FZ G1 G2 G3 G4 G5 G6 G7
    G8 G9 GB GC GF GG GH GI GJ GK GL GQ GR GS GT GU GV GW H1 H2 H4 H5 H6 H7 H8 H9 HA HB HC HD HE
    HF HI HJ HK HL HM HN HO HP HQ HR HS HT HU HV HW HX HY HZ I0 I1 I2 I3 I4 I5 I6 I7 I8 I9 IA IB
    IC ID IE IF IH II IJ IK IL IM IN IO IP IQ IR IS IT IU IV IW IX IY IZ J0 J1 J2 J3 J4 J5 J6 J7
    J8 J9 JA JB JC JD JE JF JH JI JJ JK JL JM JN JO JP JQ JR JS JT JU JV JW JX JY JZ K0 K1 K2 K3
    K4 K5 K6 K7 K8 K9 KA KB KC KD KE KF KG KH KI KJ KK KL KM KN KO KP KQ KR KS KT KU KV KW KX KY
    KZ L1 L2 L3 L4 L5 L6 L7 L8 L9 LD LE LF LH LJ LL LM LN LP M1 M2 MA MB MC MD ME MF MG MH MI MJ
    NC ND NE NG NH NI NJ NK NL OA OH OI OJ OL OM P* P0 P1 P2 P3 P4 P5 P6 P7 P8 P9 PA PB PC PD PE
    PP PQ PR PW PZ QA QB QC QD QE QF QG QH QI QJ QK QM QP QQ QR QS QT QU QV QW QX QY RA RB RC RD
    RE RF RG RH RI RJ RK RL RM RP RZ S1 S2 S3 S4 S5 S6 S7 S8 S9 SA SB SC SD SE SF SG SH SI SJ SK
    SL SM SN SP SQ SR SS ST SU SV SW SX SY SZ T0 T1 T2 T3 T4 T5 T6 T7 T8 T9 TA TB TC TD TE TF TG
    TH TI TJ TK TL TM TN TO TP TQ TR TS TT TU TV TW TX TY TZ U1 U2 U3 U4 U5 UA UB UC UD UE UF UG
    UH UI UJ UK UL UM UN UO UP V1 V2 V3 V4 V5 V8 V9 VA VB VC VE VF VG VH VI VJ VK VL VM VN VO VP
    VQ VR VS VT VU VV VW VX VY VZ W0 W1 W2 W3 W4 W5 W6 W7 W8 W9 WA WB WC WD WE WF WG WH WI WJ WK
    WL WM WN WO WP WQ WR WS WT WU WV WW WX WY WZ X1 X2 X3 X4 X5 X6 X7 X8 X9 XA XB XC XD XE XF XG
    XH XI XJ XK XL XM XN XP XQ XR XS XT XU XV XW XX XY Y1 Y2 Y3 Y4 Y5 Y6 Y7 Y8 Y9 YA YB YC YD YF
    YH YI YK YN YP YR YS YT YU YW YX YY YZ Z1 Z2 Z3 Z4 Z5 Z6 Z7 Z8 Z9 ZA ZB ZC ZD ZE ZF ZG ZH ZI
    ZJ ZK ZL ZM ZN ZO ZP ZQ ZS ZT ZU ZV ZW ZX ZY ZZ"""
"""Every code of MSP's published list but `Yo`, a broken line of it."""


@pytest.mark.parametrize("code", MET_HERE.split())
def test_a_code_that_matters_here_has_a_row_of_its_own(book: CodeBook, code: str) -> None:
    row = book.explanatory_code(code)
    assert row is not None
    assert row.family not in {"internal", "other-specialty", "primary-care", "worksafe"}


def test_every_listed_code_is_there_and_one_more() -> None:
    assert len(LISTED.split()) == 698
    assert set(CODES) == {*LISTED.split(), "*I"}


@pytest.mark.parametrize(
    "check", [each for each in CHECKS if each.explanatory_code], ids=lambda each: each.id
)
def test_every_check_is_named_by_the_code_that_it_prevents(book: CodeBook, check: Check) -> None:
    row = book.explanatory_code(check.explanatory_code)
    assert row is not None
    assert check.id in row.prevented_by


@given(code=st.sampled_from(CODES), spaces=st.sampled_from(["", " ", "\t"]))
def test_a_code_is_found_whatever_its_case(book: CodeBook, code: str, spaces: str) -> None:
    assert book.explanatory_code(spaces + code.lower() + spaces) == ROWS[code]


def test_the_codes_met_here_come_first(book: CodeBook) -> None:
    order = [row.code for row in book.explanatory_codes]
    assert order[0] == "AA"
    assert max(order.index(code) for code in MET_HERE.split()) < order.index("J0")


@pytest.mark.parametrize("code", ["", "V", "VMM", "Yo", "??", "QZ"])
def test_not_a_code(book: CodeBook, code: str) -> None:
    assert book.explanatory_code(code) is None


# What the rows say

SAID = [  # code, outcome, field, who acts, what can be sent, with which code, until when
    ("AA", "refused", "P14", "clinic", "corrected", "R", "service+90"),
    ("AF", "refused", "", "patient", "coverage", "C", "none"),
    ("*F", "refused", "", "clinic", "payer", "", "none"),
    ("BB", "paid-information", "P14", "clinic", "no", "", "none"),
    ("VM", "refused", "P42", "clinic", "corrected", "R", "service+90"),
    ("VS", "refused", "P41", "clinic", "corrected", "R", "service+90"),
    ("Y6", "refused", "P44", "clinic", "corrected", "R", "service+90"),
    ("GK", "paid-information", "", "nobody", "no", "", "none"),
    ("GC", "changed", "P26", "clinic", "appeal", "X", "remittance+90"),
    ("IC", "reduced", "P26", "clinic", "no", "", "none"),
    ("IF", "reduced", "P26", "clinic", "appeal", "X", "remittance+90"),
    ("IT", "refused", "P26", "clinic", "no", "", "none"),
    ("H5", "reduced", "", "nobody", "appeal", "X", "remittance+90"),
    ("TU", "refused", "N01", "clinic", "appeal", "X", "remittance+90"),
    ("VQ", "refused", "P20", "clinic", "corrected", "R", "service+90"),
    ("TX", "refused", "P36", "clinic", "corrected", "R", "service+90"),
    ("Y4", "refused", "P40", "clinic", "corrected", "R", "service+90"),
    ("Y9", "refused", "P62", "clinic", "corrected", "R", "service+90"),
    ("ZK", "refused", "P56", "clinic", "corrected", "0", "service+90"),
    ("YA", "refused", "N01", "clinic", "appeal", "X", "remittance+90"),
    ("AV", "refused", "", "clinic", "same", "R", "service+90"),
    ("BV", "refused", "P30", "clinic", "approval", "A", "approval"),
    ("BU", "refused", "P30", "clinic", "corrected", "R", "service+90"),
    ("FB", "refused", "", "clinic", "no", "", "none"),
    ("HL", "refused", "P30", "clinic", "debit", "E", "none"),
    ("TO", "refused", "P60", "clinic", "payer", "I", "none"),
    ("EG", "refused", "P100", "clinic", "payer", "", "none"),
    ("WD", "refused", "", "clinic", "payer", "W", "none"),
    ("X4", "refused", "P102", "clinic", "corrected", "R", "service+90"),
    ("BH", "held", "", "msp", "wait", "", "none"),
    ("D3", "reversed", "", "clinic", "corrected", "0", "service+90"),
    ("YY", "refused", "", "clinic", "corrected", "R", "service+90"),
]


@pytest.mark.parametrize(("code", "outcome", "field", "who", "resubmit", "with_code", "by"), SAID)
def test_what_a_code_says(
    code: str, outcome: str, field: str, who: str, resubmit: str, with_code: str, by: str
) -> None:
    row = ROWS[code]
    said = (row.outcome, row.field, row.who, row.resubmit, row.submission_code, row.deadline)
    assert said == (outcome, field, who, resubmit, with_code, by)


CLAIM_FIELDS = """
    P00 P02 P04 P06 P08 P14 P16 P18 P20 P22 P23 P24 P25 P26 P27 P28 P30 P32 P34 P35 P36 P37 P38 P39
    P40 P41 P42 P44 P46 P47 P48 P50 P52 P54 P56 P58 P60 P62 P64 P70 P72 P80 P100 P102 P104 P106
    P108 P110 P112 P114 P116 P118 P120 P122 N01"""
"""The P numbers of the claim record (Teleplan C02), and the note."""


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.code)
def test_a_row_holds_together(row: ExplanatoryCode) -> None:
    assert row.field in {*CLAIM_FIELDS.split(), ""}
    assert row.deadline == {
        "0": "service+90",
        "R": "service+90",
        "X": "remittance+90",
        "A": "approval",
    }.get(row.submission_code, "none")
    if row.submission_code in {"C", "E", "X"}:  # Teleplan C02 P34: refused YA without
        assert "note" in row.action
    if row.submission_code == "E":
        assert "original file number" in row.action
    if row.submission_code == "A":
        assert "reference" in row.action
    if row.outcome == "held":
        assert row.resubmit in {"wait", "debit"}
    if row.who == "msp":
        assert row.resubmit in {"wait", "no"}


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row.code)
def test_a_row_is_written_to_be_read(row: ExplanatoryCode) -> None:
    for text, longest in ((row.meaning, 120), (row.cause, 140), (row.action, 200)):
        assert text[0].isupper() or text[0].isdigit()
        assert text.endswith(".")
        assert len(text) <= longest
        assert text == " ".join(text.split())
        assert not text.isupper()
    assert row.meaning.count(". ") == 0


def test_every_submission_code_of_a_row_is_one_of_teleplans(book: CodeBook) -> None:
    for row in ROWS.values():
        assert not row.submission_code or book.submission_code(row.submission_code)
