"""Every column of every record, copied by hand from the reference, held against the tables."""

import pytest

from tpi_billing.teleplan.layout import Field, Kind, Layout
from tpi_billing.teleplan.records import INBOUND, KNOWN_BY_NAME, LAYOUTS, OUTBOUND

VS1 = """
record_code 1 3 X P00
data_centre 4 8 X P02
sequence_number 9 15 N P03
vendor_data_centre 16 20 X P04
software_name 21 45 X -
software_version 46 55 X -
installed_on 56 63 N -
vendor_company 64 103 X -
vendor_phone 104 118 X -
vendor_contact 119 143 X -
filler 144 200 X -
"""
C02 = """
record_code 1 3 X P00
data_centre 4 8 X P02
sequence_number 9 15 N P04
payee_number 16 20 X P06
practitioner_number 21 25 X P08
phn 26 35 N P14
name_verify 36 39 X P16
dependent 40 41 N P18
units 42 44 N P20
clarification_code 45 46 X P22
anatomical_area 47 48 X P23
after_hours 49 49 X P24
new_programme 50 51 N P25
fee_item 52 56 X P26
billed_amount 57 63 N P27
payment_mode 64 64 X P28
service_date 65 72 N P30
service_to_day 73 74 N P32
submission_code 75 75 X P34
extended_submission_code 76 76 X P35
diagnosis_1 77 81 X P36
diagnosis_2 82 86 X P37
diagnosis_3 87 91 X P38
diagnostic_expansion 92 106 X P39
service_location 107 107 X P40
referral_code_1 108 108 X P41
referral_number_1 109 113 X P42
referral_code_2 114 114 X P44
referral_number_2 115 119 X P46
call_time 120 123 N P47
start_time 124 127 N P48
finish_time 128 131 N P50
birth_date 132 139 N P52
office_folio 140 146 N P54
correspondence_code 147 147 X P56
claim_comment 148 167 X P58
mva 168 168 X P60
icbc_claim_number 169 176 X P62
original_file_number 177 196 N P64
facility_number 197 201 X P70
sub_facility_number 202 206 X P72
filler 207 264 X P80
insurer_code 265 266 X P100
oin_registration 267 278 N P102
oin_birth_date 279 286 X P104
oin_first_name 287 298 X P106
oin_second_initial 299 299 X P108
oin_surname 300 317 X P110
oin_sex 318 318 X P112
oin_address_1 319 343 X P114
oin_address_2 344 368 X P116
oin_address_3 369 393 X P118
oin_address_4 394 418 X P120
oin_postal_code 419 424 X P122
"""
N01 = """
record_code 1 3 X P00
data_centre 4 8 X P02
sequence_number 9 15 N -
payee_number 16 20 X -
practitioner_number 21 25 X -
note_type 26 26 X -
note_text 27 426 X -
"""
S01 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
practitioner_number 36 40
adjustment_code_1 41 42
adjustment_amount_1 43 49
adjustment_code_2 50 51
adjustment_amount_2 52 58
adjustment_code_3 59 60
adjustment_amount_3 61 67
adjustment_code_4 68 69
adjustment_amount_4 70 76
adjustment_code_5 77 78
adjustment_amount_5 79 85
adjustment_code_6 86 87
adjustment_amount_6 88 94
adjustment_code_7 95 96
adjustment_amount_7 97 103
office_folio 104 110
paid_amount 111 117
received_date 118 125
paid_rate 126 127
icbc_wsbc_number 128 135
insurer_code 136 137
filler 138 165
"""
S00_S02_S03 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
practitioner_number 36 40
received_date 41 48
initials 49 50
surname 51 68
phn 69 78
dependent 79 80
service_date 81 88
service_to_day 89 90
billed_units 91 93
billed_clarification_code 94 95
billed_fee_item 96 100
billed_amount 101 107
paid_units 108 110
paid_clarification_code 111 112
paid_fee_item 113 117
paid_amount 118 124
office_folio 125 131
explanatory_code_1 132 133
explanatory_code_2 134 135
explanatory_code_3 136 137
explanatory_code_4 138 139
explanatory_code_5 140 141
explanatory_code_6 142 143
explanatory_code_7 144 145
adjustment_code_1 146 147
adjustment_amount_1 148 154
adjustment_code_2 155 156
adjustment_amount_2 157 163
adjustment_code_3 164 165
adjustment_amount_3 166 172
adjustment_code_4 173 174
adjustment_amount_4 175 181
adjustment_code_5 182 183
adjustment_amount_5 184 190
adjustment_code_6 191 192
adjustment_amount_6 193 199
adjustment_code_7 200 201
adjustment_amount_7 202 208
file_number 209 218
claim_source 219 219
previous_paid_date 220 227
insurer_code 228 229
icbc_wsbc_number 230 237
filler 238 267
"""
S04 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
practitioner_number 36 40
received_date 41 48
office_folio 49 55
explanatory_code_1 56 57
explanatory_code_2 58 59
explanatory_code_3 60 61
explanatory_code_4 62 63
explanatory_code_5 64 65
explanatory_code_6 66 67
explanatory_code_7 68 69
icbc_wsbc_number 70 77
insurer_code 78 79
filler 80 165
"""
S21 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
payee_name 36 60
billed_amount 61 69
paid_amount 70 78
balance_forward 79 87
deposit 88 96
new_balance 97 105
filler 106 165
"""
S22 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
practitioner_number 36 40
practitioner_name 41 65
billed_amount 66 74
paid_amount 75 83
filler 84 165
"""
S23_S24 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
adjustment_code 36 37
identifier 38 49
message 50 69
calculation_method 70 70
rural_percent 71 75
other_percent 76 80
gross_amount 81 89
rural_amount 90 98
other_amount 99 107
balance_forward 108 116
adjustment_amount 117 125
outstanding_amount 126 134
filler 135 165
"""
S25 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payment_date 16 23
line_code 24 24
payee_number 25 29
control_number 30 35
practitioner_number 36 40
message 41 120
filler 121 165
"""
C12 = """
record_code 1 3
data_centre 4 8
sequence_number 9 15
payee_number 16 20
practitioner_number 21 25
explanatory_code_1 26 27
explanatory_code_2 28 29
explanatory_code_3 30 31
explanatory_code_4 32 33
explanatory_code_5 34 35
explanatory_code_6 36 37
explanatory_code_7 38 39
office_folio 40 46
filler 47 70
"""
M01 = """
record_code 1 3
data_centre 4 8
payee_number 9 12
message 13 -
"""
VTC = """
record_code 1 3
data_centre 4 8
made_at 9 27
counts 28 -
"""
BY_HAND = {
    "VS1": (200, VS1),
    "C02": (424, C02),
    "N01": (426, N01),
    "S00": (267, S00_S02_S03),
    "S01": (165, S01),
    "S02": (267, S00_S02_S03),
    "S03": (267, S00_S02_S03),
    "S04": (165, S04),
    "S21": (165, S21),
    "S22": (165, S22),
    "S23": (165, S23_S24),
    "S24": (165, S23_S24),
    "S25": (165, S25),
    "C12": (70, C12),
    "M01": (None, M01),
    "VTC": (None, VTC),
}


def _number(text: str) -> int | None:
    return None if text == "-" else int(text)


@pytest.mark.parametrize("record", BY_HAND)
def test_every_field_stands_in_the_columns_of_the_reference(record: str) -> None:
    length, table = BY_HAND[record]
    layout = LAYOUTS[record]
    rows = [row.split() for row in table.strip().splitlines()]

    assert layout.length == length
    assert [(each.name, each.first, each.last) for each in layout.fields] == [
        (row[0], int(row[1]), _number(row[2])) for row in rows
    ]


@pytest.mark.parametrize(("record", "table"), [("VS1", VS1), ("C02", C02), ("N01", N01)])
def test_every_field_that_is_sent_has_the_type_and_number_of_the_reference(
    record: str, table: str
) -> None:
    rows = [row.split() for row in table.strip().splitlines()]

    assert [(each.name, each.type, each.p or "-") for each in LAYOUTS[record].fields] == [
        (row[0], row[3], row[4]) for row in rows
    ]


def test_every_record_of_the_reference_is_known() -> None:
    assert set(LAYOUTS) == set(BY_HAND)
    assert [layout.code for layout in INBOUND] == ["VS1", "C02", "N01"]
    assert {layout.code for layout in OUTBOUND} == set(BY_HAND) - {"VS1", "C02", "N01"}
    assert set(KNOWN_BY_NAME) == {"B04", "B14", "X02"}


@pytest.mark.parametrize(
    "record", ["S00", "S01", "S02", "S03", "S04", "S21", "S22", "S23", "S24", "S25"]
)
def test_money_that_comes_back_may_be_negative(record: str) -> None:
    amounts = {
        each.name
        for each in LAYOUTS[record].fields
        if "amount" in each.name or "balance" in each.name or each.name == "deposit"
    }

    assert {each.name for each in LAYOUTS[record].fields if each.kind is Kind.SIGNED} == amounts


def _field(name: str, first: int, last: int | None) -> Field:
    return Field(name, "", first, last, Kind.TEXT, "")


@pytest.mark.parametrize(
    ("length", "fields", "words"),
    [
        (6, [("a", 1, 3), ("b", 5, 6)], "column 4 is expected"),
        (6, [("a", 1, 3), ("b", 3, 6)], "column 4 is expected"),
        (6, [("a", 1, 3), ("b", 4, 3)], "column 4 is expected"),
        (6, [("a", 2, 6)], "column 1 is expected"),
        (7, [("a", 1, 3), ("b", 4, 6)], "end at 6, the record at 7"),
        (None, [("a", 1, 3), ("b", 4, 6)], "end at 6, the record at None"),
        (6, [("a", 1, 3), ("b", 4, None)], "end at None, the record at 6"),
        (None, [("a", 1, None), ("b", 4, 6)], "column 0 is expected"),
        (6, [("a", 1, 3), ("a", 4, 6)], "used twice"),
    ],
    ids=["gap", "overlap", "empty", "late", "short", "open", "closed", "after-open", "name"],
)
def test_a_table_that_does_not_add_up_is_refused(
    length: int | None, fields: list[tuple[str, int, int | None]], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        Layout("X99", length, "", "", tuple(_field(*each) for each in fields))


def test_a_table_without_a_gap_is_taken() -> None:
    assert Layout("X99", 6, "", "", (_field("a", 1, 3), _field("b", 4, 6))).blank_from == 1
